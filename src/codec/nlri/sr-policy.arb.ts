import fc from "fast-check";
import { type BrokenRun, behindRoutes, type NlriArb, pathIdArb, pathIdOctets, runOf } from "./nlri.arb.js";
import { ipv4SrPolicy, ipv6SrPolicy, type SrPolicyRoute, type SrPolicySpec } from "./sr-policy.js";

const arbOf = (spec: SrPolicySpec): NlriArb<SrPolicyRoute> => {
  const { width } = spec;
  const route: NlriArb<SrPolicyRoute>["route"] = (addPath) =>
    fc
      .tuple(
        pathIdArb(addPath),
        fc.record({
          distinguisher: unsigned32,
          color: unsigned32,
          endpoint: fc.uint8Array({ minLength: width, maxLength: width }),
        }),
      )
      .map(([id, policy]) => ({ ...id, ...policy }));
  return {
    spec,
    route,
    nextHopLengths: () => [4, 16, 32],

    broken(addPath, form): fc.Arbitrary<BrokenRun> {
      const carriage = { addPath, form };
      const right = 8 * (8 + width);
      const wrongLength = fc
        .tuple(
          fc.oneof(fc.constantFrom(0, 8 + width, 288 - right, right - 1, right + 1), fc.nat(255)),
          fc.uint8Array({ maxLength: 30 }),
        )
        .map(([length, after]) =>
          Uint8Array.of(...pathIdOctets(addPath), length === right ? right - 8 : length, ...after),
        );
      // The last route lacks an octet or more, but not all of them.
      const cut = fc.tuple(route(addPath, form), fc.nat()).map(([last, dice]) => {
        const octets = runOf(spec, [last], carriage);
        return octets.subarray(0, 1 + (dice % (octets.length - 1)));
      });
      return fc.oneof(
        behindRoutes({ spec, route }, carriage, spec.wrongLength, wrongLength),
        behindRoutes({ spec, route }, carriage, spec.overrun, cut),
      );
    },
  };
};

const unsigned32: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.nat(0xffffffff));

export const ipv4SrPolicyArb: NlriArb<SrPolicyRoute> = arbOf(ipv4SrPolicy);
export const ipv6SrPolicyArb: NlriArb<SrPolicyRoute> = arbOf(ipv6SrPolicy);
