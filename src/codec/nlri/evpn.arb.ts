import fc from "fast-check";
import {
  type EvpnRoute,
  evpn,
  evpnBadAddressLength,
  evpnBadLength,
  evpnBadMacLength,
  evpnPrefixTooLong,
  evpnUnknownType,
} from "./evpn.js";
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
/** RFC 7432 §5: its first octet is a type from 0 to 5. Readers take any. */
const esi = fc.tuple(fc.nat(5), octetsArb(9)).map(([type, value]) => Uint8Array.of(type, ...value));
const ethernetTag = unsignedArb(4);
const label = unsignedArb(3);
const originator = octetsOfArb(4, 16);
const membership = {
  rd,
  ethernetTag,
  source: octetsOfArb(0, 4, 16),
  group: octetsOfArb(0, 4, 16),
  originator,
  flags: unsignedArb(1),
};

const prefixOf = (width: 4 | 16) =>
  fc.record({
    type: fc.constant(5 as const),
    rd,
    esi,
    ethernetTag,
    prefix: fc.record({
      length: fc.oneof(fc.constantFrom(0, width * 8), fc.nat(width * 8)),
      address: octetsArb(width),
    }),
    gateway: octetsArb(width),
    label,
  });

/** Without path identifiers. */
const bare = {
  1: fc.record({ type: fc.constant(1 as const), rd, esi, ethernetTag, label }),
  2: fc.record({
    type: fc.constant(2 as const),
    rd,
    esi,
    ethernetTag,
    mac: octetsArb(6),
    ip: octetsOfArb(0, 4, 16),
    labels: fc.array(label, { minLength: 1, maxLength: 2 }),
  }),
  3: fc.record({ type: fc.constant(3 as const), rd, ethernetTag, originator }),
  4: fc.record({ type: fc.constant(4 as const), rd, esi, originator }),
  5: fc.oneof(prefixOf(4), prefixOf(16)),
  6: fc.record({ type: fc.constant(6 as const), ...membership }),
  7: fc.record({ type: fc.constant(7 as const), esi, ...membership }),
  8: fc.record({
    type: fc.constant(8 as const),
    esi,
    ...membership,
    reserved: unsignedArb(4),
    maxResponseTime: unsignedArb(1),
  }),
};

/** Where, in the body of a type, a length in bits of an address stands: the first of them. */
const ADDRESS_LENGTH = new Map([
  [2, 29],
  [3, 12],
  [4, 18],
  [6, 12],
  [7, 22],
  [8, 22],
]);

const route = (addPath: boolean): fc.Arbitrary<EvpnRoute> =>
  fc.tuple(pathIdArb(addPath), fc.oneof(...Object.values(bare))).map(([id, one]) => ({ ...one, ...id }));

export const evpnArb: NlriArb<EvpnRoute> = {
  spec: evpn,
  route,
  nextHopLengths: () => [4, 16],

  broken(addPath, form): fc.Arbitrary<BrokenRun> {
    const head = addPath ? 6 : 2;
    const octetsOf = (...types: readonly (keyof typeof bare)[]): fc.Arbitrary<Uint8Array> =>
      fc
        .tuple(pathIdArb(addPath), fc.oneof(...types.map((type) => bare[type])))
        .map(([id, one]) => runOf(evpn, [{ ...one, ...id }], { addPath, form }));
    const all = octetsOf(1, 2, 3, 4, 5, 6, 7, 8);
    const unknown = fc
      .tuple(fc.oneof(fc.constantFrom(0, 9, 255), fc.integer({ min: 9, max: 255 })), fc.uint8Array({ maxLength: 40 }))
      .map(([type, body]) => framed(addPath, [type], body));
    const badAddress = overwritten(
      octetsOf(2, 3, 4, 6, 7, 8),
      (octets) => head + (ADDRESS_LENGTH.get(octets[head - 2] ?? 0) ?? 0),
      noAddressBits,
    );
    const badMac = overwritten(
      octetsOf(2),
      () => head + 22,
      fc.nat(255).map((bits) => (bits === 48 ? 49 : bits)),
    );
    const tooLong = fc.oneof(
      ...([4, 16] as const).map((width) =>
        overwritten(
          fc
            .tuple(pathIdArb(addPath), prefixOf(width))
            .map(([id, one]) => runOf(evpn, [{ ...one, ...id }], { addPath, form })),
          () => head + 22,
          fc.integer({ min: width * 8 + 1, max: 255 }),
        ),
      ),
    );
    const arb = { spec: evpn, route };
    const carriage = { addPath, form };
    return fc.oneof(
      behindRoutes(arb, carriage, evpn.overrun, cutShort(all)),
      behindRoutes(arb, carriage, evpnUnknownType, unknown),
      behindRoutes(arb, carriage, evpnBadLength, stretched(all, head)),
      behindRoutes(arb, carriage, evpnBadMacLength, badMac),
      behindRoutes(arb, carriage, evpnBadAddressLength, badAddress),
      behindRoutes(arb, carriage, evpnPrefixTooLong, tooLong),
    );
  },
};
