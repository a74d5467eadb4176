import { describe, expect, it } from "vitest";
import type { AsPath } from "../codec/attribute/02-as-path.js";
import type { MpReach } from "../codec/attribute/14-mp-reach-nlri.js";
import { type Attribute, Flag } from "../codec/attribute.js";
import { Role } from "../codec/capability/09-role.js";
import { type Family, Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { encodeUpdate, type Update } from "../codec/message/update.js";
import type { UnicastRoute } from "../codec/nlri/unicast.js";
import type { SessionContext } from "../codec/session-context.js";
import { Rib } from "../rib/rib.js";
import type { Negotiated } from "../session/types.js";
import { addressOctets } from "./address.js";
import { Importer } from "./import.js";

const OWN_AS = 65000;
const PEER_AS = 65001;
const OWN_ID = 0x0a000001;

/** One peer and what it has sent so far. */
class Peer {
  readonly rib = new Rib(OWN_AS);
  readonly session: SessionContext;
  readonly importer: Importer;
  readonly index: number;

  constructor(session: Partial<SessionContext> = {}, role: Role | null = null) {
    const external = session.external ?? true;
    this.session = {
      asnSize: 4,
      localAs: OWN_AS,
      peerAs: external ? PEER_AS : OWN_AS,
      external,
      families: new Set([Ipv4Unicast, Ipv6Unicast]),
      addPath: new Set(),
      maxMessage: 4096,
      extendedNextHop: new Set(),
      multipleLabels: new Set(),
      ...session,
    };
    const address = addressOctets("127.0.0.2");
    this.index = this.rib.peers.add({ external, identifier: 7, address, reflectorClient: false });
    const negotiated = { receive: this.session, localIdentifier: OWN_ID, role } as Negotiated;
    this.importer = new Importer(this.rib, this.index, negotiated);
  }

  take(update: Partial<Update>): ReturnType<Importer["take"]> {
    return this.takeOctets(encodeUpdate({ withdrawn: [], attributes: [], nlri: [], ...update }, this.session));
  }

  takeOctets(msg: Uint8Array): ReturnType<Importer["take"]> {
    // Not at the start of its buffer, as in a chunk off a socket.
    const chunk = new Uint8Array(msg.length + 40).fill(0xaa);
    chunk.set(msg, 13);
    return this.importer.take(chunk, 13, 13 + msg.length);
  }

  /** IPv4 routes with these attributes beside ORIGIN and NEXT_HOP. */
  announce(path: AsPath, more: readonly Attribute[] = [], nextHop = [192, 0, 2, 1]): ReturnType<Importer["take"]> {
    return this.take({ attributes: attributes(path, more, nextHop), nlri: [route] });
  }

  received(family: Family = Ipv4Unicast): number {
    return this.rib.families.get(family)?.received(this.index) ?? 0;
  }

  /** The best path's attributes as they are held. */
  held(family: Family = Ipv4Unicast): string {
    const table = this.rib.families.get(family);
    const id = table?.prefixes.find(family === Ipv4Unicast ? route.address : route6.address, 0, 24) ?? -1;
    const best = table?.best(id) ?? -1;
    if (table === undefined || best < 0) return "";
    const { store } = this.rib;
    const set = table.attributesOf(best);
    return Buffer.from(store.octets.slice(store.start(set), store.end(set))).toString("hex");
  }
}

const route: UnicastRoute = { length: 24, address: Uint8Array.of(198, 51, 100, 0) };
const route6: UnicastRoute = { length: 24, address: addressOctets("2001:db8::") };
const sequence = (...asns: number[]): AsPath => [{ type: 2, asns }];

const attributes = (path: AsPath, more: readonly Attribute[] = [], nextHop = [192, 0, 2, 1]): Attribute[] => [
  { code: 1, flags: Flag.Transitive, value: 0 },
  { code: 2, flags: Flag.Transitive, value: path },
  { code: 3, flags: Flag.Transitive, value: Uint8Array.from(nextHop) },
  ...more,
];

const otc = (as: number): Attribute => ({ code: 35, flags: Flag.Optional | Flag.Transitive, value: as });

describe("routes on their way in", () => {
  it("are held, replaced and withdrawn", () => {
    const peer = new Peer();
    expect(peer.announce(sequence(PEER_AS))).toBeNull();
    expect(peer.received()).toBe(1);
    const before = peer.held();
    peer.announce(sequence(PEER_AS, 7));
    expect(peer.received()).toBe(1);
    expect(peer.held()).not.toBe(before);
    peer.take({ withdrawn: [route] });
    expect(peer.received()).toBe(0);
    expect(peer.rib.store.count).toBe(0);
    expect(peer.importer.counts).toMatchObject({ updates: 3, treatedAsWithdraw: 0, ineligible: 0 });
  });

  it("of IPv6 come by MP_REACH_NLRI and go by MP_UNREACH_NLRI", () => {
    const peer = new Peer();
    const reach: MpReach = { family: Ipv6Unicast, nextHop: addressOctets("2001:db8::1"), nlri: [route6] };
    const [origin, path] = attributes(sequence(PEER_AS)) as [Attribute, Attribute, Attribute];
    peer.take({ attributes: [{ code: 14, flags: Flag.Optional, value: reach }, origin, path] });
    expect(peer.received(Ipv6Unicast)).toBe(1);
    expect(peer.received()).toBe(0);
    const unreach = { family: Ipv6Unicast, nlri: [route6] };
    peer.take({ attributes: [{ code: 15, flags: Flag.Optional, value: unreach }] });
    expect(peer.received(Ipv6Unicast)).toBe(0);
  });

  it("end with End-of-RIB, each family for itself (RFC 4724 §2)", () => {
    const peer = new Peer();
    peer.take({ attributes: [{ code: 15, flags: Flag.Optional, value: { family: Ipv6Unicast, nlri: [] } }] });
    expect([...peer.importer.counts.endOfRib]).toEqual([Ipv6Unicast]);
    peer.take({});
    expect([...peer.importer.counts.endOfRib]).toEqual([Ipv6Unicast, Ipv4Unicast]);
  });

  it("do not end with an empty MP_UNREACH_NLRI beside something else", () => {
    const peer = new Peer();
    const empty = { code: 15, flags: Flag.Optional, value: { family: Ipv6Unicast, nlri: [] } };
    const unknown = { code: 99, flags: Flag.Optional, value: new Uint8Array(0) };
    peer.take({ attributes: [empty, unknown] });
    expect([...peer.importer.counts.endOfRib]).toEqual([]);
  });
});

/** Each takes away the route that was there before, for it takes its place. */
describe("routes that may not be used", () => {
  it.each<[string, AsPath, readonly Attribute[], number[] | undefined]>([
    ["our own AS in the path (RFC 4271 §9.1.2)", sequence(PEER_AS, 7, OWN_AS, 8), [], undefined],
    ["our own AS in a set", [...sequence(PEER_AS), { type: 1, asns: [9, OWN_AS] }], [], undefined],
    ["a next hop of no host: 0/8", sequence(PEER_AS), [], [0, 0, 0, 1]],
    ["a next hop of no host: class D", sequence(PEER_AS), [], [224, 0, 0, 1]],
    ["a next hop of no host: class E", sequence(PEER_AS), [], [255, 255, 255, 255]],
  ])("from outside: %s", (_what, path, more, nextHop) => {
    const peer = new Peer();
    peer.announce(sequence(PEER_AS));
    expect(peer.announce(path, more, nextHop)).toBeNull();
    expect(peer.received()).toBe(0);
    expect(peer.importer.counts).toMatchObject({ ineligible: 1, treatedAsWithdraw: 0 });
    expect(peer.rib.store.count).toBe(0);
  });

  it.each<[string, Attribute]>([
    ["we are the originator (RFC 4456 §8)", { code: 9, flags: Flag.Optional, value: OWN_ID }],
    ["it has passed our cluster (RFC 4456 §8)", { code: 10, flags: Flag.Optional, value: [5, OWN_ID] }],
  ])("from inside: %s", (_what, attribute) => {
    const peer = new Peer({ external: false });
    peer.announce([]);
    expect(peer.received()).toBe(1);
    peer.announce([], [attribute]);
    expect(peer.received()).toBe(0);
    peer.announce([], [{ ...attribute, value: attribute.code === 9 ? OWN_ID + 1 : [5, 6] }]);
    expect(peer.received()).toBe(1);
  });

  it("lets the path of another AS of the same number in two octets pass", () => {
    const peer = new Peer();
    peer.announce(sequence(PEER_AS, OWN_AS + 0x10000));
    expect(peer.received()).toBe(1);
  });
});

describe("OTC on its way in (RFC 9234 §5)", () => {
  const marked = `c02304${PEER_AS.toString(16).padStart(8, "0")}`;

  it.each<[string, Role | null, number | null, "refused" | "marked" | "as it came"]>([
    ["no role", null, 7, "as it came"],
    ["from a customer, with OTC: a leak", Role.Provider, PEER_AS, "refused"],
    ["from a customer", Role.Provider, null, "as it came"],
    ["from an RS-client, with OTC: a leak", Role.RouteServer, 7, "refused"],
    ["from an RS-client", Role.RouteServer, null, "as it came"],
    ["from a peer, with the OTC of another: a leak", Role.Peer, 7, "refused"],
    ["from a peer, with its own", Role.Peer, PEER_AS, "marked"],
    ["from a peer", Role.Peer, null, "marked"],
    ["from a provider", Role.Customer, null, "marked"],
    ["from a provider, with the OTC of another", Role.Customer, 7, "as it came"],
    ["from a route server", Role.RouteServerClient, null, "marked"],
  ])("%s", (_what, role, value, outcome) => {
    const peer = new Peer({}, role);
    peer.announce(sequence(PEER_AS, 9), value === null ? [] : [otc(value)]);
    expect(peer.received()).toBe(outcome === "refused" ? 0 : 1);
    expect(peer.held().endsWith(marked)).toBe(outcome === "marked");
    expect(peer.held().includes("c02304")).toBe(outcome === "marked" || (outcome === "as it came" && value !== null));
  });
});

describe("faults (RFC 7606)", () => {
  /** ORIGIN is the first attribute; 3 is none of its values. */
  const withBadOrigin = (peer: Peer): Uint8Array => {
    const msg = encodeUpdate({ withdrawn: [], attributes: attributes(sequence(PEER_AS)), nlri: [route] }, peer.session);
    msg[26] = 3;
    return msg;
  };

  it("that are treated as withdrawal take the route away that was there", () => {
    const peer = new Peer();
    peer.announce(sequence(PEER_AS));
    const msg = withBadOrigin(peer);
    expect(peer.takeOctets(msg)).toBeNull();
    expect(peer.received()).toBe(0);
    expect(peer.importer.counts).toMatchObject({ treatedAsWithdraw: 1, ineligible: 0 });
    expect(peer.importer.counts.lastFault?.rfc).toContain("RFC 7606");
  });

  it("that discard an attribute keep the route without it", () => {
    const peer = new Peer();
    peer.announce(sequence(PEER_AS));
    const before = peer.held();
    // ATOMIC_AGGREGATE with a value (RFC 7606 §7.6).
    const plain = encodeUpdate(
      { withdrawn: [], attributes: attributes(sequence(PEER_AS)), nlri: [route] },
      peer.session,
    );
    const bad = Uint8Array.of(0x40, 6, 1, 0);
    const msg = new Uint8Array(plain.length + bad.length);
    msg.set(plain.subarray(0, plain.length - 4));
    msg.set(bad, plain.length - 4);
    msg.set(plain.subarray(plain.length - 4), plain.length);
    msg[17] = msg.length;
    msg[22] = (msg[22] ?? 0) + bad.length;
    expect(peer.takeOctets(msg)).toBeNull();
    expect(peer.importer.counts).toMatchObject({ discarded: 1, treatedAsWithdraw: 0 });
    expect(peer.received()).toBe(1);
    expect(peer.held()).toBe(before);
  });

  it("that reset are given back with what a NOTIFICATION says, and change nothing", () => {
    const peer = new Peer();
    peer.announce(sequence(PEER_AS));
    const msg = encodeUpdate({ withdrawn: [route], attributes: [], nlri: [] }, peer.session);
    msg[20] = 200;
    expect(peer.takeOctets(msg)?.fault.notify).toEqual([3, 1]);
    expect(peer.received()).toBe(1);
  });
});

describe("a peer with two-octet AS numbers (RFC 6793)", () => {
  const old = (): Peer => new Peer({ asnSize: 2 });
  const as4Path = (...asns: number[]): Attribute => ({
    code: 17,
    flags: Flag.Optional | Flag.Transitive,
    value: sequence(...asns),
  });

  /** What the same route from a peer with four-octet numbers looks like. */
  const modern = (path: AsPath, more: readonly Attribute[] = []): string => {
    const peer = new Peer();
    peer.announce(path, more);
    return peer.held();
  };

  it("has AS4_PATH put into AS_PATH (§4.2.3)", () => {
    const peer = old();
    peer.announce(sequence(PEER_AS, 23456, 23456), [as4Path(4200000001, 4200000002)]);
    expect(peer.held()).toBe(modern([...sequence(PEER_AS), ...sequence(4200000001, 4200000002)]));
  });

  it("has an AS4_PATH that is longer than AS_PATH ignored", () => {
    const peer = old();
    peer.announce(sequence(PEER_AS), [as4Path(4200000001, 4200000002)]);
    expect(peer.held()).toBe(modern(sequence(PEER_AS)));
  });

  it("has AS4_AGGREGATOR put into AGGREGATOR, or both AS4 attributes dropped when AGGREGATOR is newer", () => {
    const aggregator = (as: number): Attribute => ({
      code: 7,
      flags: Flag.Optional | Flag.Transitive,
      value: { as, address: Uint8Array.of(192, 0, 2, 9) },
    });
    const as4 = { ...aggregator(4200000009), code: 18 };
    const peer = old();
    peer.announce(sequence(PEER_AS, 23456), [aggregator(23456), as4Path(4200000001), as4]);
    expect(peer.held()).toBe(modern([...sequence(PEER_AS), ...sequence(4200000001)], [aggregator(4200000009)]));
    peer.announce(sequence(PEER_AS, 23456), [aggregator(9), as4Path(4200000001), as4]);
    expect(peer.held()).toBe(modern(sequence(PEER_AS, 23456), [aggregator(9)]));
  });

  it("has its loops seen in AS4_PATH too", () => {
    const peer = old();
    peer.announce(sequence(PEER_AS, 23456), [as4Path(OWN_AS)]);
    expect(peer.received()).toBe(0);
  });
});
