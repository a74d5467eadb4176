import type { Fault } from "../fault.js";
import { setU16, u16, within } from "../octets.js";
import { fatal, HEADER_FIELD, PDU_HEADER, type PduSpec } from "../rtr.js";

export interface CacheResponse {
  readonly sessionId: number;
}

export const cacheResponseLength: Fault = fatal("cache-response/wrong-length");

/**
 * Cache Response, RFC 8210 §5.5: payload follows, up to End of Data.
 *
 *     | version (1) | type (1) = 3 | session ID (2) | length (4) = 8 |
 */
export const cacheResponse: PduSpec<CacheResponse> = {
  type: 3,
  name: "Cache Response",
  versions: [0, 1, 2],
  faults: [cacheResponseLength],
  check: (_msg, start, end) => (end - start === PDU_HEADER ? null : cacheResponseLength),
  read: (msg, start) => ({ sessionId: u16(msg, start + HEADER_FIELD) }),
  size: () => PDU_HEADER,
  encode({ sessionId }, out, start) {
    setU16(out, start + HEADER_FIELD, within(0xffff, sessionId, "the session ID"));
  },
};
