import type { Target } from "../../src/target/target.js";
import { nodeTls } from "./node-tls.js";
import { opensslServer } from "./openssl-server.js";

/** What handshakes are held against, by the name users write. They speak no BGP, so a session ends with TLS. */
export const references: Readonly<Record<"openssl" | "node", Target>> = { openssl: opensslServer, node: nodeTls };
