import type { CapabilitySpec } from "../capability.js";
import { bare } from "./bare.js";

/** Link-Local Next Hop, draft-ietf-idr-linklocal-capability: an IPv6 next hop may be a link-local address alone. */
export const linkLocalNextHop: CapabilitySpec<true> = bare(77, "Link-Local Next Hop", "link-local-next-hop");
