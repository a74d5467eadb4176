import { multiprotocol } from "../codec/capability/01-multiprotocol.js";
import { routeRefresh } from "../codec/capability/02-route-refresh.js";
import { extendedNextHop } from "../codec/capability/05-extended-next-hop.js";
import { extendedMessage } from "../codec/capability/06-extended-message.js";
import { multipleLabels } from "../codec/capability/08-multiple-labels.js";
import { Role, role } from "../codec/capability/09-role.js";
import { gracefulRestart } from "../codec/capability/64-graceful-restart.js";
import { fourOctetAs } from "../codec/capability/65-four-octet-as.js";
import { AddPathMode, addPath } from "../codec/capability/69-add-path.js";
import { enhancedRouteRefresh } from "../codec/capability/70-enhanced-route-refresh.js";
import { longLivedGracefulRestart } from "../codec/capability/71-long-lived-graceful-restart.js";
import { displayFqdn, fqdn } from "../codec/capability/73-fqdn.js";
import { displayVersion, softwareVersion } from "../codec/capability/75-software-version.js";
import { pathsLimit } from "../codec/capability/76-paths-limit.js";
import { lastValueOf, sizeOfCapability, valuesOf, writeCapability } from "../codec/capability/list.js";
import type { Capability, CapabilitySpec } from "../codec/capability.js";
import { type Decoded, declareFault, type Fault, type Found, Verdict } from "../codec/fault.js";
import { Afi, AS_TRANS, ErrorCode, type Family, Ipv4Unicast, isLabeled, OpenError } from "../codec/iana.js";
import type { Open, OpenToSend } from "../codec/message/open.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE, type SessionContext } from "../codec/session-context.js";
import type { Expectations, Negotiated } from "./types.js";

const refused = (what: string, subcode: number, rfc: string): Fault =>
  declareFault(`negotiate/${what}`, Verdict.SessionReset, [ErrorCode.Open, subcode], rfc);

export const badPeerAs: Fault = refused("bad-peer-as", OpenError.BadPeerAs, "RFC 4271 §6.2");
/** The two-octet field is neither AS_TRANS nor what capability 65 says. */
export const inconsistentAs: Fault = refused("inconsistent-as", OpenError.BadPeerAs, "RFC 6793 §3");
export const ownIdentifier: Fault = refused("own-identifier", OpenError.BadIdentifier, "RFC 6286 §2.2");
export const roleMismatch: Fault = refused("role-mismatch", OpenError.RoleMismatch, "RFC 9234 §4.2");
export const roleMissing: Fault = refused("role-missing", OpenError.RoleMismatch, "RFC 9234 §4.2");
export const noCommonFamily: Fault = refused("no-common-family", OpenError.UnsupportedCapability, "RFC 5492 §3");

/** Every fault `negotiate` can give. All of them refuse the session. */
export const negotiateFaults: readonly Fault[] = [
  badPeerAs,
  inconsistentAs,
  ownIdentifier,
  roleMismatch,
  roleMissing,
  noCommonFamily,
];

/**
 * What the OPEN we sent and the one we received agree on; `value` is null when the session must be refused.
 *
 * Symmetric: what one side may send is what the other expects to receive. Offsets in `found` are those of the OPEN's
 * fixed fields (RFC 4271 §4.2), or of its parameters as a whole.
 */
