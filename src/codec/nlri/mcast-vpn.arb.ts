import fc from "fast-check";
import { ipv4McastVpn, ipv6McastVpn, type McastVpnRoute, type McastVpnSpec } from "./mcast-vpn.js";
import { type BrokenRun, behindRoutes, type NlriArb, pathIdArb, runOf } from "./nlri.arb.js";
import {
  cutShort,
  framed,
  noAddressBits,
  octetsArb,
  octetsOfArb,
  overwritten,
  stretched,
  unsignedArb,
} from "./typed/typed.arb.js";

const rd = octetsArb(8);
const sourceAs = unsignedArb(4);
const originator = octetsOfArb(4, 16);

/** Where, in the body of a type, the length of the source stands. */
const SOURCE_LENGTH = new Map([
  [3, 8],
  [5, 8],
  [6, 12],
  [7, 12],
]);

const arbOf = (spec: McastVpnSpec): NlriArb<McastVpnRoute> => {
  const flow = { rd, source: octetsArb(spec.width), group: octetsArb(spec.width) };
  const anyFlow = { rd, source: octetsOfArb(0, spec.width), group: octetsOfArb(0, spec.width) };
  const bare = {
    1: fc.record({ type: fc.constant(1 as const), rd, originator }),
    2: fc.record({ type: fc.constant(2 as const), rd, sourceAs }),
    3: fc.record({ type: fc.constant(3 as const), ...anyFlow, originator }),
    4: fc.record({
      type: fc.constant(4 as const),
      routeKey: fc
        .tuple(fc.integer({ min: 1, max: 3 }), fc.uint8Array({ maxLength: 60 }))
        .map(([type, body]) => framed(false, [type], body)),
      originator,
    }),
    5: fc.record({ type: fc.constant(5 as const), ...flow }),
    6: fc.record({ type: fc.constant(6 as const), sourceAs, ...flow }),
    7: fc.record({ type: fc.constant(7 as const), sourceAs, ...flow }),
  };
  const route = (addPath: boolean): fc.Arbitrary<McastVpnRoute> =>
    fc.tuple(pathIdArb(addPath), fc.oneof(...Object.values(bare))).map(([id, one]) => ({ ...one, ...id }));
  return {
    spec,
    route,
    nextHopLengths: () => [4, 16],

    broken(addPath, form): fc.Arbitrary<BrokenRun> {
      const head = addPath ? 6 : 2;
      const octetsOf = (...types: readonly (keyof typeof bare)[]): fc.Arbitrary<Uint8Array> =>
        fc
          .tuple(pathIdArb(addPath), fc.oneof(...types.map((type) => bare[type])))
          .map(([id, one]) => runOf(spec, [{ ...one, ...id }], { addPath, form }));
      const all = octetsOf(1, 2, 3, 4, 5, 6, 7);
      const unknown = fc
        .tuple(fc.oneof(fc.constantFrom(0, 8, 255), fc.integer({ min: 8, max: 255 })), fc.uint8Array({ maxLength: 40 }))
        .map(([type, body]) => framed(addPath, [type], body));
      const unknownKey = overwritten(
        octetsOf(4),
        () => head,
        fc.oneof(fc.constantFrom(0, 4, 255), fc.integer({ min: 4, max: 255 })),
      );
      const badAddress = overwritten(
        octetsOf(3, 5, 6, 7),
        (octets) => head + (SOURCE_LENGTH.get(octets[head - 2] ?? 0) ?? 0),
        fc.oneof(noAddressBits, fc.constant(spec.width === 4 ? 128 : 32)),
      );
      const arb = { spec, route };
      const carriage = { addPath, form };
      return fc.oneof(
        behindRoutes(arb, carriage, spec.overrun, cutShort(all)),
        behindRoutes(arb, carriage, spec.unknownType, unknown),
        behindRoutes(arb, carriage, spec.unknownRouteKey, unknownKey),
        behindRoutes(arb, carriage, spec.badLength, stretched(all, head)),
        behindRoutes(arb, carriage, spec.badAddressLength, badAddress),
      );
    },
  };
};

export const ipv4McastVpnArb: NlriArb<McastVpnRoute> = arbOf(ipv4McastVpn);
export const ipv6McastVpnArb: NlriArb<McastVpnRoute> = arbOf(ipv6McastVpn);
