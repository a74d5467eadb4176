import { type Fault, stronger } from "../../fault.js";
import type { Family } from "../../iana.js";
import type { NlriSpec } from "../../nlri.js";
import { setU8, u8, u32, within } from "../../octets.js";
import { unparsable } from "../fault.js";
import { type WithPathId, writePathId } from "../path-id.js";

/** What tells one family of typed routes from another. A body is what stands behind the length octet. */
export interface TypedKind<Route extends WithPathId> {
  readonly family: Family;
  readonly name: string;
  /** Octets in front of the length octet, path identifier aside: they say what the body is. */
  readonly typeOctets: number;
  /** Those of `judge`. */
  readonly faults: readonly Fault[];
  readonly partial: readonly Fault[];
  /** Judges the body in octets [start, end), whose type stands at `head`. Allocates nothing. */
  judge(msg: Uint8Array, head: number, start: number, end: number): Fault | null;
  /** The route, without its path identifier; null when `judge` gives a partial fault. */
  readBody(msg: Uint8Array, head: number, start: number, end: number): Route | null;
  bodySize(route: Route): number;
  /** Writes `typeOctets` octets and gives the offset after. Throws RangeError, as does `writeBody`. */
  writeType(route: Route, out: Uint8Array, at: number): number;
  writeBody(route: Route, out: Uint8Array, at: number): number;
}

/** A family of typed routes, RFC 7606 §5.4; they have no labels that a form could be about. */
export interface TypedSpec<Route> extends NlriSpec<Route> {
  /** A route's head or body is not all there. */
  readonly overrun: Fault;
  check(msg: Uint8Array, start: number, end: number, addPath: boolean): Fault | null;
  read(msg: Uint8Array, start: number, end: number, addPath: boolean): readonly Route[];
  size(route: Route, addPath: boolean): number;
  encode(route: Route, out: Uint8Array, at: number, addPath: boolean): number;
}

/**
 * Routes that say what they are and how long they are.
 *
 *     [ path identifier (4) ] | type (`typeOctets`) | length in octets (1) | body |   repeated to the end
 */
export const typed = <Route extends WithPathId>(kind: TypedKind<Route>): TypedSpec<Route> => {
  const overrun = unparsable(kind.name, "overrun");
  return {
    family: kind.family,
    name: kind.name,
    faults: [overrun, ...kind.faults],
    partial: kind.partial,
    pathIds: true,
    overrun,

    // One address of the advertising PE, of either version whatever the AFI: RFC 7432 §9.2.1, §11.1; RFC 6515 §2;
    // draft-ietf-bess-mup-safi §3.3. RFC 2545 §3 adds a link-local address to IPv6 reachability, and this is none.
    isNextHopLength: (length) => length === 4 || length === 16,

    check(msg, start, end, addPath) {
      let worst: Fault | null = null;
      for (let at = start; at < end; ) {
        const head = addPath ? at + 4 : at;
        const body = head + kind.typeOctets + 1;
        if (body > end) return stronger(worst, overrun);
        at = body + u8(msg, body - 1);
        if (at > end) return stronger(worst, overrun);
        worst = stronger(worst, kind.judge(msg, head, body, at));
      }
      return worst;
    },

    read(msg, start, end, addPath) {
      const routes: Route[] = [];
      for (let at = start; at < end; ) {
        const head = addPath ? at + 4 : at;
        const body = head + kind.typeOctets + 1;
        const after = body + u8(msg, body - 1);
        const route = kind.readBody(msg, head, body, after);
        if (route !== null) routes.push(addPath ? { ...route, pathId: u32(msg, at) } : route);
        at = after;
      }
      return routes;
    },

    size(route, addPath) {
      return (addPath ? 4 : 0) + kind.typeOctets + 1 + kind.bodySize(route);
    },

    encode(route, out, start, addPath) {
      const length = within(0xff, kind.bodySize(route), `the length of a route of ${kind.name}`);
      const head = writePathId(route, out, start, addPath);
      const body = setU8(out, kind.writeType(route, out, head), length);
      const end = kind.writeBody(route, out, body);
      // Each part was as it should be; what they are together only the decoder knows.
      const fault = kind.judge(out, head, body, end);
      if (fault !== null) throw new RangeError(`the parts of the route do not go together: ${fault.id}`);
      return end;
    },
  };
};
