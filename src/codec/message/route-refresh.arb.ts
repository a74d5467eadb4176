import fc from "fast-check";
import { familyArb } from "../capability/testing.arb.js";
import { badLength, setHeader } from "../frame.js";
import { type Family, MessageType } from "../iana.js";
import { sessionArb } from "../session-context.arb.js";
import { type BrokenCase, nearValid } from "../testing.arb.js";
import * as orfArb from "./orf.arb.js";
import {
  encodeRouteRefresh,
  RefreshSubtype,
  type RouteRefresh,
  refreshLength,
  unknownSubtype,
} from "./route-refresh.js";

/** Requests with and without route filters, beginnings and ends. */
export const valid: fc.Arbitrary<RouteRefresh> = fc.oneof(
  fc.record({ family: familyArb, subtype: fc.constantFrom(...Object.values(RefreshSubtype)) }),
  orfArb.valid.map((filtered) => ({ ...filtered, subtype: RefreshSubtype.Request })),
);

const octets: fc.Arbitrary<Uint8Array> = valid.map(encodeRouteRefresh);

/** A message of this subtype with octets behind it. */
const followed = (family: Family, subtype: number, octetsBehind: Uint8Array): Uint8Array => {
  const whole = Uint8Array.of(...encodeRouteRefresh({ family, subtype: RefreshSubtype.Request }), ...octetsBehind);
  setHeader(whole, 0, whole.length, MessageType.RouteRefresh);
  whole[21] = subtype;
  return whole;
};

/** The same, whatever the octets are. */
const turned = (to: fc.Arbitrary<number>, behind: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(familyArb, to, behind).map(([family, subtype, octetsBehind]) => followed(family, subtype, octetsBehind));

export const broken: fc.Arbitrary<BrokenCase> = fc
  .oneof(
    fc.record({
      octets: fc.tuple(octets, fc.nat(22)).map(([whole, length]) => whole.slice(0, length)),
      fault: fc.constant(badLength),
    }),
    fc.record({
      octets: turned(
        fc.constantFrom(RefreshSubtype.Begin, RefreshSubtype.End),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
      ),
      fault: fc.constant(refreshLength),
    }),
    fc.record({
      octets: turned(fc.integer({ min: 3, max: 255 }), fc.uint8Array({ maxLength: 9 })),
      fault: fc.constant(unknownSubtype),
    }),
    orfArb.broken.map(({ family, octets: filters, fault }) => ({
      octets: followed(family, RefreshSubtype.Request, filters),
      fault,
    })),
  )
  .chain((one) => sessionArb.map((session) => ({ ...one, session })));

/** Whole messages with some octets of the body overwritten or cut off the end; about 70 in 100 are accepted. */
export const near: fc.Arbitrary<Uint8Array> = octets.chain((whole) =>
  nearValid(fc.constant(whole.subarray(19))).map((body) => {
    const message = Uint8Array.of(...whole.subarray(0, 19), ...body);
    setHeader(message, 0, message.length, MessageType.RouteRefresh);
    return message;
  }),
);
