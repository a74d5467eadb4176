import { setU8, u8 } from "../codec/octets.js";
import { IPV6_PER_MILLE, SET_SIZES, SETS_PER_MILLE } from "./calibration.js";
import { AttributeDrawer } from "./draw-attributes.js";
import { type DrawnPrefixes, drawPrefixes, MOST_PREFIXES } from "./draw-prefixes.js";
import { UpdatePacker } from "./pack.js";
import type { PreparedTable } from "./prepared.js";
import { Random, shuffle } from "./random.js";

/** What to generate. Equal options give equal octets on every machine and every version of Node. */
export interface GeneratorOptions {
  /** Prefixes in all, at least one; "both" divides them as today's tables do, about 4.7 IPv4 to one IPv6. */
  readonly prefixes: number;
  readonly family: "4" | "6" | "both";
  /** A whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /**
   * Same prefixes, other attributes: the tables of several peers differ in it. 0 when absent.
   * Length of the path, ORIGIN and MED are drawn anew, so that every step of the decision process has work.
   */
  readonly variant?: number;
  /** The AS that sends, first in every path. Two variants each share one when absent (65001, 65001, 65002 ...), for MED. */
  readonly peerAs?: number;
  /** NEXT_HOP, 4 octets; 192.0.2.1 + variant when absent. */
  readonly nextHop?: Uint8Array;
  /** Next hop of IPv6 routes, 16 octets; 2001:db8::1 + variant when absent. */
  readonly nextHop6?: Uint8Array;
}

/** The AS that a generated table of this variant comes from, unless `peerAs` says otherwise. */
export const peerAsOf = (variant: number): number => 65_001 + (variant >>> 1);

/** A table with the statistics of a real one. Throws RangeError for more prefixes than there are plausible ones. */
export const generateTable = (options: GeneratorOptions): PreparedTable => {
  const { prefixes, family, seed, variant = 0, peerAs = peerAsOf(variant) } = options;
  if (!Number.isInteger(prefixes) || prefixes < 1 || prefixes > MOST_PREFIXES) {
    throw new RangeError(`a table has 1 to ${MOST_PREFIXES} prefixes, not ${prefixes}`);
  }
  const nextHop = options.nextHop ?? Uint8Array.of(192, 0, 2, 1 + (variant % 250));
  const nextHop6 =
    options.nextHop6 ?? Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 + (variant % 250));
  const v6 = family === "4" ? 0 : family === "6" ? prefixes : Math.ceil(((prefixes - 1) * IPV6_PER_MILLE) / 1000);
  const packer = new UpdatePacker(prefixes * 19);
  if (v6 < prefixes) {
    const random = new Random(seed, 1000 + variant);
    pack(packer, drawPrefixes(prefixes - v6, 4, new Random(seed, 4)), random, peerAs, nextHop, null);
  }
  if (v6 > 0) {
    const random = new Random(seed, 2_000_000 + variant);
    pack(packer, drawPrefixes(v6, 6, new Random(seed, 6)), random, peerAs, null, nextHop6);
  }
  return packer.finish();
};

/** Networks announce neighbouring prefixes alike: an attribute set takes up to so many prefixes in a row. */
const NEIGHBOURS = 8;

/**
 * Deals the prefixes out to attribute sets and writes the UPDATEs of the sets, in an order as drawn.
 *
 * The prefixes, in the order of their addresses, are cut into stretches of neighbours, and the stretches dealt to sets.
 */
const pack = (
  packer: UpdatePacker,
  prefixes: DrawnPrefixes,
  random: Random,
  peerAs: number,
  nextHop: Uint8Array | null,
  nextHop6: Uint8Array | null,
): void => {
  const sizes = setSizes(prefixes.length.length, random);
  const { stretches, first } = dealStretches(sizes, random);
  const attributes = drawSets(sizes.length, new AttributeDrawer(random, peerAs, nextHop));
  const order = Uint32Array.from(sizes, (_, set) => set);
  shuffle(order, random);
  const nlri = new Uint8Array(9);
  for (const set of order) {
    packer.begin(attributes(set), nextHop6);
    for (let s = first[set] ?? 0, end = first[set + 1] ?? stretches.length; s < end; s++) {
      const stretch = stretches[s] ?? 0;
      for (let p = Math.floor(stretch / NEIGHBOURS_BASE), last = p + (stretch % NEIGHBOURS_BASE); p < last; p++) {
        encodePrefix(prefixes, p, nlri);
        packer.add(nlri, 0);
      }
    }
  }
  packer.end();
};

