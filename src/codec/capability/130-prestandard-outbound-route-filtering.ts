import type { CapabilitySpec } from "../capability.js";
import { type OrfFamily, routeFiltering } from "./route-filtering.js";

/** What capability 3 was before it had its number (RFC 8810 §3), in the same layout. Still sent beside it. */
export const prestandardRouteFiltering: CapabilitySpec<readonly OrfFamily[]> = routeFiltering(
  130,
  "Prestandard Outbound Route Filtering",
  "prestandard-outbound-route-filtering",
);
