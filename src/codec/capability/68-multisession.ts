import type { CapabilitySpec } from "../capability.js";
import { sessions } from "./sessions.js";

/** Multisession BGP, draft-ietf-idr-bgp-multisession §4. */
export const multisession: CapabilitySpec<readonly number[]> = sessions(68, "Multisession", "multisession");
