import type fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { multisession } from "./68-multisession.js";
import { brokenSessionIds, sessionIds } from "./sessions.arb.js";

export const valid: fc.Arbitrary<readonly number[]> = sessionIds(multisession);
export const broken: fc.Arbitrary<BrokenCase> = brokenSessionIds(multisession);
