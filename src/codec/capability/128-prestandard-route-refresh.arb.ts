import type fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { prestandardRouteRefresh } from "./128-prestandard-route-refresh.js";
import { bareArb, brokenBareArb } from "./bare.arb.js";

export const valid: fc.Arbitrary<true> = bareArb;
export const broken: fc.Arbitrary<BrokenCase> = brokenBareArb(prestandardRouteRefresh);
