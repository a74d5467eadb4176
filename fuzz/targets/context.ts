import { Afi, afiOf, type Family, family, Ipv4Unicast, Ipv6Unicast, isLabeled } from "../../src/codec/iana.js";
import { nlriFamilies, nlriOf } from "../../src/codec/nlri/index.js";
import { u16 } from "../../src/codec/octets.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE, type SessionContext } from "../../src/codec/session-context.js";

/** One of IANA's for private use. */
const UnreadFamily: Family = family(1, 241);

/**
 * The session an input travels in, so that contexts are fuzzed as well: the first two octets of the input, a bit set
 * for each departure from the ordinary session (external, four-octet AS, IPv4 and IPv6 unicast, 4096 octets).
 *
 *     first octet    01 two-octet AS numbers    02 internal peer          04 extended messages
 *                    08 no IPv4 unicast         10 no IPv6 unicast        20 with every other family, and one that
 *                    40 IPv6 next hops for IPv4                              no module reads
 *     second octet   01 path ids with IPv4      02 path ids with IPv6     04 path ids with the others that may have some
 *                    08 stacks of labels (RFC 8277)
 *
 * Other bits mean nothing. An input that is too short is filled up with zeros.
 */
export const CONTEXT_OCTETS = 2;

const LOCAL_AS = 64_500;
const PEER_AS = 64_501;

const Bit = {
  TwoOctetAs: 0x0100,
  Internal: 0x0200,
  Extended: 0x0400,
  NoIpv4: 0x0800,
  NoIpv6: 0x1000,
  Others: 0x2000,
  Ipv6NextHop: 0x4000,
  PathIdsIpv4: 0x0001,
  PathIdsIpv6: 0x0002,
  PathIdsOthers: 0x0004,
  LabelStacks: 0x0008,
} as const;

export const contextOf = (data: Uint8Array): SessionContext => {
  const bits = data.length >= 2 ? u16(data, 0) : (data[0] ?? 0) << 8;
  const index = ((bits & 0x7f00) >>> 4) | (bits & 0x0f);
  const known = contexts[index];
  if (known !== undefined) return known;
  const made = contextFrom(bits);
  contexts[index] = made;
  return made;
};

/** The octets that give this session, as far as the layout can say it: AS numbers are the layout's own. */
const contextOctets = (session: SessionContext): Uint8Array => {
  const others = [...session.families].filter(isOther);
  const bits =
    when(session.asnSize === 2, Bit.TwoOctetAs) |
    when(!session.external, Bit.Internal) |
    when(session.maxMessage > ORDINARY_MAX_MESSAGE, Bit.Extended) |
    when(!session.families.has(Ipv4Unicast), Bit.NoIpv4) |
    when(!session.families.has(Ipv6Unicast), Bit.NoIpv6) |
    when(others.length > 0, Bit.Others) |
    when(session.extendedNextHop.size > 0, Bit.Ipv6NextHop) |
    when(session.addPath.has(Ipv4Unicast), Bit.PathIdsIpv4) |
    when(session.addPath.has(Ipv6Unicast), Bit.PathIdsIpv6) |
    when(
      others.some((one) => session.addPath.has(one)),
      Bit.PathIdsOthers,
    ) |
    when(session.multipleLabels.size > 0, Bit.LabelStacks);
  return Uint8Array.of(bits >>> 8, bits & 0xff);
};

/** The input that makes `contextOf` give `session`, with `octets` behind it. */
export const inContext = (octets: Uint8Array, session: SessionContext): Uint8Array => {
  const data = new Uint8Array(CONTEXT_OCTETS + octets.length);
  data.set(contextOctets(session));
  data.set(octets, CONTEXT_OCTETS);
  return data;
};

/** The session of an input that begins with zeros. */
export const ordinary = (): SessionContext => contextOf(new Uint8Array(CONTEXT_OCTETS));

const contexts: SessionContext[] = [];

const isOther = (one: Family): boolean => one !== Ipv4Unicast && one !== Ipv6Unicast;

const otherFamilies: readonly Family[] = [...nlriFamilies.map((spec) => spec.family).filter(isOther), UnreadFamily];

const contextFrom = (bits: number): SessionContext => {
  const external = (bits & Bit.Internal) === 0;
  const has = (bit: number): boolean => (bits & bit) !== 0;
  const families = [
    ...(has(Bit.NoIpv4) ? [] : [Ipv4Unicast]),
    ...(has(Bit.NoIpv6) ? [] : [Ipv6Unicast]),
    ...(has(Bit.Others) ? otherFamilies : []),
  ];
  const carriesPathIds = (one: Family): boolean => {
    if (one === Ipv4Unicast) return has(Bit.PathIdsIpv4);
    if (one === Ipv6Unicast) return has(Bit.PathIdsIpv6);
    return has(Bit.PathIdsOthers) && nlriOf(one)?.pathIds === true;
  };
  return {
    asnSize: has(Bit.TwoOctetAs) ? 2 : 4,
    localAs: LOCAL_AS,
    peerAs: external ? PEER_AS : LOCAL_AS,
    external,
    families: new Set(families),
    addPath: new Set(families.filter(carriesPathIds)),
    maxMessage: has(Bit.Extended) ? EXTENDED_MAX_MESSAGE : ORDINARY_MAX_MESSAGE,
    extendedNextHop: new Set(has(Bit.Ipv6NextHop) ? families.filter((one) => afiOf(one) === Afi.Ipv4) : []),
    multipleLabels: new Set(has(Bit.LabelStacks) ? families.filter(isLabeled) : []),
  };
};

const when = (is: boolean, bit: number): number => (is ? bit : 0);
