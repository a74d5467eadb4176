import { describe, expect, it } from "vitest";
import { Turns } from "./turns.js";

/** The share of the work that answers have after many turns, when each kind finds so many in a turn. */
const shareOf = (answersFind: number, mutantsFind: number): number => {
  const turns = new Turns();
  const work = { answers: 0, mutants: 0 };
  for (let turn = 0; turn < 20_000; turn++) {
    const way = turns.isForAnswers() ? "answers" : "mutants";
    const find = way === "answers" ? answersFind : mutantsFind;
    turns.count(way, 2000, find);
    // What came of the beginning is forgotten.
    if (turn >= 10_000) work[way] += 2000;
  }
  return work.answers / (work.answers + work.mutants);
};

describe("turns of answers and mutants", () => {
  it("begin with answers", () => {
    expect(new Turns().isForAnswers()).toBe(true);
  });

  it("give answers a quarter while they find as much for their work", () => {
    expect(shareOf(0.02, 0.01)).toBeCloseTo(1 / 4, 2);
    expect(shareOf(0.01, 0.01)).toBeCloseTo(1 / 4, 2);
  });

  it("give them a twelfth when they find less", () => {
    expect(shareOf(0, 0.01)).toBeCloseTo(1 / 12, 2);
  });

  it("take them up again when mutants find no more", () => {
    const turns = new Turns();
    for (let turn = 0; turn < 1000; turn++) turns.count(turns.isForAnswers() ? "answers" : "mutants", 2000, 0.01);
    const way = (find: number): number => {
      let answers = 0;
      for (let turn = 0; turn < 40_000; turn++) {
        const isAnswers = turns.isForAnswers();
        if (isAnswers) answers++;
        turns.count(isAnswers ? "answers" : "mutants", 2000, isAnswers ? 0.01 : find);
      }
      return answers / 40_000;
    };
    expect(way(0.1)).toBeLessThan(0.12);
    // Until the better times are forgotten.
    way(0);
    expect(way(0)).toBeCloseTo(1 / 4, 2);
  });
});
