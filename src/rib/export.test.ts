import { describe, expect, it } from "vitest";
import type { AsPath } from "../codec/attribute/02-as-path.js";
import { type Attribute, Flag } from "../codec/attribute.js";
import { Framer } from "../codec/frame.js";
import { Ipv4Unicast, MessageType } from "../codec/iana.js";
import { decodeUpdate, type Update } from "../codec/message/update.js";
import type { SessionContext } from "../codec/session-context.js";
import { AdjRibOut, FILL_CAPACITY } from "./adj-rib-out.js";
import { Exporter, type ExportTarget } from "./export.js";
import { OWN_AS, OWN_ID, octetsOf, PEERS, sessionOf } from "./model.arb.js";
import { Rib } from "./rib.js";

const o = Flag.Optional;
const t = Flag.Transitive;
const sequence = (...asns: number[]): AsPath => [{ type: 2, asns }];
const origin: Attribute = { code: 1, flags: t, value: 0 };
const hop: Attribute = { code: 3, flags: t, value: Uint8Array.of(192, 0, 2, 1) };
const path = (value: AsPath): Attribute => ({ code: 2, flags: t, value });
const otc = (value: number): Attribute => ({ code: 35, flags: o | t, value });
const unknown = (size: number): Attribute => ({ code: 99, flags: o | t, value: new Uint8Array(size).fill(7) });

/** Peers of the model: 0 to 2 outside, 3 inside, 4 inside and a client of ours. */
const OUTSIDE = 2;
const INSIDE = 3;

/** A RIB into which peer 0 has put one IPv4 route, and an Adj-RIB-Out for another peer. */
class Lab {
  readonly rib = new Rib(OWN_AS);
  readonly target: ExportTarget;
  readonly out: AdjRibOut;
  readonly #buffer = new Uint8Array(FILL_CAPACITY);

  constructor(peer: number, session: Partial<SessionContext> = {}, more: Partial<ExportTarget> = {}) {
    for (const one of PEERS) this.rib.peers.add(one);
    this.target = {
      peer,
      session: { ...sessionOf(peer, false), ...session },
      identifier: OWN_ID,
      nextHop4: Uint8Array.of(192, 0, 2, 254),
      nextHop6: new Uint8Array(16),
      blocksOtc: false,
      addsOtc: false,
      ...more,
    };
    const table = this.rib.families.get(Ipv4Unicast);
    if (table === undefined) throw new RangeError("no IPv4");
    this.out = new AdjRibOut(table, this.target);
  }

  announce(attributes: readonly Attribute[], prefix = 1): void {
    const octets = octetsOf(attributes, { ...sessionOf(0, false), maxMessage: 65535 });
    const set = this.rib.store.intern(octets, 0, octets.length);
    this.rib.families.get(Ipv4Unicast)?.announce(0, set, Uint8Array.of(24, 10, 0, prefix), 0, 4, false);
    this.rib.store.release(set);
  }

  /** The messages there are, End-of-RIB left out. */
  told(): Update[] {
    const updates: Update[] = [];
    const framer = new Framer();
    framer.limit = 65535;
    for (let length = this.out.fill(this.#buffer); length > 0; length = this.out.fill(this.#buffer)) {
      framer.push(this.#buffer.slice(0, length), (msg, start, end, type) => {
        expect(end - start).toBeLessThanOrEqual(this.target.session.maxMessage);
        const { value, found } = decodeUpdate(msg, start, end, this.target.session);
        expect(found).toEqual([]);
        expect(type).toBe(MessageType.Update);
        if (value !== null && value.withdrawn.length + value.nlri.length > 0) updates.push(value);
        return true;
      });
    }
    return updates;
  }

  /** The attributes that one route goes out with. */
  attributes(...attributes: readonly Attribute[]): readonly Attribute[] {
    this.announce(attributes);
    return this.told()[0]?.attributes ?? [];
  }
}

const valueIn = (attributes: readonly Attribute[], code: number): unknown =>
  attributes.find((one) => one.code === code)?.value;

