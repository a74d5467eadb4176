import type { CapabilitySpec } from "../capability.js";
import { bare } from "./bare.js";

/** What capability 2 was before it had its number (RFC 8810 §3). Still sent beside it. */
export const prestandardRouteRefresh: CapabilitySpec<true> = bare(
  128,
  "Prestandard Route Refresh",
  "prestandard-route-refresh",
);
