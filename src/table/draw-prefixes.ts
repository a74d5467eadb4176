import { IPV4_LENGTHS, IPV6_LENGTHS, type Weighted } from "./calibration.js";
import type { Random } from "./random.js";

/** Distinct prefixes in the order of their addresses, a shorter one before the more specifics within it. */
export interface DrawnPrefixes {
  /** The first 32 bits. */
  readonly high: Uint32Array;
  /** The next 32 bits: of IPv6 only, none of these prefixes is longer than 64. */
  readonly low: Uint32Array;
  readonly length: Uint8Array;
}

/** First octets of IPv4 space without a private, reserved or documentation block in them (RFC 6890). */
const IPV4_BLOCKS: readonly number[] = Array.from({ length: 223 }, (_, i) => i + 1).filter(
  (octet) => ![10, 100, 127, 169, 172, 192, 198, 203].includes(octet),
);

/** First twelve bits of the registries' IPv6 space in 2000::/3. */
const IPV6_BLOCKS: readonly number[] = [0x240, 0x260, 0x280, 0x2a0, 0x2c0];

/** Most prefixes that `drawPrefixes` gives: beyond it the space of plausible ones would be crowded. */
export const MOST_PREFIXES = 8_000_000;

/** As many distinct prefixes as asked for, lengths as in a real table. */
export const drawPrefixes = (count: number, family: 4 | 6, random: Random): DrawnPrefixes =>
  family === 4 ? drawIpv4(count, random) : drawIpv6(count, random);

const drawIpv4 = (count: number, random: Random): DrawnPrefixes => {
  // No more than 7 of 8 places of a length are taken; the rest goes to the longer ones, as deaggregation does.
  const counts = shares(count, IPV4_LENGTHS);
  let over = 0;
  IPV4_LENGTHS.values.forEach((length, i) => {
    const places = IPV4_BLOCKS.length * 2 ** (length - 8);
    const wanted = (counts[i] ?? 0) + over;
    counts[i] = Math.min(wanted, places - Math.ceil(places / 8));
    over = wanted - (counts[i] ?? 0);
  });
  const runs = IPV4_LENGTHS.values.map((length, i): Run => {
    const high = spread(counts[i] ?? 0, IPV4_BLOCKS.length * 2 ** (length - 8), random);
    for (let j = 0; j < high.length; j++) {
      const place = high[j] ?? 0;
      const block = IPV4_BLOCKS[place >>> (length - 8)] ?? 1;
      const within = length === 8 ? 0 : place << (32 - length);
      high[j] = ((block << 24) | (within & 0xffffff)) >>> 0;
    }
    return { length, high, low: new Uint32Array(high.length) };
  });
  return merge(count, runs);
};

/** Prefixes longer than /32 lie within the /32s that the table has too: registries give those out, networks divide them. */
const drawIpv6 = (count: number, random: Random): DrawnPrefixes => {
  const counts = shares(count, IPV6_LENGTHS);
  const pool = spread(Math.max(1, counts[IPV6_LENGTHS.values.indexOf(32)] ?? 0), IPV6_BLOCKS.length << 20, random);
  for (let j = 0; j < pool.length; j++) {
    const place = pool[j] ?? 0;
    pool[j] = (((IPV6_BLOCKS[place >>> 20] ?? 0x240) << 20) | (place & 0xfffff)) >>> 0;
  }
  const runs = IPV6_LENGTHS.values.map((length, i): Run => {
    const wanted = counts[i] ?? 0;
    if (length === 32) return { length, high: pool.subarray(0, wanted), low: new Uint32Array(wanted) };
    if (length < 32) {
      const high = spread(wanted, IPV6_BLOCKS.length << (length - 12), random);
      for (let j = 0; j < high.length; j++) {
        const place = high[j] ?? 0;
        const block = IPV6_BLOCKS[place >>> (length - 12)] ?? 0x240;
        high[j] = ((block << 20) | ((place << (32 - length)) & 0xfffff)) >>> 0;
      }
      return { length, high, low: new Uint32Array(high.length) };
    }
    // Which /32 of the pool, and which part of it: at most 2^16 parts each are used, so that the place fits 32 bits.
    const bits = Math.min(length - 32, 16);
    const high = new Uint32Array(wanted);
    const low = new Uint32Array(wanted);
    eachSpread(wanted, pool.length * 2 ** bits, random, (place, j) => {
      const part = place % 2 ** bits;
      high[j] = pool[(place - part) / 2 ** bits] ?? 0;
      low[j] = (part << (32 - bits)) >>> 0;
    });
    return { length, high, low };
  });
  return merge(count, runs);
};

/** Prefixes of one length, ascending. */
interface Run {
  readonly length: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** `count` divided by weight; what rounding leaves over goes to the heaviest. */
const shares = (count: number, { weights }: Weighted): number[] => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = weights.map((weight) => Math.floor((count * weight) / total));
  const heaviest = weights.indexOf(Math.max(...weights));
  counts[heaviest] = (counts[heaviest] ?? 0) + count - counts.reduce((sum, one) => sum + one, 0);
  return counts;
};

/** `count` distinct numbers below `places`, ascending: one from each of `count` equal parts. */
const spread = (count: number, places: number, random: Random): Uint32Array => {
  const drawn = new Uint32Array(count);
  eachSpread(count, places, random, (place, i) => {
    drawn[i] = place;
  });
  return drawn;
};

const eachSpread = (count: number, places: number, random: Random, take: (place: number, i: number) => void): void => {
  const step = Math.floor(places / Math.max(count, 1));
  const rest = places - step * count;
  let base = 0;
  let carry = 0;
  for (let i = 0; i < count; i++) {
    carry += rest;
    const width = carry >= count ? step + 1 : step;
    if (carry >= count) carry -= count;
    take(base + random.below(width), i);
    base += width;
  }
};

/** The runs as one, by address, then by length. */
const merge = (count: number, runs: readonly Run[]): DrawnPrefixes => {
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  const length = new Uint8Array(count);
  const next = new Uint32Array(runs.length);
  for (let i = 0; i < count; i++) {
    let least = -1;
    let leastHigh = 0;
    let leastLow = 0;
    for (let r = 0; r < runs.length; r++) {
      const run = runs[r];
      const at = next[r] ?? 0;
      if (run === undefined || at >= run.high.length) continue;
      const h = run.high[at] ?? 0;
      if (least >= 0 && h > leastHigh) continue;
      const l = run.low[at] ?? 0;
      // Runs stand in order of length, so that of equals the shorter comes first.
      if (least >= 0 && h === leastHigh && l >= leastLow) continue;
      least = r;
      leastHigh = h;
      leastLow = l;
    }
    if (least < 0) throw new RangeError(`there is no room for ${count} plausible prefixes`);
    high[i] = leastHigh;
    low[i] = leastLow;
    length[i] = runs[least]?.length ?? 0;
    next[least] = (next[least] ?? 0) + 1;
  }
  return { high, low, length };
};
