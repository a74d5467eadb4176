import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MpReach } from "../codec/attribute/14-mp-reach-nlri.js";
import type { MpUnreach } from "../codec/attribute/15-mp-unreach-nlri.js";
import type { Attribute } from "../codec/attribute.js";
import { Framer } from "../codec/frame.js";
import { Ipv4Unicast, Ipv6Unicast, MessageType } from "../codec/iana.js";
import { decodeUpdate } from "../codec/message/update.js";
import { ipv4Unicast, ipv6Unicast, type UnicastRoute } from "../codec/nlri/unicast.js";
import { hex } from "../codec/octets.js";
import { AdjRibOut, FILL_CAPACITY } from "./adj-rib-out.js";
import type { LocRib } from "./loc-rib.js";
import {
  bestOf,
  canonicalOctets,
  type ModelPath,
  type ModelRoute,
  mayTell,
  nextHop6,
  OWN_AS,
  OWN_ID,
  octetsOf,
  PEERS,
  peerAt,
  routeArb,
  SELF,
  sessionOf,
  toldAttributes,
} from "./model.arb.js";
import { Rib } from "./rib.js";

/** A handful of prefixes, some inside others, some that differ in the length alone. */
const PREFIXES: readonly (readonly [text: string, length: number])[] = [
  ["0a000000", 8],
  ["0a000000", 16],
  ["0a010000", 16],
  ["c0000200", 24],
  ["c0000201", 32],
  ["00000000", 0],
];

type Op =
  | {
      readonly do: "announce";
      readonly peer: number;
      readonly pathId: number;
      readonly route: ModelRoute;
      readonly at: readonly number[];
    }
  | { readonly do: "withdraw"; readonly peer: number; readonly pathId: number; readonly at: readonly number[] }
  | { readonly do: "drop"; readonly peer: number }
  | { readonly do: "fill"; readonly out: number }
  | { readonly do: "refresh"; readonly out: number };

const peerArb = fc.nat(PEERS.length - 1);
const prefixesArb = fc.uniqueArray(fc.nat(PREFIXES.length - 1), { minLength: 1, maxLength: 4 });

const opArb: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 8,
    arbitrary: peerArb.chain((peer) =>
      fc
        .tuple(fc.nat(2), routeArb(peerAt(peer)), prefixesArb)
        .map(
          ([pathId, route, at]): Op => ({ do: "announce", peer, pathId: sendsPathIds(peer) ? pathId : 0, route, at }),
        ),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(peerArb, fc.nat(2), prefixesArb)
      .map(([peer, pathId, at]): Op => ({ do: "withdraw", peer, pathId: sendsPathIds(peer) ? pathId : 0, at })),
  },
  { weight: 1, arbitrary: peerArb.map((peer): Op => ({ do: "drop", peer })) },
  { weight: 3, arbitrary: fc.nat(20).map((out): Op => ({ do: "fill", out })) },
  { weight: 1, arbitrary: fc.nat(20).map((out): Op => ({ do: "refresh", out })) },
);

/** Peers 2 and 4 send with ADD-PATH. */
const sendsPathIds = (peer: number): boolean => peer === 2 || peer === 4;

/** The RIB, the model of it, and Adj-RIB-Outs with what their peers have come to know. */
class Bench {
  readonly ipv4: boolean;
  readonly rib = new Rib(OWN_AS);
  readonly table: LocRib;
  readonly model = new Map<number, ModelPath[]>();
  readonly outs: Receiver[] = [];

  constructor(ipv4: boolean, addPathOut: boolean) {
    this.ipv4 = ipv4;
    const table = this.rib.families.get(ipv4 ? Ipv4Unicast : Ipv6Unicast);
    if (table === undefined) throw new RangeError("no such family");
    this.table = table;
    for (const peer of PEERS) this.rib.peers.add(peer);
    for (const [peer] of PEERS.entries()) this.outs.push(new Receiver(this, peer, addPathOut));
  }

