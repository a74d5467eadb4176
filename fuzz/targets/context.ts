import { type Family, family, Ipv4Unicast, Ipv6Unicast } from "../../src/codec/iana.js";
import { u16 } from "../../src/codec/octets.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE, type SessionContext } from "../../src/codec/session-context.js";

/**
 * The session an input travels in, so that contexts are fuzzed as well: the first two octets of the input, a bit set
 * for each departure from the ordinary session (external, four-octet AS, IPv4 and IPv6 unicast, 4096 octets).
 *
 *     first octet    01 two-octet AS numbers    02 internal peer          04 extended messages
 *                    08 no IPv4 unicast         10 no IPv6 unicast        20 with VPN-IPv4, which no module reads
 *                    40 IPv6 next hops for IPv4
 *     second octet   01 path ids with IPv4      02 path ids with IPv6
 *
 * Other bits mean nothing. An input that is too short is filled up with zeros.
 */
export const CONTEXT_OCTETS = 2;

const VPN_IPV4: Family = family(1, 128);
const LOCAL_AS = 64_500;
const PEER_AS = 64_501;

const Bit = {
  TwoOctetAs: 0x0100,
  Internal: 0x0200,
  Extended: 0x0400,
  NoIpv4: 0x0800,
  NoIpv6: 0x1000,
  Vpn: 0x2000,
  Ipv6NextHop: 0x4000,
  PathIdsIpv4: 0x0001,
  PathIdsIpv6: 0x0002,
} as const;

export const contextOf = (data: Uint8Array): SessionContext => {
  const bits = data.length >= 2 ? u16(data, 0) : (data[0] ?? 0) << 8;
  const index = ((bits & 0x7f00) >>> 6) | (bits & 3);
  const known = contexts[index];
  if (known !== undefined) return known;
  const made = contextFrom(bits);
  contexts[index] = made;
  return made;
};

/** The octets that give this session, as far as the layout can say it: AS numbers are the layout's own. */
const contextOctets = (session: SessionContext): Uint8Array => {
  const bits =
    when(session.asnSize === 2, Bit.TwoOctetAs) |
    when(!session.external, Bit.Internal) |
    when(session.maxMessage > ORDINARY_MAX_MESSAGE, Bit.Extended) |
    when(!session.families.has(Ipv4Unicast), Bit.NoIpv4) |
    when(!session.families.has(Ipv6Unicast), Bit.NoIpv6) |
    when(session.families.has(VPN_IPV4), Bit.Vpn) |
    when(session.extendedNextHop.has(Ipv4Unicast), Bit.Ipv6NextHop) |
    when(session.addPath.has(Ipv4Unicast), Bit.PathIdsIpv4) |
    when(session.addPath.has(Ipv6Unicast), Bit.PathIdsIpv6);
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

const contextFrom = (bits: number): SessionContext => {
  const external = (bits & Bit.Internal) === 0;
  const families = chosen([
    [Ipv4Unicast, (bits & Bit.NoIpv4) === 0],
    [Ipv6Unicast, (bits & Bit.NoIpv6) === 0],
    [VPN_IPV4, (bits & Bit.Vpn) !== 0],
  ]);
  return {
    asnSize: (bits & Bit.TwoOctetAs) === 0 ? 4 : 2,
    localAs: LOCAL_AS,
    peerAs: external ? PEER_AS : LOCAL_AS,
    external,
    families,
    addPath: chosen([
      [Ipv4Unicast, families.has(Ipv4Unicast) && (bits & Bit.PathIdsIpv4) !== 0],
      [Ipv6Unicast, families.has(Ipv6Unicast) && (bits & Bit.PathIdsIpv6) !== 0],
    ]),
    maxMessage: (bits & Bit.Extended) === 0 ? ORDINARY_MAX_MESSAGE : EXTENDED_MAX_MESSAGE,
    extendedNextHop: chosen([[Ipv4Unicast, families.has(Ipv4Unicast) && (bits & Bit.Ipv6NextHop) !== 0]]),
  };
};

const chosen = (rows: readonly (readonly [Family, boolean])[]): ReadonlySet<Family> =>
  new Set(rows.filter(([, isIn]) => isIn).map(([of]) => of));

const when = (is: boolean, bit: number): number => (is ? bit : 0);
