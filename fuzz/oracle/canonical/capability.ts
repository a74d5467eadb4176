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

/** Entries of AFI (2), a reserved octet, SAFI (1), a count and as many pairs of octets. */
const orfReservedCleared: Canonicalisation = {
  name: "reserved-octet-cleared",
  why: "RFC 5291 §5: the reserved octet is sent as zero, ignored when received",
  apply: (octets) => {
    const out = octets.slice();
    for (let at = 0; at < out.length; at += 5 + 2 * u8(out, at + 4)) out[at + 2] = 0;
    return out;
  },
};

/** Behind the flags, the code of the capability itself is dropped. */
const sessionId = (own: number): Canonicalisation => ({
  name: "session-id-canonical",
  why: "draft-ietf-idr-bgp-multisession-07 §4: flags are sent as zero; the capability's own code is ignored",
  apply: (octets) => Uint8Array.of(0, ...octets.subarray(1).filter((code) => code !== own)),
});

const BY_CAPABILITY: ReadonlyMap<number, readonly Canonicalisation[]> = new Map([
  [
    1,
    [reservedBits("RFC 4760 §8: the reserved octet is sent as zero, ignored when received", [255, 255, 0, 255], 1, [])],
  ],
  [3, [orfReservedCleared]],
  [5, [dropped("no-such-safi-dropped", "RFC 8950 §4: no SAFI is above 255", 6, (tuple) => u16(tuple, 2) <= 255)]],
  [
    7,
    [reservedBits("RFC 8205 §2.1: unassigned bits are sent as zero, ignored when received", [0xf8, 255, 255], 1, [])],
  ],
  [8, [dropped("too-few-dropped", "RFC 8277 §2.1: a count of 0 or 1 is ignored", 4, (tuple) => u8(tuple, 3) > 1)]],
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
  [67, [dropped("reserved-code-dropped", "RFC 5492 §6: 0 is no capability's code", 1, (code) => u8(code, 0) !== 0)]],
  [68, [sessionId(68)]],
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
  [
    72,
    [
      dropped(
        "unknown-mode-dropped",
        "draft-ietf-idr-rpd-04 §4.3: a mode but 1, 2 and 3 is ignored",
        4,
        (tuple) => u8(tuple, 3) >= 1 && u8(tuple, 3) <= 3,
      ),
    ],
  ],
  [130, [orfReservedCleared]],
  [131, [sessionId(131)]],
]);
