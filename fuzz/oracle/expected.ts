import { OracleViolation } from "./violation.js";

/** An input made to be accepted, or to have one fault, must be answered so. `null`: anything goes. */
export const asExpected = (outcome: string, expected: string | null): void => {
  if (expected !== null && outcome !== expected) {
    throw new OracleViolation("expected", `an input made for ${expected} is answered otherwise`, outcome);
  }
};
