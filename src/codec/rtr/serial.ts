import type { Fault } from "../fault.js";
import { setU16, setU32, u16, u32, within } from "../octets.js";
import { fatal, HEADER_FIELD, PDU_HEADER, type PduSpec } from "../rtr.js";

/** What a cache has, or what a router has of it. */
export interface Serial {
  /** Of the instance of the cache, 16 bits. */
  readonly sessionId: number;
  readonly serial: number;
}

export interface SerialSpec extends PduSpec<Serial> {
  readonly wrongLength: Fault;
}

/**
 * Serial Notify and Serial Query, RFC 8210 §5.2 and §5.3.
 *
 *     | version (1) | type (1) | session ID (2) | length (4) = 12 | serial number (4) |
 */
export const serialPdu = (type: number, name: string, id: string): SerialSpec => {
  const wrongLength = fatal(`${id}/wrong-length`);
  return {
    type,
    name,
    versions: [0, 1, 2],
    faults: [wrongLength],
    wrongLength,
    check: (_msg, start, end) => (end - start === LENGTH ? null : wrongLength),
    read: (msg, start) => ({ sessionId: u16(msg, start + HEADER_FIELD), serial: u32(msg, start + PDU_HEADER) }),
    size: () => LENGTH,
    encode({ sessionId, serial }, out, start) {
      setU16(out, start + HEADER_FIELD, within(0xffff, sessionId, "the session ID"));
      setU32(out, start + PDU_HEADER, within(0xffffffff, serial, "the serial number"));
    },
  };
};

const LENGTH = 12;
