import { expect, it } from "vitest";
import { generateTable } from "../../src/table/generate.js";
import { prefixKeys } from "../../src/table/prepared.js";
import { dealt } from "./dealt.js";

const table = generateTable({ prefixes: 300, family: "both", seed: 1 });

it.each([1, 7, 250])("deals a table out to %i peers, each route once and in order", (sessions) => {
  const { messages, peers } = dealt(table, sessions);
  expect(prefixKeys({ ...table, messages })).toEqual(prefixKeys(table));
  expect(peers.length).toBe(sessions);
  expect(peers.map(({ from }) => from)).toEqual([0, ...peers.slice(0, -1).map(({ to }) => to)]);
  expect(peers.at(-1)?.to).toBe(messages.length);
  expect(new Set(peers.map(({ address }) => address)).size).toBe(sessions);
  expect(new Set(peers.map(({ as }) => as)).size).toBe(sessions);
});
