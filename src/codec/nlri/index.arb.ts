import type { Family } from "../iana.js";
import { linkStateArb, linkStateVpnArb } from "./bgp-ls.arb.js";
import { evpnArb } from "./evpn.arb.js";
import { ipv4FlowSpecArb, ipv4FlowSpecVpnArb, ipv6FlowSpecArb, ipv6FlowSpecVpnArb } from "./flowspec.arb.js";
import { ipv4LabeledArb, ipv6LabeledArb } from "./labeled.arb.js";
import { ipv4McastVpnArb, ipv6McastVpnArb } from "./mcast-vpn.arb.js";
import { ipv4MupArb, ipv6MupArb } from "./mup.arb.js";
import type { NlriArb } from "./nlri.arb.js";
import { routeTargetArb } from "./route-target.arb.js";
import { ipv4SrPolicyArb, ipv6SrPolicyArb } from "./sr-policy.arb.js";
import { ipv4MulticastArb, ipv4UnicastArb, ipv6MulticastArb, ipv6UnicastArb } from "./unicast.arb.js";
import { vplsArb } from "./vpls.arb.js";
import { ipv4VpnArb, ipv4VpnMulticastArb, ipv6VpnArb, ipv6VpnMulticastArb } from "./vpn.arb.js";

/** The arbitraries of every family. A new family is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds arbitraries of many kinds of route
export const nlriArbs: readonly NlriArb<any>[] = [
  ipv4UnicastArb,
  ipv6UnicastArb,
  ipv4MulticastArb,
  ipv6MulticastArb,
  ipv4LabeledArb,
  ipv6LabeledArb,
  ipv4VpnArb,
  ipv6VpnArb,
  ipv4VpnMulticastArb,
  ipv6VpnMulticastArb,
  routeTargetArb,
  vplsArb,
  ipv4FlowSpecArb,
  ipv6FlowSpecArb,
  ipv4FlowSpecVpnArb,
  ipv6FlowSpecVpnArb,
  ipv4SrPolicyArb,
  ipv6SrPolicyArb,
  linkStateArb,
  linkStateVpnArb,
  evpnArb,
  ipv4McastVpnArb,
  ipv6McastVpnArb,
  ipv4MupArb,
  ipv6MupArb,
];

/** Throws RangeError for a family that no module reads, or one without arbitraries: each must have some. */
export const nlriArbOf = (family: Family): NlriArb<unknown> => {
  const arb = nlriArbs.find(({ spec }) => spec.family === family);
  if (arb === undefined) throw new RangeError(`family ${family} has no line in nlriArbs`);
  return arb;
};