export const negotiate = (local: OpenToSend, remote: Open, expected: Expectations): Decoded<Negotiated> => {
  const found: Found[] = [];
  const theirs = remote.capabilities;
  const ours = local.capabilities;

  const peerAs = judgeAs(remote, expected.peerAs, found);
  const external = peerAs !== local.as;
  // RFC 6286 §2.2: two speakers of one AS never share an identifier; over an AS boundary they may.
  if (!external && remote.identifier === local.identifier) found.push({ fault: ownIdentifier, start: 24, end: 28 });
  // RFC 9234 §4: roles are for external sessions.
  const localRole = external ? roleOf(ours) : null;
  if (localRole !== null) judgeRole(localRole, theirs, expected.strictRole === true, found);
  const families = commonFamilies(ours, theirs);
  if (families.size === 0) found.push({ fault: noCommonFamily, ...PARAMETERS, data: familyCapabilities(ours) });
  if (found.length > 0) return { value: null, found };

  const both = (spec: CapabilitySpec<true>): boolean => sent(ours, spec) && sent(theirs, spec);
  const common = {
    // RFC 6793 §4.1: four octets exactly when both sides advertise the capability.
    asnSize: sent(ours, fourOctetAs) && sent(theirs, fourOctetAs) ? 4 : 2,
    localAs: local.as,
    peerAs,
    external,
    families,
  } as const;
  const receive = direction(common, theirs, ours);
  const send = direction(common, ours, theirs);

  const restart = lastValueOf(theirs, gracefulRestart);
  const ourRestart = lastValueOf(ours, gracefulRestart);
  const restarts = restart !== undefined && ourRestart !== undefined;
  const longLived =
    restarts && sent(ours, longLivedGracefulRestart) ? lastValueOf(theirs, longLivedGracefulRestart) : [];
  const name = lastValueOf(theirs, fqdn);
  const version = lastValueOf(theirs, softwareVersion);

  const negotiated: Negotiated = {
    localAs: local.as,
    peerAs,
    external,
    localIdentifier: local.identifier,
    remoteIdentifier: remote.identifier,
    // RFC 4271 §4.2: the smaller of the configured one and the one received.
    holdTime: Math.min(local.holdTime, remote.holdTime),
    receive,
    send,
    routeRefresh: both(routeRefresh),
    // RFC 7313 §3.1 builds on the messages of RFC 2918.
    enhancedRefresh: both(routeRefresh) && both(enhancedRouteRefresh),
    role: localRole,
    gracefulRestart: restarts ? restart : null,
    // RFC 8538 §2: in force when both sides set the N bit.
    notificationRestart: restarts && restart.notification && ourRestart.notification,
    longLived: longLived ?? [],
    pathsLimit: new Map(
      valuesOf(theirs, pathsLimit)
        .flat()
        .filter(({ family }) => send.addPath.has(family))
        .map(({ family, limit }) => [family, limit]),
    ),
    hostName: name === undefined ? null : displayFqdn(name),
    // draft-abraitis-bgp-version-capability §3: invalid UTF-8 is never interpreted.
    softwareVersion: version === undefined || version.text === null ? null : displayVersion(version),
    capabilities: theirs,
  };
  return { value: Object.freeze(negotiated), found };
};

/** Where the parameters stand in an OPEN; they end with it. */
const PARAMETERS = { start: 28, end: 29 } as const;

const sent = (list: readonly Capability[], { code }: { readonly code: number }): boolean =>
  list.some((one) => one.code === code);

/** The peer's AS number; faults go to `found`. */
const judgeAs = ({ as, capabilities }: Open, expected: number, found: Found[]): number => {
  const four = lastValueOf(capabilities, fourOctetAs);
  // RFC 6793 §4.1: the capability's number in lieu of the field's. §3: the field then has the same or AS_TRANS.
  const peerAs = four ?? as;
  if (peerAs !== expected) found.push({ fault: badPeerAs, start: 20, end: 22 });
  else if (four !== undefined && as !== four && as !== AS_TRANS) {
    found.push({ fault: inconsistentAs, start: 20, end: 22 });
  }
  return peerAs;
};

// RFC 9234 §4.2, table 2.
const COUNTERPART: ReadonlyMap<number, Role> = new Map([
  [Role.Provider, Role.Customer],
  [Role.Customer, Role.Provider],
  [Role.RouteServer, Role.RouteServerClient],
  [Role.RouteServerClient, Role.RouteServer],
  [Role.Peer, Role.Peer],
]);

