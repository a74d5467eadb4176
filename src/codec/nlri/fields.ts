import type { FieldReader } from "../fields.js";
import type { Family } from "../iana.js";
import type { RouteForm } from "../nlri.js";
import { fieldsOf as bgpLs } from "./bgp-ls.fields.js";
import { linkState, linkStateVpn } from "./bgp-ls.js";
import { fields as evpnFields } from "./evpn.fields.js";
import { evpn } from "./evpn.js";
import { fieldsOf as flowSpec } from "./flowspec.fields.js";
import { ipv4FlowSpec, ipv4FlowSpecVpn, ipv6FlowSpec, ipv6FlowSpecVpn } from "./flowspec.js";
import { fieldsOf as headedPrefix } from "./headed-prefix.fields.js";
import { ipv4Labeled, ipv6Labeled } from "./labeled.js";
import { fields as mcastVpnFields } from "./mcast-vpn.fields.js";
import { ipv4McastVpn, ipv6McastVpn } from "./mcast-vpn.js";
import { fields as mupFields } from "./mup.fields.js";
import { ipv4Mup, ipv6Mup } from "./mup.js";
import { fields as routeTargetFields } from "./route-target.fields.js";
import { routeTarget } from "./route-target.js";
import { fieldsOf as srPolicy } from "./sr-policy.fields.js";
import { ipv4SrPolicy, ipv6SrPolicy } from "./sr-policy.js";
import { ipv4Multicast, ipv4Unicast, ipv6Multicast, ipv6Unicast } from "./unicast.js";
import { fields as vplsFields } from "./vpls.fields.js";
import { vpls } from "./vpls.js";
import { ipv4Vpn, ipv4VpnMulticast, ipv6Vpn, ipv6VpnMulticast } from "./vpn.js";

/** Names the fields of a run of routes, well formed or not. */
export type RouteFields = (reader: FieldReader, addPath: boolean, form: RouteForm) => void;

/** The dissector of each family's routes. A new family is one more line here. */
const BY_FAMILY: ReadonlyMap<Family, RouteFields> = new Map<Family, RouteFields>([
  [ipv4Unicast.family, headedPrefix({ labels: false, distinguisher: false, width: 4 })],
  [ipv6Unicast.family, headedPrefix({ labels: false, distinguisher: false, width: 16 })],
  [ipv4Multicast.family, headedPrefix({ labels: false, distinguisher: false, width: 4 })],
  [ipv6Multicast.family, headedPrefix({ labels: false, distinguisher: false, width: 16 })],
  [ipv4Labeled.family, headedPrefix({ labels: true, distinguisher: false, width: 4 })],
  [ipv6Labeled.family, headedPrefix({ labels: true, distinguisher: false, width: 16 })],
  [ipv4Vpn.family, headedPrefix({ labels: true, distinguisher: true, width: 4 })],
  [ipv6Vpn.family, headedPrefix({ labels: true, distinguisher: true, width: 16 })],
  [ipv4VpnMulticast.family, headedPrefix({ labels: false, distinguisher: true, width: 4 })],
  [ipv6VpnMulticast.family, headedPrefix({ labels: false, distinguisher: true, width: 16 })],
  [routeTarget.family, routeTargetFields],
  [vpls.family, vplsFields],
  [ipv4FlowSpec.family, flowSpec(4, false)],
  [ipv6FlowSpec.family, flowSpec(16, false)],
  [ipv4FlowSpecVpn.family, flowSpec(4, true)],
  [ipv6FlowSpecVpn.family, flowSpec(16, true)],
  [ipv4SrPolicy.family, srPolicy(4)],
  [ipv6SrPolicy.family, srPolicy(16)],
  [linkState.family, bgpLs(0)],
  [linkStateVpn.family, bgpLs(8)],
  [evpn.family, evpnFields],
  [ipv4McastVpn.family, mcastVpnFields],
  [ipv6McastVpn.family, mcastVpnFields],
  [ipv4Mup.family, mupFields],
  [ipv6Mup.family, mupFields],
]);

/** The fields of routes; of a family that no module reads, their octets. */
export const routeFields = (of: Family, reader: FieldReader, addPath: boolean, form: RouteForm): void => {
  BY_FAMILY.get(of)?.(reader, addPath, form);
  reader.rest(BY_FAMILY.has(of) ? "not understood" : "routes");
};
