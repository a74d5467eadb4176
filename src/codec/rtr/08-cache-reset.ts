import { type BareSpec, barePdu } from "./bare.js";

/** The cache has no changes since that serial number, RFC 8210 §5.9. */
export const cacheReset: BareSpec = barePdu(8, "Cache Reset", "cache-reset");
