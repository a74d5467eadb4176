import fc from "fast-check";
import type { Fault } from "../fault.js";
import type { NlriSpec, RouteForm } from "../nlri.js";

/** What each family gives, in its module's `x.arb.ts`. */
export interface NlriArb<Route> {
  readonly spec: NlriSpec<Route>;
  /** Lengths that a next hop is sent with; all of them occur. */
  nextHopLengths(extended: boolean): readonly number[];
  /** One route that can be written so, in its canonical form: reading what was written gives an equal one. */
  route(addPath: boolean, form: RouteForm): fc.Arbitrary<Route>;
  /** A run of routes with one planted fault, as strong as any in it; every declared fault occurs. */
  broken(addPath: boolean, form: RouteForm): fc.Arbitrary<BrokenRun>;
}

export interface BrokenRun {
  readonly octets: Uint8Array;
  readonly fault: Fault;
}

/** How a run of routes may stand: with path identifiers or without, and in which form. */
export interface Carriage {
  readonly addPath: boolean;
  readonly form: RouteForm;
}

export const carriageArb = ({ pathIds }: Pick<NlriSpec<unknown>, "pathIds">): fc.Arbitrary<Carriage> =>
  fc.record({
    addPath: pathIds ? fc.boolean() : fc.constant(false),
    form: fc.constantFrom<RouteForm[]>("single", "stack", "withdrawn"),
  });

/** At most 12 routes. */
export const routesArb = <Route>(arb: NlriArb<Route>, { addPath, form }: Carriage): fc.Arbitrary<readonly Route[]> =>
  fc.array(arb.route(addPath, form), { maxLength: 12 });

/** The octets of routes, one behind the other. */
export const runOf = <Route>(
  spec: NlriSpec<Route>,
  routes: readonly Route[],
  { addPath, form }: Carriage,
): Uint8Array => {
  const octets = new Uint8Array(routes.reduce((sum, route) => sum + spec.size(route, addPath, form), 0));
  routes.reduce((at, route) => spec.encode(route, octets, at, addPath, form), 0);
  return octets;
};

/** A route's path identifier, or none: spread into the record of a route. */
export const pathIdArb = (addPath: boolean): fc.Arbitrary<{ readonly pathId?: number }> =>
  addPath ? fc.record({ pathId: fc.oneof(fc.constantFrom(0, 1), fc.nat(0xffffffff)) }) : fc.constant({});

/** Valid routes in front of octets, so that a fault stands where a decoder gets only by reading on. */
export const behindRoutes = <Route>(
  arb: Pick<NlriArb<Route>, "spec" | "route">,
  carriage: Carriage,
  fault: Fault,
  octets: fc.Arbitrary<Uint8Array>,
): fc.Arbitrary<BrokenRun> =>
  fc
    .tuple(fc.array(arb.route(carriage.addPath, carriage.form), { maxLength: 3 }), octets)
    .map(([before, one]) => ({ octets: Uint8Array.of(...runOf(arb.spec, before, carriage), ...one), fault }));

/** The octets of a path identifier that is negotiated, or none. */
export const pathIdOctets = (addPath: boolean): readonly number[] => (addPath ? [0, 0, 0, 1] : []);
