import { type AttributeSpec, discarded, Flag } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets, setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";

/** The accumulated metric of the IGPs on the way: TLV 1. Of several, the first counts (RFC 7311 §3). */
export interface AigpMetric {
  readonly type: 1;
  /** 64 bits. */
  readonly metric: bigint;
}

/** A TLV of another type, which is passed on as it is (RFC 7311 §3). */
export interface AigpOther {
  readonly type: number;
  readonly value: Uint8Array;
}

export type AigpTlv = AigpMetric | AigpOther;

// RFC 7311 §3.2: one with the transitive bit "MUST be considered to be a malformed AIGP attribute and MUST be discarded",
// which is the other handling of flags that RFC 7606 §3 (c) lets an attribute's own text ask for.
export const aigpFlags: Fault = discarded("aigp/wrong-flags", "RFC 7311 §3.2", UpdateError.AttributeFlags);
export const aigpEmpty: Fault = discarded("aigp/empty", "RFC 7606 §4", UpdateError.AttributeLength);
export const aigpTlvTooShort: Fault = discarded("aigp/tlv-too-short", "RFC 7311 §3");
export const aigpOverrun: Fault = discarded("aigp/overrun", "RFC 7311 §3");
export const aigpMetricLength: Fault = discarded("aigp/metric-length", "RFC 7311 §3");
export const aigpMaximumMetric: Fault = discarded("aigp/maximum-metric", "RFC 7311 §3.2");

const METRIC = 1;
/** A TLV's length counts its type and itself. */
const HEAD = 3;
const METRIC_LENGTH = 11;
const MAXIMUM = 0xffff_ffff_ffff_ffffn;

/**
 * AIGP, RFC 7311 §3: a set of TLVs.
 *
 *     | type (1) | length (2), of the whole TLV | value |   repeated to the end
 *
 * Neither several TLVs of one type nor unknown types make it malformed, nor that there is no metric (§3.2).
 */
export const aigp: AttributeSpec<readonly AigpTlv[]> = {
  code: 26,
  name: "AIGP",
  flags: Flag.Optional,
  flagFault: aigpFlags,
  faults: [aigpFlags, aigpEmpty, aigpTlvTooShort, aigpOverrun, aigpMetricLength, aigpMaximumMetric],

  check(msg, start, end) {
    if (start === end) return aigpEmpty;
    let isFirst = true;
    let isMaximum = false;
    for (let at = start; at < end; ) {
      if (end - at < HEAD) return aigpOverrun;
      const length = u16(msg, at + 1);
      if (length < HEAD) return aigpTlvTooShort;
      if (length > end - at) return aigpOverrun;
      if (u8(msg, at) === METRIC) {
        if (length !== METRIC_LENGTH) return aigpMetricLength;
        if (isFirst) isMaximum = u32(msg, at + 3) === 0xffffffff && u32(msg, at + 7) === 0xffffffff;
        isFirst = false;
      }
      at += length;
    }
    return isMaximum ? aigpMaximumMetric : null;
  },

  read(msg, start, end) {
    const tlvs: AigpTlv[] = [];
    for (let at = start; at < end; ) {
      const type = u8(msg, at);
      const next = at + u16(msg, at + 1);
      if (type === METRIC) {
        tlvs.push({ type, metric: (BigInt(u32(msg, at + 3)) << 32n) | BigInt(u32(msg, at + 7)) });
      } else {
        tlvs.push({ type, value: copyOctets(msg, at + HEAD, next) });
      }
      at = next;
    }
    return tlvs;
  },

  size(tlvs) {
    return tlvs.reduce((size, tlv) => size + tlvOctets(tlv), 0);
  },

  encode(tlvs, out, start) {
    if (tlvs.length === 0) throw new RangeError("AIGP has at least one TLV, or is left out");
    const first = tlvs.find((tlv) => "metric" in tlv);
    if (first?.metric === MAXIMUM) throw new RangeError("the first metric is below the maximum, or AIGP is left out");
    let at = start;
    for (const tlv of tlvs) {
      at = setU8(out, at, within(0xff, tlv.type, "the type of a TLV"));
      at = setU16(out, at, within(0xffff, tlvOctets(tlv), "the length of a TLV"));
      at = "metric" in tlv ? writeMetric(tlv, out, at) : writeOther(tlv, out, at);
    }
    return at;
  },
};

const tlvOctets = (tlv: AigpTlv): number => ("metric" in tlv ? METRIC_LENGTH : HEAD + tlv.value.length);

const writeMetric = ({ type, metric }: AigpMetric, out: Uint8Array, at: number): number => {
  if (type !== METRIC) throw new RangeError(`a metric has type ${METRIC}`);
  if (metric < 0n || metric > MAXIMUM) throw new RangeError(`a metric has 64 bits, not ${metric}`);
  return setU32(out, setU32(out, at, Number(metric >> 32n)), Number(metric & 0xffff_ffffn));
};

const writeOther = ({ type, value }: AigpOther, out: Uint8Array, at: number): number => {
  if (type === METRIC) throw new RangeError(`type ${METRIC} is a metric`);
  return setOctets(out, at, value);
};
