import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalOctets, u16 } from "../../../src/codec/octets.js";
import { Random } from "../../../src/table/random.js";
import { seedsOf } from "../../campaign/campaign.js";
import { inContext, ordinary } from "../../targets/context.js";
import { targetOf } from "../../targets/index.js";
import { ACCEPTED, type Part, type Target } from "../../targets/target.js";
import type { Comparable, CompareLog, Mutator, Parent } from "../types.js";
import { createMutator } from "./mutator.js";

const target = (name: string): Target => {
  const found = targetOf(name);
  if (found === undefined) throw new Error(`no target ${name}`);
  return found;
};

const parentOf = (of: Target, data: Uint8Array): Parent => ({ data, parts: of.parts?.(data) ?? [] });

const mutatorOf = (parents: readonly Parent[], seed = 1, maxLength = 4096): Mutator => {
  const mutator = createMutator({ random: new Random(seed, 0), maxLength });
  for (const parent of parents) mutator.learn(parent);
  return mutator;
};

/** So many mutants, in memory of their own, with what was done. */
function* mutants(
  mutator: Mutator,
  parents: readonly Parent[],
  count: number,
): Generator<{ readonly data: Uint8Array; readonly steps: readonly string[]; readonly parent: Parent }> {
  for (let i = 0; i < count; i++) {
    const parent = parents[i % parents.length];
    if (parent !== undefined) yield { parent, data: mutator.mutate(parent).slice(), steps: mutator.trail() };
  }
}

const namesIn = (parts: readonly Part[]): readonly string[] =>
  parts.flatMap(({ name, parts: inside = [] }) => [name, ...namesIn(inside)]);

const update = target("message-update");
/** Attributes, and routes each way. */
const updateOf = (attributes: readonly number[], nlri: readonly number[] = [24, 198, 51, 100]): Uint8Array =>
  inContext(
    Uint8Array.of(0, 3, 16, 10, 9, attributes.length >> 8, attributes.length, ...attributes, ...nlri),
    ordinary(),
  );

