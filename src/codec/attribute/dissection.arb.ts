import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Field, FieldReader } from "../fields.js";
import type { SessionContext } from "../session-context.js";
import type { AttributeFields } from "./fields.js";
import { plain, unhex } from "./laws.arb.js";

/** What a dissector shows of the octets: one line for each field without fields in it, `start-end group/name: value`. */
export const shown = (fields: AttributeFields, octets: Uint8Array, session: SessionContext = plain): string[] =>
  leavesOf(dissected(fields, octets, session)).map(
    ({ path, field: { start, end, value } }) => `${start}-${end} ${path}: ${value ?? ""}`,
  );

/** The laws of a dissector, and what it shows of `octets`. `near` are octets that lead it into its branches. */
export const dissects = (
  fields: AttributeFields,
  near: fc.Arbitrary<Uint8Array>,
  ...vectors: readonly { readonly octets: string; readonly lines: readonly string[] }[]
): void => {
  describe("the fields of the value", () => {
    it.each(vectors)("of $octets", ({ octets, lines }) => {
      expect(shown(fields, unhex(octets))).toEqual(lines);
    });

    it("cover every octet once, in order, whatever the octets are", () => {
      fc.assert(
        fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 60 })), (octets) => {
          let at = 0;
          for (const { field } of leavesOf(dissected(fields, octets, plain))) {
            expect(field.start).toBe(at);
            at = field.end;
          }
          expect(at).toBe(octets.length);
        }),
        { numRuns: 300 },
      );
    });
  });
};

const dissected = (fields: AttributeFields, octets: Uint8Array, session: SessionContext): readonly Field[] => {
  const reader = new FieldReader(octets, 0, octets.length);
  fields(reader, session);
  reader.rest("not understood");
  return reader.fields;
};

interface Leaf {
  readonly path: string;
  readonly field: Field;
}

const leavesOf = (fields: readonly Field[], prefix = ""): Leaf[] =>
  fields.flatMap((field) => {
    const path = prefix + field.name;
    return field.fields === undefined || field.fields.length === 0
      ? [{ path, field }]
      : leavesOf(field.fields, `${path}/`);
  });
