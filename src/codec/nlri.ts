import type { Fault } from "./fault.js";
import type { Family } from "./iana.js";

/**
 * What stands where a labeled route has its labels (RFC 8277): one label whose bottom bit says nothing (§2.2), a stack
 * that the bottom bit ends (§2.3, where capability 8 was agreed on), or the field of a withdrawal, which is one label
 * long and means nothing (§2.4). Other families look the same in all three.
 */
export type RouteForm = "single" | "stack" | "withdrawn";

/** One row of the NLRI table: how routes of one address family stand on the wire. */
export interface NlriSpec<Route> {
  readonly family: Family;
  /** `ipv4-unicast`. */
  readonly name: string;
  /** Every fault `check` can give. The field they stand in decides the verdict: see attribute/14 and message/update. */
  readonly faults: readonly Fault[];
  /** Those of `faults` that spoil one route only: `read` leaves that route out and the others stand (RFC 7606 §5.4). */
  readonly partial: readonly Fault[];
  /** Whether path identifiers can be negotiated for the family (RFC 7911); if not, `addPath` is never true. */
  readonly pathIds: boolean;
  /** Whether MP_REACH_NLRI may have a next hop of so many octets; `extended`: RFC 8950 was negotiated for the family. */
  isNextHopLength(length: number, extended: boolean): boolean;
  /** Judges octets [start, end), a run of routes. The strongest fault. Never throws, never allocates. */
  check(msg: Uint8Array, start: number, end: number, addPath: boolean, form: RouteForm): Fault | null;
  /** The routes of octets that are well formed, or whose fault is partial. Fresh: nothing in them refers to `msg`. */
  read(msg: Uint8Array, start: number, end: number, addPath: boolean, form: RouteForm): readonly Route[];
  /** Octets that `encode` will write for one route. */
  size(route: Route, addPath: boolean, form: RouteForm): number;
  /** Writes one route and gives the offset after. Throws RangeError for what the wire cannot carry. */
  encode(route: Route, out: Uint8Array, at: number, addPath: boolean, form: RouteForm): number;
}
