import { describe, expect, it } from "vitest";
import { Turns, type Way } from "./turns.js";

type Finds = Readonly<Record<Way, number>>;

/** The share of the work that each way has after many turns, when each finds so many in a turn. */
const sharesOf = (finds: Finds, turns = new Turns(), areUnanswered = true): Readonly<Record<Way, number>> => {
  const work = { answers: 0, samples: 0, mutants: 0 };
  for (let turn = 0; turn < 40_000; turn++) {
    const way = turns.next(areUnanswered);
    turns.count(way, 10_000, finds[way]);
    // What came of the beginning is forgotten.
    if (turn >= 20_000) work[way]++;
  }
  return { answers: work.answers / 20_000, samples: work.samples / 20_000, mutants: work.mutants / 20_000 };
};

describe("turns of answers, samples and mutants", () => {
  it("begin with answers, where there are any", () => {
    expect(new Turns().next(true)).toBe("answers");
    expect(new Turns().next(false)).toBe("samples");
  });

  it("give answers a quarter and samples a thirty-second while they find as much for their work, or more", () => {
    for (const least of [0.01, 0.03]) {
      const { answers, samples } = sharesOf({ answers: least, samples: least, mutants: 0.01 });
      expect(answers).toBeCloseTo(1 / 4, 2);
      expect(samples).toBeCloseTo(1 / 32, 2);
    }
  });

  it("give them as much less as they find less, down to a sixteenth and a hundred-and-twenty-eighth", () => {
    const half = sharesOf({ answers: 0.005, samples: 0.005, mutants: 0.01 });
    expect(half.answers).toBeCloseTo(1 / 8, 2);
    expect(half.samples).toBeCloseTo(1 / 64, 2);
    const none = sharesOf({ answers: 0, samples: 0, mutants: 0.01 });
    expect(none.answers).toBeCloseTo(1 / 16, 2);
    expect(none.samples).toBeCloseTo(1 / 128, 2);
  });

  it("give most of it to mutants when nothing finds anything", () => {
    expect(sharesOf({ answers: 0, samples: 0, mutants: 0 }).mutants).toBeGreaterThan(0.9);
  });

  it("leave out answers where there are none", () => {
    const { answers, samples } = sharesOf({ answers: 0.01, samples: 0.01, mutants: 0.01 }, new Turns(), false);
    expect(answers).toBe(0);
    expect(samples).toBeCloseTo(1 / 32, 2);
  });

  it("forget better times", () => {
    const turns = new Turns();
    sharesOf({ answers: 0.01, samples: 0.01, mutants: 0.1 }, turns);
    const worse = { answers: 0.01, samples: 0.01, mutants: 0 };
    sharesOf(worse, turns);
    expect(sharesOf(worse, turns).answers).toBeCloseTo(1 / 4, 2);
  });
});
