import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nlriCanonicalisations } from "../../../fuzz/oracle/canonical/nlri.js";
import { lineOf } from "../attribute/laws.arb.js";
import { afiOf, safiOf } from "../iana.js";
import type { NlriSpec, RouteForm } from "../nlri.js";
import { hex } from "../octets.js";
import { nearValid, unhex } from "../testing.arb.js";
import { type Carriage, carriageArb, type NlriArb, routesArb, runOf } from "./nlri.arb.js";

/** What a module adds to the laws: the constants, which no property can see, as literal text and octets. */
export interface PinnedNlri<Route> {
  readonly afi: number;
  readonly safi: number;
  readonly name: string;
  readonly pathIds: boolean;
  /** One line for each fault: `id: verdict code/subcode`, in the order of the table. */
  readonly faults: readonly string[];
  /** Runs as hex, and the routes in them; both ways. Without `form` in all three, without `addPath` without. */
  readonly vectors: readonly (Partial<Carriage> & { readonly octets: string; readonly routes: readonly Route[] })[];
  /** Runs as hex that are at fault, and the fault; with a partial one, the routes that stand. */
  readonly malformed: readonly (Partial<Carriage> & {
    readonly octets: string;
    readonly fault: string;
    readonly routes?: readonly Route[];
  })[];
  /** Routes that no octets can carry. */
  readonly refused: readonly (Partial<Carriage> & { readonly why: string; readonly route: Route })[];
  /** Lengths of the next hop without and with RFC 8950. All others of 0 to 255 are refused, unless this is "any". */
  readonly nextHops: { readonly ordinary: readonly number[]; readonly extended: readonly number[] } | "any";
}

