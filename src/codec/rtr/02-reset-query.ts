import { type BareSpec, barePdu } from "./bare.js";

/** The router asks for everything, RFC 8210 §5.4. */
export const resetQuery: BareSpec = barePdu(2, "Reset Query", "reset-query");
