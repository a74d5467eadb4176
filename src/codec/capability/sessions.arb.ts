import fc from "fast-check";
import type { CapabilitySpec } from "../capability.js";
import type { BrokenCase } from "../testing.arb.js";
import { planted } from "./testing.arb.js";

const others = (own: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.nat(254).map((code) => (code < own ? code : code + 1)),
    { maxLength: 20 },
  );

export const sessionIds = (spec: CapabilitySpec<readonly number[]>): fc.Arbitrary<readonly number[]> =>
  others(spec.code);

/** No flags, or the capability's own code among the others. */
export const brokenSessionIds = (spec: CapabilitySpec<readonly number[]>): fc.Arbitrary<BrokenCase> =>
  fc.oneof(
    ...spec.faults.map((fault) =>
      planted(
        fault,
        spec.partial.includes(fault)
          ? fc
              .tuple(fc.nat(255), others(spec.code), others(spec.code))
              .map(([flags, before, after]) => Uint8Array.of(flags, ...before, spec.code, ...after))
          : fc.constant(null).map(() => new Uint8Array(0)),
      ),
    ),
  );
