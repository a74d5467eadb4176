import fc from "fast-check";
import { knownTlvArb, tlvOctets, unknownTypeArb } from "../bgp-ls.arb.js";
import type { Tlv } from "../bgp-ls.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import { bgpLsEmpty, bgpLsOverrun, bgpLsTlvLength } from "./29-bgp-ls.js";
import { brokenOf, casesOf, octetsArb } from "./attribute.arb.js";

/** RFC 9552 §5.2.2.1: the reserved bits of each topology "MUST be set to zero". */
const topologiesArb: fc.Arbitrary<Tlv> = fc.array(fc.nat(0xfff), { minLength: 1, maxLength: 4 }).map((ids) => ({
  type: 263,
  value: Uint8Array.from(ids.flatMap((id) => [id >> 8, id & 255])),
}));

const leafArb: fc.Arbitrary<Tlv> = fc.oneof(
  topologiesArb,
  // RFC 9552 §5.3.1.1: so must the last two of the node flags.
  fc.nat(0x3f).map((flags) => ({ type: 1024, value: Uint8Array.of(flags << 2) })),
  knownTlvArb([1026, 1028, 1029, 1088, 1091, 1092, 1095, 1096, 1098, 1099, 1100, 1153, 1154, 1156, 1158, 1252]),
  fc.record({ type: unknownTypeArb, value: fc.uint8Array({ maxLength: 20 }) }),
);

/** Sub-TLVs behind `fixed` octets, with `lead` octets in front of each. */
const nested = (type: number, fixed: number, subs: fc.Arbitrary<readonly Tlv[]>, lead = 0): fc.Arbitrary<Tlv> =>
  fc.tuple(octetsArb(fixed), octetsArb(lead), subs).map(([fields, before, tlvs]) => ({
    type,
    value: Uint8Array.from([...fields, ...tlvs.flatMap((one) => [...before, ...tlvOctets(one)])]),
  }));

const sidsArb = fc.array(knownTlvArb([1161]), { minLength: 1, maxLength: 3 });
const structureArb = fc.array(knownTlvArb([1252]), { maxLength: 1 });
const endXArb = fc.oneof(
  nested(1106, 22, structureArb),
  nested(1107, 28, structureArb),
  nested(1108, 26, structureArb),
);

const tlvArb: fc.Arbitrary<Tlv> = fc.oneof(
  { weight: 6, arbitrary: leafArb },
  nested(1034, 2, sidsArb, 3),
  nested(1036, 2, sidsArb, 3),
  endXArb,
  nested(1159, 4, fc.array(knownTlvArb([1158]), { maxLength: 2 })),
  nested(1162, 8, fc.constant([])),
  nested(1172, 4, fc.array(fc.oneof(leafArb, endXArb), { maxLength: 3 })),
);

export const values = (): fc.Arbitrary<readonly Tlv[]> => fc.array(tlvArb, { minLength: 1, maxLength: 6 });

export const valid: fc.Arbitrary<Case<readonly Tlv[]>> = casesOf(values);

/** Valid TLVs in front. */
const behind = (octets: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.array(tlvArb, { maxLength: 3 }), octets)
    .map(([before, one]) => Uint8Array.from([...before.flatMap(tlvOctets), ...one]));

const zeros = (type: number, length: number): number[] => tlvOctets({ type, value: new Uint8Array(length) });

/** A TLV of a length that its type cannot have, alone or among the link attributes of a bundle member. */
const wrongLengthArb = fc
  .tuple(
    fc.constantFrom(
      [1028, 3],
      [1028, 5],
      [1091, 31],
      [1095, 0],
      [1095, 4],
      [1096, 2],
      [1156, 8],
      [1161, 5],
      [1034, 11],
    ),
    fc.boolean(),
  )
  .map(([[type = 0, length = 0], inside]) => {
    const one = zeros(type, length);
    return inside ? tlvOctets({ type: 1172, value: Uint8Array.from([0, 0, 0, 1, ...one]) }) : one;
  });

/** A known TLV whose sub-TLVs don't add up to it. */
const subOverrunArb = fc
  .constantFrom([256, 0], [1106, 22], [1107, 28], [1108, 26], [1159, 4], [1162, 8], [1172, 4])
  .chain(([type = 0, fixed = 0]) =>
    fc
      .constantFrom([0], [4, 0xd2, 0], [0xff, 0, 0, 1], [4, 0xe4, 0, 4, 1, 2, 3])
      .map((cut) => tlvOctets({ type, value: Uint8Array.from([...new Uint8Array(fixed), ...cut]) })),
  );

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: bgpLsEmpty, octets: () => fc.constant(new Uint8Array(0)) },
  {
    fault: bgpLsOverrun,
    octets: () => behind(fc.constantFrom([0], [4, 0, 0], [0xff, 0xff, 0, 1], [4, 4, 0, 4, 1, 2, 3])),
  },
  { fault: bgpLsTlvLength, octets: () => behind(wrongLengthArb) },
  { fault: bgpLsTlvLength, octets: () => behind(subOverrunArb) },
);
