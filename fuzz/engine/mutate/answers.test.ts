import { describe, expect, it } from "vitest";
import { u32 } from "../../../src/codec/octets.js";
import { Random } from "../../../src/table/random.js";
import type { Part } from "../../targets/target.js";
import type { Comparable, CompareLog } from "../types.js";
import { createMutator } from "./mutator.js";

const logOf = (...pairs: readonly (readonly [Comparable, Comparable])[]): CompareLog => ({
  count: pairs.length,
  clear() {},
  forEach: (each) => pairs.forEach(([left, right], site) => void each(left, right, site)),
});

const answersTo = (
  data: readonly number[],
  parts: readonly Part[],
  ...pairs: readonly (readonly [Comparable, Comparable])[]
): readonly { readonly data: Uint8Array; readonly trail: readonly string[] }[] => {
  const mutator = createMutator({ random: new Random(1, 1), maxLength: 200 });
  const parent = { data: Uint8Array.from(data), parts };
  mutator.learn(parent);
  return Array.from(mutator.answers(parent, logOf(...pairs)), ({ data, trail }) => ({ data: data.slice(), trail }));
};

describe("answers put one side of a comparison where the other stood:", () => {
  it("four octets", () => {
    const data = [9, 9, 1, 2, 3, 4, 9];
    const wanted = answersTo(data, [], [0x01020304, 0xdeadbeef]).find((one) => u32(one.data, 2) === 0xdeadbeef);
    expect(wanted?.data).toEqual(Uint8Array.of(9, 9, 0xde, 0xad, 0xbe, 0xef, 9));
    expect(wanted?.trail[0]).toMatch(/^the other side of a comparison as .+ at 2$/);
  });

  it("whichever side the input is on, and one more or less for what is no equality", () => {
    const found = answersTo([0x12, 0x34, 0], [], [500, 0x1234]).map(
      ({ data }) => (data[0] ?? 0) * 256 + (data[1] ?? 0),
    );
    expect(found).toEqual(expect.arrayContaining([499, 500, 501]));
  });

  it("three octets, eight octets of a BigInt", () => {
    expect(answersTo([7, 1, 2, 3], [], [0x010203, 0xfedcba]).map(({ data }) => [...data])).toContainEqual([
      7, 0xfe, 0xdc, 0xba,
    ]);
    const eight = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(
      answersTo(eight, [], [0x0102030405060708n, 0xffeeddccbbaa9988n]).map(({ data }) => [...data]),
    ).toContainEqual([0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0x88]);
  });

  it("the low octet first, where the format is not known", () => {
    expect(answersTo([0x34, 0x12, 5], [], [0x1234, 0xabcd]).map(({ data }) => [...data])).toContainEqual([
      0xcd, 0xab, 5,
    ]);
  });

  it("strings and octets, longer ones too", () => {
    const text = [0, ...Buffer.from("hello"), 0];
    expect(
      answersTo(text, [], ["hello", "magic word"]).map(({ data }) => Buffer.from(data).toString("latin1")),
    ).toContain("\0magic word\0");
    expect(
      answersTo([1, 2, 3, 4], [], [Uint8Array.of(2, 3), Uint8Array.of(8, 9)]).map(({ data }) => [...data]),
    ).toContainEqual([1, 8, 9, 4]);
  });

  it("the length of the input", () => {
    const lengths = answersTo(new Array(20).fill(1), [], [20, 37]).map(({ data }) => data.length);
    expect(lengths).toContain(37);
    expect(answersTo(new Array(20).fill(1), [], [20, 11]).map(({ data }) => data.length)).toContain(11);
  });

  const tlv: readonly Part[] = [
    {
      name: "TLV",
      start: 0,
      end: 6,
      parts: [
        { name: "type", start: 0, end: 1 },
        { name: "length", start: 1, end: 2 },
        { name: "value", start: 2, end: 6 },
      ],
    },
    { name: "rest", start: 6, end: 7 },
  ];

  it("the length of a part, with lengths mended and without", () => {
    const found = answersTo([1, 4, 5, 5, 5, 5, 6], tlv, [4, 8]).map(({ data }) => [...data]);
    expect(found).toContainEqual([1, 8, 5, 5, 5, 5, 0, 0, 0, 0, 6]);
    expect(found).toContainEqual([1, 4, 5, 5, 5, 5, 0, 0, 0, 0, 6]);
    expect(found).toContainEqual([1, 8, 5, 5, 5, 5, 6]);
  });

  it("bits for octets, and values that a header was added to", () => {
    expect(answersTo([1, 4, 5, 5, 5, 5, 6], tlv, [32, 16]).map(({ data }) => [...data])).toContainEqual([
      1, 2, 5, 5, 6,
    ]);
    const word: readonly Part[] = [{ name: "size", start: 0, end: 2 }];
    expect(
      answersTo([0, 100, 0], word, [119, 4096]).map(({ data }) => (data[0] ?? 0) * 256 + (data[1] ?? 0)),
    ).toContain(4096 - 19);
  });

  it("the number of parts in one", () => {
    const list: readonly Part[] = [
      {
        name: "list",
        start: 0,
        end: 3,
        parts: [0, 1, 2].map((at) => ({ name: "item", start: at, end: at + 1 })),
      },
      { name: "rest", start: 3, end: 4 },
    ];
    const found = answersTo([5, 6, 7, 0], list, [3, 6]).map(({ data }) => [...data]);
    expect(found).toContainEqual([5, 6, 7, 7, 7, 7, 0]);
  });

  it("each pair once, and not without end", () => {
    const pairs = Array.from({ length: 3000 }, (_, i) => [i % 7, 1000 + (i % 40)] as const);
    const found = answersTo(
      new Array(150).fill(0).map((_, i) => i % 7),
      [],
      ...pairs,
    );
    expect(found.length).toBeLessThanOrEqual(2000);
    expect(new Set(found.map(({ data }) => data.join())).size).toBeGreaterThan(0.5 * found.length);
  });

  it("the same pair in sixteen inputs, and no more: by then it is known where it leads", () => {
    const mutator = createMutator({ random: new Random(1, 1), maxLength: 200 });
    const found = Array.from({ length: 20 }, (_, i) => {
      const parent = { data: Uint8Array.of(i, 9, 1, 2, 3, 4, 9), parts: [] };
      mutator.learn(parent);
      const answers = mutator.answers(parent, logOf([0x01020304, 0xdeadbeef], [0x01020304, i]));
      return Array.from(answers, ({ data }) => u32(data, 2));
    });
    expect(found.map((answers) => answers.includes(0xdeadbeef))).toEqual(Array.from({ length: 20 }, (_, i) => i < 16));
    expect(found.every((answers, i) => answers.includes(i))).toBe(true);
  });

  it("nothing where nothing was compared", () => {
    expect(answersTo([1, 2, 3], [])).toEqual([]);
  });
});
