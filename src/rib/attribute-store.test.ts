import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex } from "../codec/octets.js";
import { AttributeStore, Trait } from "./attribute-store.js";

/** An unknown optional attribute whose value is these octets. */
const setOf = (value: Uint8Array): Uint8Array =>
  value.length > 255
    ? Uint8Array.of(0xd0, 99, value.length >> 8, value.length & 255, ...value)
    : Uint8Array.of(0xc0, 99, value.length, ...value);

const held = (store: AttributeStore, id: number): string => hex(store.octets, store.start(id), store.end(id));

describe("the store does as a Map with counts", () => {
  it("over any sequence of intern, retain and release", () => {
    const op = fc.tuple(
      fc.constantFrom("intern", "intern", "retain", "release"),
      fc.nat(25),
      fc.constantFrom(0, 3, 700),
    );
    fc.assert(
      fc.property(fc.array(op, { maxLength: 200 }), (ops) => {
        const store = new AttributeStore(65000, 2);
        const model = new Map<string, { id: number; users: number }>();
        for (const [what, which, size] of ops) {
          const octets = setOf(new Uint8Array(size + 1).fill(which));
          const key = hex(octets);
          const entry = model.get(key);
          if (what === "intern") {
            // Not at the start of what it lies in.
            const id = store.intern(Uint8Array.of(1, 2, 3, ...octets, 4), 3, 3 + octets.length);
            if (entry === undefined) {
              expect([...model.values()].map((one) => one.id)).not.toContain(id);
              model.set(key, { id, users: 1 });
            } else {
              expect(id).toBe(entry.id);
              entry.users++;
            }
          } else if (entry !== undefined) {
            if (what === "retain") {
              store.retain(entry.id);
              entry.users++;
            } else {
              store.release(entry.id);
              if (--entry.users === 0) model.delete(key);
            }
          }
          expect(store.count).toBe(model.size);
          for (const [octetsOf, { id }] of model) expect(held(store, id)).toBe(octetsOf);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("keeps what lives in place when it closes its gaps, and gives memory back", () => {
    const store = new AttributeStore(65000, 64);
    const big = (i: number): Uint8Array => setOf(new Uint8Array(4000).fill(i & 255).fill(i >> 8, 0, 1));
    const ids = Array.from({ length: 2000 }, (_, i) => store.intern(big(i), 0, big(i).length));
    expect(store.octets.length).toBeGreaterThan(8e6);
    for (const [i, id] of ids.entries()) if (i % 20 !== 0) store.release(id);
    expect(store.count).toBe(100);
    expect(store.octets.length).toBeLessThan(3e6);
    for (let i = 0; i < 2000; i += 20) {
      expect(held(store, ids[i] ?? -1)).toBe(hex(big(i)));
      expect(store.intern(big(i), 0, big(i).length)).toBe(ids[i]);
    }
  });
});

describe("what the decision compares", () => {
  const keys = (...attributes: readonly number[][]): AttributeStore => {
    const store = new AttributeStore(65000);
    const octets = Uint8Array.from(attributes.flat());
    expect(store.intern(octets, 0, octets.length)).toBe(0);
    return store;
  };
  const origin = (value: number): number[] => [0x40, 1, 1, value];
  /** A path of one sequence. */
  const path = (...asns: number[]): number[] => [0x40, 2, 2 + 4 * asns.length, 2, asns.length, ...asns.flatMap(u32)];
  const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

  it("puts LOCAL_PREF before the length of the path, and that before ORIGIN", () => {
    const of = (pref: number, hops: number, from: number): number =>
      keys(origin(from), path(...new Array(hops).fill(7)), [0x40, 5, 4, ...u32(pref)]).preference(0);
    expect(of(0xffffffff, 60, 2)).toBeLessThan(of(0xfffffffe, 1, 0));
    expect(of(1, 1, 2)).toBeLessThan(of(0, 1, 0));
    expect(of(100, 1, 2)).toBeLessThan(of(100, 2, 0));
    expect(of(100, 2, 0)).toBeLessThan(of(100, 2, 1));
    expect(of(100, 2, 1)).toBeLessThan(of(100, 2, 2));
    expect(keys(origin(0), path(7)).preference(0)).toBe(of(100, 1, 0));
  });

  it("reads MED, neighbour, originator and the length of the cluster list", () => {
    const store = keys(
      path(64999, 7),
      [0x80, 4, 4, ...u32(17)],
      [0x80, 9, 4, ...u32(5)],
      [0x80, 10, 8, ...u32(1), ...u32(2)],
    );
    expect([store.med(0), store.neighbour(0), store.originator(0), store.clusterLength(0)]).toEqual([17, 64999, 5, 2]);
    const none = keys(origin(0));
    expect([none.med(0), none.neighbour(0), none.originator(0), none.clusterLength(0)]).toEqual([0, 0, 0, 0]);
  });

  it("reads an attribute with an extended length", () => {
    expect(keys([0x90, 4, 0, 4, ...u32(17)], origin(1)).med(0)).toBe(17);
  });

  const reach6 = (...address: number[]): number[] => [
    0x80,
    14,
    21,
    0,
    2,
    1,
    16,
    ...new Array(16 - address.length).fill(0),
    ...address,
    0,
  ];
  it.each<[string, readonly number[], number]>([
    ["NO_EXPORT", [0xc0, 8, 4, 0xff, 0xff, 0xff, 1], Trait.NoExport],
    ["NO_EXPORT_SUBCONFED behind another", [0xc0, 8, 8, 0, 1, 0, 1, 0xff, 0xff, 0xff, 3], Trait.NoExport],
    ["NO_ADVERTISE", [0xc0, 8, 4, 0xff, 0xff, 0xff, 2], Trait.NoAdvertise],
    ["a community of nobody", [0xc0, 8, 4, 0xff, 0xff, 0xff, 4], 0],
    ["a community that looks like one", [0xc0, 8, 4, 0xff, 0xfe, 0xff, 1], 0],
    ["our AS", path(7, 65000), Trait.OwnAs],
    ["not our AS", path(7, 65001), 0],
    ["next hop 0/8", [0x40, 3, 4, 0, 1, 2, 3], Trait.BadNextHop],
    ["next hop class D", [0x40, 3, 4, 224, 0, 0, 5], Trait.BadNextHop],
    ["next hop on loopback", [0x40, 3, 4, 127, 0, 0, 1], 0],
    ["next hop ::", reach6(), Trait.BadNextHop],
    ["next hop ::1", reach6(1), 0],
    ["next hop of multicast", reach6(0xff, 2, ...new Array(14).fill(1)), Trait.BadNextHop],
    ["OTC", [0xc0, 35, 4, 0, 0, 0, 7], Trait.OnlyToCustomer],
  ])("traits: %s", (_what, attribute, traits) => {
    expect(keys([...attribute]).traits(0)).toBe(traits);
  });
});
