import fc from "fast-check";
import { type Arbitraries, arbitrariesOf } from "../properties/arbitraries.js";
import { targetOf } from "../targets/index.js";
import { ACCEPTED } from "../targets/target.js";
import { wireOf } from "./wire.js";

/** Of a decoder whose format nobody told us: octets. */
export const octetArbitraries: Arbitraries = {
  valid: fc.uint8Array({ maxLength: 64 }),
  nearValid: fc.uint8Array({ maxLength: 256 }),
  broken: null,
};

/** Those of one of Kiln's targets in the ordinary session, where some faults are none and others are more. */
export const ordinaryArbitraries = (as: string): Arbitraries => {
  const { valid, nearValid, broken } = arbitrariesOf(as);
  const { ordinary } = wireOf(as);
  const still = fc
    .sample(valid, { seed: SEED, numRuns: DRAWN })
    .map(ordinary)
    .filter((data) => targetOf(as)?.fuzz(data) === ACCEPTED);
  const any =
    broken === null
      ? nearValid
      : fc.oneof(
          nearValid,
          broken.map(({ data }) => data),
        );
  return {
    valid: still.length === 0 ? fc.constant(new Uint8Array(0)) : fc.constantFrom(...still),
    nearValid: any.map(ordinary),
    broken: null,
  };
};

const SEED = 4271;
const DRAWN = 300;
