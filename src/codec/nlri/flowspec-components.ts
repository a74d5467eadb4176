import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";
import { prefixOctets } from "./prefix.js";

/** Types of components: RFC 8955 §4.2.2; of IPv6 the same and one more, RFC 8956 §3. */
export const FlowSpecType = {
  DestinationPrefix: 1,
  SourcePrefix: 2,
  Protocol: 3,
  Port: 4,
  DestinationPort: 5,
  SourcePort: 6,
  IcmpType: 7,
  IcmpCode: 8,
  TcpFlags: 9,
  PacketLength: 10,
  Dscp: 11,
  Fragment: 12,
  FlowLabel: 13,
} as const;

/** The highest-order bit of an operator: the pair it opens is the last of its list, RFC 8955 §4.2.1.1. */
export const END_OF_LIST = 0x80;

/** Bits of an address that must be as in `pattern`: those from `offset` up to `length`. */
export interface FlowSpecPrefix {
  readonly type: 1 | 2;
  readonly length: number;
  /** 0 in IPv4, which has no such field. */
  readonly offset: number;
  /** As many octets as hold `length - offset` bits; the bits that fill the last one are zero. */
  readonly pattern: Uint8Array;
}

/** A list of conditions on one field of a packet. */
export interface FlowSpecList {
  readonly type: 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13;
  readonly conditions: readonly FlowSpecCondition[];
}

export interface FlowSpecCondition {
  /**
   * The whole octet: end of list (0x80, in the last condition and no other), AND (0x40), width of the value as a power
   * of two (0x30), reserved bits, and what is compared. An AND bit in the first condition means nothing.
   */
  readonly operator: number;
  /** A bigint exactly when it is 8 octets wide. */
  readonly value: number | bigint;
}

export type FlowSpecComponent = FlowSpecPrefix | FlowSpecList;

/** The ways in which components are not encoded as RFC 8955 §4.2 and RFC 8956 §3 have it. */
export interface ComponentFaults {
  readonly unknownComponent: Fault;
  readonly componentOrder: Fault;
  readonly badPrefix: Fault;
  readonly valueWidth: Fault;
  readonly componentOverrun: Fault;
}

/** Judges the components of one rule, octets [start, end). `width`: octets of an address. */
export const checkComponents = (
  msg: Uint8Array,
  start: number,
  end: number,
  width: 4 | 16,
  faults: ComponentFaults,
): Fault | null => {
  let previous = 0;
  for (let at = start; at < end; ) {
    const type = u8(msg, at++);
    if (!isKnown(type, width)) return faults.unknownComponent;
    // RFC 8955 §4.2: "strict type ordering by increasing numerical order", each type once at most.
    if (type <= previous) return faults.componentOrder;
    previous = type;
    if (isPrefixType(type)) {
      const head = prefixHead(width);
      if (end - at < head) return faults.componentOverrun;
      const length = u8(msg, at);
      const offset = width === 16 ? u8(msg, at + 1) : 0;
      if (!isPrefix(length, offset, width)) return faults.badPrefix;
      at += head + prefixOctets(length - offset);
    } else {
      for (let operator = 0; (operator & END_OF_LIST) === 0; ) {
        if (at >= end) return faults.componentOverrun;
        operator = u8(msg, at);
        if (valueOctets(operator) > widest(type)) return faults.valueWidth;
        at += 1 + valueOctets(operator);
      }
    }
    if (at > end) return faults.componentOverrun;
  }
  return null;
};

/** The components of one rule that was checked. */
export const readComponents = (
  msg: Uint8Array,
  start: number,
  end: number,
  width: 4 | 16,
): readonly FlowSpecComponent[] => {
  const components: FlowSpecComponent[] = [];
  for (let at = start; at < end; ) {
    const component = isPrefixType(u8(msg, at)) ? readPrefixComponent(msg, at, width) : readList(msg, at);
    components.push(component);
    at += componentOctets(component, width);
  }
  return components;
};

/** Octets that `writeComponents` will write. */
export const componentsSize = (components: readonly FlowSpecComponent[], width: 4 | 16): number =>
  components.reduce((size, component) => size + componentOctets(component, width), 0);

/** Writes the components of one rule and gives the offset after. Throws RangeError for what the wire cannot carry. */
export const writeComponents = (
  components: readonly FlowSpecComponent[],
  out: Uint8Array,
  start: number,
  width: 4 | 16,
): number => {
  if (components.length === 0) throw new RangeError("a flow specification has at least one component");
  let at = start;
  let previous = 0;
  for (const component of components) {
    const { type } = component;
    if (!isKnown(type, width)) throw new RangeError(`a flow specification has no component of type ${type} here`);
    if (type <= previous) throw new RangeError("the types of components increase strictly");
    previous = type;
    if (isPrefixType(type) !== "pattern" in component) {
      throw new RangeError(`a component of type ${type} is a ${isPrefixType(type) ? "prefix" : "list of conditions"}`);
    }
    at = setU8(out, at, type);
    at = "pattern" in component ? writePrefix(component, out, at, width) : writeList(component, out, at);
  }
  return at;
};

/** Octets of the value behind an operator, RFC 8955 §4.2.1.1: 1, 2, 4 or 8. */
export const valueOctets = (operator: number): number => 1 << ((operator >>> 4) & 3);

// RFC 8956 §3.7 defines the flow label for IPv6 only.
const isKnown = (type: number, width: 4 | 16): boolean =>
  type >= FlowSpecType.DestinationPrefix && type <= (width === 16 ? FlowSpecType.FlowLabel : FlowSpecType.Fragment);

