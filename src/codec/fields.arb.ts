import { expect } from "vitest";
import { type Field, FieldReader } from "./fields.js";
import { hex } from "./octets.js";

/** The fields that have no fields in them, in the order of the octets. */
export const leavesOf = (fields: readonly Field[]): readonly Field[] =>
  fields.flatMap((field) => (field.fields === undefined ? [field] : leavesOf(field.fields)));

/** What a dissector makes of octets. */
export const dissected = (octets: Uint8Array, dissect: (reader: FieldReader) => void): readonly Field[] => {
  const reader = new FieldReader(octets, 0, octets.length);
  dissect(reader);
  return reader.fields;
};

/** Asserts that the leaves of a dissection cover every octet exactly once. */
export const coversOnce = (octets: Uint8Array, dissect: (reader: FieldReader) => void): void => {
  let at = 0;
  for (const { name, start, end } of leavesOf(dissected(octets, dissect))) {
    expect(start, `${name} of ${hex(octets)}`).toBe(at);
    at = end;
  }
  expect(at).toBe(octets.length);
};
