import { describe, expect, it } from "vitest";
import { hex } from "../../src/codec/octets.js";
import { targetOf } from "../targets/index.js";
import type { Part } from "../targets/target.js";
import { minimising, type PartsOf } from "./minimise.js";
import { seedsOf } from "./seed-files.js";

/** What is left of an input, and how many candidates that took. */
const minimised = (
  input: Uint8Array,
  fails: (data: Uint8Array) => boolean,
  partsOf: PartsOf = () => [],
): { least: Uint8Array; candidates: number } => {
  expect(fails(input)).toBe(true);
  const work = minimising(input, partsOf);
  let next = work.next();
  let candidates = 0;
  for (; next.done !== true && candidates < 100_000; candidates++) next = work.next(fails(next.value));
  expect(next.done).toBe(true);
  return { least: next.value, candidates };
};

/** The values in `| type (1) | length (1) | value |` to the end, or null when a length does not fit. */
const tlvs = (data: Uint8Array): { type: number; value: Uint8Array }[] | null => {
  const found: { type: number; value: Uint8Array }[] = [];
  for (let at = 0; at < data.length; at += 2 + (data[at + 1] ?? 0)) {
    const end = at + 2 + (data[at + 1] ?? 256);
    if (!(end <= data.length)) return null;
    found.push({ type: data[at] ?? 0, value: data.subarray(at + 2, end) });
  }
  return found;
};

const tlv = (type: number, ...value: number[]): number[] => [type, value.length, ...value];
const many = Array.from({ length: 20 }, (_, i) => tlv(100 + i, ...Array.from({ length: i % 7 }, (_, k) => k + 1)));

describe("what the failure does not need is taken away", () => {
  it("of octets without any layout", () => {
    const input = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7) & 0xff);
    const { least } = minimised(input, (data) => data.filter((octet) => octet === 0x38).length >= 3);
    expect(hex(least)).toBe("383838");
  });

  it("and what is left is as near to zero as it goes", () => {
    const { least } = minimised(Uint8Array.of(200, 201, 202), (data) => data.length === 3 && (data[1] ?? 0) >= 77);
    expect([...least]).toEqual([0, 77, 0]);
  });

  it("of records, though each length that does not fit hides the failure", () => {
    const input = Uint8Array.from([...many, tlv(7, 90, 91, 92, 93, 94, 95, 96), ...many].flat());
    const fails = (data: Uint8Array): boolean =>
      tlvs(data)?.some(({ type, value }) => type === 7 && value.includes(93)) ?? false;
    expect([...minimised(input, fails).least]).toEqual([7, 1, 93]);
  });

  it("of records in records, the lengths around them being mended", () => {
    const nested = Uint8Array.from(
      [...many, tlv(1, ...tlv(2, 5, 6), ...tlv(3, ...tlv(9, 1, 2), ...tlv(4, 8, 255, 8))), ...many].flat(),
    );
    const fails = (data: Uint8Array): boolean =>
      (tlvs(data) ?? []).some(
        ({ type, value }) =>
          type === 1 &&
          (tlvs(value) ?? []).some(
            (inner) =>
              inner.type === 3 && (tlvs(inner.value) ?? []).some((last) => last.type === 4 && last.value.includes(255)),
          ),
      );
    const partsOf = (data: Uint8Array, start = 0, end = data.length): Part[] => {
      const parts: Part[] = [];
      for (let at = start; at + 2 <= end; ) {
        const next = Math.min(end, at + 2 + (data[at + 1] ?? 0));
        const value = { name: "value", start: at + 2, end: next };
        const inside = data[at] === 1 || data[at] === 3 ? { parts: partsOf(data, at + 2, next) } : {};
        const head = [
          { name: "type", start: at, end: at + 1 },
          { name: "length", start: at + 1, end: at + 2 },
        ];
        parts.push({ name: "TLV", start: at, end: next, parts: [...head, { ...value, ...inside }] });
        at = next;
      }
      return parts;
    };
    expect([...minimised(nested, fails, partsOf).least]).toEqual([1, 5, 3, 3, 4, 1, 255]);
    // Without a word on its layout, guesses come about as far.
    expect(minimised(nested, fails).least.length).toBeLessThanOrEqual(8);
  });

  it("of lists with a count in front", () => {
    const list = (data: Uint8Array): number[] | null =>
      data.length >= 1 && data.length === 1 + 4 * (data[0] ?? 0) ? [...data.subarray(1)] : null;
    const partsOf = (data: Uint8Array): Part[] => [
      { name: "count", start: 0, end: 1 },
      ...Array.from({ length: (data.length - 1) >> 2 }, (_, i) => ({
        name: `entry ${i}`,
        start: 1 + 4 * i,
        end: 5 + 4 * i,
      })),
    ];
    const input = Uint8Array.from([30, ...Array.from({ length: 120 }, (_, i) => i)]);
    const { least } = minimised(input, (data) => list(data)?.includes(66) ?? false, partsOf);
    expect(least).toHaveLength(5);
    expect([...least].sort()).toEqual([0, 0, 0, 1, 66]);
  });

  it("of nothing, when the empty input fails as well", () => {
    expect(minimised(Uint8Array.from(many.flat()), () => true)).toEqual({ least: new Uint8Array(0), candidates: 1 });
  });
});

describe("an UPDATE", () => {
  const target = targetOf("message-update");
  const partsOf = (data: Uint8Array): readonly Part[] => target?.parts?.(data) ?? [];
  /** Seeds with the attribute in them, which some bug may lie in: type code 8, COMMUNITIES. */
  const withCommunities = seedsOf("message-update").filter(({ data }) => hasAttribute(data, 8));

  it("is left with the one attribute that matters, its lengths right", () => {
    expect(withCommunities.length).toBeGreaterThan(0);
    for (const { data } of withCommunities) {
      // Behind context and withdrawn routes: the attributes' length, flags, type, length. An empty value will do.
      expect([...minimised(data, (one) => hasAttribute(one, 8), partsOf).least]).toEqual([0, 0, 0, 0, 0, 3, 0, 8, 0]);
    }
  });
});

/** Whether its attributes' lengths fit and one is of this type. */
function hasAttribute(data: Uint8Array, code: number): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (data.length < 6) return false;
  const attributes = 6 + view.getUint16(2);
  if (attributes > data.length) return false;
  const end = attributes + view.getUint16(attributes - 2);
  if (end > data.length) return false;
  let found = false;
  for (let at = attributes; at < end; ) {
    const extended = ((data[at] ?? 0) & 0x10) !== 0;
    if (at + (extended ? 4 : 3) > end) return false;
    found ||= data[at + 1] === code;
    at += extended ? 4 + view.getUint16(at + 2) : 3 + view.getUint8(at + 2);
    if (at > end) return false;
  }
  return found;
}
