import fc from "fast-check";
import { ipv4Mup, ipv6Mup, type MupRoute, type MupSpec } from "./mup.js";
import { type BrokenRun, behindRoutes, type NlriArb, pathIdArb, runOf } from "./nlri.arb.js";
import { cutShort, framed, octetsArb } from "./typed/typed.arb.js";

const arbOf = (spec: MupSpec): NlriArb<MupRoute> => {
  const route = (addPath: boolean): fc.Arbitrary<MupRoute> =>
    fc
      .tuple(
        pathIdArb(addPath),
        fc.record({
          architecture: fc.constant(1 as const),
          type: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
          rd: octetsArb(8),
          body: fc.oneof({ weight: 9, arbitrary: fc.uint8Array({ maxLength: 60 }) }, octetsArb(247)),
        }),
      )
      .map(([id, one]) => ({ ...one, ...id }));
  const anyBody = fc.uint8Array({ maxLength: 40 });
  const type = fc.integer({ min: 1, max: 4 });
  return {
    spec,
    route,
    nextHopLengths: () => [4, 16],

    broken(addPath, form): fc.Arbitrary<BrokenRun> {
      const carriage = { addPath, form };
      const arb = { spec, route };
      const unknownArchitecture = fc
        .tuple(fc.oneof(fc.constantFrom(0, 2, 255), fc.integer({ min: 2, max: 255 })), type, anyBody)
        .map(([architecture, known, body]) => framed(addPath, [architecture, 0, known], body));
      const unknownType = fc
        .tuple(fc.oneof(fc.constantFrom(0, 5, 256, 257), fc.integer({ min: 5, max: 0xffff })), anyBody)
        .map(([unknown, body]) => framed(addPath, [1, unknown >> 8, unknown & 0xff], body));
      const tooShort = fc
        .tuple(type, fc.uint8Array({ maxLength: 7 }))
        .map(([known, body]) => framed(addPath, [1, 0, known], body));
      return fc.oneof(
        behindRoutes(arb, carriage, spec.overrun, cutShort(route(addPath).map((one) => runOf(spec, [one], carriage)))),
        behindRoutes(arb, carriage, spec.unknownArchitecture, unknownArchitecture),
        behindRoutes(arb, carriage, spec.unknownType, unknownType),
        behindRoutes(arb, carriage, spec.tooShort, tooShort),
      );
    },
  };
};

export const ipv4MupArb: NlriArb<MupRoute> = arbOf(ipv4Mup);
export const ipv6MupArb: NlriArb<MupRoute> = arbOf(ipv6Mup);
