import type { Capability } from "../capability.js";

/** Where the capability stands unless another code point is chosen: the first that IANA leaves to experiments. */
export const TCP_AO_CODE = 239;

/**
 * EXPERIMENTAL: the sender supports TCP-AO. An idea of draft-wirtgen-bgp-tls-00 that later drafts dropped: both sides
 * send it over BGP/TLS/TCP and, when both do, start over with TCP-AO. The draft gives neither a code point nor a value.
 *
 * It is in no table: two experiments may use the same code point (239 to 254, RFC 8810 §3), so one that is received is
 * kept as octets, like any code that is not known. Throws RangeError for another code point.
 */
export const tcpAo = (code: number = TCP_AO_CODE): Capability => {
  if (!Number.isInteger(code) || code < 239 || code > 254) {
    throw new RangeError(`the code point of an experiment is 239 to 254, not ${code} (RFC 8810)`);
  }
  return { code, value: new Uint8Array(0) };
};
