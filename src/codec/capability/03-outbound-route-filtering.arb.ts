import type fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { outboundRouteFiltering } from "./03-outbound-route-filtering.js";
import { brokenOrfFamilies, orfFamilies } from "./route-filtering.arb.js";
import type { OrfFamily } from "./route-filtering.js";

export const valid: fc.Arbitrary<readonly OrfFamily[]> = orfFamilies;
export const broken: fc.Arbitrary<BrokenCase> = brokenOrfFamilies(outboundRouteFiltering);
