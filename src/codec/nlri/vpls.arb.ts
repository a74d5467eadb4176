import fc from "fast-check";
import { rdArb } from "./headed-prefix.arb.js";
import { type BrokenRun, behindRoutes, type NlriArb, pathIdArb, pathIdOctets, runOf } from "./nlri.arb.js";
import { type VplsRoute, vpls, vplsBadLength, vplsOverrun } from "./vpls.js";

const u16Arb = fc.oneof(fc.constantFrom(0, 1, 8, 0xffff), fc.nat(0xffff));

const route: NlriArb<VplsRoute>["route"] = (addPath) =>
  pathIdArb(addPath).chain((id) =>
    fc.oneof(
      fc.record({
        ...constants(id),
        type: fc.constant("label-block" as const),
        rd: rdArb,
        veId: u16Arb,
        blockOffset: u16Arb,
        blockSize: u16Arb,
        labelBase: fc.oneof(fc.constantFrom(0, 16, 0xfffff), fc.nat(0xfffff)),
        lowBits: fc.nat(15),
      }),
      fc.record({
        ...constants(id),
        type: fc.constant("discovery" as const),
        rd: rdArb,
        peAddress: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      }),
    ),
  );

const constants = ({ pathId }: { readonly pathId?: number }): { readonly pathId?: fc.Arbitrary<number> } =>
  pathId === undefined ? {} : { pathId: fc.constant(pathId) };

/** A length that neither kind has, and so many octets: all of them, if they are few. */
const badLength = (addPath: boolean): fc.Arbitrary<Uint8Array> =>
  fc.oneof(fc.constantFrom(0, 11, 13, 16, 18, 0x0c00, 0x1100, 0xffff), fc.nat(0xffff)).chain((dice) => {
    const length = dice === 12 || dice === 17 ? dice + 1 : dice;
    const size = Math.min(length, 20);
    return fc
      .uint8Array({ minLength: size, maxLength: size })
      .map((octets) => Uint8Array.of(...pathIdOctets(addPath), length >>> 8, length & 0xff, ...octets));
  });

export const vplsArb: NlriArb<VplsRoute> = {
  spec: vpls,
  route,
  nextHopLengths: () => [4, 16],

  broken(addPath, form): fc.Arbitrary<BrokenRun> {
    const carriage = { addPath, form };
    const cut = fc.tuple(route(addPath, form), fc.nat()).map(([last, dice]) => {
      const octets = runOf(vpls, [last], carriage);
      return octets.subarray(0, 1 + (dice % (octets.length - 1)));
    });
    return fc.oneof(
      behindRoutes({ spec: vpls, route }, carriage, vplsBadLength, badLength(addPath)),
      behindRoutes({ spec: vpls, route }, carriage, vplsOverrun, cut),
    );
  },
};
