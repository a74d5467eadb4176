import type { PreparedTable } from "./prepared.js";

/** What to generate. Equal options give equal octets on every machine and every version of Node. */
export interface GeneratorOptions {
  /** Prefixes in all; "both" divides them as today's tables do, about 4.7 IPv4 to one IPv6. */
  readonly prefixes: number;
  readonly family: "4" | "6" | "both";
  /** A whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /**
   * Same prefixes, other attributes: the tables of several peers differ in it. 0 when absent.
   * Paths vary in length, first AS behind the peer, ORIGIN and MED, so that every step of the decision is exercised.
   */
  readonly variant?: number;
  /** The AS that sends: first in every path. 65000 + variant when absent. */
  readonly peerAs?: number;
  /** NEXT_HOP, 4 octets; 192.0.2.1 + variant when absent. */
  readonly nextHop?: Uint8Array;
  /** Next hop of IPv6 routes, 16 octets; 2001:db8::1 + variant when absent. */
  readonly nextHop6?: Uint8Array;
}

export type GenerateTable = (options: GeneratorOptions) => PreparedTable;
