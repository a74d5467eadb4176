import { multiprotocol } from "../codec/capability/01-multiprotocol.js";
import { routeRefresh } from "../codec/capability/02-route-refresh.js";
import { extendedNextHop } from "../codec/capability/05-extended-next-hop.js";
import { extendedMessage } from "../codec/capability/06-extended-message.js";
import { multipleLabels, UNLIMITED } from "../codec/capability/08-multiple-labels.js";
import { role } from "../codec/capability/09-role.js";
import { gracefulRestart } from "../codec/capability/64-graceful-restart.js";
import { fourOctetAs } from "../codec/capability/65-four-octet-as.js";
import { addPath } from "../codec/capability/69-add-path.js";
import { enhancedRouteRefresh } from "../codec/capability/70-enhanced-route-refresh.js";
import { longLivedGracefulRestart } from "../codec/capability/71-long-lived-graceful-restart.js";
import { fqdn } from "../codec/capability/73-fqdn.js";
import { softwareVersion, versionToSend } from "../codec/capability/75-software-version.js";
import { pathsLimit } from "../codec/capability/76-paths-limit.js";
import { capability } from "../codec/capability/list.js";
import { tcpAo } from "../codec/capability/tcp-ao.js";
import type { Capability } from "../codec/capability.js";
import { Afi, Ipv4Unicast } from "../codec/iana.js";
import type { OpenToSend } from "../codec/message/open.js";
import { utf8Octets } from "../codec/text.js";
import type { ProposalSettings } from "./types.js";

export const DEFAULT_HOLD_TIME = 90;

/** Our OPEN for a peer in `peerAs`. Whether the wire can carry it is for `encodeOpen` to say. */
export const proposal = (settings: ProposalSettings, peerAs: number): OpenToSend => {
  const { families = [Ipv4Unicast], localAs } = settings;
  const capabilities: Capability[] = families.map((one) => capability(multiprotocol, one));
  if (settings.routeRefresh !== false) {
    capabilities.push(capability(routeRefresh, true));
    if (settings.enhancedRefresh !== false) capabilities.push(capability(enhancedRouteRefresh, true));
  }
  if (settings.extendedMessages !== false) capabilities.push(capability(extendedMessage, true));
  if (settings.extendedNextHop !== undefined && settings.extendedNextHop.length > 0) {
    const tuples = settings.extendedNextHop.map((family) => ({ family, nextHopAfi: Afi.Ipv6 }));
    capabilities.push(capability(extendedNextHop, tuples));
  }
  if (settings.multipleLabels !== undefined && settings.multipleLabels.length > 0) {
    const tuples = settings.multipleLabels.map((family) => ({ family, count: UNLIMITED }));
    capabilities.push(capability(multipleLabels, tuples));
  }
  // RFC 9234 §4: roles are for external sessions.
  if (settings.role !== undefined && peerAs !== localAs) capabilities.push(capability(role, settings.role));
  capabilities.push(capability(fourOctetAs, localAs));
  if (settings.gracefulRestart !== undefined) {
    capabilities.push(capability(gracefulRestart, settings.gracefulRestart));
    if (settings.longLived !== undefined && settings.longLived.length > 0) {
      capabilities.push(capability(longLivedGracefulRestart, settings.longLived));
    }
  }
  if (settings.addPath !== undefined && settings.addPath.size > 0) {
    const tuples = [...settings.addPath].map(([family, mode]) => ({ family, mode }));
    capabilities.push(capability(addPath, tuples));
  }
  if (settings.pathsLimit !== undefined && settings.pathsLimit.size > 0) {
    const tuples = [...settings.pathsLimit].map(([family, limit]) => ({ family, limit }));
    capabilities.push(capability(pathsLimit, tuples));
  }
  if (settings.hostName !== undefined) {
    const { host, domain = "" } = settings.hostName;
    capabilities.push(capability(fqdn, { host: utf8Octets(host), domain: utf8Octets(domain) }));
  }
  if (settings.tcpAoCapability !== undefined) capabilities.push(tcpAo(settings.tcpAoCapability));
  capabilities.push(...(settings.otherCapabilities ?? []));
  if (settings.softwareVersion !== undefined) {
    capabilities.push(capability(softwareVersion, versionToSend(settings.softwareVersion)));
  }
  return {
    as: localAs,
    holdTime: settings.holdTime ?? DEFAULT_HOLD_TIME,
    identifier: settings.identifier,
    capabilities,
    allowExtendedParameters: settings.allowExtendedParameters ?? false,
  };
};
