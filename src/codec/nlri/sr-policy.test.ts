import fc from "fast-check";
import { expect, it } from "vitest";
import { unhex } from "../attribute/laws.arb.js";
import { type Field, FieldReader } from "../fields.js";
import { routeFields } from "./fields.js";
import { obeysTheNlriLaws } from "./laws.arb.js";
import { ipv4SrPolicyArb, ipv6SrPolicyArb } from "./sr-policy.arb.js";
import { ipv4SrPolicy, ipv6SrPolicy, type SrPolicyRoute } from "./sr-policy.js";

const nextHops = { ordinary: [4, 16, 32], extended: [4, 16, 32] };
const faultsOf = (name: string): string[] =>
  ["wrong-length", "overrun"].map((what) => `${name}/${what}: session-reset 3/10`);
const ipv4Policy: SrPolicyRoute = { distinguisher: 1, color: 0xfedcba98, endpoint: Uint8Array.of(192, 0, 2, 1) };

obeysTheNlriLaws(ipv4SrPolicy, ipv4SrPolicyArb, {
  afi: 1,
  safi: 73,
  name: "ipv4-sr-policy",
  pathIds: true,
  faults: faultsOf("ipv4-sr-policy"),
  nextHops,
  vectors: [
    { octets: "", routes: [] },
    {
      octets: "60" + "00000001" + "fedcba98" + "c0000201" + "60" + "ffffffff" + "00000000" + "00000000",
      routes: [ipv4Policy, { distinguisher: 0xffffffff, color: 0, endpoint: new Uint8Array(4) }],
    },
    {
      addPath: true,
      octets: "00000005" + "60" + "00000001" + "fedcba98" + "c0000201",
      routes: [{ pathId: 5, ...ipv4Policy }],
    },
  ],
  malformed: [
    { octets: "5f" + "00000001" + "fedcba98" + "c0000201", fault: "ipv4-sr-policy/wrong-length" },
    { octets: "61" + "00000001" + "fedcba98" + "c000020100", fault: "ipv4-sr-policy/wrong-length" },
    { octets: `c0${"00".repeat(24)}`, fault: "ipv4-sr-policy/wrong-length" },
    { octets: "00", fault: "ipv4-sr-policy/wrong-length" },
    { octets: `60${"00".repeat(12)}00`, fault: "ipv4-sr-policy/wrong-length" },
    { octets: "60" + "00000001" + "fedcba98" + "c00002", fault: "ipv4-sr-policy/overrun" },
    { octets: "60", fault: "ipv4-sr-policy/overrun" },
    { addPath: true, octets: "00000001", fault: "ipv4-sr-policy/overrun" },
    { addPath: true, octets: "000000", fault: "ipv4-sr-policy/overrun" },
  ],
  refused: [
    { why: "an endpoint of the other family", route: { ...ipv4Policy, endpoint: new Uint8Array(16) } },
    { why: "a distinguisher of 33 bits", route: { ...ipv4Policy, distinguisher: 2 ** 32 } },
    { why: "a color of 33 bits", route: { ...ipv4Policy, color: 2 ** 32 } },
    { why: "a path identifier too many", route: { ...ipv4Policy, pathId: 1 } },
    { why: "a missing path identifier", addPath: true, route: ipv4Policy },
  ],
});

obeysTheNlriLaws(ipv6SrPolicy, ipv6SrPolicyArb, {
  afi: 2,
  safi: 73,
  name: "ipv6-sr-policy",
  pathIds: true,
  faults: faultsOf("ipv6-sr-policy"),
  nextHops,
  vectors: [
    {
      octets: "c0" + "00000002" + "00000064" + "20010db8000000000000000000000001",
      routes: [{ distinguisher: 2, color: 100, endpoint: unhex("20010db8000000000000000000000001") }],
    },
  ],
  malformed: [
    { octets: `60${"00".repeat(12)}`, fault: "ipv6-sr-policy/wrong-length" },
    { octets: `c0${"00".repeat(23)}`, fault: "ipv6-sr-policy/overrun" },
  ],
  refused: [
    { why: "an endpoint of the other family", route: { distinguisher: 2, color: 100, endpoint: new Uint8Array(4) } },
  ],
});

it("has the clause of each fault", () => {
  for (const { rfc } of [...ipv4SrPolicy.faults, ...ipv6SrPolicy.faults]) expect(rfc).toBe("RFC 9830 §5");
});

const fieldsOf = (octets: Uint8Array, addPath: boolean): readonly Field[] => {
  const reader = new FieldReader(octets, 0, octets.length);
  routeFields(ipv4SrPolicy.family, reader, addPath, "single");
  return reader.fields;
};

it("names its fields", () => {
  const [policy, cut] = fieldsOf(unhex("00000005" + "60" + "00000001" + "00000064" + "c0000201" + "0000000660"), true);
  expect(policy).toEqual({
    name: "SR policy",
    start: 0,
    end: 17,
    fields: [
      { name: "path identifier", start: 0, end: 4, value: "5" },
      { name: "length in bits", start: 4, end: 5, value: "96" },
      { name: "distinguisher", start: 5, end: 9, value: "1" },
      { name: "color", start: 9, end: 13, value: "100" },
      { name: "endpoint", start: 13, end: 17, value: "192.0.2.1" },
    ],
  });
  expect(cut?.value).toBe("cut short: 5 of 17 octets");
});

it("names each octet once, whatever the octets", () => {
  const some = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    ipv4SrPolicyArb.broken(true, "single").map((one) => one.octets),
  );
  fc.assert(
    fc.property(some, fc.boolean(), (octets, addPath) => {
      const leaves = (fields: readonly Field[]): readonly Field[] =>
        fields.flatMap((field) => (field.fields === undefined ? [field] : leaves(field.fields)));
      let at = 0;
      for (const { start, end } of leaves(fieldsOf(octets, addPath))) {
        expect([start, end > start]).toEqual([at, true]);
        at = end;
      }
      expect(at).toBe(octets.length);
    }),
  );
});
