import { describe, expect, it } from "vitest";
import { type Limits, Schedule, type Turn } from "./schedule.js";

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `t${i}`);
const limits = (more: Partial<Limits>): Limits => ({
  timeMs: null,
  budgetMs: null,
  plateauMs: null,
  everyTarget: false,
  ...more,
});

const START_MS = 1_000;

/** Plays a campaign in which each turn takes its time and a second; gives the milliseconds of every target. */
const play = (
  schedule: Schedule,
  lanes: number,
  features: (target: string, now: number) => number,
  until = Number.POSITIVE_INFINITY,
): { spent: Map<string, number>; turns: Turn[]; end: number } => {
  const spent = new Map<string, number>();
  const turns: Turn[] = [];
  const free = Array.from({ length: lanes }, () => 0);
  const running: { turn: Turn; lane: number; end: number }[] = [];
  for (;;) {
    const lane = free.indexOf(Math.min(...free));
    const now = free[lane] ?? 0;
    for (const one of running.filter(({ end }) => end <= now).sort((a, b) => a.end - b.end)) {
      running.splice(running.indexOf(one), 1);
      const { target, ms } = one.turn;
      const found = features(target, one.end);
      if (found > 0) schedule.news(one.end);
      schedule.done(one.turn, { ranMs: ms + START_MS, cpuMs: ms + START_MS, features: found, findings: 0 });
    }
    const turn = now > until ? null : schedule.take(now);
    if (turn === null) return { spent, turns, end: Math.max(...free.filter(Number.isFinite)) };
    turns.push(turn);
    spent.set(turn.target, (spent.get(turn.target) ?? 0) + turn.ms + START_MS);
    free[lane] = now + turn.ms + START_MS;
    running.push({ turn, lane, end: now + turn.ms + START_MS });
  }
};

describe("a schedule with a budget", () => {
  it("gives second turns to those whose first found most, whenever that was", () => {
    const rich = ["t3", "t60", "t103"];
    const found = (target: string): number => (rich.includes(target) ? 1000 : 1);
    const { turns } = play(new Schedule(names(104), 2, limits({ budgetMs: 1_800_000 })), 2, found);
    expect(new Set(turns.slice(104, 110).map(({ target }) => target))).toEqual(new Set(rich));
  });

  it("lets all have a turn before any has a second, and keeps to the budget", () => {
    const { turns, end } = play(new Schedule(names(104), 2, limits({ budgetMs: 1_800_000 })), 2, () => 1);
    expect(new Set(turns.slice(0, 104).map(({ target }) => target)).size).toBe(104);
    expect(turns.length).toBeGreaterThan(150);
    expect(end).toBeGreaterThan(1_700_000);
    expect(end).toBeLessThan(1_800_000 + 2 * START_MS + 1_200);
    expect(new Set(turns.map(({ number }) => number)).size).toBe(turns.length);
  });

  it("gives more to those that still find something, and starves none", () => {
    const busy = new Set(["t3", "t7"]);
    const schedule = new Schedule(names(20), 2, limits({ budgetMs: 3_600_000 }));
    const { spent } = play(schedule, 2, (target) => (busy.has(target) ? 200 : 0));
    const idle = names(20).filter((name) => !busy.has(name));
    const least = Math.min(...idle.map((name) => spent.get(name) ?? 0));
    for (const name of busy) expect(spent.get(name)).toBeGreaterThan(5 * least);
    // A tenth of the weight is a tenth of the time, more or less a turn.
    expect(least).toBeGreaterThan((spent.get("t3") ?? 0) / 20);
    expect(least).toBeGreaterThan(0);
  });

  it("comes back to one that wakes up late", () => {
    const schedule = new Schedule(names(10), 1, limits({ budgetMs: 7_200_000 }));
    const late = (target: string, now: number): number =>
      now < 3_600_000 ? (target === "t0" ? 100 : 0) : target === "t5" ? 100 : 0;
    const { turns } = play(schedule, 1, late);
    const last = turns.slice(-20).filter(({ target }) => target === "t5").length;
    expect(last).toBeGreaterThan(6);
  });

  it("is overrun for the first turns alone where every target is to have one", () => {
    const every = play(new Schedule(names(104), 2, limits({ budgetMs: 10_000, everyTarget: true })), 2, () => 1);
    expect(every.turns).toHaveLength(104);
    const some = play(new Schedule(names(104), 2, limits({ budgetMs: 10_000 })), 2, () => 1);
    expect(some.turns.length).toBeLessThan(30);
  });

  it("begins nothing behind it where each target has its time as well", () => {
    const schedule = new Schedule(names(10), 2, limits({ timeMs: 4_000, budgetMs: 12_000 }));
    expect(play(schedule, 2, () => 1).turns.map(({ target }) => target)).toEqual(names(6));
    expect(schedule.ended(12_000)).toBe("budget");
  });

  it("has several workers on one target where there are more workers than targets", () => {
    const schedule = new Schedule(names(2), 4, limits({ budgetMs: 60_000 }));
    const taken = Array.from({ length: 5 }, () => schedule.take(0)?.target);
    expect(taken.slice(0, 4).sort()).toEqual(["t0", "t0", "t1", "t1"]);
    // And without a break: nobody else waits.
    expect(new Schedule(names(2), 4, limits({ budgetMs: 60_000 })).take(0)?.ms).toBe(60_000);
  });
});

