import type { Role } from "../codec/capability/09-role.js";
import type { GracefulRestart } from "../codec/capability/64-graceful-restart.js";
import type { AddPathMode } from "../codec/capability/69-add-path.js";
import type { LongLivedStale } from "../codec/capability/71-long-lived-graceful-restart.js";
import type { Capability } from "../codec/capability.js";
import type { Found } from "../codec/fault.js";
import type { Family } from "../codec/iana.js";
import type { SessionContext } from "../codec/session-context.js";

/** RFC 4271 §8.2.2. */
export const State = {
  Idle: "Idle",
  Connect: "Connect",
  Active: "Active",
  OpenSent: "OpenSent",
  OpenConfirm: "OpenConfirm",
  Established: "Established",
} as const;
export type State = (typeof State)[keyof typeof State];

/** What we propose to a peer: `proposal` makes our OPEN of it, and `negotiate` compares that OPEN with the peer's. */
export interface ProposalSettings {
  /** 1 to 4294967295; capability 65 carries it always. */
  readonly localAs: number;
  /** BGP Identifier, not 0 (RFC 6286 §2.1). */
  readonly identifier: number;
  /** Seconds: 0, or 3 to 65535. Default 90. */
  readonly holdTime?: number;
  /** Families to exchange; IPv4 unicast when left out. */
  readonly families?: readonly Family[];
  readonly addPath?: ReadonlyMap<Family, AddPathMode>;
  /** Paths per prefix that we want to be sent at most (capability 76). */
  readonly pathsLimit?: ReadonlyMap<Family, number>;
  /** Families whose routes may have an IPv6 next hop (RFC 8950). */
  readonly extendedNextHop?: readonly Family[];
  /** Labeled families whose routes may carry a stack of labels, of any height (RFC 8277 §2.1). */
  readonly multipleLabels?: readonly Family[];
  /** Default true. */
  readonly routeRefresh?: boolean;
  /** Default true; needs `routeRefresh` (RFC 7313 §3.1). */
  readonly enhancedRefresh?: boolean;
  /** Default true (RFC 8654). */
  readonly extendedMessages?: boolean;
  /** Sent to an external peer only (RFC 9234 §4). */
  readonly role?: Role;
  readonly gracefulRestart?: GracefulRestart;
  /** Means nothing without `gracefulRestart` (RFC 9494 §4.5). */
  readonly longLived?: readonly LongLivedStale[];
  /** Capability 73; a domain goes with a host only. */
  readonly hostName?: { readonly host: string; readonly domain?: string };
  /** Off unless given; left out when the capabilities would not fit with it (draft-abraitis-bgp-version-capability §3.1). */
  readonly softwareVersion?: string;
  /**
   * EXPERIMENTAL: the code point, 239 to 254, at which we say that we support TCP-AO. Off unless given. Nothing follows
   * from both sides saying so: see codec/capability/tcp-ao.
   */
  readonly tcpAoCapability?: number;
  /** Sent as they are, after the others. */
  readonly otherCapabilities?: readonly Capability[];
  /** Use RFC 9072 where the capabilities need it. Default false: an older peer refuses such an OPEN. */
  readonly allowExtendedParameters?: boolean;
}

/** What we ask of a peer's OPEN. */
export interface Expectations {
  readonly peerAs: number;
  /** Refuse an external peer that names no role (RFC 9234 §4.2 "strict mode"). Has a meaning only beside `role`. */
  readonly strictRole?: boolean;
}

/** One configured peer. */
export interface PeeringConfig extends ProposalSettings, Expectations {
  /** Wait for the peer to connect (Event 4, ManualStart_with_PassiveTcpEstablishment). Default false. */
  readonly passive?: boolean;
  /** ConnectRetryTime in seconds. Default 120 (RFC 4271 §10); drawn down to 0.75 of it by jitter. */
  readonly connectRetry?: number;
  /** IdleHoldTime in seconds: the first wait after an error, doubled by each further one. Default 5. */
  readonly idleHold?: number;
  /** Most that IdleHoldTime grows to, in seconds. Default 120. */
  readonly idleHoldMax?: number;
  /** DelayOpenTime in seconds; 0 (the default) sends our OPEN at once. */
  readonly delayOpen?: number;
  /** SendHoldTime in seconds; 0 turns it off. Default: the greater of 8 minutes and twice the hold time (RFC 9687 §3.1). */
  readonly sendHold?: number;
  /** CollisionDetectEstablishedState: an established connection takes part in collision detection. Default false. */
  readonly collideEstablished?: boolean;
}

