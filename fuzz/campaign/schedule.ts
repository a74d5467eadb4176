import type { FuzzEnd } from "../../src/results/fuzz.js";

/** What a campaign may take, in milliseconds; null for no limit. */
export interface Limits {
  /** For each target, in one piece. Without it turns are weighted by what still finds something. */
  readonly timeMs: number | null;
  /** Of the wall clock, for all. */
  readonly budgetMs: number | null;
  /** Ends when no target found anything new for so long. */
  readonly plateauMs: number | null;
  /** Every target has its first turn, even beyond the budget. */
  readonly everyTarget: boolean;
}

/** A target's turn with one worker. */
export interface Turn {
  readonly target: string;
  /** How long it may run, its start not counted. */
  readonly ms: number;
  /** Over all targets, from 0: what makes the seeds of two turns differ. */
  readonly number: number;
}

/** What a turn came to. */
export interface Yield {
  /** Of the wall clock, and of the CPU where it was measured. */
  readonly ranMs: number;
  readonly cpuMs: number;
  /** Features that no worker had seen on this target. */
  readonly features: number;
  readonly findings: number;
}

/**
 * Whose turn is next. With a time for each target, they come in order and have it in one piece. Else all have a short
 * turn first, then those come more often that found more per CPU second lately: stride scheduling, where time counts the
 * less the heavier a target is, and the one with the least so far is next. No target weighs less than a tenth of another,
 * so none starves.
 *
 * Knows no clock: times are milliseconds since the campaign began.
 */
export class Schedule {
  readonly #targets: Map<string, Standing>;
  readonly #lanes: number;
  readonly #limits: Limits;
  /** What turns under way were counted with beforehand, by their number. */
  readonly #advances = new Map<number, number>();
  #turns = 0;
  #lastNew = 0;

