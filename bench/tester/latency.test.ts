import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefixLatencySchema } from "../../src/results/index.js";
import { generateTable } from "../../src/table/generate.js";
import { eachUpdate, prefixKeys } from "../../src/table/prepared.js";
import { addLatency, joinLatencies, noLatencies, prefixLatency } from "./latency.js";
import { payloadOf } from "./payload.js";
import { ExpectedSet, ReceivedSet, Stamps } from "./received-set.js";

const ofAll = (...ms: number[]): ReturnType<typeof prefixLatency> => {
  const latencies = noLatencies();
  for (const one of ms) addLatency(latencies, one);
  return prefixLatency([latencies]);
};

describe("prefixLatency", () => {
  it("has percentiles within 0.1% and a microsecond of the sorted values, and the exact maximum", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.002, max: 900_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (values) => {
          const sorted = [...values].sort((a, b) => a - b);
          const found = ofAll(...values);
          expect(() => prefixLatencySchema.parse(found)).not.toThrow();
          expect(found?.max).toBe(sorted.at(-1));
          for (const [name, p] of [
            ["p50", 0.5],
            ["p95", 0.95],
            ["p99", 0.99],
          ] as const) {
            const exact = sorted[Math.ceil(p * sorted.length) - 1] ?? Number.NaN;
            expect(Math.abs((found?.[name] ?? 0) - exact)).toBeLessThan(0.0011 * exact + 0.0006);
          }
        },
      ),
    );
  });

  it("adds up runs, and knows nothing of none", () => {
    const [a, b] = [noLatencies(), noLatencies()];
    addLatency(a, 1);
    addLatency(b, 3);
    expect(prefixLatency([a, b])).toMatchObject({ max: 3, p50: expect.closeTo(1, 2), p99: expect.closeTo(3, 2) });
    expect(prefixLatency([noLatencies()])).toBeNull();
  });

  it("holds what is outside of its buckets", () => {
    expect(ofAll(0, 0, 0)).toMatchObject({ p50: 0, max: 0 });
    expect(ofAll(5e7)?.max).toBe(5e7);
  });
});

describe("joinLatencies", () => {
  it("joins by place: from the chunk that a prefix was handed over in to the chunk that it came in", () => {
    const found = joinLatencies({
      sent: [{ handed: { ms: [100, 200], prefixes: [2, 4] }, places: Uint32Array.of(3, 1, 0, 2) }],
      // Places 0 to 3: they came in chunks 2, 1, never, 1.
      stamps: Uint32Array.of(2, 1, 0, 1),
      times: [110, 230],
    });
    // Places 3 and 1 were handed over at 100, place 0 at 200.
    const expected = noLatencies();
    for (const ms of [10, 10, 30]) addLatency(expected, ms);
    expect(found).toEqual(expected);
  });

  it("counts from the first of several senders", () => {
    const found = joinLatencies({
      sent: [
        { handed: { ms: [100], prefixes: [2] }, places: Uint32Array.of(0, 1) },
        { handed: { ms: [90, 150], prefixes: [1, 2] }, places: Uint32Array.of(1, 0) },
      ],
      stamps: Uint32Array.of(1, 1),
      times: [160],
    });
    expect(found.maxMs).toBe(70);
    expect(prefixLatency([found])?.p50).toBeCloseTo(60, 0);
  });

  it("leaves out what came last before it was sent last", () => {
    const found = joinLatencies({
      sent: [{ handed: { ms: [100], prefixes: [1] }, places: Uint32Array.of(0) }],
      stamps: Uint32Array.of(1),
      times: [99],
    });
    expect(prefixLatency([found])).toBeNull();
  });

  it("finds every prefix of a table, whatever family, by what sender and receiver noted", () => {
    const table = generateTable({ prefixes: 800, family: "both", seed: 5 });
    const expected = new ExpectedSet([prefixKeys(table)]);
    const set = new ReceivedSet(expected);
    set.stamps = new Stamps(expected);
    const { chunks, ends } = payloadOf(table.messages, "packed");
    expect(ends.at(-1)).toBe(800);
    // Each UPDATE is a chunk of its own on the way in.
    const times: number[] = [];
    for (const chunk of chunks) {
      eachUpdate(chunk, ({ start, end }) => {
        times.push(1000 + times.length);
        if (set.stamps !== null) set.stamps.now = times.length;
        set.take(chunk, start, end);
      });
    }
    const places = expected.placesOf(table);
    expect(new Set(places).size).toBe(800);
    const handed = { ms: chunks.map(() => 500), prefixes: ends };
    const found = joinLatencies({ sent: [{ handed, places }], stamps: set.stamps.all, times });
    expect(found.counts.reduce((sum, count) => sum + count, 0)).toBe(800);
    expect(found.maxMs).toBe(500 + times.length - 1);
  });
});

describe("Stamps", () => {
  const table = generateTable({ prefixes: 50, family: "both", seed: 6 });
  const taken = (always: boolean): Stamps => {
    const expected = new ExpectedSet([prefixKeys(table)]);
    const set = new ReceivedSet(expected);
    const stamps = new Stamps(expected);
    stamps.always = always;
    set.stamps = stamps;
    for (stamps.now = 1; stamps.now <= 2; stamps.now++)
      eachUpdate(table.messages, ({ start, end }) => set.take(table.messages, start, end));
    return stamps;
  };

  it("keeps the first time, or the last", () => {
    expect(new Set(taken(false).all)).toEqual(new Set([1]));
    expect(new Set(taken(true).all)).toEqual(new Set([2]));
  });
});
