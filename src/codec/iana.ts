/** Code points of the IANA registries that more than one module needs. A module keeps what only it needs. */

/** BGP message types, RFC 4271 §4.1 and RFC 2918 §3. */
export const MessageType = { Open: 1, Update: 2, Notification: 3, Keepalive: 4, RouteRefresh: 5 } as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Address family numbers, IANA. */
export const Afi = { Ipv4: 1, Ipv6: 2, L2vpn: 25, LinkState: 16388 } as const;

/** Subsequent address family identifiers, IANA. */
export const Safi = {
  Unicast: 1,
  Multicast: 2,
  Labeled: 4,
  McastVpn: 5,
  Vpls: 65,
  Evpn: 70,
  LinkState: 71,
  LinkStateVpn: 72,
  SrPolicy: 73,
  Mup: 85,
  Vpn: 128,
  VpnMulticast: 129,
  RouteTarget: 132,
  FlowSpec: 133,
  FlowSpecVpn: 134,
} as const;

/** An address family as one number, `AFI << 8 | SAFI`, so that sets and maps of families stay cheap. */
export type Family = number;

export const family = (afi: number, safi: number): Family => (afi << 8) | safi;
export const afiOf = (of: Family): number => of >>> 8;
export const safiOf = (of: Family): number => of & 0xff;

export const Ipv4Unicast: Family = family(Afi.Ipv4, Safi.Unicast);
export const Ipv6Unicast: Family = family(Afi.Ipv6, Safi.Unicast);

/** Whether the routes of a family have labels that capability 8 can make stacks of: RFC 8277 §2.1. */
export const isLabeled = (of: Family): boolean =>
  (afiOf(of) === Afi.Ipv4 || afiOf(of) === Afi.Ipv6) && (safiOf(of) === Safi.Labeled || safiOf(of) === Safi.Vpn);

/** AS 23456 stands for a four-octet AS number where only two octets fit, RFC 6793 §9. */
export const AS_TRANS = 23456;

/** NOTIFICATION error codes: RFC 4271 §4.5, RFC 7313 §5, RFC 9687 §5. */
export const ErrorCode = {
  MessageHeader: 1,
  Open: 2,
  Update: 3,
  HoldTimerExpired: 4,
  FiniteStateMachine: 5,
  Cease: 6,
  RouteRefresh: 7,
  SendHoldTimerExpired: 8,
} as const;

/** RFC 4271 §6.3. */
export const UpdateError = {
  MalformedAttributeList: 1,
  UnrecognizedWellKnown: 2,
  MissingWellKnown: 3,
  AttributeFlags: 4,
  AttributeLength: 5,
  InvalidOrigin: 6,
  InvalidNextHop: 8,
  OptionalAttribute: 9,
  InvalidNetworkField: 10,
  MalformedAsPath: 11,
} as const;

/** RFC 4271 §6.2, RFC 5492 §5, RFC 9234 §4.2. */
export const OpenError = {
  Unspecific: 0,
  UnsupportedVersion: 1,
  BadPeerAs: 2,
  BadIdentifier: 3,
  UnsupportedOptionalParameter: 4,
  UnacceptableHoldTime: 6,
  UnsupportedCapability: 7,
  RoleMismatch: 11,
} as const;

/** RFC 4271 §6.1. */
export const HeaderError = { NotSynchronized: 1, BadLength: 2, BadType: 3 } as const;

/** RFC 4486 §3, RFC 8538 §3. */
export const CeaseSubcode = {
  MaximumPrefixes: 1,
  AdministrativeShutdown: 2,
  PeerDeconfigured: 3,
  AdministrativeReset: 4,
  ConnectionRejected: 5,
  ConfigurationChange: 6,
  CollisionResolution: 7,
  OutOfResources: 8,
  HardReset: 9,
} as const;