describe("AS_PATH to an external peer (RFC 4271 §5.1.2)", () => {
  it.each<[string, AsPath, AsPath]>([
    ["goes in front of a sequence", sequence(1, 2), sequence(OWN_AS, 1, 2)],
    ["is a sequence of its own in an empty path", [], sequence(OWN_AS)],
    ["is a sequence of its own before a set", [{ type: 1, asns: [1] }], [...sequence(OWN_AS), { type: 1, asns: [1] }]],
    ["fills a sequence of 254", sequence(...new Array(254).fill(7)), sequence(OWN_AS, ...new Array(254).fill(7))],
    [
      "is a sequence of its own before one of 255",
      sequence(...new Array(255).fill(7)),
      [...sequence(OWN_AS), ...sequence(...new Array(255).fill(7))],
    ],
  ])("our AS %s", (_what, before, after) => {
    expect(valueIn(new Lab(OUTSIDE).attributes(origin, path(before), hop), 2)).toEqual(after);
  });

  it("is left as it is inside our AS", () => {
    expect(valueIn(new Lab(INSIDE).attributes(origin, path(sequence(1, 2)), hop), 2)).toEqual(sequence(1, 2));
  });
});

describe("attributes that came in no order (RFC 4271 §5)", () => {
  const localPref: Attribute = { code: 5, flags: t, value: 200 };
  const originator: Attribute = { code: 9, flags: o, value: 9 };
  const clusters: Attribute = { code: 10, flags: o, value: [7] };
  const backwards = [otc(7), clusters, originator, localPref, hop, path(sequence(1)), origin];

  it.each([
    ["to an external peer", OUTSIDE, [1, 2, 3, 35]],
    ["to an internal one", INSIDE, [1, 2, 3, 5, 9, 10, 35]],
  ])("are sent once each %s", (_what, peer, codes) => {
    const sent = new Lab(peer, {}, { addsOtc: true }).attributes(...backwards);
    expect(sent.map(({ code }) => code).sort((a, b) => a - b)).toEqual(codes);
    expect(valueIn(sent, 35)).toBe(7);
  });
});

describe("to a peer with two-octet AS numbers (RFC 6793 §4.2.2)", () => {
  const narrow = { asnSize: 2 } as const;
  const aggregator = (as: number): Attribute => ({
    code: 7,
    flags: o | t,
    value: { as, address: Uint8Array.of(192, 0, 2, 9) },
  });

  it("large numbers are AS_TRANS, and AS4_PATH has them", () => {
    const out = new Lab(OUTSIDE, narrow).attributes(origin, path(sequence(4200000000, 7)), hop);
    expect(valueIn(out, 2)).toEqual(sequence(OWN_AS, 23456, 7));
    expect(valueIn(out, 17)).toEqual(sequence(OWN_AS, 4200000000, 7));
  });

  it("there is no AS4_PATH where it would say nothing new", () => {
    const out = new Lab(OUTSIDE, narrow).attributes(origin, path(sequence(1, 2)), hop);
    expect(valueIn(out, 2)).toEqual(sequence(OWN_AS, 1, 2));
    expect(valueIn(out, 17)).toBeUndefined();
  });

  it("inside our AS, too", () => {
    const out = new Lab(INSIDE, narrow).attributes(origin, path(sequence(4200000000)), hop);
    expect(valueIn(out, 2)).toEqual(sequence(23456));
    expect(valueIn(out, 17)).toEqual(sequence(4200000000));
  });

  it("AGGREGATOR likewise, with AS4_AGGREGATOR where it needs one", () => {
    const large = new Lab(OUTSIDE, narrow).attributes(origin, path([]), hop, aggregator(4200000000));
    expect(valueIn(large, 7)).toEqual(aggregator(23456).value);
    expect(valueIn(large, 18)).toEqual(aggregator(4200000000).value);
    const small = new Lab(OUTSIDE, narrow).attributes(origin, path([]), hop, aggregator(7));
    expect(valueIn(small, 7)).toEqual(aggregator(7).value);
    expect(valueIn(small, 18)).toBeUndefined();
  });

  it("a path that doubles past any message is not told, and the next route is", () => {
    const lab = new Lab(OUTSIDE, { ...narrow, maxMessage: 65535 });
    const segments = Array.from({ length: 62 }, () => ({
      type: 2 as const,
      asns: new Array<number>(255).fill(4200000000),
    }));
    for (let prefix = 1; prefix < 12; prefix++)
      lab.announce([origin, path([...sequence(prefix), ...segments]), hop], prefix);
    lab.announce([origin, path(sequence(7)), hop], 99);
    const told = lab.told();
    expect(told.flatMap(({ nlri }) => nlri).map(({ address }) => address[2])).toEqual([99]);
    expect(lab.out.sent).toBe(1);
    expect(lab.out.isPending).toBe(false);
  });
});