const isPrefixType = (type: number): boolean => type <= FlowSpecType.SourcePrefix;

/** Octets in front of a pattern: its length, and in IPv6 its offset (RFC 8956 §3.1). */
const prefixHead = (width: 4 | 16): number => (width === 16 ? 2 : 1);

// RFC 8956 §3.1: both 0, or "offset < length < 129 or the component is malformed"; RFC 4271 §4.3 for IPv4.
const isPrefix = (length: number, offset: number, width: 4 | 16): boolean =>
  (length === 0 && offset === 0) || (offset < length && length <= 8 * width);

/**
 * The widest value that a component may have. RFC 8955 §4.2.2: a bitmask of TCP flags "MUST" have 1 or 2 octets, a DSCP
 * and a fragment bitmask 1; for the others there is no more than a "SHOULD". What a value says is not judged: of a DSCP
 * the two upper bits count as 0 (§4.2.2.11).
 */
const widest = (type: number): number => {
  if (type === FlowSpecType.TcpFlags) return 2;
  return type === FlowSpecType.Dscp || type === FlowSpecType.Fragment ? 1 : 8;
};

const componentOctets = (component: FlowSpecComponent, width: 4 | 16): number => {
  if ("pattern" in component) return 1 + prefixHead(width) + prefixOctets(component.length - component.offset);
  return component.conditions.reduce((size, { operator }) => size + 1 + valueOctets(operator), 1);
};

const readPrefixComponent = (msg: Uint8Array, start: number, width: 4 | 16): FlowSpecPrefix => {
  const length = u8(msg, start + 1);
  const offset = width === 16 ? u8(msg, start + 2) : 0;
  const at = start + 1 + prefixHead(width);
  const pattern = copyOctets(msg, at, at + prefixOctets(length - offset));
  clearPadding(pattern, length - offset);
  return { type: u8(msg, start) as FlowSpecPrefix["type"], length, offset, pattern };
};

const readList = (msg: Uint8Array, start: number): FlowSpecList => {
  const conditions: FlowSpecCondition[] = [];
  for (let at = start + 1, operator = 0; (operator & END_OF_LIST) === 0; ) {
    operator = u8(msg, at);
    conditions.push({ operator, value: readValue(msg, at + 1, valueOctets(operator)) });
    at += 1 + valueOctets(operator);
  }
  return { type: u8(msg, start) as FlowSpecList["type"], conditions };
};

const readValue = (msg: Uint8Array, at: number, octets: number): number | bigint => {
  if (octets === 8) return (BigInt(u32(msg, at)) << 32n) | BigInt(u32(msg, at + 4));
  if (octets === 4) return u32(msg, at);
  return octets === 2 ? u16(msg, at) : u8(msg, at);
};

const writePrefix = (
  { length, offset, pattern }: FlowSpecPrefix,
  out: Uint8Array,
  start: number,
  width: 4 | 16,
): number => {
  within(8 * width, length, "the prefix length");
  within(width === 16 ? 8 * width : 0, offset, "the prefix offset");
  if (!isPrefix(length, offset, width)) throw new RangeError(`no bits lie between ${offset} and ${length}`);
  const octets = prefixOctets(length - offset);
  if (pattern.length !== octets) throw new RangeError(`the pattern of ${length - offset} bits has ${octets} octets`);
  let at = setU8(out, start, length);
  if (width === 16) at = setU8(out, at, offset);
  at = setOctets(out, at, pattern);
  clearPadding(out.subarray(at - octets, at), length - offset);
  return at;
};

const writeList = ({ type, conditions }: FlowSpecList, out: Uint8Array, start: number): number => {
  if (conditions.length === 0) throw new RangeError("a component has at least one condition");
  let at = start;
  for (const [i, { operator, value }] of conditions.entries()) {
    within(0xff, operator, "an operator");
    if (((operator & END_OF_LIST) !== 0) !== (i === conditions.length - 1)) {
      throw new RangeError("the last operator of a component has the end-of-list bit, and no other");
    }
    const octets = valueOctets(operator);
    if (octets > widest(type)) throw new RangeError(`a value of component ${type} has no ${octets} octets`);
    at = writeValue(value, out, setU8(out, at, operator), octets);
  }
  return at;
};

const writeValue = (value: number | bigint, out: Uint8Array, at: number, octets: number): number => {
  if (octets < 8) {
    if (typeof value === "bigint") throw new RangeError("only a value of 8 octets is a bigint");
    const number = within(2 ** (8 * octets) - 1, value, "the value of a condition");
    if (octets === 4) return setU32(out, at, number);
    return octets === 2 ? setU16(out, at, number) : setU8(out, at, number);
  }
  if (typeof value !== "bigint" || value < 0n || value > 0xffff_ffff_ffff_ffffn) {
    throw new RangeError(`a value of 8 octets is a bigint of at most 64 bits, not ${value}`);
  }
  return setU32(out, setU32(out, at, Number(value >> 32n)), Number(value & 0xffff_ffffn));
};

// RFC 8956 §3.1: padding "MUST be 0 on encoding and MUST be ignored on decoding"; RFC 4271 §4.3: it is irrelevant.
const clearPadding = (pattern: Uint8Array, bits: number): void => {
  if (bits & 7) pattern[pattern.length - 1] = u8(pattern, pattern.length - 1) & (0xff00 >>> (bits & 7));
};
