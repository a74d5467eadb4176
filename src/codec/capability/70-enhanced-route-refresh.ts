import type { CapabilitySpec } from "../capability.js";
import { bare } from "./bare.js";

/** Enhanced Route Refresh, RFC 7313 §3.1: the speaker understands where a refresh begins and ends. */
export const enhancedRouteRefresh: CapabilitySpec<true> = bare(70, "Enhanced Route Refresh", "enhanced-route-refresh");
