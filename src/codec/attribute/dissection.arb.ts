import { describe, expect, it } from "vitest";
import type { AttributeSpec } from "../attribute.js";
import type { AttributeArb } from "./attribute.arb.js";
import { coversEveryOctet, linesOf } from "./fields.arb.js";
import type { AttributeFields } from "./fields.js";

/** The law of a dissector, and what it shows of `octets`: the leaves, as `start-end name: value`. */
export const dissects = <Value>(
  fields: AttributeFields,
  spec: AttributeSpec<Value>,
  arb: AttributeArb<Value>,
  ...vectors: readonly { readonly octets: string; readonly lines: readonly string[] }[]
): void => {
  describe("the fields of the value", () => {
    it.each(vectors)("of $octets", ({ octets, lines }) => {
      expect(linesOf(fields, octets)).toEqual(lines);
    });

    it("cover every octet once, whatever the octets are", () => {
      coversEveryOctet(fields, spec, arb);
    });
  });
};
