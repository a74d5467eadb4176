import fc from "fast-check";
import type { CapabilitySpec } from "../capability.js";
import type { BrokenCase } from "../testing.arb.js";
import type { OrfFamily } from "./route-filtering.js";
import { encoded, familyArb, planted } from "./testing.arb.js";

const type = fc.record({
  type: fc.oneof(fc.constantFrom(64, 65, 128), fc.nat(255)),
  mode: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.nat(255)),
});

const entry: fc.Arbitrary<OrfFamily> = fc.record({ family: familyArb, types: fc.array(type, { maxLength: 8 }) });

export const orfFamilies: fc.Arbitrary<readonly OrfFamily[]> = fc.oneof(
  fc.array(entry, { minLength: 1, maxLength: 12 }),
  // One family with as many types as fit.
  familyArb.map((family) => [{ family, types: Array.from({ length: 125 }, (_, i) => ({ type: i, mode: 3 })) }]),
);

/** No entry, a head or a list of types that is cut, or a last entry that has more behind it. */
export const brokenOrfFamilies = (spec: CapabilitySpec<readonly OrfFamily[]>): fc.Arbitrary<BrokenCase> =>
  fc.oneof(
    ...spec.faults.map((fault) =>
      planted(
        fault,
        fc
          .tuple(fc.array(entry, { maxLength: 4 }), familyArb, type, fc.integer({ min: 1, max: 6 }))
          .map(([before, family, one, cut]) => {
            const whole = encoded(spec, [...before, { family, types: [one] }]);
            // Of an entry of 7 octets: 1 to 6 are left.
            return whole.slice(0, before.length === 0 && cut === 6 ? 0 : whole.length - cut);
          }),
      ),
    ),
  );
