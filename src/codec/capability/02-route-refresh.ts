import type { CapabilitySpec } from "../capability.js";
import { bare } from "./bare.js";

/** Route Refresh, RFC 2918 §2: the speaker takes ROUTE-REFRESH messages. */
export const routeRefresh: CapabilitySpec<true> = bare(2, "Route Refresh", "route-refresh-capability");