const ORIGIN = [0x40, 1, 1, 0];
const AS_PATH = [0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf5];
const NEXT_HOP = [0x40, 3, 4, 192, 0, 2, 1];
const COMMUNITIES = [0xc0, 8, 8, 0xfb, 0xf4, 0, 1, 0xfb, 0xf4, 0, 2];
const LARGE = [0xc0, 32, 12, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
/** A path whose length has two octets, although it needs one. */
const WIDE_PATH = [0x50, 2, 0, 6, 2, 1, 0, 0, 0xfb, 0xf5];

const whole: Parent = parentOf(update, updateOf([...ORIGIN, ...AS_PATH, ...NEXT_HOP, ...COMMUNITIES]));
const large: Parent = parentOf(
  update,
  updateOf([...ORIGIN, ...WIDE_PATH, ...NEXT_HOP, ...LARGE], [8, 10, 12, 172, 16]),
);

/** Edits to parts as a whole, with every length mended. */
const MENDED = /^(drop|duplicate|swap|move|insert|replace|shorten|lengthen|another value) /;

describe("lengths", () => {
  /** What a decoder says when a length does not fit what it speaks of. */
  const INCONSISTENT = /lengths-exceed|overrun|truncated|underrun|cut|bad-length$/;

  it("are mended around structural edits: 70% of such mutants of valid UPDATEs fit their lengths", () => {
    const parents = [whole, large];
    expect(parents.map(({ data }) => update.fuzz(data))).toEqual([ACCEPTED, ACCEPTED]);
    const outcomes = [...mutants(mutatorOf(parents), parents, 20_000)]
      .filter(({ steps }) => steps.length > 0 && steps.every((step) => MENDED.test(step)))
      .map(({ data }) => update.fuzz(data));
    expect(outcomes.length).toBeGreaterThan(3000);
    const share = (is: (outcome: string) => boolean): number => outcomes.filter(is).length / outcomes.length;
    expect(share((one) => !INCONSISTENT.test(one))).toBeGreaterThan(0.7);
    expect(share((one) => one === ACCEPTED)).toBeGreaterThan(0.35);
  });

  it("are left off as well: by a little, inner ones only, outer ones only, all of them", () => {
    const said = new Set<string>();
    for (const { steps } of mutants(mutatorOf([whole, large]), [whole, large], 5000)) {
      for (const step of steps) said.add(step.replace(/ at \d+$/, ""));
    }
    expect([...said]).toEqual(
      expect.arrayContaining([
        "length -1",
        "length +1",
        "total path attribute length -2",
        "length = 0",
        "length = 255",
        "only inner lengths mended",
        "only outer lengths mended",
        "no length mended",
      ]),
    );
  });

  it("count: AS numbers of a segment", () => {
    const path = target("attribute-02-as-path");
    const parents = [
      [2, 1, 0, 0, 0, 1],
      [2, 2, 0, 0, 0, 1, 0, 0, 0, 2],
      [1, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3],
    ].map((octets) => parentOf(path, Uint8Array.of(0, 0, ...octets)));
    const outcomes = [...mutants(mutatorOf(parents), parents, 4000)]
      .filter(({ steps }) => steps.length === 1 && /^(duplicate|drop|move) AS at/.test(steps[0] ?? ""))
      .map(({ data }) => path.fuzz(data));
    expect(outcomes.length).toBeGreaterThan(20);
    // A segment without AS numbers, or with more than 255.
    expect(outcomes.filter((one) => one === ACCEPTED).length / outcomes.length).toBeGreaterThan(0.8);
  });

  it("of octets of which nothing is known are inferred", () => {
    const records = (...values: readonly (readonly number[])[]): Uint8Array =>
      Uint8Array.from(values.flatMap((value) => [7, 7, 0, value.length, ...value]));
    const parents = [
      { data: records([1, 2, 3], [4, 5, 6, 7, 8], [9]), parts: [] },
      { data: records([1], [2, 2], [3, 3, 3, 3]), parts: [] },
    ];
    const fits = (data: Uint8Array): boolean => {
      let at = 0;
      while (at + 4 <= data.length) at += 4 + u16(data, at + 2);
      return at === data.length;
    };
    const changed = [...mutants(mutatorOf(parents), parents, 4000)].filter(
      ({ data, parent, steps }) =>
        data.length !== parent.data.length &&
        steps.length === 1 &&
        /^(drop|duplicate|lengthen|shorten)/.test(steps[0] ?? ""),
    );
    expect(changed.length).toBeGreaterThan(100);
    expect(changed.filter(({ data }) => fits(data)).length / changed.length).toBeGreaterThan(0.5);
  });
});

describe("parts", () => {
  it("come from other inputs: an attribute that the parent does not have", () => {
    const mutator = mutatorOf([whole, large]);
    const foreign = [...mutants(mutator, [whole], 10_000)].filter(
      ({ data }) => update.fuzz(data) === ACCEPTED && namesIn(update.parts?.(data) ?? []).includes("LARGE_COMMUNITY"),
    );
    expect(foreign.length).toBeGreaterThan(20);
  });

  it("are repeated until the input is full", () => {
    const mutator = mutatorOf([whole], 1, 65_535);
    const most = Math.max(...[...mutants(mutator, [whole], 20_000)].map(({ data }) => data.length));
    expect(most).toBeGreaterThan(65_000);
  });

  it("are records of a sequence, too: messages are dropped, repeated, put in another order, taken from other streams", () => {
    const stream = target("frame-stream");
    const message = (type: number, ...body: number[]): number[] => [
      ...new Array<number>(16).fill(0xff),
      ...[0, 19 + body.length, type, ...body],
    ];
    const parents = [
      [message(4), message(2, 0, 0, 0, 0), message(3, 6, 2)],
      [message(5, 0, 1, 0, 1), message(4)],
    ].map((messages) => parentOf(stream, Uint8Array.of(0, 18, 3, 40, ...messages.flat())));
    const orders = new Set(
      [...mutants(mutatorOf(parents), parents, 6000)]
        .map(({ data }) => stream.parts?.(data) ?? [])
        .filter((parts) => parts.slice(1).every(({ name, end, start }) => name !== "octets" && end - start >= 19))
        .map((parts) =>
          parts
            .slice(1)
            .map(({ name }) => name)
            .join(" "),
        ),
    );
    expect([...orders]).toEqual(
      expect.arrayContaining([
        "UPDATE NOTIFICATION",
        "UPDATE KEEPALIVE NOTIFICATION",
        "KEEPALIVE UPDATE UPDATE NOTIFICATION",
        "KEEPALIVE ROUTE-REFRESH UPDATE NOTIFICATION",
        "KEEPALIVE ROUTE-REFRESH",
      ]),
    );
  });
});

describe("fields", () => {
  const refresh = target("message-route-refresh");
  const parents = [
    [0, 0, 1, 0, 1],
    [0, 0, 25, 0, 70],
    [0, 0x40, 4, 0, 71],
  ].map((octets) => parentOf(refresh, Uint8Array.from(octets)));

  it("AFI and SAFI change together, to those that stood together elsewhere", () => {
    const families = new Set(
      [...mutants(mutatorOf(parents), parents.slice(0, 1), 2000)]
        .filter(({ steps }) => steps.length === 1 && /^another family/.test(steps[0] ?? ""))
        .map(({ data }) => `${u16(data, 1)} ${data[4]}`),
    );
    expect(families).toEqual(new Set(["1 1", "25 70", "16388 71"]));
  });

  it("take values that were compared", () => {
    const mutator = mutatorOf(parents);
    mutator.word(0x1234);
    mutator.word(0xabcdef01n);
    mutator.word("word");
    const said = [...mutants(mutator, parents, 6000)].map(({ data }) => Buffer.from(data).toString("latin1"));
    for (const octets of ["\x12\x34", "\xab\xcd\xef\x01", "word"]) {
      expect(said.some((data) => data.includes(octets))).toBe(true);
    }
  });

  it("of the context change often: every session comes up", () => {
    const attribute = target("attribute-02-as-path");
    const parent = parentOf(attribute, Uint8Array.of(0, 0, 2, 1, 0, 0, 0, 1));
    const bits = new Set<number>();
    for (const { data } of mutants(mutatorOf([parent]), [parent], 3000)) {
      const flipped = data.length < 2 ? 0 : u16(data, 0);
      for (let bit = 0; bit < 16; bit++) if (flipped & (1 << bit)) bits.add(bit);
    }
    expect(bits.size).toBe(16);
  });
});

describe("a mutator", () => {
  it("makes the same mutants of the same numbers and calls", () => {
    const parents = seedsOf("message-update").map(({ data }) => parentOf(update, data));
    const run = (seed: number): readonly unknown[] => {
      const mutator = mutatorOf(parents, seed);
      return [...mutants(mutator, parents, 500)].map(({ data, steps, parent }, i) => {
        if (i % 50 === 0) mutator.credit();
        if (i % 100 === 0) mutator.learn({ data, parts: update.parts?.(data) ?? [] });
        if (i % 70 === 0) mutator.word(parent.data.length);
        return [data, steps];
      });
    };
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });

  it("varies its last mutant by an edit or two to octets, and says so behind what was done before", () => {
    const mutator = mutatorOf([whole, large]);
    let changed = 0;
    for (const { data, steps } of mutants(mutator, [whole, large], 200)) {
      if (!equalOctets(mutator.vary(), data)) changed++;
      expect(mutator.trail().slice(0, steps.length)).toEqual(steps);
      expect([1, 2]).toContain(mutator.trail().length - steps.length);
    }
    expect(changed).toBeGreaterThan(180);
  });

  it("varies it mostly by another value of one field, often one that the field had elsewhere, and leaves the rest in place", () => {
    const field = (name: string, start: number, end: number): Part => ({ name, start, end });
    const parts = [field("low", 0, 2), field("high", 2, 6), field("low", 6, 8)];
    const parents = [
      { data: Uint8Array.of(1, 1, 100, 100, 100, 100, 1, 2), parts },
      { data: Uint8Array.of(2, 1, 200, 201, 202, 203, 2, 2), parts },
    ];
    const mutator = mutatorOf(parents);
    const counts = { all: 0, inOneField: 0, seen: 0 };
    for (const { data, steps } of mutants(mutator, parents.slice(0, 1), 3000)) {
      // Where a single value was changed, each field is where it was.
      if (steps.length !== 1 || !/^low = /.test(steps[0] ?? "") || data.length !== 8) continue;
      const before = data.slice();
      const after = mutator.vary();
      const touched = parts.filter(({ start, end }) => !equalOctets(after.slice(start, end), before.slice(start, end)));
      counts.all++;
      if (after.length === 8 && touched.length === 1) counts.inOneField++;
      if (equalOctets(after.slice(2, 6), Uint8Array.of(200, 201, 202, 203))) counts.seen++;
    }
    expect(counts.all).toBeGreaterThan(20);
    expect(counts.inOneField).toBeGreaterThan(0.6 * counts.all);
    expect(counts.seen).toBeGreaterThan(0);
  });

  it("makes a mutant again from the same numbers, until it learns something", () => {
    let random = new Random(1, 0);
    const numbers = {
      next: () => random.next(),
      below: (limit: number) => random.below(limit),
      chance: (perMille: number) => random.chance(perMille),
    };
    const mutator = createMutator({ random: numbers as Random, maxLength: 500 });
    for (const parent of [whole, large]) mutator.learn(parent);
    const made = (i: number): Uint8Array => {
      random = new Random(1, i);
      const mutant = mutator.mutate(whole);
      return (i % 2 === 0 ? mutant : mutator.vary()).slice();
    };
    const first = Array.from({ length: 6000 }, (_, i) => made(i));
    mutator.credit();
    expect(first.filter((data, i) => !equalOctets(data, made(i)))).toEqual([]);
  });

  it("never throws and never makes a longer input than it may, whatever the octets and the parts", () => {
    const parts = fc.array(fc.tuple(fc.integer({ min: -3, max: 70 }), fc.integer({ min: -3, max: 70 })), {
      maxLength: 8,
    });
    const tree = fc.tuple(parts, parts).map(([outer, inner]) =>
      outer.map(([start, end], i) => ({
        name: i % 2 === 0 ? "length" : "value",
        start,
        end,
        parts: inner.map(([from, to]) => ({ name: "count", start: from, end: to })),
      })),
    );
    const pairs: readonly (readonly [Comparable, Comparable])[] = [
      [0, 1],
      [3, 70_000],
      [-1, 5],
      [0.5, Number.NaN],
      [7n, -(2n ** 70n)],
      ["", "a"],
      ["\0", "longer than that"],
      [Uint8Array.of(0), Uint8Array.of()],
      [1, "1"],
    ];
    const compared: CompareLog = {
      count: pairs.length,
      clear() {},
      forEach: (each) => pairs.forEach(([left, right], site) => void each(left, right, site)),
    };
    const input = fc.tuple(fc.uint8Array({ maxLength: 64 }), fc.option(tree));
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 100 }), (inputs, most) => {
        const parents = inputs.map(([data, some]) => ({ data, parts: some ?? [] }));
        const mutator = mutatorOf(parents, 1, most);
        for (const { data } of mutants(mutator, parents, 60)) {
          expect(data.length).toBeLessThanOrEqual(most);
          expect(mutator.vary().length).toBeLessThanOrEqual(most);
        }
        for (const parent of parents) {
          for (const { data, trail } of mutator.answers(parent, compared)) {
            expect(data.length).toBeLessThanOrEqual(most);
            expect(trail.length).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it("changes the input it is given in none of its octets", () => {
    const data = whole.data.slice();
    for (const _ of mutants(mutatorOf([whole, large]), [whole], 2000)) expect(whole.data).toEqual(data);
  });

  it("says what it did, with names and places", () => {
    const said = [...mutants(mutatorOf([whole, large]), [whole], 3000)].flatMap(({ steps }) => steps);
    for (const text of [
      /^drop COMMUNITIES at 29$/,
      /^duplicate NEXT_HOP at 22( \d+ times)?$/,
      /^insert LARGE_COMMUNITY at \d+$/,
      /^swap ORIGIN at 9 with what is at \d+$/,
      /^flip bit \d of flags at \d+$/,
      /^flip bit \d of context at [01]$/,
    ]) {
      expect(said.some((step) => text.test(step))).toBe(true);
    }
    expect(said.every((step) => /^[ -~]{5,120}$/.test(step))).toBe(true);
  });

  it("uses more often what made inputs that were kept", () => {
    const drops = (isKept: (steps: readonly string[]) => boolean): number => {
      const mutator = mutatorOf([whole, large]);
      let count = 0;
      for (const { steps } of mutants(mutator, [whole], 40_000)) {
        if (isKept(steps)) {
          mutator.credit();
          mutator.learn(whole);
        }
        if (steps.some((step) => step.startsWith("drop COMM"))) count++;
      }
      return count;
    };
    expect(drops((steps) => steps.length === 1 && /^drop [A-Z]/.test(steps[0] ?? ""))).toBeGreaterThan(
      1.5 * drops(() => false),
    );
  });
});
