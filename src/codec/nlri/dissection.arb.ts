import fc from "fast-check";
import { describe } from "vitest";
import { type DissectionVector, dissects } from "../dissection.arb.js";
import { nearValid } from "../testing.arb.js";
import { routeFields } from "./fields.js";
import { type Carriage, carriageArb, type NlriArb, routesArb, runOf } from "./nlri.arb.js";

/** A run of routes and its fields; one label each and no path identifiers unless it says otherwise. */
export interface RoutesVector extends Partial<Carriage>, Omit<DissectionVector<Carriage>, "how"> {}

/** The law of the dissector that the registry has for a family, and what it shows of some runs. */
export const dissectsRoutes = <Route>(arb: NlriArb<Route>, ...vectors: readonly RoutesVector[]): void => {
  const cases = carriageArb(arb.spec).chain((how) =>
    fc
      .oneof(
        nearValid(routesArb(arb, how).map((routes) => runOf(arb.spec, routes, how))),
        arb.broken(how.addPath, how.form).map(({ octets }) => octets),
      )
      .map((octets) => ({ octets, how })),
  );
  describe(`${arb.spec.name}, its fields`, () => {
    dissects(
      (reader, { addPath, form }) => routeFields(arb.spec.family, reader, addPath, form),
      cases,
      vectors.map(({ addPath = false, form = "single", ...vector }) => ({ ...vector, how: { addPath, form } })),
    );
  });
};
