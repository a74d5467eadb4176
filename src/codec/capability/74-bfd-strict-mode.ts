import type { CapabilitySpec } from "../capability.js";
import { bare } from "./bare.js";

/** BFD Strict-Mode, draft-ietf-idr-bgp-bfd-strict-mode: the session waits for its BFD session to come up. */
export const bfdStrictMode: CapabilitySpec<true> = bare(74, "BFD Strict-Mode", "bfd-strict-mode");
