import fc from "fast-check";
import { expect, it } from "vitest";
import { type Field, FieldReader } from "./fields.js";
import { hex } from "./octets.js";
import { unhex } from "./testing.arb.js";

/** Names the fields of octets, well formed or not. */
export type Dissect = (reader: FieldReader) => void;

/** Octets, and what a dissector must know to read them: the session of an attribute, the carriage of routes. */
export interface DissectionCase<How> {
  readonly octets: Uint8Array;
  readonly how: How;
}

/** Octets as hexadecimal digits, and their fields as `linesOf` has them. */
export interface DissectionVector<How> {
  readonly octets: string;
  readonly how: How;
  readonly lines: readonly string[];
}

/** The law of a dissector, whatever the octets are, and what it shows of some. */
export const dissects = <How>(
  dissect: (reader: FieldReader, how: How) => void,
  cases: fc.Arbitrary<DissectionCase<How>>,
  vectors: readonly DissectionVector<How>[],
): void => {
  it.each(vectors)("of $octets", ({ octets, how, lines }) => {
    expect(linesOf((reader) => dissect(reader, how), octets)).toEqual(lines);
  });

  it("cover every octet once, whatever the octets", () => {
    const any = fc.tuple(cases, fc.option(fc.uint8Array({ maxLength: 80 }), { freq: 3 }));
    fc.assert(
      fc.property(any, ([{ octets, how }, random]) => coversOnce((reader) => dissect(reader, how), random ?? octets)),
      { numRuns: 300 },
    );
  });
};

/** Of these octets and of any others, the fields that have no fields in them cover each octet once, in order. */
export const coversAny = (dissect: Dissect, ...octets: readonly fc.Arbitrary<Uint8Array>[]): void => {
  fc.assert(
    fc.property(fc.oneof(...octets, fc.uint8Array({ maxLength: 80 })), (some) => coversOnce(dissect, some)),
    { numRuns: 300 },
  );
};

/** Asserts that the leaves of a dissection cover every octet exactly once; one of no octets has something to say. */
export const coversOnce = (dissect: Dissect, octets: Uint8Array): void => {
  let at = 0;
  for (const { name, start, end, value } of leaves(dissected(dissect, octets), [])) {
    expect(start, `${name} of ${hex(octets)}`).toBe(at);
    expect(end > start || value !== "", `${name} of ${hex(octets)} is empty`).toBe(true);
    at = end;
  }
  expect(at).toBe(octets.length);
};

/** The leaves, a line each: `start-end name: value`. */
export const linesOf = (dissect: Dissect, digits: string): readonly string[] =>
  leavesOf(dissect, digits).map(({ name, start, end, value }) => `${start}-${end} ${name}: ${value}`);

/** The fields that have no fields in them, in order; names with those of the fields around in front: `route/label`. */
export const leavesOf = (dissect: Dissect, digits: string): readonly Field[] =>
  leaves(dissected(dissect, unhex(digits)), []);

/** Every field, a line each, what is in one indented under it. */
export const outlineOf = (dissect: Dissect, digits: string): readonly string[] =>
  indented(dissected(dissect, unhex(digits)), "");

/** What is said of the outermost fields. */
export const valuesOf = (dissect: Dissect, digits: string): readonly (string | undefined)[] =>
  dissected(dissect, unhex(digits)).map(({ value }) => value);

/**
 * The octets stand amid others, which are none of the dissector's business: positions count from the first of them. As
 * the registries do, what the dissector left over is named, too.
 */
const dissected = (dissect: Dissect, octets: Uint8Array): readonly Field[] => {
  const msg = Uint8Array.of(...AROUND, ...octets, ...AROUND);
  const reader = new FieldReader(msg, AROUND.length, AROUND.length + octets.length);
  dissect(reader);
  reader.rest("not understood");
  return reader.fields.map(fromFirst);
};

const AROUND = [0xff, 0xff, 0xff];

const fromFirst = ({ start, end, fields, ...said }: Field): Field => ({
  ...said,
  start: start - AROUND.length,
  end: end - AROUND.length,
  ...(fields === undefined ? {} : { fields: fields.map(fromFirst) }),
});

const leaves = (fields: readonly Field[], path: readonly string[]): readonly Field[] =>
  fields.flatMap((field) => {
    const names = [...path, field.name];
    return field.fields === undefined ? [{ ...field, name: names.join("/") }] : leaves(field.fields, names);
  });

const indented = (fields: readonly Field[], indent: string): readonly string[] =>
  fields.flatMap(({ name, start, end, value, fields: inside = [] }) => [
    `${indent}${start}-${end} ${name}${value === undefined ? "" : `: ${value}`}`,
    ...indented(inside, `${indent}  `),
  ]);
