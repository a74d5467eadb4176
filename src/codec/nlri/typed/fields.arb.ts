import fc from "fast-check";
import { expect } from "vitest";
import { type Field, FieldReader } from "../../fields.js";
import type { NlriArb } from "../nlri.arb.js";
import { carriageArb, routesArb, runOf } from "../nlri.arb.js";

type Dissect = (reader: FieldReader, addPath: boolean) => void;

/** `4-5 Route Type: 2 (MAC/IP Advertisement)`, a line for each field without fields. */
export const linesOf = (dissect: Dissect, msg: Uint8Array, addPath = false): string[] =>
  leaves(dissected(dissect, msg, addPath)).map(({ name, start, end, value }) => `${start}-${end} ${name}: ${value}`);

/** Of any octets, well formed or not, each is in just one of the fields that have no fields. */
export const namesEachOctetOnce = <Route>(dissect: Dissect, arb: NlriArb<Route>): void => {
  const octets = carriageArb(arb.spec).chain((carriage) =>
    fc.record({
      addPath: fc.constant(carriage.addPath),
      msg: fc.oneof(
        fc.uint8Array({ maxLength: 80 }),
        routesArb(arb, carriage).map((routes) => runOf(arb.spec, routes, carriage)),
        arb.broken(carriage.addPath, carriage.form).map((run) => run.octets),
      ),
    }),
  );
  fc.assert(
    fc.property(octets, ({ msg, addPath }) => {
      let at = 0;
      for (const { start, end } of leaves(dissected(dissect, msg, addPath))) {
        expect(start).toBe(at);
        expect(end).toBeGreaterThan(start);
        at = end;
      }
      expect(at).toBe(msg.length);
    }),
    { numRuns: 300 },
  );
};

const dissected = (dissect: Dissect, msg: Uint8Array, addPath: boolean): readonly Field[] => {
  const reader = new FieldReader(msg, 0, msg.length);
  dissect(reader, addPath);
  return reader.fields;
};

const leaves = (fields: readonly Field[]): Field[] =>
  fields.flatMap((field) => (field.fields === undefined ? [field] : leaves(field.fields)));
