import { Flag } from "../../src/codec/attribute.js";
import { setOctets, setU8, setU32, u8, u16 } from "../../src/codec/octets.js";
import { UpdatePacker } from "../../src/table/pack.js";
import { eachUpdate, type PreparedTable } from "../../src/table/prepared.js";
import { Random, shuffle } from "../../src/table/random.js";
import { LARGE_COMMUNITIES, MARK } from "../tester/churn-changes.js";
import { payloadOf } from "../tester/payload.js";

/** Changes to a table: UPDATEs back to back, and how many. Each has routes of one kind, announced or withdrawn. */
export interface ChurnStream {
  readonly messages: Uint8Array;
  readonly updates: number;
}

/** Prefixes of an UPDATE of real churn: mean 2.74, median 1, 95 in a hundred at most 12. */
const SIZES = [1, 2, 3, 4, 5, 8, 12, 20, 30] as const;
const SIZE_WEIGHTS = [616, 150, 60, 40, 30, 40, 40, 19, 5] as const;
/** Withdrawn prefixes among a thousand announced ones; real churn has 40 to 110. */
const WITHDRAWN_PER_MILLE = 70;
/** UPDATEs until what was withdrawn comes back. */
const AWAY = 50;

/**
 * At least so many UPDATEs of ordinary churn over the table: a few prefixes get other attributes, those of another set of
 * the table, or are withdrawn and come back some UPDATEs later. In the end nothing is away. Equal seeds give equal octets.
 *
 * All prefixes have their turn before one has its second. Each announcement carries its number, from 1, in a Large
 * Community of its own (RFC 8092), so that a receiver can tell which one it sees.
 */
export const churnStream = (table: PreparedTable, updates: number, seed: number): ChurnStream => {
  const random = new Random(seed, 3_000_000);
  const walks = [false, true].map((v6) => new Walk(table.messages, v6, random)).filter(({ size }) => size > 0);
  const away: { walk: Walk; routes: readonly number[]; since: number }[] = [];
  const longest = Math.min(AWAY, table.prefixes >>> 4);
  const parts: Uint8Array[] = [];
  while (parts.length < updates || away.length > 0) {
    const number = parts.length + 1;
    const [oldest] = away;
    if (oldest !== undefined && (number - oldest.since > longest || number > updates)) {
      away.shift();
      parts.push(oldest.walk.announcement(oldest.routes, number));
      continue;
    }
    const walk = random.below(table.prefixes) < table.v6 ? walks.at(-1) : walks[0];
    if (walk === undefined) throw new RangeError("a table without prefixes has no churn");
    const routes = walk.next(drawSize(random));
    if (random.chance(WITHDRAWN_PER_MILLE)) {
      away.push({ walk, routes, since: number });
      parts.push(walk.withdrawal(routes));
    } else parts.push(walk.announcement(routes, number));
  }
  return { messages: Buffer.concat(parts), updates: parts.length };
};

const drawSize = (random: Random): number => {
  let drawn = random.below(SIZE_WEIGHTS.reduce((sum, weight) => sum + weight, 0));
  for (const [i, weight] of SIZE_WEIGHTS.entries()) {
    if (drawn < weight) return SIZES[i] ?? 1;
    drawn -= weight;
  }
  return 1;
};

interface AttributeSet {
  readonly attributes: Uint8Array;
  readonly nextHop6: Uint8Array | null;
}

/** The prefixes of one family, UPDATE by UPDATE of the table in a drawn order, again and again. */
class Walk {
  readonly #octets: Uint8Array;
  readonly #random: Random;
  /** Where each prefix stands in the octets. */
  readonly #routes: number[] = [];
  readonly #sets: AttributeSet[] = [];
  #at = 0;

  constructor(octets: Uint8Array, v6: boolean, random: Random) {
    this.#octets = octets;
    this.#random = random;
    const spans: { from: number; to: number }[] = [];
    eachUpdate(octets, (span) => {
      if (span.v6 !== v6 || span.nlri >= span.nlriEnd) return;
      spans.push({ from: span.nlri, to: span.nlriEnd });
      this.#sets.push({
        attributes: unmarked(octets, span.attributes, span.attributesEnd),
        nextHop6: v6 ? octets.subarray(span.nextHop6, span.nextHop6End) : null,
      });
    });
    const order = Uint32Array.from(spans, (_, i) => i);
    shuffle(order, random);
    for (const i of order) {
      const { from, to } = spans[i] ?? { from: 0, to: 0 };
      for (let at = from; at < to; at += 1 + ((u8(octets, at) + 7) >>> 3)) this.#routes.push(at);
    }
  }

  get size(): number {
    return this.#routes.length;
  }

  /** So many routes, or fewer where the table is small: none stands in it twice. */
  next(count: number): number[] {
    const most = Math.max(1, Math.min(count, this.size >>> 3));
    return Array.from({ length: most }, () => this.#routes[this.#at++ % this.size] ?? 0);
  }

  announcement(routes: readonly number[], number: number): Uint8Array {
    // An MRT file may have a set that fills its UPDATE so far that nothing fits beside it: then another one.
    for (let tries = 0; tries < 100; tries++) {
      const set = this.#sets[this.#random.below(this.#sets.length)];
      if (set === undefined) break;
      const message = this.#pack(routes, marked(set.attributes, number), set.nextHop6);
      if (message !== null) return message;
    }
    throw new RangeError("the table's attributes leave no room for a change");
  }

  withdrawal(routes: readonly number[]): Uint8Array {
    const nextHop6 = this.#sets[0]?.nextHop6 ?? null;
    const announced = this.#pack(routes, new Uint8Array(0), nextHop6) ?? new Uint8Array(0);
    return Buffer.concat(payloadOf(announced, "withdraw").chunks);
  }

  /** One UPDATE; null when the routes don't fit into it. */
  #pack(routes: readonly number[], attributes: Uint8Array, nextHop6: Uint8Array | null): Uint8Array | null {
    const packer = new UpdatePacker(0);
    if (!packer.begin(attributes, nextHop6)) return null;
    for (const at of routes) packer.add(this.#octets, at);
    const { messages, count } = packer.finish();
    return count === 1 ? messages.slice() : null;
  }
}

/** Without Large Communities and what is not for the packer. */
const unmarked = (octets: Uint8Array, start: number, end: number): Uint8Array => {
  const kept: Uint8Array[] = [];
  for (let at = start; at < end; ) {
    const extended = (u8(octets, at) & Flag.ExtendedLength) !== 0;
    const next = at + (extended ? 4 + u16(octets, at + 2) : 3 + u8(octets, at + 2));
    const code = u8(octets, at + 1);
    if (code !== LARGE_COMMUNITIES && code !== MP_REACH_NLRI) kept.push(octets.subarray(at, next));
    at = next;
  }
  return Buffer.concat(kept);
};

const MP_REACH_NLRI = 14;

const marked = (attributes: Uint8Array, number: number): Uint8Array => {
  const out = new Uint8Array(attributes.length + 15);
  let at = setOctets(out, 0, attributes);
  at = setU8(out, at, Flag.Optional | Flag.Transitive);
  at = setU8(out, at, LARGE_COMMUNITIES);
  at = setU8(out, at, 12);
  at = setU32(out, at, MARK);
  setU32(out, at, number);
  return out;
};
