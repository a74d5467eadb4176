import { type PrefixSpec, prefixPdu } from "./prefix.js";

/** RFC 8210 §5.6. */
export const ipv4Prefix: PrefixSpec = prefixPdu(4, "IPv4 Prefix", "ipv4-prefix", 4);
