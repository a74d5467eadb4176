import fc from "fast-check";
import { ACCEPTED, type Outcome } from "../targets/target.js";
import type { Arbitraries } from "./arbitraries.js";

/** An input of a target, and what a correct decoder makes of it, where that is known. */
export interface PropertyCase {
  readonly data: Uint8Array;
  readonly expected: Outcome | null;
}

/** The properties of one target: each with its name and the inputs it must hold for. */
export const casesOf = ({
  valid,
  nearValid,
  broken,
}: Arbitraries): readonly { readonly name: string; readonly cases: fc.Arbitrary<PropertyCase> }[] => {
  const anything = (arbitrary: fc.Arbitrary<Uint8Array>): fc.Arbitrary<PropertyCase> =>
    arbitrary.map((data) => ({ data, expected: null }));
  return [
    { name: "valid", cases: valid.map((data) => ({ data, expected: ACCEPTED })) },
    { name: "near-valid", cases: anything(nearValid) },
    ...(broken === null
      ? []
      : [{ name: "broken", cases: broken.map(({ data, fault }) => ({ data, expected: fault.id })) }]),
    { name: "random", cases: anything(fc.uint8Array({ maxLength: 64 })) },
  ];
};
