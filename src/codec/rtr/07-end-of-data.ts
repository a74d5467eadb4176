import type { Fault } from "../fault.js";
import { setU16, setU32, u16, u32, within } from "../octets.js";
import { fatal, HEADER_FIELD, PDU_HEADER, type PduSpec, type RtrVersion } from "../rtr.js";
import type { Serial } from "./serial.js";

/** Seconds, RFC 8210 §6. */
export interface Intervals {
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
}

export interface EndOfData extends Serial {
  /** Null in version 0, which has none. */
  readonly intervals: Intervals | null;
}

export const endOfDataLength: Fault = fatal("end-of-data/wrong-length");

/**
 * End of Data, RFC 8210 §5.8; version 0 ends with the serial number (RFC 6810 §5.7).
 *
 *     | version (1) | type (1) = 7 | session ID (2) | length (4) = 24 | serial number (4) |
 *     | refresh interval (4) | retry interval (4) | expire interval (4) |
 *
 * Intervals outside the ranges of §6 are accepted: it bounds what a cache may send and a router may use, and calls no
 * PDU corrupt for it.
 */
export const endOfData: PduSpec<EndOfData> = {
  type: 7,
  name: "End of Data",
  versions: [0, 1, 2],
  faults: [endOfDataLength],

  check: (_msg, start, end, version) => (end - start === lengthIn(version) ? null : endOfDataLength),

  read(msg, start, _end, version) {
    const serial = start + PDU_HEADER;
    return {
      sessionId: u16(msg, start + HEADER_FIELD),
      serial: u32(msg, serial),
      intervals:
        version === 0
          ? null
          : { refresh: u32(msg, serial + 4), retry: u32(msg, serial + 8), expire: u32(msg, serial + 12) },
    };
  },

  size: (_value, version) => lengthIn(version),

  encode({ sessionId, serial, intervals }, out, start, version) {
    if ((intervals === null) !== (version === 0)) throw new RangeError("version 0 has no intervals, the others do");
    setU16(out, start + HEADER_FIELD, within(0xffff, sessionId, "the session ID"));
    let at = setU32(out, start + PDU_HEADER, within(0xffffffff, serial, "the serial number"));
    if (intervals === null) return;
    for (const one of [intervals.refresh, intervals.retry, intervals.expire]) {
      at = setU32(out, at, within(0xffffffff, one, "an interval"));
    }
  },
};

const lengthIn = (version: RtrVersion): number => (version === 0 ? 12 : 24);
