import fc from "fast-check";
import type { Arbitraries } from "../properties/arbitraries.js";

/** Of a decoder whose format nobody told us: octets. */
export const octetArbitraries: Arbitraries = {
  valid: fc.uint8Array({ maxLength: 64 }),
  nearValid: fc.uint8Array({ maxLength: 256 }),
  broken: null,
};
