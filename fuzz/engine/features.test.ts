import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EdgeRange, FeatureMap } from "./features.js";
import { knownIn, memoryFor } from "./vectors.js";

const EDGES = 203;
/** As modules have them: side by side or with others between, and none of them where a vector begins. */
const RANGES: readonly EdgeRange[] = [
  { first: 3, end: 5 },
  { first: 5, end: 37 },
  { first: 101, end: 103 },
  { first: 190, end: EDGES },
];
const COUNTS = (edge: number): boolean => RANGES.some(({ first, end }) => edge >= first && edge < end);

/** How often a run took each of some edges. */
type Taken = readonly (readonly [edge: number, times: number])[];

const taken: fc.Arbitrary<Taken> = fc.array(
  fc.tuple(fc.nat(EDGES - 1), fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 255 }))),
  { maxLength: 12 },
);

/** One map by vectors and one without them, each with counters of its own. */
const both = (): { readonly map: FeatureMap; readonly counters: Uint8Array }[] =>
  [true, false].map((hasVectors) => {
    const memory = memoryFor(EDGES);
    const counters = new Uint8Array(memory.buffer, 0, EDGES);
    return { map: new FeatureMap(counters, RANGES, hasVectors ? memory : null), counters };
  });

/** AFL's: what of a run is a feature. */
const bucketOf = (times: number): number => [1, 2, 3, 7, 15, 31, 127, 255].findIndex((limit) => times <= limit);

describe("the features of runs", () => {
  it("are new once for each edge and bucket, and counters are read and cleared", () => {
    fc.assert(
      fc.property(fc.array(taken, { minLength: 1, maxLength: 24 }), (runs) => {
        for (const { map, counters } of both()) {
          const seen = new Set<number>();
          for (const run of runs) {
            for (const [edge, times] of run) counters[edge] = times;
            const features = new Map(run.map(([edge, times]) => [edge, (edge << 3) | bucketOf(times)] as const));
            const fresh = [...features].flatMap(([edge, feature]) =>
              COUNTS(edge) && !seen.has(feature) ? [feature] : [],
            );
            // The outcome is the same in all runs.
            const isFirst = map.features === 0;
            expect(map.merge("accepted")).toBe(isFirst || fresh.length > 0);
            expect(map.fresh.slice(isFirst ? 1 : 0).sort()).toEqual(fresh.sort());
            for (const feature of fresh) seen.add(feature);
            expect(map.edges).toBe(new Set([...seen].map((feature) => feature >>> 3)).size);
            expect([...counters].filter((count, edge) => count > 0 && COUNTS(edge))).toEqual([]);
          }
        }
      }),
    );
  });

  it("have the same frequencies with and without vectors", () => {
    fc.assert(
      fc.property(fc.array(taken, { minLength: 20, maxLength: 40 }), (runs) => {
        const maps = both();
        const told = maps.map(({ map, counters }) => {
          for (const run of runs) {
            for (const [edge, times] of run) counters[edge] = times;
            map.merge("accepted");
          }
          return Array.from({ length: map.limit }, (_, feature) => map.frequencyOf(feature));
        });
        expect(told[0]).toEqual(told[1]);
      }),
      { numRuns: 20 },
    );
  });

  it("are told apart by vectors as they are one by one, on this machine", () => {
    const memory = memoryFor(EDGES);
    const counters = new Uint8Array(memory.buffer, 0, EDGES);
    const vectors = knownIn(memory, EDGES, [16, 64]);
    if (vectors === null) throw new Error("no vectors");
    for (let times = 1; times <= 255; times++) {
      const bit = 1 << bucketOf(times);
      for (const edge of [16, 45, 63]) {
        counters[edge] = times;
        vectors.seen[edge] = 0xff & ~bit;
        expect(vectors.known()).toBe(0);
        expect(counters[edge]).toBe(times);
        vectors.seen[edge] = bit;
        expect(vectors.known()).toBe(1);
        expect(counters[edge]).toBe(0);
      }
    }
    counters[15] = 1;
    counters[64] = 1;
    expect(vectors.known()).toBe(1);
    expect([counters[15], counters[64]]).toEqual([1, 1]);
  });

  it("need no vectors where nothing counts", () => {
    expect(knownIn(memoryFor(EDGES), EDGES, [])).toBeNull();
  });
});