  /** `lanes`: workers at a time. */
  constructor(targets: readonly string[], lanes: number, limits: Limits) {
    this.#lanes = lanes;
    this.#limits = limits;
    // With fewer targets than workers, several work on one.
    const workers = Math.max(1, Math.floor(lanes / targets.length));
    this.#targets = new Map(
      targets.map((name) => [
        name,
        { name, spent: 0, firstMs: 0, rate: 0, begun: 0, running: 0, left: workers, mishaps: 0, failed: false },
      ]),
    );
  }

  /** The next turn, or null when a worker has nothing more to do. */
  take(now: number): Turn | null {
    if (this.#overdue(now)) return null;
    const next = this.#limits.timeMs === null ? this.#leastServed(now) : this.#inOrder();
    if (next === null) return null;
    const ms = this.#limits.timeMs ?? this.#length(next, now);
    next.begun++;
    next.running++;
    next.left--;
    // As if it had run already, so that a second worker goes to another target.
    const advance = ms / this.#weight(next);
    next.spent += advance;
    this.#advances.set(this.#turns, advance);
    return { target: next.name, ms, number: this.#turns++ };
  }

  /** Something new was seen: the plateau begins anew. */
  news(now: number): void {
    this.#lastNew = now;
  }

  done({ target, number }: Turn, { ranMs, cpuMs, features, findings }: Yield): void {
    const standing = this.#targets.get(target);
    if (standing === undefined) return;
    standing.running--;
    const rate = (features + FINDING_WORTH * findings) / Math.max(0.1, cpuMs / 1000);
    // The first turn's rate is that of the seeds, and says little: the second counts as much.
    standing.rate = standing.begun <= 1 ? rate : standing.rate / 2 + rate / 2;
    standing.mishaps = 0;
    // Now it is known what the time was worth; of a first turn only when the others have had theirs.
    standing.spent -= this.#advances.get(number) ?? 0;
    this.#advances.delete(number);
    if (standing.firstMs === 0) standing.firstMs = ranMs;
    else standing.spent += ranMs / this.#weight(standing);
  }

  /**
   * A turn came to nothing. Gives whether the target has no more turns: when it never came to anything, or several times
   * in a row not.
   */
  failed({ target }: Turn): boolean {
    const standing = this.#targets.get(target);
    if (standing === undefined) return true;
    standing.running--;
    standing.mishaps++;
    standing.failed ||=
      this.#limits.timeMs !== null || standing.mishaps === standing.begun || standing.mishaps >= MOST_MISHAPS;
    return standing.failed;
  }

  /** What has ended the campaign by now, if anything. */
  ended(now: number): FuzzEnd | null {
    if (this.#overdue(now)) return this.#onPlateau(now) ? "plateau" : "budget";
    const isOver = [...this.#targets.values()].every(
      ({ failed, left, running }) => failed || (this.#limits.timeMs !== null && left <= 0 && running === 0),
    );
    return isOver ? "time" : null;
  }

  #overdue(now: number): boolean {
    if (this.#onPlateau(now)) return true;
    const { budgetMs } = this.#limits;
    return budgetMs !== null && now >= budgetMs && !(this.#limits.everyTarget && this.#inFirstPass());
  }

  #onPlateau(now: number): boolean {
    const { plateauMs } = this.#limits;
    return plateauMs !== null && now - this.#lastNew >= plateauMs;
  }

  #inFirstPass(): boolean {
    return this.#alive().some(({ begun, running }) => begun === 0 || (begun === 1 && running === 1));
  }

  #inOrder(): Standing | null {
    const waiting = this.#alive().filter(({ left }) => left > 0);
    // One worker for each before a second for any.
    const most = Math.max(0, ...waiting.map(({ left }) => left));
    return waiting.find(({ left }) => left === most) ?? null;
  }

  #leastServed(now: number): Standing | null {
    const { budgetMs } = this.#limits;
    const alive = this.#alive();
    const fresh = alive.find(({ begun }) => begun === 0);
    if (fresh !== undefined) return fresh;
    if (budgetMs !== null && budgetMs - now < LEAST_MS) return null;
    const most = Math.ceil(this.#lanes / alive.length);
    let least: Standing | null = null;
    for (const one of alive) {
      if (one.running < most && (least === null || this.#served(one) < this.#served(least))) least = one;
    }
    return least;
  }

  #length({ begun }: Standing, now: number): number {
    const { budgetMs } = this.#limits;
    const targets = this.#alive().length;
    const left = budgetMs === null ? Number.POSITIVE_INFINITY : budgetMs - now;
    // Nobody else waits for the worker.
    if (targets <= this.#lanes && Number.isFinite(left)) return Math.max(LEAST_MS, left);
    const share = budgetMs === null ? LONGEST_MS : (budgetMs * this.#lanes) / this.#targets.size;
    if (begun === 0) return clamp(FIRST_SHARE * share, LEAST_FIRST_MS, LONGEST_FIRST_MS);
    return Math.min(clamp(share, SHORTEST_MS, LONGEST_MS), Math.max(LEAST_MS, left));
  }

  /** Milliseconds by weight, all in all. */
  #served(one: Standing): number {
    return one.spent + one.firstMs / this.#weight(one);
  }

  #weight({ rate }: Standing): number {
    const best = Math.max(...this.#alive().map((one) => one.rate));
    // The root: one that finds a hundred times as much comes ten times as often.
    return best > 0 ? Math.max(LEAST_WEIGHT, Math.sqrt(rate / best)) : 1;
  }

  #alive(): Standing[] {
    return [...this.#targets.values()].filter(({ failed }) => !failed);
  }
}

interface Standing {
  readonly name: string;
  /** Milliseconds by weight, those of the first turn left out. */
  spent: number;
  firstMs: number;
  /** Features per CPU second, of late. */
  rate: number;
  begun: number;
  running: number;
  /** Turns with a time of their own that are still to come. */
  left: number;
  /** Turns in a row that came to nothing. */
  mishaps: number;
  failed: boolean;
}

const MOST_MISHAPS = 3;
const LEAST_WEIGHT = 0.1;
/** Features that one finding is worth. */
const FINDING_WORTH = 20;
/** Of the budget for the first pass. */
const FIRST_SHARE = 0.4;
/** Milliseconds of turns. A first one runs seeds and arbitraries before it looks at the clock. */
const LEAST_FIRST_MS = 300;
/** Less is not worth a worker's start. */
const LEAST_MS = 1_200;
const LONGEST_FIRST_MS = 20_000;
const SHORTEST_MS = 5_000;
const LONGEST_MS = 60_000;

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
