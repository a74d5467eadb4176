import type { Random } from "../../src/table/random.js";

/** Longest input that is made: more than an ordinary message, so that limits are passed, too. */
const MAX_LENGTH = 4200;

/** Octets of no meaning. Most are short, for that is where most decoders decide; one in a thousand is long. */
export const randomOctets = (random: Random): Uint8Array => {
  const scale = random.below(1000);
  const length = random.below(scale === 0 ? MAX_LENGTH : scale < 100 ? 260 : scale < 500 ? 40 : 12);
  const octets = new Uint8Array(length);
  // A fifth leans to small values, as lengths, types and flags do.
  const small = random.below(5) === 0;
  for (let i = 0; i < length; i++) octets[i] = small && random.below(3) > 0 ? random.below(8) : random.next();
  return octets;
};

/** `octets` with one to three small edits: what is left of a valid input lets the decoder come far. */
export const mutated = (octets: Uint8Array, random: Random): Uint8Array => {
  let out: Uint8Array = octets.slice();
  for (let edits = 1 + random.below(3); edits > 0; edits--) out = edited(out, random);
  return out;
};

const EDGES: readonly number[] = [0, 1, 2, 3, 4, 7, 8, 16, 19, 31, 32, 33, 64, 127, 128, 129, 253, 254, 255];

const edited = (octets: Uint8Array, random: Random): Uint8Array => {
  const { length } = octets;
  const at = length === 0 ? 0 : random.below(length);
  const octet = octets[at] ?? 0;
  switch (length === 0 ? 5 : random.below(9)) {
    case 0:
      octets[at] = random.next();
      return octets;
    case 1:
      octets[at] = octet ^ (1 << random.below(8));
      return octets;
    case 2:
      octets[at] = octet + (random.below(2) === 0 ? 1 : -1);
      return octets;
    case 3:
      octets[at] = EDGES[random.below(EDGES.length)] ?? 0;
      return octets;
    case 4:
      return octets.slice(0, at);
    case 5:
      return spliced(
        octets,
        at,
        0,
        Uint8Array.from({ length: 1 + random.below(8) }, () => random.next()),
      );
    case 6:
      return spliced(octets, at, 1 + random.below(8), new Uint8Array(0));
    case 7:
      return spliced(octets, random.below(length + 1), 0, octets.slice(at, at + 1 + random.below(32)));
    default: {
      const other = random.below(length);
      octets[at] = octets[other] ?? 0;
      octets[other] = octet;
      return octets;
    }
  }
};

/** `octets` with `count` of them at `at` replaced. */
const spliced = (octets: Uint8Array, at: number, count: number, by: Uint8Array): Uint8Array => {
  const tail = octets.subarray(Math.min(octets.length, at + count));
  const out = new Uint8Array(at + by.length + tail.length);
  out.set(octets.subarray(0, at));
  out.set(by, at);
  out.set(tail, at + by.length);
  return out.length > MAX_LENGTH ? out.subarray(0, MAX_LENGTH) : out;
};