describe("attributes that leave no room for a route", () => {
  it("withdraw what the peer was told before (RFC 8654 §4), and it hears of the route again when there is room", () => {
    const lab = new Lab(OUTSIDE);
    lab.announce([origin, path(sequence(1)), hop]);
    expect(lab.told()).toMatchObject([{ nlri: [{ length: 24 }] }]);
    lab.announce([origin, path(sequence(1)), hop, unknown(5000)]);
    expect(lab.told()).toMatchObject([{ withdrawn: [{ length: 24 }], nlri: [] }]);
    expect(lab.out.sent).toBe(0);
    lab.announce([origin, path(sequence(1)), hop, unknown(3000)]);
    expect(lab.told()).toMatchObject([{ nlri: [{ length: 24 }] }]);
  });

  it("are counted to the octet", () => {
    // Header 19, lengths 4, ORIGIN 4, AS_PATH 3 + 2 + 8, NEXT_HOP 7, the unknown one's head 4, route 4.
    const room = 4096 - 19 - 4 - 4 - 13 - 7 - 4 - 4;
    const fits = new Lab(OUTSIDE);
    fits.announce([origin, path(sequence(1)), hop, unknown(room)]);
    expect(fits.told()).toHaveLength(1);
    const not = new Lab(OUTSIDE);
    not.announce([origin, path(sequence(1)), hop, unknown(room + 1)]);
    expect(not.told()).toHaveLength(0);
    const extended = new Lab(OUTSIDE, { maxMessage: 65535 });
    extended.announce([origin, path(sequence(1)), hop, unknown(60_000)]);
    expect(extended.told()).toHaveLength(1);
  });
});

describe("next hops of IPv4 routes", () => {
  const reach = (nextHop: Uint8Array): Attribute => ({
    code: 14,
    flags: o,
    value: { family: Ipv4Unicast, nextHop, nlri: [] },
  });

  it("are ours to external peers, and kept inside our AS", () => {
    expect(valueIn(new Lab(OUTSIDE).attributes(origin, path([]), hop), 3)).toEqual(Uint8Array.of(192, 0, 2, 254));
    expect(valueIn(new Lab(INSIDE).attributes(origin, path([]), hop), 3)).toEqual(hop.value);
  });

  it("are kept inside our AS when they came in MP_REACH_NLRI", () => {
    const via = reach(Uint8Array.of(192, 0, 2, 77));
    const out = new Lab(INSIDE).attributes(via, origin, path(sequence(1)));
    expect(out.map(({ code }) => code)).toEqual([1, 2, 3, 5]);
    expect(valueIn(new Lab(INSIDE).attributes(via, origin, path(sequence(1))), 3)).toEqual(
      Uint8Array.of(192, 0, 2, 77),
    );
    expect(valueIn(new Lab(OUTSIDE).attributes(via, origin, path(sequence(1))), 3)).toEqual(
      Uint8Array.of(192, 0, 2, 254),
    );
  });
});

describe("OTC on its way out (RFC 9234 §5)", () => {
  it("keeps a route from providers, peers and route servers", () => {
    const blocked = new Lab(OUTSIDE, {}, { blocksOtc: true });
    blocked.announce([origin, path([]), hop, otc(9)]);
    expect(blocked.told()).toEqual([]);
    blocked.announce([origin, path([]), hop]);
    expect(blocked.told()).toHaveLength(1);
  });

  it("is added for customers, peers and RS-clients where there is none", () => {
    const adds = { addsOtc: true };
    expect(valueIn(new Lab(OUTSIDE, {}, adds).attributes(origin, path([]), hop), 35)).toBe(OWN_AS);
    expect(valueIn(new Lab(OUTSIDE, {}, adds).attributes(origin, path([]), hop, otc(9)), 35)).toBe(9);
    expect(valueIn(new Lab(OUTSIDE).attributes(origin, path([]), hop), 35)).toBeUndefined();
  });
});

describe("an exporter", () => {
  it("tells a peer nothing of its own routes", () => {
    const lab = new Lab(OUTSIDE);
    lab.announce([origin, path([]), hop]);
    const exporter = new Exporter(lab.rib.store, lab.rib.peers, lab.target);
    expect(exporter.permits(OUTSIDE, 0)).toBe(false);
    expect(exporter.permits(0, 0)).toBe(true);
  });
});
