import type { CapabilitySpec } from "../capability.js";
import { bare } from "./bare.js";

/** BGP Extended Message, RFC 8654 §3: the speaker takes messages of up to 65,535 octets. */
export const extendedMessage: CapabilitySpec<true> = bare(6, "Extended Message", "extended-message");
