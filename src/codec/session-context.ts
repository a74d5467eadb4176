import type { Family } from "./iana.js";

/**
 * All that the meaning of octets depends on beside the octets: what the two OPENs agreed on, for ONE direction.
 * The codec is a pure function of octets and a context; `negotiate` (src/session) builds the pair for a session once.
 */
export interface SessionContext {
  /** Octets of an AS number in AS_PATH and AGGREGATOR: 4 when both sides sent capability 65 (RFC 6793 §4). */
  readonly asnSize: 2 | 4;
  readonly localAs: number;
  readonly peerAs: number;
  /** The peer is in another AS. Some attributes mean a fault from there (RFC 7606 §7.5, §7.9, §7.10). */
  readonly external: boolean;
  /** Families that may travel in this direction; IPv4 unicast is there unless capability 1 left it out. */
  readonly families: ReadonlySet<Family>;
  /** Families whose NLRI carry a path identifier in this direction (RFC 7911 §3). */
  readonly addPath: ReadonlySet<Family>;
  /** Octets of the longest message allowed in this direction: 4096, or 65535 with RFC 8654. */
  readonly maxMessage: number;
  /** IPv4 NLRI may have an IPv6 next hop (RFC 8950). */
  readonly extendedNextHop: ReadonlySet<Family>;
  /** Labeled families whose routes carry a stack of labels that its bottom ends, not just one (RFC 8277 §2.1). */
  readonly multipleLabels: ReadonlySet<Family>;
}

export const ORDINARY_MAX_MESSAGE = 4096;
export const EXTENDED_MAX_MESSAGE = 65535;
