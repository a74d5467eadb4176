import type { CapabilitySpec } from "../capability.js";
import { type OrfFamily, routeFiltering } from "./route-filtering.js";

/** Outbound Route Filtering, RFC 5291 §5. */
export const outboundRouteFiltering: CapabilitySpec<readonly OrfFamily[]> = routeFiltering(
  3,
  "Outbound Route Filtering",
  "outbound-route-filtering",
);
