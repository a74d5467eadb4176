import {
  fitsRule,
  LOCAL_NODE_DESCRIPTORS,
  REMOTE_NODE_DESCRIPTORS,
  TLV_HEADER,
  type Tlv,
  writeTlv,
} from "../bgp-ls.js";
import { type Fault, stronger } from "../fault.js";
import { Afi, type Family, family, Safi } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { copyOctets, setOctets, setU8, setU16, u8, u16, u32, within } from "../octets.js";
import { routeDiscarded, unparsable } from "./fault.js";
import { type WithPathId, writePathId } from "./path-id.js";

/** RFC 9552 §5.2, RFC 9514 §6. */
export const LinkStateType = { Node: 1, Link: 2, Ipv4Prefix: 3, Ipv6Prefix: 4, Srv6Sid: 6 } as const;
export type LinkStateType = (typeof LinkStateType)[keyof typeof LinkStateType];

/** A local or remote node: TLV 256 or 257, whose value is sub-TLVs in order of type, none of them twice. */
export interface NodeDescriptors {
  readonly type: typeof LOCAL_NODE_DESCRIPTORS | typeof REMOTE_NODE_DESCRIPTORS;
  readonly subTlvs: readonly Tlv[];
}

/** A node, link, prefix or SID of an IGP's topology. */
export interface LinkStateObject extends WithPathId {
  readonly type: LinkStateType;
  /** Route distinguisher, 8 octets: with SAFI 72. */
  readonly distinguisher?: Uint8Array;
  /** Where it was learned: 1 and 2 IS-IS, 3 and 6 OSPF, 4 direct, 5 static, 7 BGP. */
  readonly protocol: number;
  /** Of the routing universe, 8 octets. */
  readonly identifier: Uint8Array;
  /** In order of type, then length, then value. */
  readonly descriptors: readonly (NodeDescriptors | Tlv)[];
}

/** RFC 9552 §5.2: a type that is not known is an opaque object, preserved and propagated. */
export interface OpaqueObject extends WithPathId {
  readonly type: number;
  /** All behind the length. */
  readonly octets: Uint8Array;
}

export type LinkStateRoute = LinkStateObject | OpaqueObject;

export interface BgpLsSpec extends NlriSpec<LinkStateRoute> {
  readonly overrun: Fault;
  readonly tooShort: Fault;
  readonly tlvOverrun: Fault;
  readonly tlvLength: Fault;
  readonly tlvOrder: Fault;
  readonly duplicate: Fault;
}

/** Protocol-ID and Identifier. */
const FIXED = 9;

/**
 * Link-State NLRI, RFC 9552 §5.2; in a VPN with the distinguisher of RFC 4364 §4.2.
 *
 *     [ path identifier (4) ] | type (2) | length (2) | [ distinguisher (8) ] | protocol (1) | identifier (8) | TLVs |
 *
 * The length says where the next route begins, so all that is wrong behind it costs that route only (§8.2.2, "NLRI
 * discard"). Which descriptors there are and what they say is never at fault (§8.2.2); their order is, since speakers
 * that do not know a type compare routes octet by octet (§5.1).
 *
 * Path identifiers: RFC 7911 §3 puts one in front of "the NLRI encoding" of any family, and RFC 9552 says nothing against.
 */
