import { u8, u16 } from "../../../src/codec/octets.js";
import type { Canonicalisation } from "../field.js";

/** How one capability's value comes back, by code; of a code without an entry, as it went in. */
export const capabilityCanonicalisations = (code: number): readonly Canonicalisation[] => BY_CAPABILITY.get(code) ?? [];

const reservedBits = (
  why: string,
  first: readonly number[],
  width: number,
  masks: readonly number[],
): Canonicalisation => ({
  name: "reserved-bits-cleared",
  why,
  apply: (octets) =>
    octets.map((octet, i) =>
      i < first.length ? octet & (first[i] ?? 0xff) : octet & (masks[(i - first.length) % width] ?? 0xff),
    ),
});

const dropped = (
  name: string,
  why: string,
  width: number,
  keeps: (tuple: Uint8Array) => boolean,
): Canonicalisation => ({
  name,
  why,
  apply: (octets) => {
    const kept: number[] = [];
    for (let at = 0; at < octets.length; at += width) {
      const tuple = octets.subarray(at, at + width);
      if (keeps(tuple)) kept.push(...tuple);
    }
    return Uint8Array.from(kept);
  },
});

const BY_CAPABILITY: ReadonlyMap<number, readonly Canonicalisation[]> = new Map([
  [
    1,
    [reservedBits("RFC 4760 §8: the reserved octet is sent as zero, ignored when received", [255, 255, 0, 255], 1, [])],
  ],
  [5, [dropped("no-such-safi-dropped", "RFC 8950 §4: no SAFI is above 255", 6, (tuple) => u16(tuple, 2) <= 255)]],
  [
    64,
    [
      reservedBits(
        "RFC 4724 §3: reserved bits are sent as zero, ignored when received",
        [0xcf, 255],
        4,
        [255, 255, 255, 0x80],
      ),
    ],
  ],
  [
    69,
    [
      dropped(
        "unknown-mode-dropped",
        "RFC 7911 §4: a mode but 1, 2 and 3 is ignored",
        4,
        (tuple) => u8(tuple, 3) >= 1 && u8(tuple, 3) <= 3,
      ),
    ],
  ],
  [
    71,
    [
      reservedBits(
        "RFC 9494 §3.1: reserved bits are sent as zero, ignored when received",
        [],
        7,
        [255, 255, 255, 0x80, 255, 255, 255],
      ),
    ],
  ],
]);
