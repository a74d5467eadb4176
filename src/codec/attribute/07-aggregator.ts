import { type AttributeSpec, discarded, Flag, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets, setU16, setU32, u16, u32, within } from "../octets.js";

/** The last AS that formed an aggregate, and the speaker in it that did. */
export interface Aggregator {
  readonly as: number;
  /** An IPv4 address, 4 octets. */
  readonly address: Uint8Array;
}

export const aggregatorFlags: Fault = wrongFlags("aggregator");
export const aggregatorLength: Fault = discarded("aggregator/bad-length", "RFC 7606 §7.7", UpdateError.AttributeLength);
// RFC 7607 §2: malformed, "handled by the procedures specified in" RFC 7606, whose §7.7 says attribute discard.
export const aggregatorAsZero: Fault = discarded("aggregator/as-zero", "RFC 7607 §2");

/**
 * AGGREGATOR, RFC 4271 §4.3 (g); four-octet AS number by RFC 6793 §4.1.
 *
 *     | ASN (2 or 4) | IPv4 address (4) |
 */
export const aggregator: AttributeSpec<Aggregator> = {
  code: 7,
  name: "AGGREGATOR",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: aggregatorFlags,
  faults: [aggregatorFlags, aggregatorLength, aggregatorAsZero],

  check(msg, start, end, { asnSize }) {
    if (end - start !== asnSize + 4) return aggregatorLength;
    return aggregatorAs(msg, start, asnSize) === 0 ? aggregatorAsZero : null;
  },

  read(msg, start, _end, { asnSize }) {
    return readAggregator(msg, start, asnSize);
  },

  size(_value, { asnSize }) {
    return asnSize + 4;
  },

  encode(value, out, at, { asnSize }) {
    return encodeAggregator(value, out, at, asnSize);
  },
};

/** The AS of checked octets at `start`, of which the first `asnSize` are the AS number. */
export const aggregatorAs = (msg: Uint8Array, start: number, asnSize: 2 | 4): number =>
  asnSize === 4 ? u32(msg, start) : u16(msg, start);

export const readAggregator = (msg: Uint8Array, start: number, asnSize: 2 | 4): Aggregator => ({
  as: aggregatorAs(msg, start, asnSize),
  address: copyOctets(msg, start + asnSize, start + asnSize + 4),
});

export const encodeAggregator = (
  { as, address }: Aggregator,
  out: Uint8Array,
  start: number,
  asnSize: 2 | 4,
): number => {
  if (as === 0) throw new RangeError("AS 0 must not be an aggregator (RFC 7607)");
  if (address.length !== 4) throw new RangeError(`the aggregator's address has 4 octets, not ${address.length}`);
  const at =
    asnSize === 4 ? setU32(out, start, within(0xffffffff, as, "ASN")) : setU16(out, start, within(0xffff, as, "ASN"));
  return setOctets(out, at, address);
};
