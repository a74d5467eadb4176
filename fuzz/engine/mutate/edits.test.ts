import { describe, expect, it } from "vitest";
import { hex } from "../../../src/codec/octets.js";
import { unhex } from "../../../src/codec/testing.arb.js";
import { targetOf } from "../../targets/index.js";
import { ACCEPTED } from "../../targets/target.js";
import { Edits, Mend } from "./edits.js";
import { Kind, LengthLore, type Lengths } from "./lengths.js";
import { Names } from "./names.js";
import { type Tree, treeOf } from "./tree.js";

const update = targetOf("message-update");
const flowSpec = targetOf("nlri-ipv4-flowspec");

/** The first of these inputs, taken apart with what was learned from all of them. */
const learned = (of: typeof update, ...inputs: readonly string[]): { tree: Tree; lengths: Lengths; names: Names } => {
  const names = new Names();
  const lore = new LengthLore(names);
  const trees = inputs
    .map((digits) => unhex(digits))
    .map((data) => treeOf({ data, parts: of?.parts?.(data) ?? [] }, names));
  for (const tree of trees) lore.learn(tree);
  const [tree] = trees;
  if (tree === undefined) throw new Error("no input");
  return { tree, lengths: lore.lengthsOf(tree), names };
};

const CONTEXT = "00 00";
const ATTRIBUTES = "40 01 01 00  40 02 06 02 01 0000fbf5  40 03 04 c0000201";
const COMMUNITY = "c0 08 04 fbf40001";
/** ORIGIN, AS_PATH, NEXT_HOP, COMMUNITIES, a route. */
const ONE = `${CONTEXT} 0000 001b ${ATTRIBUTES} ${COMMUNITY} 18 c63364`;
/** With a path whose length has two octets. */
const WIDE = `${CONTEXT} 0000 0015 40 01 01 00  50 02 0006 02 01 0000fbf5  40 03 04 c0000201 18 c63364`;

/** The n-th node of a name. */
const nodeOf = ({ tree, names }: { tree: Tree; names: Names }, name: string, n = 0): number => {
  const found = Array.from(tree.name.keys()).filter((node) => names.text(tree.name[node] ?? 0) === name)[n];
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

const built = (
  { tree, lengths }: { tree: Tree; lengths: Lengths },
  edit: (edits: Edits) => boolean,
  mend: Mend = Mend.All,
  pick = 0,
  off = 0,
): Uint8Array => {
  const edits = new Edits();
  expect(edit(edits)).toBe(true);
  const out = new Uint8Array(5000);
  return out.slice(0, edits.build(tree, lengths, mend, pick, off, out));
};

/** `times` more of a node behind it. */
const again =
  (of: ReturnType<typeof learned>, name: string, times: number) =>
  (edits: Edits): boolean => {
    const node = nodeOf(of, name);
    const [start, end] = [of.tree.start[node] ?? 0, of.tree.end[node] ?? 0];
    return edits.replace(of.tree.parent[node] ?? 0, end, end, of.tree.data, start, end, times, times);
  };

describe("what is learned of lengths", () => {
  it("is of what they speak: the next part, all to the end, bits, a number of parts", () => {
    const of = learned(update, ONE, ONE, WIDE);
    const kinds = new Map(of.lengths.all.map(({ node, kind }) => [of.names.text(of.tree.name[node] ?? 0), kind]));
    expect(kinds).toEqual(
      new Map<string, Kind>([
        // That of the withdrawn routes was never but 0: it could be anything.
        ["total path attribute length", Kind.Next],
        ["length", Kind.ToEnd],
        ["AS numbers", Kind.Count],
        ["length in bits", Kind.BitsToEnd],
      ]),
    );
  });
});

describe("an edit", () => {
  it("changes every length around it by the difference, and no other", () => {
    const of = learned(update, ONE);
    const data = built(of, again(of, "community", 3));
    expect(hex(data)).toBe(hex(unhex(`${CONTEXT} 0000 0027 ${ATTRIBUTES} c0 08 10 ${"fbf40001".repeat(4)} 18 c63364`)));
    expect(update?.fuzz(data)).toBe(ACCEPTED);
  });

  it("changes counts, and the lengths around them", () => {
    const of = learned(update, ONE);
    const data = built(of, again(of, "AS", 2));
    expect(hex(data)).toContain("40020e02030000fbf50000fbf50000fbf5");
    expect(update?.fuzz(data)).toBe(ACCEPTED);
  });

  it("makes a length wider that no longer fits, with the flag for it and all lengths around, once wide ones were seen", () => {
    const of = learned(update, ONE, WIDE);
    const data = built(of, again(of, "community", 99));
    expect(hex(data)).toContain(`d0080190${"fbf40001".repeat(100)}18c63364`);
    expect(data[4]).toBe((27 + 396 + 1) >> 8);
    expect(data[5]).toBe((27 + 396 + 1) & 0xff);
    expect(update?.fuzz(data)).toBe(ACCEPTED);

    const narrow = learned(update, ONE);
    expect(hex(built(narrow, again(narrow, "community", 99)))).toContain(`c00890${"fbf40001".repeat(100)}`);
  });

  it("makes one wider that has fewer values for itself than its octets could say (RFC 8955 §4.1)", () => {
    const long = `f0f3 03 ${"0106".repeat(120)} 8106`;
    const of = learned(flowSpec, `${CONTEXT} 05 03 0106 8106`, `${CONTEXT} ${long}`, `${CONTEXT} 03 03 8106`);
    expect(flowSpec?.fuzz(unhex(`${CONTEXT} ${long}`))).toBe(ACCEPTED);
    const node = nodeOf(of, "value");
    const at = (of.tree.start[node] ?? 0) - 1;
    const data = built(of, (edits) => edits.replace(of.tree.parent[node] ?? 0, at, at, of.tree.data, at, at + 2, 120));
    expect(hex(data.subarray(2, 4))).toBe("f0f5");
    expect(flowSpec?.fuzz(data)).toBe(ACCEPTED);
  });

  it("leaves one length off, or all", () => {
    const of = learned(update, ONE);
    const off = hex(built(of, again(of, "community", 1), Mend.AllButOne, 0, -1));
    expect(off).toContain("001f40010100");
    expect(off).toContain("c00807fbf40001fbf40001");
    expect(hex(built(of, again(of, "community", 1), Mend.None))).toContain("c00804fbf40001fbf40001");
    expect(hex(built(of, again(of, "community", 1), Mend.Inner))).toMatch(/^00000000001b.*c00808/);
    expect(hex(built(of, again(of, "community", 1), Mend.Outer))).toMatch(/^00000000001f.*c00804/);
  });

  it("cuts lengths down to what is left before the end", () => {
    const of = learned(update, ONE);
    const node = nodeOf(of, "NEXT_HOP");
    const at = of.tree.start[node] ?? 0;
    const data = built(of, (edits) => edits.remove(of.tree.parent[node] ?? 0, at, of.tree.data.length));
    expect(hex(data)).toBe(hex(unhex(`${CONTEXT} 0000 000d 40 01 01 00  40 02 06 02 01 0000fbf5`)));
  });

  it("is refused where another one is", () => {
    const edits = new Edits();
    expect(edits.remove(0, 4, 8)).toBe(true);
    expect([edits.remove(0, 7, 9), edits.remove(0, 0, 5), edits.replace(0, 6, 6, Uint8Array.of(1), 0, 1)]).toEqual([
      false,
      false,
      false,
    ]);
    expect([edits.remove(0, 8, 9), edits.replace(0, 4, 4, Uint8Array.of(1), 0, 1)]).toEqual([true, true]);
  });
});
