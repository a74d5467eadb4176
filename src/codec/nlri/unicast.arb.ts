import fc from "fast-check";
import type { Fault } from "../fault.js";
import { type Family, Ipv4Unicast } from "../iana.js";
import { ipv4Unicast, ipv6Unicast, type UnicastRoute, type UnicastSpec } from "./unicast.js";

/** Routes of a family, with path identifiers or without. */
export interface UnicastCase {
  readonly spec: UnicastSpec;
  readonly addPath: boolean;
  readonly routes: readonly UnicastRoute[];
}

/** A run of routes with one planted defect. */
export interface BrokenUnicastCase {
  readonly spec: UnicastSpec;
  readonly addPath: boolean;
  readonly octets: Uint8Array;
  readonly fault: Fault;
}

/** One route of `family`; bits behind its length are zero. */
export const routeArb = (family: Family, addPath: boolean): fc.Arbitrary<UnicastRoute> => {
  const width = family === Ipv4Unicast ? 4 : 16;
  const length = fc.oneof(fc.constantFrom(0, 7, 8, 9, 24, width * 8), fc.nat(width * 8));
  return fc
    .tuple(length, fc.uint8Array({ minLength: width, maxLength: width }), fc.nat(0xffffffff))
    .map(([bits, octets, pathId]) => {
      const address = octets.map((octet, i) => octet & (0xff00 >>> Math.min(8, Math.max(0, bits - i * 8))));
      return addPath ? { pathId, length: bits, address } : { length: bits, address };
    });
};

/** At most 20 routes, 420 octets. */
export const routesArb = (family: Family, addPath: boolean): fc.Arbitrary<readonly UnicastRoute[]> =>
  fc.array(routeArb(family, addPath), { maxLength: 20 });

export const runOf = (spec: UnicastSpec, routes: readonly UnicastRoute[], addPath: boolean): Uint8Array => {
  const octets = new Uint8Array(routes.reduce((sum, route) => sum + spec.size(route, addPath), 0));
  let at = 0;
  for (const route of routes) at = spec.encode(route, octets, at, addPath);
  return octets;
};

/** Octets of a run of routes that a decoder must refuse, whatever the field they stand in. */
export const brokenRunArb = (spec: UnicastSpec, addPath: boolean): fc.Arbitrary<BrokenUnicastCase> =>
  fc.oneof(
    runArb(spec, addPath).chain((before) =>
      fc
        .tuple(fc.integer({ min: width(spec) * 8 + 1, max: 255 }), fc.uint8Array({ maxLength: 40 }))
        .map(([length, after]) => ({
          spec,
          addPath,
          octets: Uint8Array.of(...before, ...(addPath ? [0, 0, 0, 1] : []), length, ...after),
          fault: spec.tooLong,
        })),
    ),
    // The last route lacks 1 octet or more, but not all of it.
    fc
      .tuple(runArb(spec, addPath), routeArb(spec.family, addPath), fc.nat())
      .filter(([, last]) => spec.size(last, addPath) > 1)
      .map(([before, last, dice]) => {
        const octets = runOf(spec, [last], addPath);
        return {
          spec,
          addPath,
          octets: Uint8Array.of(...before, ...octets.subarray(0, 1 + (dice % (octets.length - 1)))),
          fault: spec.overrun,
        };
      }),
  );

const specArb: fc.Arbitrary<UnicastSpec> = fc.constantFrom(ipv4Unicast, ipv6Unicast);

export const valid: fc.Arbitrary<UnicastCase> = fc
  .tuple(specArb, fc.boolean())
  .chain(([spec, addPath]) => routesArb(spec.family, addPath).map((routes) => ({ spec, addPath, routes })));

export const broken: fc.Arbitrary<BrokenUnicastCase> = fc
  .tuple(specArb, fc.boolean())
  .chain(([spec, addPath]) => brokenRunArb(spec, addPath));

const runArb = (spec: UnicastSpec, addPath: boolean): fc.Arbitrary<Uint8Array> =>
  routesArb(spec.family, addPath).map((routes) => runOf(spec, routes, addPath));

const width = ({ family }: UnicastSpec): number => (family === Ipv4Unicast ? 4 : 16);

/** Well-formed octets with the bits after each prefix cleared: what reading and writing them again comes to. */
export const runWithoutHostBits = (run: Uint8Array, addPath: boolean): Uint8Array => {
  const cleared = run.slice();
  for (let at = 0; at < cleared.length; ) {
    if (addPath) at += 4;
    const length = cleared[at++] ?? 0;
    for (let bit = length; bit % 8 !== 0; bit++) {
      const octet = at + (bit >>> 3);
      cleared[octet] = (cleared[octet] ?? 0) & ~(0x80 >>> (bit % 8));
    }
    at += Math.ceil(length / 8);
  }
  return cleared;
};
