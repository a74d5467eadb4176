import { expect, it } from "vitest";
import { type FlowSpecComponent, writeComponents } from "./flowspec-components.js";

it.each([
  ["a component of type 3 is a list of conditions", { type: 3, length: 8, offset: 0, pattern: Uint8Array.of(10) }],
  ["a component of type 1 is a prefix", { type: 1, conditions: [{ operator: 0x81, value: 6 }] }],
  ["a component of type 2 is a prefix", { type: 2, conditions: [{ operator: 0x81, value: 6 }] }],
])("refuses what would be read as something else: %s", (words, component) => {
  const write = () => writeComponents([component as unknown as FlowSpecComponent], new Uint8Array(99), 0, 4);
  expect(write).toThrow(RangeError);
  expect(write).toThrow(words);
});