const bgpLs = (family: Family, name: string, lead: 0 | 8): BgpLsSpec => {
  // §8.2.2: where the next route can't be found, AFI/SAFI disable or session reset. We reset.
  const overrun = unparsable(name, "overrun", "RFC 9552 §8.2.2");
  const tooShort = routeDiscarded(name, "too-short", "RFC 9552 §8.2.2");
  const tlvOverrun = routeDiscarded(name, "tlv-overrun", "RFC 9552 §8.2.2");
  const tlvLength = routeDiscarded(name, "bad-tlv-length", "RFC 9552 §8.2.2");
  const tlvOrder = routeDiscarded(name, "tlv-order", "RFC 9552 §5.1");
  const duplicate = routeDiscarded(name, "duplicate-sub-tlv", "RFC 9552 §5.2.1.4");

  /** Octets behind the length of one route. */
  const judge = (msg: Uint8Array, type: number, start: number, end: number): Fault | null => {
    if (!isKnown(type)) return null;
    if (end - start < lead + FIXED) return tooShort;
    let before = -1;
    for (let at = start + lead + FIXED; at < end; ) {
      if (end - at < TLV_HEADER) return tlvOverrun;
      const next = at + TLV_HEADER + u16(msg, at + 2);
      if (next > end) return tlvOverrun;
      const of = u16(msg, at);
      if (!fitsRule(of, next - at - TLV_HEADER)) return tlvLength;
      if (before >= 0 && !isInOrder(msg, before, at)) return tlvOrder;
      if (isNode(of)) {
        const fault = judgeNode(msg, at + TLV_HEADER, next);
        if (fault !== null) return fault;
      }
      before = at;
      at = next;
    }
    return null;
  };

  /** §5.2.1.4: sub-TLVs in ascending order of type, at most one of each. */
  const judgeNode = (msg: Uint8Array, start: number, end: number): Fault | null => {
    let before = -1;
    for (let at = start; at < end; ) {
      if (end - at < TLV_HEADER) return tlvOverrun;
      const next = at + TLV_HEADER + u16(msg, at + 2);
      if (next > end) return tlvOverrun;
      const of = u16(msg, at);
      if (!fitsRule(of, next - at - TLV_HEADER)) return tlvLength;
      if (of === before) return duplicate;
      if (of < before) return tlvOrder;
      before = of;
      at = next;
    }
    return null;
  };

  return {
    family,
    name,
    faults: [overrun, tooShort, tlvOverrun, tlvLength, tlvOrder, duplicate],
    partial: [tooShort, tlvOverrun, tlvLength, tlvOrder, duplicate],
    pathIds: true,
    overrun,
    tooShort,
    tlvOverrun,
    tlvLength,
    tlvOrder,
    duplicate,

    // RFC 9552 §5.5: IPv4, IPv6, or IPv6 with a link-local address; in a VPN a distinguisher of zeros is prepended. To
    // which of two addresses it does not say: 40 is one for both, 48 is RFC 4659 §3.2.1.1's one for each.
    isNextHopLength(length) {
      const address = length - lead;
      return address === 4 || address === 16 || address === 32 || (lead === 8 && length === 48);
    },

    check(msg, start, end, addPath) {
      let worst: Fault | null = null;
      for (let at = start; at < end; ) {
        if (addPath) at += 4;
        if (end - at < 4) return overrun;
        const body = at + 4;
        const next = body + u16(msg, at + 2);
        if (next > end) return overrun;
        worst = stronger(worst, judge(msg, u16(msg, at), body, next));
        at = next;
      }
      return worst;
    },

    read(msg, start, end, addPath) {
      const routes: LinkStateRoute[] = [];
      for (let at = start; at < end; ) {
        const id = addPath ? { pathId: u32(msg, at) } : {};
        if (addPath) at += 4;
        const type = u16(msg, at);
        const body = at + 4;
        at = body + u16(msg, at + 2);
        if (!isKnown(type)) routes.push({ ...id, type, octets: copyOctets(msg, body, at) });
        else if (judge(msg, type, body, at) === null) routes.push({ ...id, type, ...readObject(msg, body, at, lead) });
      }
      return routes;
    },

    size(route, addPath) {
      return (addPath ? 8 : 4) + bodySize(route, lead);
    },

    encode(route, out, start, addPath) {
      const { type } = route;
      const length = within(0xffff, bodySize(route, lead), "the length of a link-state route");
      const at = writePathId(route, out, start, addPath);
      const body = setU16(out, setU16(out, at, within(0xffff, type, "the type of a link-state route")), length);
      if ("octets" in route) {
        if (isKnown(type)) throw new RangeError(`a link-state route of type ${type} is given as fields, not as octets`);
        return setOctets(out, body, route.octets);
      }
      if (!isKnown(type)) throw new RangeError(`a link-state route of type ${type} is given as octets`);
      const end = writeObject(route, out, body, lead);
      const fault = judge(out, type, body, end);
      if (fault !== null) throw new RangeError(`no ${name} route has such descriptors: ${fault.id}`);
      return end;
    },
  };
};

