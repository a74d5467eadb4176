import fc from "fast-check";
import { type BrokenRun, behindRoutes, type NlriArb, pathIdArb, pathIdOctets, runOf } from "./nlri.arb.js";
import {
  type RouteTargetRoute,
  routeTarget,
  routeTargetOriginCut,
  routeTargetOverrun,
  routeTargetTooLong,
} from "./route-target.js";

const lengths = fc.oneof(fc.constantFrom(0, 32, 33, 48, 64, 95, 96, 96), fc.integer({ min: 32, max: 96 }));

const route: NlriArb<RouteTargetRoute>["route"] = (addPath) =>
  fc
    .tuple(pathIdArb(addPath), lengths, fc.nat(0xffffffff), fc.uint8Array({ minLength: 8, maxLength: 8 }))
    .map(([id, length, originAs, target]) => ({
      ...id,
      length,
      originAs: length === 0 ? 0 : originAs,
      routeTarget: target.map((octet, i) => octet & (0xff00 >>> Math.min(8, Math.max(0, length - 32 - i * 8)))),
    }));

/** A route of so many bits whose octets are all there. */
const ofLength = (addPath: boolean, min: number, max: number): fc.Arbitrary<Uint8Array> =>
  fc.integer({ min, max }).chain((length) => {
    const size = Math.ceil(length / 8);
    return fc
      .uint8Array({ minLength: size, maxLength: size })
      .map((octets) => Uint8Array.of(...pathIdOctets(addPath), length, ...octets));
  });

export const routeTargetArb: NlriArb<RouteTargetRoute> = {
  spec: routeTarget,
  route,
  nextHopLengths: () => [4, 16],

  broken(addPath, form): fc.Arbitrary<BrokenRun> {
    const carriage = { addPath, form };
    // What is cut off a default route is its path identifier, or another route in its place.
    const cut = fc.tuple(route(addPath, form), fc.nat()).map(([last, dice]) => {
      const whole = last.length === 0 && !addPath ? { ...last, length: 32 } : last;
      const octets = runOf(routeTarget, [whole], carriage);
      return octets.subarray(0, 1 + (dice % (octets.length - 1)));
    });
    const behind = (fault: BrokenRun["fault"], octets: fc.Arbitrary<Uint8Array>) =>
      behindRoutes({ spec: routeTarget, route }, carriage, fault, octets);
    return fc.oneof(
      behind(routeTargetTooLong, ofLength(addPath, 97, 255)),
      behind(routeTargetOriginCut, ofLength(addPath, 1, 31)),
      behind(routeTargetOverrun, cut),
    );
  },
};
