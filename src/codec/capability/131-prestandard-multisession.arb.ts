import type fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { prestandardMultisession } from "./131-prestandard-multisession.js";
import { brokenSessionIds, sessionIds } from "./sessions.arb.js";

export const valid: fc.Arbitrary<readonly number[]> = sessionIds(prestandardMultisession);
export const broken: fc.Arbitrary<BrokenCase> = brokenSessionIds(prestandardMultisession);
