import { type AttributeSpec, discarded, Flag, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { AS_TRANS } from "../iana.js";
import { setU8, setU32, u8, u16 } from "../octets.js";
import { type Aggregator, aggregatorAs, encodeAggregator, readAggregator } from "./07-aggregator.js";

const malformed = (what: string, rfc = "RFC 6793 §6"): Fault => discarded(`as4-aggregator/${what}`, rfc);

export const as4AggregatorFlags: Fault = wrongFlags("as4-aggregator");
export const as4AggregatorFromNewSpeaker: Fault = malformed("from-new-speaker");
export const as4AggregatorLength: Fault = malformed("bad-length");
export const as4AggregatorAsZero: Fault = malformed("as-zero", "RFC 7607 §2");

/**
 * AS4_AGGREGATOR, RFC 6793 §3: the AGGREGATOR whose AS needs four octets, carried past speakers that know two only.
 *
 *     | ASN (4) | IPv4 address (4) |
 */
export const as4Aggregator: AttributeSpec<Aggregator> = {
  code: 18,
  name: "AS4_AGGREGATOR",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: as4AggregatorFlags,
  faults: [as4AggregatorFlags, as4AggregatorFromNewSpeaker, as4AggregatorLength, as4AggregatorAsZero],

  check(msg, start, end, { asnSize }) {
    // RFC 6793 §4.1: between speakers of four octets it is discarded, whatever it holds.
    if (asnSize === 4) return as4AggregatorFromNewSpeaker;
    if (end - start !== 8) return as4AggregatorLength;
    return aggregatorAs(msg, start, 4) === 0 ? as4AggregatorAsZero : null;
  },

  read(msg, start) {
    return readAggregator(msg, start, 4);
  },

  size() {
    return 8;
  },

  encode(value, out, at) {
    return encodeAggregator(value, out, at, 4);
  },
};

/**
 * Whether the AGGREGATOR at `start` of a speaker of two octets tells that AS4_AGGREGATOR and AS4_PATH are stale: a
 * speaker that knows neither has aggregated since. RFC 6793 §4.2.3; asked only when AS4_AGGREGATOR came too.
 */
export const makesAs4Stale = (msg: Uint8Array, start: number): boolean => u16(msg, start) !== AS_TRANS;

/**
 * The AGGREGATOR that a speaker of two octets sent, with a four-octet AS, RFC 6793 §4.2.3. Both attributes lie in `msg`
 * and are checked; `as4Start` is -1 when there is no AS4_AGGREGATOR. Writes 8 octets and gives the offset after.
 */
export const mergeAggregator = (
  msg: Uint8Array,
  start: number,
  as4Start: number,
  out: Uint8Array,
  to: number,
): number => {
  if (as4Start >= 0 && !makesAs4Stale(msg, start)) return copy(msg, as4Start, 8, out, to);
  return copy(msg, start + 2, 4, out, setU32(out, to, u16(msg, start)));
};

/** Octet by octet, since a `subarray` would allocate. */
const copy = (msg: Uint8Array, start: number, count: number, out: Uint8Array, to: number): number => {
  for (let i = 0; i < count; i++) setU8(out, to + i, u8(msg, start + i));
  return to + count;
};
