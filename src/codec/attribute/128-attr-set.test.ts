import { describe, expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import { ATTR_SET_DEPTH, type AttrSet, attrSet } from "./128-attr-set.js";
import { octetsOf } from "./attribute.arb.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { attributeArbs } from "./index.arb.js";
import { attributeOf } from "./index.js";
import { external, lineOf, obeysTheLaws, plain, twoOctets } from "./laws.arb.js";

const spec = attrSet(attributeOf);
const arb = attributeArbs.get(128);
if (arb === undefined) throw new Error("ATTR_SET has no arbitraries");

const as = "0000fbf4";
const origin = "40010100";
/** 65536, in four octets. */
const path = "40020602010001" + "0000";
const localPref = "40050400000064";

const bad = (fault: string, ...octets: readonly string[]) =>
  octets.map((one) => ({ octets: one, fault: `attr-set/${fault}` }));

const set = (value: string): string => `d080${(value.length / 2).toString(16).padStart(4, "0")}${value}`;

/** The value of the outermost of `levels` sets in one another. */
const nested = (levels: number): string => as + (levels === 1 ? "" : set(nested(levels - 1)));
const nestedValue = (levels: number): AttrSet => ({
  as: 64500,
  attributes: levels === 1 ? [] : [{ code: 128, flags: 0xc0, value: nestedValue(levels - 1) }],
});
const shortest = (levels: number): string => {
  if (levels === 1) return as;
  const inner = shortest(levels - 1);
  return `${as}c080${(inner.length / 2).toString(16).padStart(2, "0")}${inner}`;
};

const malformed = [
  ...bad("too-short", "", "0000fb", as + set("0000fb")),
  ...bad(
    "bad-attribute-length",
    `${as}c0`,
    `${as}c0ca`,
    `${as}d0ca00`,
    `${as}c0ca01`,
    `${as}d0ca0001`,
    `${as}${origin}c0ca0201`,
  ),
  ...bad("multiprotocol-attribute", `${as}800e00`, `${as}800f03000101`, `${as}${origin}800f00`),
  ...bad("duplicate-attribute", as + origin + origin, `${as}c0ca00${origin}80ca0101`),
  ...bad(
    "malformed-attribute",
    // ORIGIN 3, its flags, an unknown one said to be well-known, and AS_PATH in two octets.
    `${as}40010103`,
    `${as}c0010100`,
    `${as}00010100`,
    `${as}40ca00`,
    `${as}40020402010001`,
    // ATOMIC_AGGREGATE and AGGREGATOR are discarded in an UPDATE; here they make the set malformed.
    `${as}40060101`,
    `${as}c00706000100000000`,
    // A set in it, not transitive.
    `${as}808004${as}`,
    as + set(`${as}40010103`),
  ),
  ...bad("nested-too-deep", nested(ATTR_SET_DEPTH + 1), nested(500)),
];

obeysTheLaws(spec, arb, {
  code: 128,
  name: "ATTR_SET",
  flags: 0xc0,
  faults: [
    "attr-set/wrong-flags: treat-as-withdraw 3/4",
    "attr-set/too-short: treat-as-withdraw 3/5",
    "attr-set/bad-attribute-length: treat-as-withdraw 3/9",
    "attr-set/multiprotocol-attribute: treat-as-withdraw 3/9",
    "attr-set/duplicate-attribute: treat-as-withdraw 3/9",
    "attr-set/malformed-attribute: treat-as-withdraw 3/9",
    "attr-set/nested-too-deep: treat-as-withdraw 3/9",
  ],
  vectors: [
    { octets: "ffffffff", value: { as: 0xffffffff, attributes: [] } },
    // Whatever the session: LOCAL_PREF is the customer's own, and AS numbers have four octets.
    ...[plain, external, twoOctets].map((session) => ({
      octets: as + origin + path + localPref,
      value: {
        as: 64500,
        attributes: [
          { code: 1, flags: 0x40, value: 0 },
          { code: 2, flags: 0x40, value: [{ type: 2, asns: [65536] }] },
          { code: 5, flags: 0x40, value: 100 },
        ],
      },
      session,
    })),
    {
      // NEXT_HOP is no fault; an attribute that is not known is kept, Partial as well.
      octets: `${as}400304c0000201e0ca02abcd`,
      value: {
        as: 64500,
        attributes: [
          { code: 3, flags: 0x40, value: unhex("c0000201") },
          { code: 202, flags: 0xe0, value: unhex("abcd") },
        ],
      },
    },
    {
      octets: `${as}c0ca${"ff"}${"11".repeat(255)}d0cb0100${"22".repeat(256)}`,
      value: {
        as: 64500,
        attributes: [
          { code: 202, flags: 0xc0, value: new Uint8Array(255).fill(0x11) },
          { code: 203, flags: 0xc0, value: new Uint8Array(256).fill(0x22) },
        ],
      },
    },
    { octets: shortest(ATTR_SET_DEPTH), value: nestedValue(ATTR_SET_DEPTH) },
    {
      // What stands in a set does not count as a duplicate in the next.
      octets: `${as}${origin}c080${"08"}${as}${origin}c0ca00`,
      value: {
        as: 64500,
        attributes: [
          { code: 1, flags: 0x40, value: 0 },
          { code: 128, flags: 0xc0, value: { as: 64500, attributes: [{ code: 1, flags: 0x40, value: 0 }] } },
          { code: 202, flags: 0xc0, value: new Uint8Array(0) },
        ],
      },
    },
  ],
  malformed,
  refused: [
    { why: "an AS of 33 bits", value: { as: 0x100000000, attributes: [] } },
    {
      why: "an attribute twice",
      value: { as: 1, attributes: [1, 1].map((code) => ({ code, flags: 0x40, value: 0 })) },
    },
    ...[14, 15].map((code) => ({
      why: `multiprotocol attribute ${code}`,
      value: { as: 1, attributes: [{ code, flags: 0x80, value: new Uint8Array(0) }] },
    })),
    {
      why: "an unknown attribute that is no octets",
      value: { as: 1, attributes: [{ code: 202, flags: 0xc0, value: 7 }] },
    },
    {
      why: "a code of nine bits",
      value: { as: 1, attributes: [{ code: 256, flags: 0xc0, value: new Uint8Array(0) }] },
    },
    { why: "flags of nine bits", value: { as: 1, attributes: [{ code: 202, flags: 256, value: new Uint8Array(0) }] } },
    {
      why: "a value above 65535",
      value: { as: 1, attributes: [{ code: 202, flags: 0xc0, value: new Uint8Array(65536) }] },
    },
    { why: "an attribute's own refusal", value: { as: 1, attributes: [{ code: 1, flags: 0x40, value: 3 }] } },
    { why: "sets too deep in one another", value: nestedValue(ATTR_SET_DEPTH + 1) },
  ],
});

describe("ATTR_SET", () => {
  it("is a row of the table, and judges by it", () => {
    const row = attributeOf(128);
    expect(row?.faults.map(lineOf)).toEqual(spec.faults.map(lineOf));
    for (const { octets, fault } of malformed) {
      const msg = unhex(octets);
      expect(row?.check(msg, 0, msg.length, plain)?.id).toBe(fault);
    }
  });

  it("goes three deep, and not for want of stack", () => {
    expect(ATTR_SET_DEPTH).toBe(3);
    const deep = unhex(nested(4000).slice(0, 2 * 65535));
    expect(spec.check(deep, 0, deep.length, plain)?.id).toBe("attr-set/nested-too-deep");
  });

  it("begins anew with each judgement", () => {
    const broken = unhex(as + origin + origin);
    const good = unhex(as + origin);
    for (const msg of [broken, good, broken, good]) {
      expect(spec.check(msg, 0, msg.length, plain)).toBe(msg === good ? null : spec.faults[4]);
    }
  });

  it("is written with the flags that mean something, in the shortest form", () => {
    const msg = unhex(`${as}5f01000100`);
    expect(spec.check(msg, 0, msg.length, plain)).toBeNull();
    const value = spec.read(msg, 0, msg.length, plain);
    expect(value).toEqual({ as: 64500, attributes: [{ code: 1, flags: 0x40, value: 0 }] });
    expect(octetsOf(spec, value, plain)).toEqual(unhex(as + origin));
  });
});

dissectsAttribute(
  spec,
  arb,
  {
    octets: `${as}${origin}${set(`${as}${localPref}`)}f0ca0001ff`,
    lines: [
      "0-4 origin AS: 64500",
      "4-5 attribute/flags: 64 (transitive)",
      "5-6 attribute/type code: 1",
      "6-7 attribute/length: 1",
      "7-8 attribute/value/origin: 0 (IGP)",
      "8-9 attribute/flags: 208 (optional, transitive, extended length)",
      "9-10 attribute/type code: 128",
      "10-12 attribute/length: 11",
      "12-16 attribute/value/origin AS: 64500",
      "16-17 attribute/value/attribute/flags: 64 (transitive)",
      "17-18 attribute/value/attribute/type code: 5",
      "18-19 attribute/value/attribute/length: 4",
      "19-23 attribute/value/attribute/value/degree of preference: 100",
      "23-24 attribute/flags: 240 (optional, transitive, partial, extended length)",
      "24-25 attribute/type code: 202",
      "25-27 attribute/length: 1",
      "27-28 attribute/value/value: ff",
    ],
  },
  {
    octets: nested(4),
    lines: [
      "0-4 origin AS: 64500",
      "4-5 attribute/flags: 208 (optional, transitive, extended length)",
      "5-6 attribute/type code: 128",
      "6-8 attribute/length: 20",
      "8-12 attribute/value/origin AS: 64500",
      "12-13 attribute/value/attribute/flags: 208 (optional, transitive, extended length)",
      "13-14 attribute/value/attribute/type code: 128",
      "14-16 attribute/value/attribute/length: 12",
      "16-20 attribute/value/attribute/value/origin AS: 64500",
      "20-21 attribute/value/attribute/value/attribute/flags: 208 (optional, transitive, extended length)",
      "21-22 attribute/value/attribute/value/attribute/type code: 128",
      "22-24 attribute/value/attribute/value/attribute/length: 4",
      "24-28 attribute/value/attribute/value/attribute/value/not understood: 0000fbf4",
    ],
  },
  { octets: `${as}00`, lines: ["0-4 origin AS: 64500", "4-5 attribute/flags: 0"] },
);