  do(op: Op): void {
    switch (op.do) {
      case "announce": {
        const octets = canonicalOctets(op.route, this.ipv4);
        const set = this.rib.store.intern(octets, 0, octets.length);
        const run = this.run(op.at, op.pathId, sendsPathIds(op.peer));
        this.table.announce(op.peer, set, run, 0, run.length, sendsPathIds(op.peer));
        this.rib.store.release(set);
        for (const prefix of op.at) {
          this.forget(prefix, op.peer, op.pathId);
          this.paths(prefix).push({ peer: op.peer, pathId: op.pathId, route: op.route });
        }
        break;
      }
      case "withdraw": {
        const run = this.run(op.at, op.pathId, sendsPathIds(op.peer));
        this.table.withdraw(op.peer, run, 0, run.length, sendsPathIds(op.peer));
        for (const prefix of op.at) this.forget(prefix, op.peer, op.pathId);
        break;
      }
      case "drop":
        this.table.dropPeer(op.peer);
        for (const [prefix, paths] of this.model)
          this.model.set(
            prefix,
            paths.filter(({ peer }) => peer !== op.peer),
          );
        break;
      case "fill":
        this.outs[op.out % this.outs.length]?.drain();
        break;
      case "refresh":
        this.outs[op.out % this.outs.length]?.refresh();
        break;
    }
  }

  paths(prefix: number): ModelPath[] {
    const paths = this.model.get(prefix) ?? [];
    this.model.set(prefix, paths);
    return paths;
  }

  forget(prefix: number, peer: number, pathId: number): void {
    this.model.set(
      prefix,
      this.paths(prefix).filter((one) => one.peer !== peer || one.pathId !== pathId),
    );
  }

  /** NLRI octets of these prefixes. */
  run(at: readonly number[], pathId: number, addPath: boolean): Uint8Array {
    const spec = this.ipv4 ? ipv4Unicast : ipv6Unicast;
    const routes = at.map((i): UnicastRoute => {
      const [text = "", length = 0] = PREFIXES[i] ?? [];
      const address = new Uint8Array(this.ipv4 ? 4 : 16);
      address.set(Buffer.from(text, "hex"));
      return addPath ? { pathId, length, address } : { length, address };
    });
    const out = new Uint8Array(routes.reduce((sum, route) => sum + spec.size(route, addPath), 0));
    let end = 0;
    for (const route of routes) end = spec.encode(route, out, end, addPath);
    return out;
  }

  /** What the Loc-RIB holds, as text: prefix -> peer and attributes of its best path. */
  held(): Map<string, string> {
    const held = new Map<string, string>();
    for (const [i] of PREFIXES.entries()) {
      const run = this.run([i], 0, false);
      const id = this.table.prefixes.find(run, 1, run[0] ?? 0);
      const best = id < 0 ? -1 : this.table.best(id);
      if (best < 0) continue;
      const set = this.table.attributesOf(best);
      const octets = hex(this.rib.store.octets, this.rib.store.start(set), this.rib.store.end(set));
      held.set(hex(run), `${this.table.peerOf(best)} ${octets}`);
    }
    return held;
  }

  expectedHeld(): Map<string, string> {
    const held = new Map<string, string>();
    for (const [i] of PREFIXES.entries()) {
      const best = bestOf(this.paths(i));
      if (best === null) continue;
      held.set(hex(this.run([i], 0, false)), `${best.peer} ${hex(canonicalOctets(best.route, this.ipv4))}`);
    }
    return held;
  }
}

/** A peer that reads what an Adj-RIB-Out writes, with the codec, and keeps a table of its own. */
class Receiver {
  readonly #bench: Bench;
  readonly #peer: number;
  readonly #addPath: boolean;
  readonly #out: AdjRibOut;
  readonly #known = new Map<string, string>();
  readonly #framer = new Framer();
  readonly #buffer = new Uint8Array(FILL_CAPACITY);
  endsOfRib = 0;
  marks: number[] = [];

