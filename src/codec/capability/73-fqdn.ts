import { type CapabilitySpec, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU8, u8 } from "../octets.js";
import { displayText } from "../text.js";

/** A host name and a domain name as the peer sent them, meant to be UTF-8. To show one, use `displayFqdn`. */
export interface Fqdn {
  readonly host: Uint8Array;
  readonly domain: Uint8Array;
}

export const fqdnLength: Fault = wrongLength("fqdn");

/**
 * FQDN, draft-walton-bgp-hostname-capability §3. For display only (§4).
 *
 *     | length (1) | host name | length (1) | domain name |
 */
export const fqdn: CapabilitySpec<Fqdn> = {
  code: 73,
  name: "FQDN",
  repeated: "last",
  faults: [fqdnLength],
  partial: [],

  check(msg, start, end) {
    if (end - start < 2) return fqdnLength;
    const domain = start + 1 + u8(msg, start);
    if (domain >= end) return fqdnLength;
    return domain + 1 + u8(msg, domain) === end ? null : fqdnLength;
  },

  read(msg, start, end) {
    const domain = start + 1 + u8(msg, start);
    return { host: copyOctets(msg, start + 1, domain), domain: copyOctets(msg, domain + 1, end) };
  },

  size: ({ host, domain }) => 2 + host.length + domain.length,

  encode({ host, domain }, out, start) {
    if (host.length + domain.length > 253)
      throw new RangeError("host and domain name have at most 253 octets together");
    const at = setOctets(out, setU8(out, start, host.length), host);
    return setOctets(out, setU8(out, at, domain.length), domain);
  },
};

/** `host.domain`, safe to print whatever the peer sent. */
export const displayFqdn = ({ host, domain }: Fqdn): string =>
  domain.length === 0 ? displayText(host) : `${displayText(host)}.${displayText(domain)}`;
