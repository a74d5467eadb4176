import { expect, it } from "vitest";
import { valuesOf } from "../dissection.arb.js";
import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { obeysTheNlriLaws } from "./laws.arb.js";
import { ipv4SrPolicyArb, ipv6SrPolicyArb } from "./sr-policy.arb.js";
import { fieldsOf } from "./sr-policy.fields.js";
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

dissectsRoutes(ipv4SrPolicyArb, {
  addPath: true,
  octets: "00000005" + "60" + "00000001" + "00000064" + "c0000201" + "0000000660",
  lines: [
    "0-4 SR policy/path identifier: 5",
    "4-5 SR policy/length in bits: 96",
    "5-9 SR policy/distinguisher: 1",
    "9-13 SR policy/color: 100",
    "13-17 SR policy/endpoint: 192.0.2.1",
    "17-21 SR policy/path identifier: 6",
    "21-22 SR policy/length in bits: 96",
  ],
});
dissectsRoutes(ipv6SrPolicyArb, {
  octets: "c0" + "00000002" + "00000064" + "20010db8000000000000000000000001",
  lines: [
    "0-1 SR policy/length in bits: 192",
    "1-5 SR policy/distinguisher: 2",
    "5-9 SR policy/color: 100",
    "9-25 SR policy/endpoint: 2001:db8::1",
  ],
});

it("says which policy is cut short", () => {
  const policy = "60" + "00000001" + "00000064" + "c0000201";
  expect(valuesOf((reader) => fieldsOf(4)(reader, false), `${policy}60`)).toEqual([
    undefined,
    "cut short: 1 of 13 octets",
  ]);
});
