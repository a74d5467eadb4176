import { describe, expect, it } from "vitest";
import { eachUpdate, type PreparedTable, prefixKeys } from "../../src/table/prepared.js";
import { senderOf } from "./lab.js";
import { rankedTables } from "./ranked.js";

/** AS numbers in each path: the attribute's octets less the head of its one segment. */
const pathsOf = ({ messages }: PreparedTable): { length: number; first: number }[] => {
  const paths: { length: number; first: number }[] = [];
  eachUpdate(messages, ({ attributes, attributesEnd }) => {
    const view = new DataView(messages.buffer, messages.byteOffset);
    for (let at = attributes; at < attributesEnd; ) {
      const isLong = (view.getUint8(at) & 0x10) !== 0;
      const value = at + (isLong ? 4 : 3);
      const size = isLong ? view.getUint16(at + 2) : view.getUint8(at + 2);
      if (view.getUint8(at + 1) === 2) paths.push({ length: (size - 2) / 4, first: view.getUint32(value + 2) });
      at = value + size;
    }
  });
  return paths;
};

describe("ranked tables", () => {
  it("have the same prefixes, each peer's AS first, and paths that are the longer the later the peer", async () => {
    const tables = await rankedTables({ kind: "generated", prefixes: 300, family: "both", seed: 2 }, 4);
    expect(tables.length).toBe(4);
    const [base = []] = tables.map(pathsOf);
    for (const [n, table] of tables.entries()) {
      expect(prefixKeys(table)).toEqual(prefixKeys(tables[0] ?? table));
      const paths = pathsOf(table);
      expect(paths.map(({ length }) => length)).toEqual(base.map(({ length }) => length + Math.min(n, 2)));
      expect(new Set(paths.map(({ first }) => first))).toEqual(new Set([senderOf(n).as]));
    }
  });
});
