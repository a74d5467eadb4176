import type { Comparable, CompareLog } from "../types.js";

/** Pairs of one place, where two values are compared, and where one is looked for among many. */
const PAIRS = 8;
const LOOKUP_PAIRS = 32;
/** Of one execution. */
const ALL_PAIRS = 4096;
const LONGEST_TEXT = 64;
/** Receivers of calls whose arguments are not known yet. */
const DEPTH = 64;

/** The compare log, and the functions that instrumented code calls in place of comparing. Each returns what it stands for. */
export class PairLog implements CompareLog {
  count = 0;
  readonly #left: Comparable[] = [];
  readonly #right: Comparable[] = [];
  readonly #site: number[] = [];
  /** The pair before it of the same place. */
  readonly #next: number[] = [];
  /** By place: its last pair and how many it has. */
  readonly #last: number[] = [];
  readonly #of: number[] = [];
  #waiting: { readonly site: number; readonly receiver: unknown }[] = [];

  clear(): void {
    for (let i = 0; i < this.count; i++) {
      const site = this.#site[i] ?? 0;
      this.#last[site] = -1;
      this.#of[site] = 0;
    }
    this.count = 0;
    if (this.#waiting.length > 0) this.#waiting = [];
  }

  forEach(each: (left: Comparable, right: Comparable, site: number) => void): void {
    for (let i = 0; i < this.count; i++) each(this.#left[i] ?? 0, this.#right[i] ?? 0, this.#site[i] ?? 0);
  }

  readonly same = (a: unknown, b: unknown, site: number): boolean => {
    this.#add(a, b, site, PAIRS);
    return a === b;
  };

  readonly differs = (a: unknown, b: unknown, site: number): boolean => {
    this.#add(a, b, site, PAIRS);
    return a !== b;
  };

  readonly alike = (a: unknown, b: unknown, site: number): boolean => {
    this.#add(a, b, site, PAIRS);
    // biome-ignore lint/suspicious/noDoubleEquals: it stands for one.
    return a == b;
  };

  readonly unlike = (a: unknown, b: unknown, site: number): boolean => {
    this.#add(a, b, site, PAIRS);
    // biome-ignore lint/suspicious/noDoubleEquals: it stands for one.
    return a != b;
  };

  readonly less = (a: number, b: number, site: number): boolean => {
    this.#add(a, b, site, PAIRS);
    return a < b;
  };

  readonly most = (a: number, b: number, site: number): boolean => {
    this.#add(a, b, site, PAIRS);
    return a <= b;
  };

  readonly more = (a: number, b: number, site: number): boolean => {
    this.#add(a, b, site, PAIRS);
    return a > b;
  };

  readonly least = (a: number, b: number, site: number): boolean => {
    this.#add(a, b, site, PAIRS);
    return a >= b;
  };

  /** A value switched over; `cases` makes those that need no computing. */
  readonly chosen = (value: unknown, cases: () => readonly unknown[], site: number): unknown => {
    if (isComparable(value)) {
      for (const one of attempted(cases)) this.#add(value, one, site, LOOKUP_PAIRS);
    }
    return value;
  };

  /** What `.has` or the like is called on; the argument comes next. */
  readonly among = (receiver: unknown, site: number): unknown => {
    if (this.#waiting.length < DEPTH) this.#waiting.push({ site, receiver });
    return receiver;
  };

  readonly sought = (value: unknown, site: number): unknown => {
    // Calls that threw, or that were not made after all, may have left some on top.
    for (let one = this.#waiting.pop(); one !== undefined; one = this.#waiting.pop()) {
      if (one.site !== site) continue;
      if (isComparable(value))
        for (const held of heldBy(one.receiver, value)) this.#add(value, held, site, LOOKUP_PAIRS);
      break;
    }
    return value;
  };

  #add(a: unknown, b: unknown, site: number, most: number): void {
    if (a === b || !isComparable(a) || !isComparable(b) || this.count >= ALL_PAIRS) return;
    // A number is never the same as a text, and what is not a number is told by no octets.
    if ((typeof a === "string") !== (typeof b === "string")) return;
    const left = brief(a);
    const right = brief(b);
    while (this.#of.length <= site) this.#last.push(-1) && this.#of.push(0);
    const count = this.#of[site] ?? 0;
    if (count >= most) return;
    for (let at = this.#last[site] ?? -1; at >= 0; at = this.#next[at] ?? -1) {
      if (this.#left[at] === left && this.#right[at] === right) return;
    }
    this.#left[this.count] = left;
    this.#right[this.count] = right;
    this.#site[this.count] = site;
    this.#next[this.count] = this.#last[site] ?? -1;
    this.#last[site] = this.count++;
    this.#of[site] = count + 1;
  }
}

const isComparable = (value: unknown): value is number | bigint | string =>
  typeof value === "number" ? Number.isFinite(value) : typeof value === "bigint" || typeof value === "string";

const brief = (value: number | bigint | string): number | bigint | string =>
  typeof value === "string" ? value.slice(0, LONGEST_TEXT) : value;

/** What a collection holds, as far as it is worth comparing with. Reads nothing that could have an effect. */
const heldBy = (receiver: unknown, value: number | bigint | string): Iterable<unknown> => {
  if (receiver instanceof Map || receiver instanceof Set) return first(receiver.keys());
  if (Array.isArray(receiver)) return receiver.slice(0, LOOKUP_PAIRS);
  if (typeof receiver === "string" && typeof value === "string") return [receiver.slice(0, value.length)];
  return [];
};

function* first(values: Iterator<unknown>): Iterable<unknown> {
  for (let i = 0; i < LOOKUP_PAIRS; i++) {
    const { done, value } = values.next();
    if (done === true) return;
    yield value;
  }
}

/** A case may name what is not initialised yet, when one before it matches. */
const attempted = (cases: () => readonly unknown[]): readonly unknown[] => {
  try {
    return cases();
  } catch {
    return [];
  }
};
