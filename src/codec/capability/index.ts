import type { CapabilitySpec } from "../capability.js";
import { multiprotocol } from "./01-multiprotocol.js";
import { routeRefresh } from "./02-route-refresh.js";
import { extendedNextHop } from "./05-extended-next-hop.js";
import { extendedMessage } from "./06-extended-message.js";
import { role } from "./09-role.js";
import { gracefulRestart } from "./64-graceful-restart.js";
import { fourOctetAs } from "./65-four-octet-as.js";
import { addPath } from "./69-add-path.js";
import { enhancedRouteRefresh } from "./70-enhanced-route-refresh.js";
import { longLivedGracefulRestart } from "./71-long-lived-graceful-restart.js";
import { fqdn } from "./73-fqdn.js";
import { softwareVersion } from "./75-software-version.js";
import { pathsLimit } from "./76-paths-limit.js";

/** Every capability the codec understands, by code. A new module is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds specs of many value types
export const capabilities: readonly CapabilitySpec<any>[] = [
  multiprotocol,
  routeRefresh,
  extendedNextHop,
  extendedMessage,
  role,
  gracefulRestart,
  fourOctetAs,
  addPath,
  enhancedRouteRefresh,
  longLivedGracefulRestart,
  fqdn,
  softwareVersion,
  pathsLimit,
];

const table: readonly (CapabilitySpec<unknown> | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  capabilities.find((spec) => spec.code === code),
);

export const capabilityOf = (code: number): CapabilitySpec<unknown> | undefined => table[code];