  constructor(bench: Bench, peer: number, addPath: boolean) {
    this.#bench = bench;
    this.#peer = peer;
    this.#addPath = addPath;
    this.#out = new AdjRibOut(bench.table, {
      peer,
      session: sessionOf(peer, addPath),
      identifier: OWN_ID,
      nextHop4: Uint8Array.of(192, 0, 2, SELF),
      nextHop6: nextHop6(SELF),
      blocksOtc: false,
      addsOtc: false,
    });
  }

  get sent(): number {
    return this.#out.sent;
  }

  get known(): ReadonlyMap<string, string> {
    return this.#known;
  }

  refresh(): void {
    this.#out.refresh(true);
  }

  drain(): void {
    for (let length = this.#out.fill(this.#buffer); length > 0; length = this.#out.fill(this.#buffer)) {
      const found = this.#framer.push(this.#buffer.slice(0, length), (msg, start, end, type) => {
        if (type === MessageType.RouteRefresh) this.marks.push(msg[start + 21] ?? -1);
        else this.#take(msg, start, end);
        return true;
      });
      expect(found).toBeNull();
    }
    expect(this.#framer.held).toBe(0);
    expect(this.#out.isPending).toBe(false);
  }

  /** What the peer should know by now. */
  expected(): Map<string, string> {
    const expected = new Map<string, string>();
    for (const [i] of PREFIXES.entries()) {
      const all = this.#bench.paths(i);
      const best = bestOf(all);
      const paths = this.#addPath ? all : best === null ? [] : [best];
      const told = paths.filter((path) => mayTell(path, this.#peer));
      const prefix = hex(this.#bench.run([i], 0, false));
      const texts = told.map((path) => this.#expectedText(path));
      if (texts.length > 0) expected.set(prefix, texts.sort().join(" | "));
    }
    return expected;
  }

  /** What the peer does know, path identifiers left out. */
  told(): Map<string, string> {
    const byPrefix = new Map<string, string[]>();
    for (const [key, text] of this.#known) {
      const prefix = key.split("/")[1] ?? "";
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), text]);
    }
    return new Map([...byPrefix].map(([prefix, texts]) => [prefix, texts.sort().join(" | ")]));
  }

  #expectedText(path: ModelPath): string {
    const { ipv4 } = this.#bench;
    const session = sessionOf(this.#peer, this.#addPath);
    const nextHop = peerAt(this.#peer).external ? SELF : path.route.nextHop;
    const attributes = toldAttributes(path, this.#peer, ipv4);
    return `${ipv4 ? "" : hex(nextHop6(nextHop))} ${hex(octetsOf(attributes, session))}`;
  }

  #take(msg: Uint8Array, start: number, end: number): void {
    const { value, found } = decodeUpdate(msg, start, end, sessionOf(this.#peer, this.#addPath));
    expect(found.map(({ fault }) => fault.id)).toEqual([]);
    if (value === null) return;
    const reach = value.attributes.find(({ code }) => code === 14)?.value as MpReach | undefined;
    const unreach = value.attributes.find(({ code }) => code === 15)?.value as MpUnreach | undefined;
    const gone = [...value.withdrawn, ...((unreach?.nlri ?? []) as UnicastRoute[])];
    const come = [...value.nlri, ...((reach?.nlri ?? []) as UnicastRoute[])];
    if (gone.length === 0 && come.length === 0) this.endsOfRib++;
    // A peer that was told to forget a route must have been told of it.
    for (const route of gone) expect(this.#known.delete(this.#keyOf(route))).toBe(true);
    const own: Attribute[] = value.attributes.filter(({ code }) => code !== 14);
    const text = `${reach === undefined ? "" : hex(reach.nextHop)} ${hex(octetsOf(own, sessionOf(this.#peer, this.#addPath)))}`;
    for (const route of come) this.#known.set(this.#keyOf(route), text);
  }

  #keyOf({ pathId, length, address }: UnicastRoute): string {
    return `${pathId ?? ""}/${hex(Uint8Array.of(length, ...address.subarray(0, (length + 7) >>> 3)))}`;
  }
}

const holds = (ipv4: boolean, addPathOut: boolean): void => {
  fc.assert(
    fc.property(fc.array(opArb, { maxLength: 60 }), (ops) => {
      const bench = new Bench(ipv4, addPathOut);
      for (const op of ops) {
        bench.do(op);
        expect(bench.held()).toEqual(bench.expectedHeld());
      }
      for (const out of bench.outs) {
        out.drain();
        expect(out.told()).toEqual(out.expected());
        expect(out.sent).toBe(out.known.size);
        expect(out.endsOfRib).toBe(1);
      }
      const paths = [...bench.model.values()].flat();
      expect(bench.table.count).toBe([...bench.model.values()].filter(({ length }) => length > 0).length);
      for (const [peer] of PEERS.entries()) {
        expect(bench.table.received(peer)).toBe(paths.filter((path) => path.peer === peer).length);
      }
      // Each set once, none that nobody uses.
      expect(bench.rib.store.count).toBe(new Set(paths.map(({ route }) => hex(canonicalOctets(route, ipv4)))).size);
    }),
    { numRuns: 150 },
  );
};

describe("the RIB does as the model on paper", () => {
  it("IPv4, best paths out", () => holds(true, false));
  it("IPv4, all paths out (ADD-PATH)", () => holds(true, true));
  it("IPv6, best paths out", () => holds(false, false));
  it("IPv6, all paths out (ADD-PATH)", () => holds(false, true));
});

describe("a demarcated refresh", () => {
  it("stands between BoRR and EoRR (RFC 7313 §4)", () => {
    const bench = new Bench(true, false);
    const [out] = bench.outs;
    out?.drain();
    expect(out?.marks).toEqual([]);
    out?.refresh();
    out?.drain();
    expect(out?.marks).toEqual([1, 2]);
    expect(out?.endsOfRib).toBe(1);
  });
});

describe("memory", () => {
  it("is reused: ever new prefixes and attributes, withdrawn again, leave tables as small as the most there was at once", () => {
    const rib = new Rib(OWN_AS);
    const table = rib.families.get(Ipv4Unicast);
    if (table === undefined) throw new RangeError("no IPv4");
    const peer = rib.peers.add(peerAt(0));
    const reader = rib.peers.add(peerAt(2));
    const out = new AdjRibOut(table, {
      peer: reader,
      session: sessionOf(2, false),
      identifier: OWN_ID,
      nextHop4: Uint8Array.of(192, 0, 2, SELF),
      nextHop6: nextHop6(SELF),
      blocksOtc: false,
      addsOtc: false,
    });
    const buffer = new Uint8Array(FILL_CAPACITY);
    const route = { ...fc.sample(routeArb(peerAt(0)), { numRuns: 1, seed: 3 })[0], communities: [] } as ModelRoute;
    for (let round = 0; round < 400; round++) {
      const octets = canonicalOctets({ ...route, med: round }, true);
      const set = rib.store.intern(octets, 0, octets.length);
      const run = new Uint8Array(100 * 5);
      for (let i = 0; i < 100; i++) run.set([32, 11, round >>> 8, round & 255, i], i * 5);
      table.announce(peer, set, run, 0, run.length, false);
      rib.store.release(set);
      while (out.fill(buffer) > 0);
      table.withdraw(peer, run, 0, run.length, false);
      while (out.fill(buffer) > 0);
    }
    expect(table.count).toBe(0);
    expect(rib.store.count).toBe(0);
    expect(rib.store.idLimit).toBe(1);
    // 40,000 prefixes passed through; the log is tidied now and then, so a few rounds' worth may wait for it.
    expect(table.prefixes.idLimit).toBeLessThan(6000);
  });
});
