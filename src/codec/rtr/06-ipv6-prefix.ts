import { type PrefixSpec, prefixPdu } from "./prefix.js";

/** RFC 8210 §5.7. */
export const ipv6Prefix: PrefixSpec = prefixPdu(6, "IPv6 Prefix", "ipv6-prefix", 16);
