import fc from "fast-check";
import { type BrokenRun, behindRoutes, type NlriArb, pathIdArb, pathIdOctets, runOf } from "./nlri.arb.js";
import {
  ipv4Multicast,
  ipv4Unicast,
  ipv6Multicast,
  ipv6Unicast,
  type UnicastRoute,
  type UnicastSpec,
} from "./unicast.js";

/** A prefix of at most `width` octets; bits behind its length are zero. */
export const prefixArb = (width: number): fc.Arbitrary<{ readonly length: number; readonly address: Uint8Array }> => {
  const length = fc.oneof(fc.constantFrom(0, 7, 8, 9, 24, width * 8), fc.nat(width * 8));
  return fc.tuple(length, fc.uint8Array({ minLength: width, maxLength: width })).map(([bits, octets]) => ({
    length: bits,
    address: octets.map((octet, i) => octet & (0xff00 >>> Math.min(8, Math.max(0, bits - i * 8)))),
  }));
};

const arbOf = (spec: UnicastSpec): NlriArb<UnicastRoute> => {
  const route: NlriArb<UnicastRoute>["route"] = (addPath) =>
    fc.tuple(pathIdArb(addPath), prefixArb(spec.width)).map(([id, prefix]) => ({ ...id, ...prefix }));
  return {
    spec,
    route,
    nextHopLengths: (extended) => (spec.width === 16 ? [16, 32] : extended ? [4, 16, 32] : [4]),

    broken(addPath, form): fc.Arbitrary<BrokenRun> {
      const carriage = { addPath, form };
      const tooLong = fc
        .tuple(fc.integer({ min: spec.width * 8 + 1, max: 255 }), fc.uint8Array({ maxLength: 40 }))
        .map(([length, after]) => Uint8Array.of(...pathIdOctets(addPath), length, ...after));
      // The last route lacks 1 octet or more, but not all of it.
      const cut = fc
        .tuple(route(addPath, form), fc.nat())
        .filter(([last]) => spec.size(last, addPath) > 1)
        .map(([last, dice]) => {
          const octets = runOf(spec, [last], carriage);
          return octets.subarray(0, 1 + (dice % (octets.length - 1)));
        });
      return fc.oneof(
        behindRoutes({ spec, route }, carriage, spec.tooLong, tooLong),
        behindRoutes({ spec, route }, carriage, spec.overrun, cut),
      );
    },
  };
};

export const ipv4UnicastArb: NlriArb<UnicastRoute> = arbOf(ipv4Unicast);
export const ipv6UnicastArb: NlriArb<UnicastRoute> = arbOf(ipv6Unicast);
export const ipv4MulticastArb: NlriArb<UnicastRoute> = arbOf(ipv4Multicast);
export const ipv6MulticastArb: NlriArb<UnicastRoute> = arbOf(ipv6Multicast);
