import type { Family } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { linkState, linkStateVpn } from "./bgp-ls.js";
import { evpn } from "./evpn.js";
import { ipv4FlowSpec, ipv4FlowSpecVpn, ipv6FlowSpec, ipv6FlowSpecVpn } from "./flowspec.js";
import { ipv4Labeled, ipv6Labeled } from "./labeled.js";
import { ipv4McastVpn, ipv6McastVpn } from "./mcast-vpn.js";
import { ipv4Mup, ipv6Mup } from "./mup.js";
import { routeTarget } from "./route-target.js";
import { ipv4SrPolicy, ipv6SrPolicy } from "./sr-policy.js";
import { ipv4Multicast, ipv4Unicast, ipv6Multicast, ipv6Unicast } from "./unicast.js";
import { vpls } from "./vpls.js";
import { ipv4Vpn, ipv4VpnMulticast, ipv6Vpn, ipv6VpnMulticast } from "./vpn.js";

/** Every family whose routes the codec can read. A new family is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds specs of many kinds of route
export const nlriFamilies: readonly NlriSpec<any>[] = [
  ipv4Unicast,
  ipv6Unicast,
  ipv4Multicast,
  ipv6Multicast,
  ipv4Labeled,
  ipv6Labeled,
  ipv4Vpn,
  ipv6Vpn,
  ipv4VpnMulticast,
  ipv6VpnMulticast,
  routeTarget,
  vpls,
  ipv4FlowSpec,
  ipv6FlowSpec,
  ipv4FlowSpecVpn,
  ipv6FlowSpecVpn,
  ipv4SrPolicy,
  ipv6SrPolicy,
  linkState,
  linkStateVpn,
  evpn,
  ipv4McastVpn,
  ipv6McastVpn,
  ipv4Mup,
  ipv6Mup,
];

const byFamily: ReadonlyMap<Family, NlriSpec<unknown>> = new Map(nlriFamilies.map((spec) => [spec.family, spec]));

export const nlriOf = (family: Family): NlriSpec<unknown> | undefined => byFamily.get(family);