/** Ours, when it is one that has a name. */
const roleOf = (ours: readonly Capability[]): Role | null => {
  const counterpart = COUNTERPART.get(lastValueOf(ours, role) ?? -1);
  return counterpart === undefined ? null : (COUNTERPART.get(counterpart) ?? null);
};

/** RFC 9234 §4.2. Roles that contradict each other within the OPEN were refused when it was decoded. */
const judgeRole = (local: Role, theirs: readonly Capability[], strict: boolean, found: Found[]): void => {
  const remote = lastValueOf(theirs, role);
  if (remote === undefined) {
    if (strict) found.push({ fault: roleMissing, ...PARAMETERS });
  } else if (COUNTERPART.get(local) !== remote) found.push({ fault: roleMismatch, ...PARAMETERS });
};

/** Families that both sides advertise. */
const commonFamilies = (ours: readonly Capability[], theirs: readonly Capability[]): ReadonlySet<Family> => {
  const remote = familiesOf(theirs);
  return new Set([...familiesOf(ours)].filter((one) => remote.has(one)));
};

/** RFC 4760 §8: who sends no such capability speaks of IPv4 unicast only. */
const familiesOf = (list: readonly Capability[]): ReadonlySet<Family> => {
  const families = valuesOf(list, multiprotocol);
  return new Set(families.length === 0 ? [Ipv4Unicast] : families);
};

/** RFC 5492 §5: the data of an Unsupported Capability lists what the peer should have sent, as in an OPEN. */
const familyCapabilities = (ours: readonly Capability[]): Uint8Array => {
  const wanted = ours.filter(({ code }) => code === multiprotocol.code);
  const data = new Uint8Array(wanted.reduce((size, one) => size + sizeOfCapability(one), 0));
  wanted.reduce((at, one) => writeCapability(one, data, at), 0);
  return data;
};

/** What holds for messages that go from `sender` to `receiver`. */
const direction = (
  common: Pick<SessionContext, "asnSize" | "localAs" | "peerAs" | "external" | "families">,
  sender: readonly Capability[],
  receiver: readonly Capability[],
): SessionContext => {
  const sends = addPathFamilies(sender, AddPathMode.Send);
  const receives = addPathFamilies(receiver, AddPathMode.Receive);
  const nextHops = valuesOf(receiver, extendedNextHop).flat();
  const stacked = [stacks(sender), stacks(receiver)];
  return Object.freeze({
    ...common,
    // RFC 7911 §5: the one is able to send and the other able to receive.
    addPath: new Set([...common.families].filter((one) => sends.has(one) && receives.has(one))),
    // RFC 8654 §4: the receiver's capability alone allows it.
    maxMessage: sent(receiver, extendedMessage) ? EXTENDED_MAX_MESSAGE : ORDINARY_MAX_MESSAGE,
    // RFC 8950 §4: likewise.
    extendedNextHop: new Set(
      nextHops
        .filter(({ family, nextHopAfi }) => nextHopAfi === Afi.Ipv6 && common.families.has(family))
        .map(({ family }) => family),
    ),
    // RFC 8277 §2.1: both sides sent the capability with this family in it.
    multipleLabels: new Set([...common.families].filter((one) => stacked.every((families) => families.has(one)))),
  });
};

/** Labeled families that capability 8 names. Triples that ask for fewer than two labels are gone, RFC 8277 §2.1. */
const stacks = (list: readonly Capability[]): ReadonlySet<Family> =>
  // Only the first copy of the capability is significant.
  new Set((valuesOf(list, multipleLabels)[0] ?? []).map(({ family }) => family).filter(isLabeled));

/** RFC 7911 §4 foresees one tuple per family and does not say what several mean: the first counts. */
const addPathFamilies = (list: readonly Capability[], able: AddPathMode): ReadonlySet<Family> => {
  const modes = new Map<Family, AddPathMode>();
  for (const { family, mode } of valuesOf(list, addPath).flat()) if (!modes.has(family)) modes.set(family, mode);
  return new Set([...modes].filter(([, mode]) => mode === able || mode === AddPathMode.Both).map(([one]) => one));
};
