import type { PrefixLatency } from "../../src/results/index.js";
import { microseconds } from "./arrivals.js";

/** Neighbouring buckets differ by 0.2%: a percentile is at most 0.1% off. */
const STEP = Math.log(1.002);
const LEAST_MS = 0.001;
const MOST_MS = 1e6;
const BUCKETS = Math.ceil(Math.log(MOST_MS / LEAST_MS) / STEP) + 2;
const ECDF_POINTS = 200;

/** Latencies of any number of prefixes in the same few octets: they go from process to process, and those of runs add up. */
export interface Latencies {
  /** By bucket: the first one holds what is shorter than a microsecond. */
  readonly counts: Uint32Array;
  maxMs: number;
}

export const noLatencies = (): Latencies => ({ counts: new Uint32Array(BUCKETS), maxMs: 0 });

/** Milliseconds, 0 or more. */
export const addLatency = (to: Latencies, ms: number): void => {
  const bucket = ms < LEAST_MS ? 0 : Math.min(BUCKETS - 1, 1 + Math.floor(Math.log(ms / LEAST_MS) / STEP));
  to.counts[bucket] = (to.counts[bucket] ?? 0) + 1;
  if (ms > to.maxMs) to.maxMs = ms;
};

/** What rows show of all of them together; null when there are none. */
export const prefixLatency = (all: readonly Latencies[]): PrefixLatency | null => {
  const counts = new Float64Array(BUCKETS);
  let total = 0;
  for (const one of all) {
    for (const [bucket, count] of one.counts.entries()) {
      counts[bucket] = (counts[bucket] ?? 0) + count;
      total += count;
    }
  }
  if (total === 0) return null;
  const max = Math.max(...all.map(({ maxMs }) => maxMs));
  // Shares that rise, so that one walk over the buckets finds all of them.
  let bucket = -1;
  let below = 0;
  const at = (share: number): number => {
    while (below < share * total && bucket < BUCKETS - 1) below += counts[++bucket] ?? 0;
    return Math.min(max, bucket <= 0 ? 0 : microseconds(LEAST_MS * Math.exp((bucket - 0.5) * STEP)));
  };
  const ecdf: { ms: number[]; share: number[] } = { ms: [], share: [] };
  const wanted = new Map<number, number>();
  for (let i = 1; i <= ECDF_POINTS; i++) {
    const share = i / ECDF_POINTS;
    const ms = i === ECDF_POINTS ? max : at(share);
    wanted.set(i, ms);
    ecdf.ms.push(ms);
    ecdf.share.push(share);
  }
  const percent = (p: number): number => wanted.get((p * ECDF_POINTS) / 100) ?? max;
  return { p50: percent(50), p95: percent(95), p99: percent(99), max, ecdf };
};

/** When a sender gave chunks of UPDATEs to the system, on the shared clock, and how many prefixes it had given by their ends. */
export interface Handed {
  readonly ms: readonly number[];
  readonly prefixes: readonly number[];
}

export interface Join {
  /** For each sender when it handed over what, and which prefixes it sent, by their places, in that order. */
  readonly sent: readonly { readonly handed: Handed; readonly places: Uint32Array }[];
  /** By place: the number of the chunk in which the prefix came, from 1; 0 when it did not. */
  readonly stamps: Uint32Array;
  /** When the chunks came. */
  readonly times: readonly number[];
}

/**
 * From the moment when a prefix was handed to the system (of several senders: by the first one) until the chunk with it
 * was read. Prefixes that did not come are left out, and so are those that came last before they were sent last: a
 * speaker that skips a state does not answer each announcement.
 */
export const joinLatencies = ({ sent, stamps, times }: Join): Latencies => {
  const handedMs = new Float64Array(stamps.length).fill(Number.POSITIVE_INFINITY);
  for (const { handed, places } of sent) {
    let chunk = 0;
    for (const [n, place] of places.entries()) {
      while (n >= (handed.prefixes[chunk] ?? Number.POSITIVE_INFINITY)) chunk++;
      const ms = handed.ms[chunk];
      if (ms !== undefined && ms < (handedMs[place] ?? 0)) handedMs[place] = ms;
    }
  }
  const latencies = noLatencies();
  for (const [place, stamp] of stamps.entries()) {
    const came = times[stamp - 1];
    if (came === undefined) continue;
    const ms = came - (handedMs[place] ?? Number.POSITIVE_INFINITY);
    if (ms >= 0) addLatency(latencies, ms);
  }
  return latencies;
};