describe("a schedule with a time for each target", () => {
  it("gives it in one piece, in order", () => {
    const schedule = new Schedule(names(3), 1, limits({ timeMs: 5_000 }));
    const { turns } = play(schedule, 1, () => 0);
    expect(turns.map(({ target, ms }) => [target, ms])).toEqual([
      ["t0", 5_000],
      ["t1", 5_000],
      ["t2", 5_000],
    ]);
    expect(schedule.ended(20_000)).toBe("time");
  });

  it("gives each worker's share of a target the whole time, all targets first", () => {
    const { turns } = play(new Schedule(names(2), 4, limits({ timeMs: 5_000 })), 4, () => 0);
    expect(turns.map(({ target }) => target)).toEqual(["t0", "t1", "t0", "t1"]);
  });
});

describe("a plateau", () => {
  it("ends a campaign when nothing new came for so long, and not before", () => {
    const schedule = new Schedule(names(2), 1, limits({ plateauMs: 600_000 }));
    const { end } = play(schedule, 1, (_, now) => (now < 300_000 ? 1 : 0), 5_000_000);
    expect(end).toBeGreaterThan(880_000);
    expect(end).toBeLessThan(1_100_000);
    expect(schedule.ended(end)).toBe("plateau");
    expect(new Schedule(names(2), 1, limits({ plateauMs: 600_000 })).ended(599_999)).toBeNull();
  });
});

describe("a target that cannot be fuzzed", () => {
  it("has no more turns when it never came to anything", () => {
    const schedule = new Schedule(["good", "bad"], 1, limits({ budgetMs: 600_000 }));
    const done = { ranMs: 1, cpuMs: 1, features: 1, findings: 0 };
    for (let i = 0; i < 50; i++) {
      const turn = schedule.take(i);
      if (turn === null) throw new Error("no turn");
      if (turn.target === "bad") expect(schedule.failed(turn)).toBe(true);
      else schedule.done(turn, done);
      if (i > 1) expect(turn.target).toBe("good");
    }
  });

  it("is tried again when it once did, but not for ever", () => {
    const schedule = new Schedule(["one"], 1, limits({ plateauMs: 600_000 }));
    const next = (): Turn => schedule.take(0) ?? { target: "none", ms: 0, number: 0 };
    schedule.done(next(), { ranMs: 1, cpuMs: 1, features: 1, findings: 0 });
    expect([1, 2, 3].map(() => schedule.failed(next()))).toEqual([false, false, true]);
    expect(schedule.take(0)).toBeNull();
    expect(schedule.ended(0)).toBe("time");
  });
});
