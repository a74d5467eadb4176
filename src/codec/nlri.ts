import type { Fault } from "./fault.js";
import type { Family } from "./iana.js";

/** One row of the NLRI table: how routes of one address family stand on the wire. */
export interface NlriSpec<Route> {
  readonly family: Family;
  readonly name: string;
  /** Every fault `check` can give. The field they stand in decides the verdict: see `verdictOf` in message/update. */
  readonly faults: readonly Fault[];
  /** Judges octets [start, end), a run of routes. Never throws, never allocates. */
  check(msg: Uint8Array, start: number, end: number, addPath: boolean): Fault | null;
  /** The routes of checked octets. */
  read(msg: Uint8Array, start: number, end: number, addPath: boolean): readonly Route[];
  /** Octets that `encode` will write for one route. */
  size(route: Route, addPath: boolean): number;
  /** Writes one route and gives the offset after. Throws RangeError for what the wire cannot carry. */
  encode(route: Route, out: Uint8Array, at: number, addPath: boolean): number;
}