/** The laws that every family's routes obey. */
export const obeysTheNlriLaws = <Route>(
  spec: NlriSpec<Route>,
  arb: NlriArb<Route>,
  pinned: PinnedNlri<Route>,
): void => {
  const cases = carriageArb(spec).chain((carriage) =>
    routesArb(arb, carriage).map((routes) => ({ carriage, routes, octets: runOf(spec, routes, carriage) })),
  );
  const near = cases.chain(({ carriage, octets }) =>
    nearValid(fc.constant(octets)).map((damaged) => ({ carriage, octets: damaged })),
  );
  const broken = carriageArb(spec).chain((carriage) =>
    arb.broken(carriage.addPath, carriage.form).map((one) => ({ carriage, ...one })),
  );

  describe(`${spec.name}, the laws`, () => {
    it("is declared as its RFC has it", () => {
      expect([afiOf(spec.family), safiOf(spec.family), spec.name, spec.pathIds]).toEqual([
        pinned.afi,
        pinned.safi,
        pinned.name,
        pinned.pathIds,
      ]);
      expect(spec.faults.map(lineOf)).toEqual(pinned.faults);
      for (const fault of spec.partial) expect(spec.faults).toContain(fault);
      for (const { id } of spec.faults) expect(id.startsWith(`${spec.name}/`)).toBe(true);
    });

    it("takes next hops of the right length only", () => {
      const lengths = Array.from({ length: 256 }, (_, length) => length);
      const taken = (extended: boolean) => lengths.filter((length) => spec.isNextHopLength(length, extended));
      const { nextHops } = pinned;
      expect(taken(false)).toEqual(nextHops === "any" ? lengths : nextHops.ordinary);
      expect(taken(true)).toEqual(nextHops === "any" ? lengths : nextHops.extended);
      for (const extended of [false, true])
        for (const length of arb.nextHopLengths(extended)) expect(spec.isNextHopLength(length, extended)).toBe(true);
    });

    it.each(pinned.vectors.flatMap(inEachForm))(
      "reads and writes $octets ($form)",
      ({ octets, routes, ...carriage }) => {
        const msg = unhex(octets);
        expect(spec.check(msg, 0, msg.length, carriage.addPath, carriage.form)).toBeNull();
        expect(spec.read(msg, 0, msg.length, carriage.addPath, carriage.form)).toEqual(routes);
        expect(hex(runOf(spec, routes, carriage))).toBe(octets);
      },
    );

    it.each(pinned.malformed.flatMap(inEachForm))(
      "finds $fault in $octets ($form)",
      ({ octets, fault, routes, ...how }) => {
        const msg = unhex(octets);
        const found = spec.check(msg, 0, msg.length, how.addPath, how.form);
        expect(found?.id).toBe(fault);
        expect(found !== null && spec.partial.includes(found)).toBe(routes !== undefined);
        if (routes !== undefined) expect(spec.read(msg, 0, msg.length, how.addPath, how.form)).toEqual(routes);
      },
    );

    it.each(pinned.refused.flatMap(inEachForm))("refuses $why ($form)", ({ route, addPath, form }) => {
      expect(() => spec.encode(route, new Uint8Array(70_000), 0, addPath, form)).toThrow(RangeError);
    });

    it("writes routes in as many octets as it said, and reads them back", () => {
      fc.assert(
        fc.property(cases, fc.nat(9), ({ carriage: { addPath, form }, routes }, lead) => {
          const size = routes.reduce((sum, route) => sum + spec.size(route, addPath, form), 0);
          const out = new Uint8Array(lead + size + 9).fill(0xa5);
          const end = routes.reduce((at, route) => spec.encode(route, out, at, addPath, form), lead);
          expect(end).toBe(lead + size);
          expect(out.subarray(0, lead).every(untouched) && out.subarray(end).every(untouched)).toBe(true);
          expect(spec.check(out, lead, end, addPath, form)).toBeNull();
          const read = spec.read(out, lead, end, addPath, form);
          out.fill(0xa5);
          expect(read).toEqual(routes);
        }),
      );
    });

    it("writes octets that it accepted as they were, or as a named canonicalisation says", () => {
      let accepted = 0;
      fc.assert(
        fc.property(near, ({ octets, carriage: { addPath, form } }) => {
          if (spec.check(octets, 0, octets.length, addPath, form) !== null) return;
          if (octets.length > 0) accepted++;
          let expected = octets;
          for (const { apply } of nlriCanonicalisations(spec.family, addPath, form)) expected = apply(expected);
          const routes = spec.read(octets, 0, octets.length, addPath, form);
          expect(hex(runOf(spec, routes, { addPath, form }))).toBe(hex(expected));
        }),
        { numRuns: 400 },
      );
      // Else the law would be empty.
      expect(accepted).toBeGreaterThan(40);
    });

    it("names the fault that was planted, and can find each that it declares", () => {
      const found = new Set<string>();
      fc.assert(
        fc.property(broken, ({ carriage, octets, fault }) => {
          found.add(fault.id);
          expect(spec.check(octets, 0, octets.length, carriage.addPath, carriage.form)?.id).toBe(fault.id);
        }),
        { numRuns: 600 },
      );
      expect([...found].sort()).toEqual(spec.faults.map(({ id }) => id).sort());
    });

    it("leaves out only what a partial fault spoils, and what stands can be written again", () => {
      fc.assert(
        fc.property(fc.oneof(broken, near), ({ carriage: { addPath, form }, octets }) => {
          const fault = spec.check(octets, 0, octets.length, addPath, form);
          if (fault === null || !spec.partial.includes(fault)) return;
          const routes = spec.read(octets, 0, octets.length, addPath, form);
          const again = runOf(spec, routes, { addPath, form });
          expect(spec.check(again, 0, again.length, addPath, form)).toBeNull();
          expect(spec.read(again, 0, again.length, addPath, form)).toEqual(routes);
        }),
        { numRuns: 300 },
      );
    });

    it("judges any octets without a throw, by nothing but themselves", () => {
      const some = fc.oneof(
        near,
        broken,
        fc.record({ carriage: carriageArb(spec), octets: fc.uint8Array({ maxLength: 64 }) }),
      );
      fc.assert(
        fc.property(some, fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (one, before, after) => {
          const { addPath, form } = one.carriage;
          const verdict = spec.check(one.octets, 0, one.octets.length, addPath, form);
          if (verdict !== null) expect(spec.faults).toContain(verdict);
          const amid = Uint8Array.of(...before, ...one.octets, ...after);
          const start = before.length;
          expect(spec.check(amid, start, start + one.octets.length, addPath, form)).toBe(verdict);
        }),
        { numRuns: 400 },
      );
    });
  });
};

const FORMS: readonly RouteForm[] = ["single", "stack", "withdrawn"];

const inEachForm = <T extends Partial<Carriage>>(one: T): (T & Carriage)[] =>
  (one.form === undefined ? FORMS : [one.form]).map((form) => ({ ...one, addPath: one.addPath ?? false, form }));

const untouched = (octet: number): boolean => octet === 0xa5;