export const linkState: BgpLsSpec = bgpLs(family(Afi.LinkState, Safi.LinkState), "link-state", 0);
export const linkStateVpn: BgpLsSpec = bgpLs(family(Afi.LinkState, Safi.LinkStateVpn), "link-state-vpn", 8);

const isKnown = (type: number): type is LinkStateType => (type >= 1 && type <= 4) || type === LinkStateType.Srv6Sid;

const isNode = (type: number): type is NodeDescriptors["type"] =>
  type === LOCAL_NODE_DESCRIPTORS || type === REMOTE_NODE_DESCRIPTORS;

/** RFC 9552 §5.1: by type, then by length, then by value, octet by octet. What is equal is in order. */
const isInOrder = (msg: Uint8Array, first: number, second: number): boolean => {
  const length = u16(msg, first + 2);
  // Type and length, side by side, compare as one number.
  const difference = u32(msg, second) - u32(msg, first);
  if (difference !== 0) return difference > 0;
  for (let i = TLV_HEADER; i < TLV_HEADER + length; i++) {
    const octets = u8(msg, second + i) - u8(msg, first + i);
    if (octets !== 0) return octets > 0;
  }
  return true;
};

const readObject = (msg: Uint8Array, start: number, end: number, lead: 0 | 8): Omit<LinkStateObject, "type"> => {
  const at = start + lead;
  const descriptors: (NodeDescriptors | Tlv)[] = [];
  for (const { type, start: value, end: next } of tlvs(msg, at + FIXED, end)) {
    descriptors.push(
      isNode(type)
        ? { type, subTlvs: Array.from(tlvs(msg, value, next), (sub) => copied(msg, sub)) }
        : copied(msg, { type, start: value, end: next }),
    );
  }
  return {
    ...(lead === 8 && { distinguisher: copyOctets(msg, start, at) }),
    protocol: u8(msg, at),
    identifier: copyOctets(msg, at + 1, at + FIXED),
    descriptors,
  };
};

interface TlvPlace {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

function* tlvs(msg: Uint8Array, start: number, end: number): Generator<TlvPlace> {
  for (let at = start; at < end; ) {
    const value = at + TLV_HEADER;
    const next = value + u16(msg, at + 2);
    yield { type: u16(msg, at), start: value, end: next };
    at = next;
  }
}

const copied = (msg: Uint8Array, { type, start, end }: TlvPlace): Tlv => ({ type, value: copyOctets(msg, start, end) });

const bodySize = (route: LinkStateRoute, lead: 0 | 8): number =>
  "octets" in route
    ? route.octets.length
    : route.descriptors.reduce((size, one) => size + TLV_HEADER + valueSize(one), lead + FIXED);

const valueSize = (one: NodeDescriptors | Tlv): number =>
  "subTlvs" in one ? one.subTlvs.reduce((size, { value }) => size + TLV_HEADER + value.length, 0) : one.value.length;

const writeObject = (route: LinkStateObject, out: Uint8Array, start: number, lead: 0 | 8): number => {
  const { distinguisher, protocol, identifier, descriptors } = route;
  if ((distinguisher?.length ?? 0) !== lead) throw new RangeError(`a distinguisher has ${lead} octets here`);
  if (identifier.length !== FIXED - 1) throw new RangeError("the identifier has 8 octets");
  let at = distinguisher === undefined ? start : setOctets(out, start, distinguisher);
  at = setOctets(out, setU8(out, at, within(0xff, protocol, "the protocol")), identifier);
  for (const one of descriptors) at = writeDescriptor(one, out, at);
  return at;
};

const writeDescriptor = (one: NodeDescriptors | Tlv, out: Uint8Array, start: number): number => {
  if (!("subTlvs" in one)) {
    if (isNode(one.type)) throw new RangeError("node descriptors are given as sub-TLVs");
    return writeTlv(one, out, start);
  }
  if (!isNode(one.type)) throw new RangeError(`a TLV ${one.type} has no sub-TLVs`);
  const length = within(0xffff, valueSize(one), "the length of node descriptors");
  let at = setU16(out, setU16(out, start, one.type), length);
  for (const sub of one.subTlvs) at = writeTlv(sub, out, at);
  return at;
};
