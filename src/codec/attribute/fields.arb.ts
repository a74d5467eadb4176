import fc from "fast-check";
import { expect } from "vitest";
import type { AttributeSpec } from "../attribute.js";
import { type Field, FieldReader } from "../fields.js";
import type { SessionContext } from "../session-context.js";
import { type AttributeArb, octetsOf } from "./attribute.arb.js";
import type { AttributeFields } from "./fields.js";
import { plain, unhex } from "./laws.arb.js";

/** The leaves of a dissection, one line each: `start-end name: value`. */
export const linesOf = (fields: AttributeFields, octets: string, session: SessionContext = plain): readonly string[] =>
  leavesOf(dissect(fields, unhex(octets), session)).map(
    ({ name, start, end, value }) => `${start}-${end} ${name}: ${value}`,
  );

/** Whatever the octets, valid, broken or random: the leaves of a dissection cover each exactly once, in order. */
export const coversEveryOctet = <Value>(
  fields: AttributeFields,
  spec: AttributeSpec<Value>,
  arb: AttributeArb<Value>,
): void => {
  const ofValid = arb.valid.map(({ value, session }) => octetsOf(spec, value, session));
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    arb.broken.map((one) => one.octets),
    ofValid,
    // Cut or overwritten somewhere in the middle of what was valid.
    fc
      .tuple(ofValid, fc.nat(), fc.nat(0xff), fc.boolean())
      .map(([valid, at, octet, isCut]) =>
        isCut
          ? valid.slice(0, at % (valid.length + 1))
          : valid.map((old, i) => (i === at % valid.length ? octet : old)),
      ),
  );
  fc.assert(
    fc.property(octets, (some) => {
      let at = 0;
      for (const leaf of leavesOf(dissect(fields, some, plain))) {
        expect(leaf.start).toBe(at);
        expect(leaf.end).toBeGreaterThan(at);
        at = leaf.end;
      }
      expect(at).toBe(some.length);
    }),
    { numRuns: 300 },
  );
};

const dissect = (fields: AttributeFields, octets: Uint8Array, session: SessionContext): readonly Field[] => {
  const reader = new FieldReader(octets, 0, octets.length);
  fields(reader, session);
  reader.rest("not understood");
  return reader.fields;
};

const leavesOf = (fields: readonly Field[]): readonly Field[] =>
  fields.flatMap((field) => (field.fields === undefined ? [field] : leavesOf(field.fields)));
