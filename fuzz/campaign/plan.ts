/** How the fuzzing of one round is divided: milliseconds for each target and engine. */
export interface Plan {
  readonly propertiesMs: number;
  readonly jsfuzzMs: number;
  /** Targets that jsfuzz gets in this round; the next round goes on behind them. */
  readonly jsfuzzTargets: number;
}

/** Milliseconds that a target costs beside its time: a process to start, code to load, for jsfuzz to instrument as well. */
const START_MS = { properties: 1_000, jsfuzz: 2_500 } as const;
/** With less jsfuzz does not get beyond the seeds, and with less properties see every arbitrary hardly once. */
const LEAST_MS = { properties: 400, jsfuzz: 3_000 } as const;
const PROPERTIES_SHARE = 0.5;

/** Longest round: what is found is written down, and the turn of every target comes, at least so often. */
export const ROUND_MS: number = 20 * 60_000;

/**
 * Divides `budgetMs` of wall-clock time over `targets` targets and `lanes` that work side by side. Properties take half
 * and run on all targets; jsfuzz takes the rest and runs on as many as can have a useful time each.
 */
export const planRound = (budgetMs: number, targets: number, lanes: number): Plan => {
  const share = PROPERTIES_SHARE * budgetMs * lanes;
  const propertiesMs = Math.max(LEAST_MS.properties, share / targets - START_MS.properties);
  const left = Math.max(0, budgetMs * lanes - targets * (propertiesMs + START_MS.properties));
  const fit = Math.floor(left / (LEAST_MS.jsfuzz + START_MS.jsfuzz));
  const jsfuzzTargets = Math.min(targets, Math.floor(fit / lanes) * lanes || Math.min(fit, lanes));
  const jsfuzzMs = jsfuzzTargets === 0 ? 0 : left / jsfuzzTargets - START_MS.jsfuzz;
  return { propertiesMs: Math.floor(propertiesMs), jsfuzzMs: Math.floor(jsfuzzMs), jsfuzzTargets };
};

/** `count` of `items` behind `last` (or from the first), round the corner when the end is reached. */
export const rotated = <T>(items: readonly T[], last: T | undefined, count: number): T[] => {
  const start = last === undefined ? 0 : items.indexOf(last) + 1;
  return [...items.slice(start), ...items.slice(0, start)].slice(0, count);
};
