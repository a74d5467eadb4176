import type { CapabilitySpec } from "../capability.js";
import { sessions } from "./sessions.js";

/** What capability 68 was before it had its number (RFC 8810 §3), in the same layout. */
export const prestandardMultisession: CapabilitySpec<readonly number[]> = sessions(
  131,
  "Prestandard Multisession",
  "prestandard-multisession",
);
