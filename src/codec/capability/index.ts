import type { CapabilitySpec } from "../capability.js";
import { multiprotocol } from "./01-multiprotocol.js";
import { routeRefresh } from "./02-route-refresh.js";
import { outboundRouteFiltering } from "./03-outbound-route-filtering.js";
import { extendedNextHop } from "./05-extended-next-hop.js";
import { extendedMessage } from "./06-extended-message.js";
import { bgpsec } from "./07-bgpsec.js";
import { multipleLabels } from "./08-multiple-labels.js";
import { role } from "./09-role.js";
import { gracefulRestart } from "./64-graceful-restart.js";
import { fourOctetAs } from "./65-four-octet-as.js";
import { dynamic } from "./67-dynamic.js";
import { multisession } from "./68-multisession.js";
import { addPath } from "./69-add-path.js";
import { enhancedRouteRefresh } from "./70-enhanced-route-refresh.js";
import { longLivedGracefulRestart } from "./71-long-lived-graceful-restart.js";
import { routingPolicyDistribution } from "./72-routing-policy-distribution.js";
import { fqdn } from "./73-fqdn.js";
import { bfdStrictMode } from "./74-bfd-strict-mode.js";
import { softwareVersion } from "./75-software-version.js";
import { pathsLimit } from "./76-paths-limit.js";
import { linkLocalNextHop } from "./77-link-local-next-hop.js";
import { prestandardRouteRefresh } from "./128-prestandard-route-refresh.js";
import { prestandardRouteFiltering } from "./130-prestandard-outbound-route-filtering.js";
import { prestandardMultisession } from "./131-prestandard-multisession.js";

/** Every capability the codec understands, by code. A new module is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds specs of many value types
export const capabilities: readonly CapabilitySpec<any>[] = [
  multiprotocol,
  routeRefresh,
  outboundRouteFiltering,
  extendedNextHop,
  extendedMessage,
  bgpsec,
  multipleLabels,
  role,
  gracefulRestart,
  fourOctetAs,
  dynamic,
  multisession,
  addPath,
  enhancedRouteRefresh,
  longLivedGracefulRestart,
  routingPolicyDistribution,
  fqdn,
  bfdStrictMode,
  softwareVersion,
  pathsLimit,
  linkLocalNextHop,
  prestandardRouteRefresh,
  prestandardRouteFiltering,
  prestandardMultisession,
];

const table: readonly (CapabilitySpec<unknown> | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  capabilities.find((spec) => spec.code === code),
);

export const capabilityOf = (code: number): CapabilitySpec<unknown> | undefined => table[code];
