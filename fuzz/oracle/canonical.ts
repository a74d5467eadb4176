import { u8, u16 } from "../../src/codec/octets.js";
import type { Canonicalisation } from "./field.js";

/** Octets a fuzzed UPDATE may come back with otherwise than it went in. Each is written without help of the decoder. */

/** The bits behind a prefix's length are irrelevant (RFC 4271 §4.3); we send them as zero. */
export const hostBitsCleared = (addPath: boolean): Canonicalisation => ({
  name: "host-bits-cleared",
  why: "RFC 4271 §4.3: the value of the trailing bits of a prefix is irrelevant",
  apply: (octets) => {
    const out = octets.slice();
    clearHostBits(out, 0, addPath);
    return out;
  },
});

/** In `out` from `start` to its end: a run of checked unicast NLRI. */
export const clearHostBits = (out: Uint8Array, start: number, addPath: boolean): void => {
  for (let at = start; at < out.length; ) {
    if (addPath) at += 4;
    const length = u8(out, at);
    at += 1 + Math.ceil(length / 8);
    const spare = (8 - (length % 8)) % 8;
    if (spare > 0) out[at - 1] = (u8(out, at - 1) >> spare) << spare;
  }
};

/**
 * MP_REACH_NLRI's reserved octet (RFC 4760 §3: zero when sent, ignored when received). The value begins with AFI (2),
 * SAFI (1), next hop length (1).
 */
export const reservedOctetCleared: Canonicalisation = {
  name: "reserved-octet-cleared",
  why: "RFC 4760 §3: sent as zero, ignored when received",
  apply: (octets) => {
    const out = octets.slice();
    out[4 + u8(out, 3)] = 0;
    return out;
  },
};

/** The routes of MP_REACH_NLRI and MP_UNREACH_NLRI when they are unicast. `start` gives the first octet of the NLRI. */
export const multiprotocolHostBitsCleared = (
  start: (octets: Uint8Array) => number,
  addPath: (family: number) => boolean,
): Canonicalisation => ({
  name: "host-bits-cleared",
  why: "RFC 4271 §4.3: the value of the trailing bits of a prefix is irrelevant",
  apply: (octets) => {
    const family = (u16(octets, 0) << 8) | u8(octets, 2);
    if (family !== 0x0101 && family !== 0x0201) return octets;
    const out = octets.slice();
    clearHostBits(out, start(out), addPath(family));
    return out;
  },
});

/** How one attribute's value comes back, by type code; of a code without an entry, as it went in. */
export const attributeCanonicalisations = (
  code: number,
  addPath: (family: number) => boolean,
): readonly Canonicalisation[] => {
  if (code === 14) return [reservedOctetCleared, multiprotocolHostBitsCleared((o) => 5 + u8(o, 3), addPath)];
  if (code === 15) return [multiprotocolHostBitsCleared(() => 3, addPath)];
  if (code === 17) return [confederationsRemoved];
  if (code === 32) return [redundantRemoved];
  return [];
};

/** AS4_PATH: segments of type 3 and 4 are dropped. */
const confederationsRemoved: Canonicalisation = {
  name: "confederations-removed",
  why: "RFC 6793 §6: a receiver discards the confederation segments of an AS4_PATH and goes on",
  apply: (octets) => {
    const kept: number[] = [];
    for (let at = 0; at < octets.length; ) {
      const next = at + 2 + 4 * u8(octets, at + 1);
      if (u8(octets, at) < 3) kept.push(...octets.subarray(at, next));
      at = next;
    }
    return Uint8Array.from(kept);
  },
};

/** LARGE_COMMUNITY: of equal values, 12 octets each, only the first is kept. */
const redundantRemoved: Canonicalisation = {
  name: "redundant-removed",
  why: "RFC 8092 §3: a receiver silently removes redundant values",
  apply: (octets) => {
    const kept: number[] = [];
    const seen = new Set<string>();
    for (let at = 0; at < octets.length; at += 12) {
      const one = octets.subarray(at, at + 12);
      if (seen.has(one.join())) continue;
      seen.add(one.join());
      kept.push(...one);
    }
    return Uint8Array.from(kept);
  },
};

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

/**
 * A whole UPDATE without faults, header included: the unused flag bits are sent as zero and the length of an attribute
 * takes two octets only when it must (RFC 4271 §4.3), beside what the parts themselves have made canonical.
 */
export const canonicalUpdate = (msg: Uint8Array, addPath: (family: number) => boolean): Uint8Array => {
  const withdrawnEnd = 21 + u16(msg, 19);
  const attributesEnd = withdrawnEnd + 2 + u16(msg, withdrawnEnd);
  const v4 = hostBitsCleared(addPath(0x0101));
  const attributes: number[] = [];
  for (let at = withdrawnEnd + 2; at < attributesEnd; ) {
    const flags = u8(msg, at);
    const code = u8(msg, at + 1);
    const isLong = (flags & 0x10) !== 0;
    const start = at + (isLong ? 4 : 3);
    at = start + (isLong ? u16(msg, at + 2) : u8(msg, at + 2));
    let value: Uint8Array = msg.slice(start, at);
    for (const { apply } of attributeCanonicalisations(code, addPath)) value = apply(value);
    const kept = flags & 0xe0;
    if (value.length > 255) attributes.push(kept | 0x10, code, value.length >> 8, value.length & 0xff);
    else attributes.push(kept, code, value.length);
    for (const octet of value) attributes.push(octet);
  }
  const length = Uint8Array.of(attributes.length >> 8, attributes.length & 0xff);
  const withdrawn = v4.apply(msg.slice(21, withdrawnEnd));
  const out = joined(msg.slice(0, 21), withdrawn, length, attributes, v4.apply(msg.slice(attributesEnd)));
  out[16] = out.length >> 8;
  out[17] = out.length & 0xff;
  return out;
};

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};
