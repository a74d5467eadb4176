import { SegmentType } from "../codec/attribute/02-as-path.js";
import { Flag } from "../codec/attribute.js";
import { setOctets, setU8, setU16, setU32 } from "../codec/octets.js";
import {
  AGGREGATOR_PER_MILLE,
  ATOMIC_PER_MILLE,
  COMMUNITIES_PER_MILLE,
  COMMUNITY_COUNTS,
  EXTENDED_COMMUNITIES_PER_MILLE,
  LARGE_COMMUNITIES_PER_MILLE,
  MED_PER_MILLE,
  ORIGINS,
  PATH_LENGTHS,
  PREPENDED_PER_MILLE,
  SHARED_PATH_PER_MILLE,
  type Weighted,
} from "./calibration.js";
import type { Random } from "./random.js";

/** Octets of the longest attributes this module writes, with room to spare. */
const LONGEST = 1024;

/** 2^32 divided by the golden ratio: multiples of it, modulo 2^32, are spread more evenly than chance would. */
const GOLDEN = 0x9e3779b1;

/**
 * Draws attribute sets one after the other, as the eBGP peer `peerAs` would send them.
 *
 * Path lengths are dealt evenly over the sets in the order they are asked for. Whoever asks for the largest sets first gets
 * the right share of lengths among prefixes too, not only among sets.
 */
export class AttributeDrawer {
  readonly #random: Random;
  readonly #peerAs: number;
  readonly #nextHop: Uint8Array | null;
  readonly #out: Uint8Array = new Uint8Array(LONGEST);
  readonly #lengths: Picker = picker(PATH_LENGTHS);
  readonly #communityCounts: Picker = picker(COMMUNITY_COUNTS);
  readonly #origins: Picker = picker(ORIGINS);
  /** The latest paths by length: what a set that shares its path takes. */
  readonly #recent = new Map<number, number[][]>();
  #drawn: number;
  #direct = 0;

  /** `nextHop` is null for IPv6, whose next hop stands in MP_REACH_NLRI. */
  constructor(random: Random, peerAs: number, nextHop: Uint8Array | null) {
    this.#random = random;
    this.#peerAs = peerAs;
    this.#nextHop = nextHop;
    this.#drawn = random.next();
  }

