import { type Attribute, type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets, setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";
import { EXTENDED_MAX_MESSAGE, type SessionContext } from "../session-context.js";
import { OctetSet } from "./octet-set.js";

export interface AttrSet {
  /** The customer's AS. */
  readonly as: number;
  /** In the order of the wire. The value of an attribute the codec does not know is its octets. */
  readonly attributes: readonly Attribute[];
}

// RFC 6368 §5 says what malformed is, RFC 7606 §7.16 what is done about it.
const malformed = (what: string, subcode: number = UpdateError.OptionalAttribute): Fault =>
  treatAsWithdraw(`attr-set/${what}`, "RFC 7606 §7.16", subcode);

export const attrSetFlags: Fault = wrongFlags("attr-set");
export const attrSetTooShort: Fault = malformed("too-short", UpdateError.AttributeLength);
export const attrSetBadLength: Fault = malformed("bad-attribute-length");
export const attrSetMultiprotocol: Fault = malformed("multiprotocol-attribute");
export const attrSetDuplicate: Fault = malformed("duplicate-attribute");
export const attrSetBadAttribute: Fault = malformed("malformed-attribute");
export const attrSetTooDeep: Fault = malformed("nested-too-deep");

export const ATTR_SET = 128;
const MP_REACH = 14;
const MP_UNREACH = 15;

/**
 * How many sets may stand in one another. A set may hold any attribute, a set as well: each carrier whose customer is a
 * carrier adds one. Three are one more than carriers of carriers need; a bound there must be, since a peer could nest thousands.
 */
export const ATTR_SET_DEPTH = 3;

/** What a set was made for is a session within the customer's AS, always with four octets (RFC 6368 §5). */
export const customerSession: SessionContext = {
  asnSize: 4,
  localAs: 0,
  peerAs: 0,
  external: false,
  families: new Set(),
  addPath: new Set(),
  maxMessage: EXTENDED_MAX_MESSAGE,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};

/**
 * ATTR_SET, RFC 6368 §5: the attributes of a customer's route, untouched by the carrier.
 *
 *     | origin AS (4) | path attributes as in an UPDATE |
 *
 * Its attributes are judged by the table in which this is a row, so the table is asked when it is there. NEXT_HOP should
 * not be sent and is to be ignored: it is no fault.
 */
export const attrSet = (attributeOf: (code: number) => AttributeSpec<unknown> | undefined): AttributeSpec<AttrSet> => {
  const seenAt = Array.from({ length: ATTR_SET_DEPTH }, () => new OctetSet());

  // Each octet is walked over once, in the innermost set that it is in, whatever the depth.
  const check = (msg: Uint8Array, start: number, end: number, depth: number): Fault | null => {
    const seen = seenAt[depth];
    if (seen === undefined) return attrSetTooDeep;
    if (end - start < 4) return attrSetTooShort;
    seen.clear();
    for (let at = start + 4; at < end; ) {
      const flags = u8(msg, at);
      const value = at + headerSize(flags);
      if (value > end) return attrSetBadLength;
      const code = u8(msg, at + 1);
      const next = value + lengthAt(msg, at, flags);
      if (next > end) return attrSetBadLength;
      if (code === MP_REACH || code === MP_UNREACH) return attrSetMultiprotocol;
      if (!seen.add(code)) return attrSetDuplicate;
      const fault = judge(msg, flags, code, value, next, depth);
      if (fault !== null) return fault;
      at = next;
    }
    return null;
  };

  const judge = (
    msg: Uint8Array,
    flags: number,
    code: number,
    start: number,
    end: number,
    depth: number,
  ): Fault | null => {
    const spec = attributeOf(code);
    // RFC 4271 §6.3: what is not known is optional at least.
    if (spec === undefined) return (flags & Flag.Optional) === 0 ? attrSetBadAttribute : null;
    if (((flags ^ spec.flags) & (Flag.Optional | Flag.Transitive)) !== 0) return attrSetBadAttribute;
    if (code === ATTR_SET) return check(msg, start, end, depth + 1);
    return spec.check(msg, start, end, customerSession) === null ? null : attrSetBadAttribute;
  };

  const sizeOf = ({ code, value }: Attribute): number =>
    attributeOf(code)?.size(value, customerSession) ?? unknownOctets(code, value).length;

  return {
    code: ATTR_SET,
    name: "ATTR_SET",
    flags: Flag.Optional | Flag.Transitive,
    flagFault: attrSetFlags,
    faults: [
      attrSetFlags,
      attrSetTooShort,
      attrSetBadLength,
      attrSetMultiprotocol,
      attrSetDuplicate,
      attrSetBadAttribute,
      attrSetTooDeep,
    ],

    check(msg, start, end) {
      return check(msg, start, end, 0);
    },

    read(msg, start, end) {
      const attributes: Attribute[] = [];
      for (let at = start + 4; at < end; ) {
        const flags = u8(msg, at);
        const code = u8(msg, at + 1);
        const value = at + headerSize(flags);
        const next = value + lengthAt(msg, at, flags);
        attributes.push({
          code,
          flags: flags & KEPT_FLAGS,
          value: attributeOf(code)?.read(msg, value, next, customerSession) ?? copyOctets(msg, value, next),
        });
        at = next;
      }
      return { as: u32(msg, start), attributes };
    },

    size({ attributes }) {
      return attributes.reduce((sum, one) => {
        const size = sizeOf(one);
        return sum + (size > 255 ? 4 : 3) + size;
      }, 4);
    },

    encode(set, out, start) {
      refuse(set);
      let at = setU32(out, start, within(0xffffffff, set.as, "ASN"));
      for (const one of set.attributes) {
        const size = within(0xffff, sizeOf(one), "the attribute length");
        const flags = within(0xff, one.flags, "the attribute flags") & KEPT_FLAGS;
        at = setU8(out, at, size > 255 ? flags | Flag.ExtendedLength : flags);
        at = setU8(out, at, within(0xff, one.code, "the attribute code"));
        at = size > 255 ? setU16(out, at, size) : setU8(out, at, size);
        const spec = attributeOf(one.code);
        at =
          spec === undefined
            ? setOctets(out, at, unknownOctets(one.code, one.value))
            : spec.encode(one.value, out, at, customerSession);
      }
      return at;
    },
  };
};

const KEPT_FLAGS = Flag.Optional | Flag.Transitive | Flag.Partial;

/** Octets of flags, code and length. */
const headerSize = (flags: number): 3 | 4 => ((flags & Flag.ExtendedLength) === 0 ? 3 : 4);

/** The length of the value of the attribute at `at`. */
const lengthAt = (msg: Uint8Array, at: number, flags: number): number =>
  headerSize(flags) === 3 ? u8(msg, at + 2) : u16(msg, at + 2);

const unknownOctets = (code: number, value: unknown): Uint8Array => {
  if (value instanceof Uint8Array) return value;
  throw new RangeError(`attribute ${code} is not known to the codec: its value must be octets`);
};

/** RangeError for a set that no receiver takes: the counterpart of `check` that no attribute's own encoder is. */
const refuse = ({ attributes }: AttrSet): void => {
  const codes = new Set(attributes.map(({ code }) => code));
  if (codes.size < attributes.length) throw new RangeError("ATTR_SET has no attribute twice");
  if (codes.has(MP_REACH) || codes.has(MP_UNREACH)) throw new RangeError("ATTR_SET has no multiprotocol attribute");
  let nested = attributes;
  for (let depth = 1; ; depth++) {
    const inner = nested.find(({ code }) => code === ATTR_SET);
    if (inner === undefined) return;
    if (depth === ATTR_SET_DEPTH) throw new RangeError(`sets in one another are ${ATTR_SET_DEPTH} at most`);
    nested = (inner.value as AttrSet).attributes;
  }
};
