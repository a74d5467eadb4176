import fc from "fast-check";
import { type Attribute, type AttributeSpec, Flag } from "../attribute.js";
import type { BrokenCase } from "../testing.arb.js";
import {
  ATTR_SET,
  ATTR_SET_DEPTH,
  type AttrSet,
  attrSetBadAttribute,
  attrSetBadLength,
  attrSetDuplicate,
  attrSetMultiprotocol,
  attrSetTooDeep,
  attrSetTooShort,
  customerSession,
} from "./128-attr-set.js";
import { type AttributeArb, brokenOf, casesOf, octetsArb, unsigned32Arb } from "./attribute.arb.js";

/**
 * The arbitraries of ATTR_SET, whose attributes are those of the table in which it is a row itself: `arbs` and
 * `attributeOf` are asked when values are made.
 */
export const attrSetArb = (
  // biome-ignore lint/suspicious/noExplicitAny: the table holds arbitraries of many value types
  arbs: () => ReadonlyMap<number, AttributeArb<any>>,
  attributeOf: (code: number) => AttributeSpec<unknown> | undefined,
): AttributeArb<AttrSet> => {
  const known = (code: number): fc.Arbitrary<Attribute> =>
    fc.record({
      code: fc.constant(code),
      flags: fc.constant(attributeOf(code)?.flags ?? 0),
      value: arbs().get(code)?.values(customerSession) ?? fc.constant(null),
    });

  const unknown = (): fc.Arbitrary<Attribute> =>
    fc.record({
      code: fc.constantFrom(...everyCode.filter((code) => attributeOf(code) === undefined && code > 191)),
      flags: fc.constantFrom(Flag.Optional, OptionalTransitive, OptionalTransitive | Flag.Partial),
      value: fc.oneof(
        { weight: 4, arbitrary: fc.uint8Array({ maxLength: 20 }) },
        fc.uint8Array({ minLength: 254, maxLength: 258 }),
      ),
    });

  const sets = (depth: number): fc.Arbitrary<AttrSet> => {
    const codes = [...arbs()]
      .filter(([code, { fits }]) => !isSpecial(code) && (fits?.(customerSession) ?? true))
      .map(([code]) => code);
    const nested =
      depth === ATTR_SET_DEPTH
        ? []
        : [sets(depth + 1).map((value): Attribute => ({ code: ATTR_SET, flags: OptionalTransitive, value }))];
    return fc
      .tuple(
        unsigned32Arb,
        fc.subarray(codes, { maxLength: 3 }).chain((some) => fc.tuple(...some.map(known))),
        fc.option(fc.oneof(unknown(), ...nested), { freq: 1, nil: null }),
      )
      .map(([as, some, last]) => ({
        as,
        attributes: last === null ? some.filter(isShort) : [...some.filter(isShort), last],
      }));
  };

  // What else travels in an UPDATE needs room as well.
  const isShort = ({ code, value }: Attribute): boolean =>
    (attributeOf(code)?.size(value, customerSession) ?? 0) <= 120;

  let made: fc.Arbitrary<AttrSet> | undefined;
  const values = (): fc.Arbitrary<AttrSet> => {
    made ??= sets(1);
    return made;
  };
  return { values, valid: casesOf(values), broken };
};

const everyCode: readonly number[] = Array.from({ length: 256 }, (_, code) => code);

const OptionalTransitive = Flag.Optional | Flag.Transitive;

/** The multiprotocol ones have no place in it, and sets in one another are made on purpose. */
const isSpecial = (code: number): boolean => code === 14 || code === 15 || code === ATTR_SET;

/** An AS and perhaps an attribute that nobody knows, then `more`. */
const holding = (more: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(octetsArb(4), fc.constantFrom([], [0xc0, 201, 2, 1, 2], [0xd0, 201, 0, 1, 7]), more)
    .map(([as, first, octets]) => Uint8Array.of(...as, ...first, ...octets));

/** `levels` sets in one another. */
const nest = (levels: number): readonly number[] => (levels === 0 ? [] : inSet([0, 0, 0, levels, ...nest(levels - 1)]));

const inSet = (value: readonly number[]): readonly number[] => [
  0xd0,
  ATTR_SET,
  value.length >> 8,
  value.length & 0xff,
  ...value,
];

const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  {
    fault: attrSetTooShort,
    octets: () => fc.oneof(fc.uint8Array({ maxLength: 3 }), holding(fc.constant(inSet([0, 0, 1])))),
  },
  {
    fault: attrSetBadLength,
    octets: () =>
      holding(
        fc.constantFrom(
          [0xc0],
          [0xc0, 202],
          [0xd0, 202, 0],
          [0xc0, 202, 1],
          [0xc0, 202, 3, 1, 2],
          [0xd0, 202, 1, 0, 0],
          inSet([0, 0, 0, 1, 0xc0, 202, 1]),
        ),
      ),
  },
  {
    fault: attrSetMultiprotocol,
    octets: () => holding(fc.constantFrom([0x80, 14, 0], [0x80, 15, 3, 0, 1, 1], inSet([0, 0, 0, 1, 0x80, 15, 0]))),
  },
  {
    fault: attrSetDuplicate,
    octets: () =>
      holding(fc.constantFrom([0x40, 1, 1, 0, 0x40, 1, 1, 0], [0xc0, 203, 0, 0xc0, 204, 0, 0x80, 203, 1, 9])),
  },
  {
    fault: attrSetBadAttribute,
    octets: () =>
      holding(
        fc.constantFrom(
          // ORIGIN 3, ORIGIN said to be optional, a well-known attribute that is not known, an AS_PATH of two octets.
          [0x40, 1, 1, 3],
          [0xc0, 1, 1, 0],
          [0x40, 202, 0],
          [0x40, 2, 4, 2, 1, 0xfb, 0xf4],
          [0x40, ATTR_SET, 4, 0, 0, 0, 1],
          inSet([0, 0, 0, 1, 0x40, 1, 0]),
        ),
      ),
  },
  {
    fault: attrSetTooDeep,
    octets: () => fc.integer({ min: ATTR_SET_DEPTH, max: 40 }).chain((levels) => holding(fc.constant(nest(levels)))),
  },
);