  /** Path attributes in the order of their type codes; the octets are valid until the next call. */
  draw(): Uint8Array {
    const random = this.#random;
    const out = this.#out;
    const path = this.#path();
    let at = attribute(out, 0, Flag.Transitive, 1, 1);
    at = setU8(out, at, this.#origins(random.next()));
    at = attribute(out, at, Flag.Transitive, 2, 2 + 4 * (path.length + 1));
    at = setU8(out, at, SegmentType.Sequence);
    at = setU8(out, at, path.length + 1);
    at = setU32(out, at, this.#peerAs);
    for (const as of path) at = setU32(out, at, as);
    if (this.#nextHop !== null) at = setOctets(out, attribute(out, at, Flag.Transitive, 3, 4), this.#nextHop);
    if (random.chance(MED_PER_MILLE)) at = setU32(out, attribute(out, at, Flag.Optional, 4, 4), 10 * random.below(21));
    if (random.chance(AGGREGATOR_PER_MILLE)) at = this.#aggregator(at, path.at(-1) ?? this.#peerAs);
    if (random.chance(COMMUNITIES_PER_MILLE)) at = this.#communities(at);
    if (random.chance(EXTENDED_COMMUNITIES_PER_MILLE)) at = this.#extendedCommunities(at);
    if (random.chance(LARGE_COMMUNITIES_PER_MILLE)) at = this.#largeCommunities(at, path.at(-1) ?? this.#peerAs);
    return out.subarray(0, at);
  }

  /** The AS numbers behind the peer's own. */
  #path(): number[] {
    const random = this.#random;
    this.#drawn = (this.#drawn + GOLDEN) >>> 0;
    const length = this.#lengths(this.#drawn);
    const recent = this.#recent.get(length) ?? [];
    if (recent.length > 0 && random.chance(SHARED_PATH_PER_MILLE)) return recent[random.below(recent.length)] ?? [];
    const path = this.#freshPath(length);
    if (recent.length < 64) recent.push(path);
    else recent[random.below(64)] = path;
    this.#recent.set(length, recent);
    return path;
  }

  #freshPath(length: number): number[] {
    const random = this.#random;
    // A customer of the peer itself: each has one such path, so they are counted through, not drawn.
    if (length === 1) return [edgeAs(this.#direct++)];
    const prepended = random.chance(PREPENDED_PER_MILLE[length] ?? 1000);
    const repeats = prepended ? 1 + random.below(length - 1) : 0;
    const hops: number[] = [];
    for (let i = length - repeats - 1; i > 0; i--) {
      const as = transitAs(random);
      // No loops: the same transit twice becomes its neighbour.
      hops.push(hops.includes(as) ? as + 1 + i : as);
    }
    hops.push(edgeAs(random.next()));
    // Mostly the origin prepends itself, to steer what comes in.
    const who = random.chance(850) ? hops.length - 1 : random.below(hops.length);
    for (let i = 0; i < repeats; i++) hops.splice(who, 0, hops[who] ?? 0);
    return hops;
  }

  #aggregator(start: number, as: number): number {
    const random = this.#random;
    let at = start;
    if (random.chance(ATOMIC_PER_MILLE)) at = attribute(this.#out, at, Flag.Transitive, 6, 0);
    at = attribute(this.#out, at, Flag.Optional | Flag.Transitive, 7, 8);
    at = setU32(this.#out, at, as);
    // A router id within 11.0.0.0/8.
    return setU32(this.#out, at, 0x0b000000 + random.below(1 << 24));
  }

  #communities(start: number): number {
    const random = this.#random;
    const count = this.#communityCounts(random.next());
    let at = attribute(this.#out, start, Flag.Optional | Flag.Transitive, 8, 4 * count);
    let as = 0;
    let value = 0;
    for (let i = 0; i < count; i++) {
      // Few networks tag a route, each with several values that stand in ascending order.
      if (i === 0 || random.chance(300)) {
        as = transitAs(random);
        value = random.below(400);
      }
      value += 1 + random.below(1500);
      at = setU16(this.#out, setU16(this.#out, at, as), Math.min(value, 0xffff));
    }
    return at;
  }

  #extendedCommunities(start: number): number {
    const random = this.#random;
    const count = 1 + random.below(5);
    let at = attribute(this.#out, start, Flag.Optional | Flag.Transitive, 16, 8 * count);
    const as = transitAs(random);
    for (let i = 0; i < count; i++) {
      // RFC 4360 §4: a route target of a two-octet AS.
      at = setU16(this.#out, at, 0x0002);
      at = setU16(this.#out, at, as);
      at = setU32(this.#out, at, 100 * i + random.below(100));
    }
    return at;
  }

  #largeCommunities(start: number, as: number): number {
    const random = this.#random;
    const count = 1 + random.below(3);
    let at = attribute(this.#out, start, Flag.Optional | Flag.Transitive, 32, 12 * count);
    for (let i = 0; i < count; i++) {
      at = setU32(this.#out, at, as);
      at = setU32(this.#out, at, 1 + i);
      at = setU32(this.#out, at, random.below(100_000));
    }
    return at;
  }
}

/** Chooses a value by 32 drawn bits. */
type Picker = (drawn: number) => number;

const picker = ({ values, weights }: Weighted): Picker => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // 4096 places divided by weight: 12 of the drawn bits choose one.
  const places = new Uint8Array(4096);
  let sum = 0;
  let place = 0;
  weights.forEach((weight, i) => {
    sum += weight;
    for (const end = Math.round((sum * 4096) / total); place < end; place++) places[place] = i;
  });
  return (drawn) => values[places[drawn >>> 20] ?? 0] ?? 0;
};

/** Flags, type code and length of an attribute of `size` octets; gives where its value begins. */
const attribute = (out: Uint8Array, at: number, flags: number, code: number, size: number): number => {
  const extended = size > 255;
  setU8(out, at, extended ? flags | Flag.ExtendedLength : flags);
  setU8(out, at + 1, code);
  return extended ? setU16(out, at + 2, size) : setU8(out, at + 2, size);
};

/** A network at the edge: half have AS numbers of two octets, half of four; distinct for 2^17 successive `index`es. */
const edgeAs = (index: number): number => {
  const half = Math.floor(index / 2);
  if (index % 2 === 1 || half >= 1 << 15) return 132_000 + (Math.imul(half, 0x9e3779b1) & 0x3ffff);
  return 1000 + (Math.imul(half, 0x6b43) & 0x7fff);
};

/** A network that carries others: sixteen large ones on most paths, 3000 smaller ones. */
const transitAs = (random: Random): number =>
  random.chance(450) ? 100 + 12 * random.below(16) : 60_400 + Math.min(random.below(3000), random.below(3000));
