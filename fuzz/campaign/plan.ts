/** How the fuzzing of a night is divided. */
export interface Plan {
  readonly properties: Share;
  readonly jsfuzz: Share;
}

export interface Share {
  /** Milliseconds for each target. */
  readonly ms: number;
  /** Of the wall clock, for all: on a busy machine starts take many times as long, at the cost of what comes after. */
  readonly mostMs: number;
  /** How many have a turn; the next night goes on behind them. */
  readonly targets: number;
}

/** Milliseconds that a target costs beside its time: a process to start, code to load, for jsfuzz to instrument as well. */
const START_MS = { properties: 1_000, jsfuzz: 2_500 } as const;
/** With less jsfuzz does not get beyond the seeds, and with less properties see every arbitrary hardly once. */
const LEAST_MS = { properties: 400, jsfuzz: 3_000 } as const;
/** Of the time; the rest is Kiln's own engine's, which has all targets in any case. */
const SHARES = { properties: 0.2, jsfuzz: 0.1 } as const;
/** A share may take so many times what was planned; targets that had no turn by then have theirs the next night. */
const PATIENCE = 1.5;

/**
 * Divides `budgetMs` of wall-clock time over `targets` targets and `lanes` that work side by side. Properties and jsfuzz
 * run on as many targets as can have a useful time each, at least one in each lane; Kiln's engine takes what is left.
 */
export const planNight = (budgetMs: number, targets: number, lanes: number): Plan => ({
  properties: shareOf("properties", budgetMs, targets, lanes),
  jsfuzz: shareOf("jsfuzz", budgetMs, targets, lanes),
});

const shareOf = (engine: keyof typeof SHARES, budgetMs: number, targets: number, lanes: number): Share => {
  const time = SHARES[engine] * budgetMs * lanes;
  const fit = Math.floor(time / (LEAST_MS[engine] + START_MS[engine]));
  const turns = Math.min(targets, Math.max(lanes, Math.floor(fit / lanes) * lanes));
  const ms = Math.max(LEAST_MS[engine], Math.floor(time / turns - START_MS[engine]));
  return { targets: turns, ms, mostMs: Math.ceil((PATIENCE * turns * (ms + START_MS[engine])) / lanes) };
};

/** `count` of `items` behind `last` (or from the first), round the corner when the end is reached. */
export const rotated = <T>(items: readonly T[], last: T | undefined, count: number): T[] => {
  const start = last === undefined ? 0 : items.indexOf(last) + 1;
  return [...items.slice(start), ...items.slice(0, start)].slice(0, count);
};