/** What two OPENs agreed on. Frozen; the same for the whole life of the session. */
export interface Negotiated {
  readonly localAs: number;
  readonly peerAs: number;
  readonly external: boolean;
  readonly localIdentifier: number;
  readonly remoteIdentifier: number;
  /** Seconds: the smaller of both; 0 means no keepalives and no hold timer (RFC 4271 §4.2). */
  readonly holdTime: number;
  /** How to read what the peer sends. */
  readonly receive: SessionContext;
  /** How to write what the peer reads. */
  readonly send: SessionContext;
  readonly routeRefresh: boolean;
  readonly enhancedRefresh: boolean;
  /** Our role in an external session (RFC 9234 §5 goes by it, whether or not the peer named its own); null for none. */
  readonly role: Role | null;
  /** The peer's graceful restart, when both sides sent the capability. */
  readonly gracefulRestart: GracefulRestart | null;
  /** Both set N: a NOTIFICATION restarts gracefully unless it is a hard reset (RFC 8538 §4). */
  readonly notificationRestart: boolean;
  /** The peer's long-lived graceful restart, empty unless both sent it beside capability 64. */
  readonly longLived: readonly LongLivedStale[];
  /** Paths per prefix that the peer wants to be sent at most. */
  readonly pathsLimit: ReadonlyMap<Family, number>;
  /** For display only; safe to print. */
  readonly hostName: string | null;
  /** For display only; safe to print. Null also when the peer sent one that is not UTF-8. */
  readonly softwareVersion: string | null;
  /** All that the peer sent, for display. */
  readonly capabilities: readonly Capability[];
}

/**
 * What happens to a peering. `connection` numbers come from `Peering.nextConnection()`, for outgoing ones by way of the
 * `connect` effect; an event for a connection that is closed already is late, not wrong, and is ignored.
 */
export type SessionEvent =
  | { readonly type: "start" }
  /** `communication` goes with subcodes 2 (the default) and 4 (RFC 9003); it is cut to 255 octets of UTF-8. */
  | { readonly type: "stop"; readonly subcode?: number; readonly communication?: string }
  /** `deadline()` has come. Early and late ticks do no harm. */
  | { readonly type: "tick" }
  /** A transport is ready to carry octets: after the TLS handshake, where there is one. */
  | { readonly type: "connected"; readonly connection: number; readonly incoming: boolean }
  | { readonly type: "connect-failed"; readonly connection: number; readonly reason: string }
  | { readonly type: "closed"; readonly connection: number; readonly reason: string }
  /** A whole message with a good header, octets [start, end) of `msg`; it is not kept. */
  | {
      readonly type: "message";
      readonly connection: number;
      readonly kind: number;
      readonly msg: Uint8Array;
      readonly start: number;
      readonly end: number;
    }
  /**
   * A header fault of the framer, or an UPDATE fault whose verdict is SessionReset. `msg`, for the log, is the message from
   * its first octet on, or as much of it as there is.
   */
  | { readonly type: "fault"; readonly connection: number; readonly found: Found; readonly msg: Uint8Array }
  /** All that was written has left us. A part of it counts too when a `blocked` follows at once for the rest. */
  | { readonly type: "drained"; readonly connection: number }
  /** What was written does not leave us any more. Repeated, it changes nothing. */
  | { readonly type: "blocked"; readonly connection: number }
  /** Ask the peer to send a family again. */
  | { readonly type: "refresh"; readonly family: Family }
  /** Tell the peer of the begin (1) or end (2) of a re-advertisement, RFC 7313; nothing unless negotiated. */
  | { readonly type: "demarcate"; readonly family: Family; readonly subtype: 1 | 2 };

/** What its owner must do for a peering, in this order. */
export type Effect =
  | { readonly type: "connect"; readonly connection: number }
  | { readonly type: "send"; readonly connection: number; readonly octets: Uint8Array }
  /**
   * Let what was sent leave, but not for long (a peer that reads nothing must not keep the connection), then close. Also
   * ends an attempt that is on its way. Events about the connection are neither needed any more nor harmful.
   */
  | { readonly type: "close"; readonly connection: number; readonly reason: string }
  /** Octets of the longest message to take from now on. */
  | { readonly type: "limit"; readonly connection: number; readonly maxMessage: number }
  | { readonly type: "established"; readonly connection: number; readonly negotiated: Negotiated }
  /** The session that was established is no more. */
  | { readonly type: "down"; readonly connection: number; readonly reason: string; readonly graceful: boolean }
  /** Hand the UPDATE of this event to the RIB. */
  | { readonly type: "update"; readonly connection: number }
  /** The peer asks for a family again (subtype 0), or begins (1) or ends (2) to send it again (RFC 7313 §3.2). */
  | { readonly type: "refresh"; readonly family: Family; readonly subtype: number }
  | { readonly type: "log"; readonly line: string };

/** Why the last session or attempt ended. */
export interface LastError {
  /** The NOTIFICATION, or null when none was exchanged. */
  readonly notification: { readonly code: number; readonly subcode: number; readonly sent: boolean } | null;
  readonly reason: string;
}