/** Sizes of the attribute sets, the largest first, that add up to `prefixes`: the quantiles of the calibration, in steps. */
const setSizes = (prefixes: number, random: Random): Uint32Array => {
  const count = Math.max(1, Math.round((prefixes * SETS_PER_MILLE) / 1000));
  const sizes = new Uint32Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    // The middle of the i-th of `count` equal parts, in millionths so that it stays whole.
    const size = sizeAt(Math.floor(((2 * (count - i) - 1) * 500_000) / count));
    sizes[i] = size;
    sum += size;
  }
  // Rounding leaves a difference: spread over the larger tenth, which it changes least, then over all.
  for (let reach = Math.max(1, Math.floor(count / 10)); sum !== prefixes; reach = count) {
    for (let tries = 8 * reach; tries > 0 && sum !== prefixes; tries--) {
      const i = random.below(reach);
      const size = sizes[i] ?? 1;
      const change = Math.max(1, size >>> 4);
      const step = sum < prefixes ? Math.min(change, prefixes - sum) : -Math.min(change, sum - prefixes, size - 1);
      sizes[i] = size + step;
      sum += step;
    }
  }
  return sizes;
};

/** The set size at a quantile given in millionths. */
const sizeAt = (millionths: number): number => {
  let below = 0;
  for (const { upTo, from, to } of SET_SIZES) {
    if (millionths < upTo * 100) {
      return from + Math.floor(((millionths - below) * (to - from + 1)) / (upTo * 100 - below));
    }
    below = upTo * 100;
  }
  return 1;
};

const NEIGHBOURS_BASE = 16;

/**
 * Stretches of neighbouring prefixes, each as `first prefix * 16 + how many`, those of set s from `first[s]` on. Which
 * stretch of the address space a set gets is drawn.
 */
const dealStretches = (sizes: Uint32Array, random: Random): { stretches: Float64Array; first: Uint32Array } => {
  const first = new Uint32Array(sizes.length + 1);
  let count = 0;
  sizes.forEach((size, set) => {
    first[set] = count;
    count += Math.ceil(size / NEIGHBOURS);
  });
  first[sizes.length] = count;
  // How many prefixes each stretch takes, in the order of the sets.
  const lengths = new Uint8Array(count);
  sizes.forEach((size, set) => {
    for (let s = first[set] ?? 0, left = size; left > 0; s++, left -= NEIGHBOURS)
      lengths[s] = Math.min(left, NEIGHBOURS);
  });
  const order = Uint32Array.from(lengths, (_, s) => s);
  shuffle(order, random);
  const stretches = new Float64Array(count);
  let prefix = 0;
  for (const s of order) {
    const length = lengths[s] ?? 0;
    stretches[s] = prefix * NEIGHBOURS_BASE + length;
    prefix += length;
  }
  return { stretches, first };
};

/** Draws the attributes of all sets, the largest set first, and keeps them back to back. */
const drawSets = (count: number, drawer: AttributeDrawer): ((set: number) => Uint8Array) => {
  let arena = new Uint8Array(Math.max(4096, count * 96));
  const ends = new Uint32Array(count + 1);
  let used = 0;
  for (let set = 0; set < count; set++) {
    const octets = drawer.draw();
    if (used + octets.length > arena.length) {
      const roomier = new Uint8Array(arena.length * 2);
      roomier.set(arena);
      arena = roomier;
    }
    arena.set(octets, used);
    used += octets.length;
    ends[set + 1] = used;
  }
  return (set) => arena.subarray(ends[set], ends[set + 1]);
};

/** Writes length and octets of prefix `index`, as an NLRI has them, to the start of `out`. */
const encodePrefix = ({ high, low, length }: DrawnPrefixes, index: number, out: Uint8Array): void => {
  const bits = u8(length, index);
  let at = setU8(out, 0, bits);
  for (let shown = 0; shown < bits; shown += 8) {
    const word = (shown < 32 ? high[index] : low[index]) ?? 0;
    at = setU8(out, at, word >>> (24 - (shown % 32)));
  }
};
