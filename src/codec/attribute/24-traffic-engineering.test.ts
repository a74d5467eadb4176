import fc from "fast-check";
import { expect, it } from "vitest";
import { coversOnce, dissected } from "../fields.arb.js";
import * as arb from "./24-traffic-engineering.arb.js";
import { fields } from "./24-traffic-engineering.fields.js";
import { type SwitchingCapability, trafficEngineering, trafficEngineeringLength } from "./24-traffic-engineering.js";
import { obeysTheLaws, unhex } from "./laws.arb.js";

/** 1.25 GB/s, 0 and so on: eight numbers of four octets. */
const BANDWIDTHS = "4e9502f9000000013f80000000000000000000000000000000000000fedcba98";
const maxLspBandwidth = [0x4e9502f9, 1, 0x3f800000, 0, 0, 0, 0, 0xfedcba98];

const one = (capability: number, specific: string, reserved = 0): SwitchingCapability => ({
  capability,
  encoding: 2,
  reserved,
  maxLspBandwidth,
  specific: unhex(specific),
});
const octets = (capability: string, specific: string): string => `${capability}020000${BANDWIDTHS}${specific}`;

obeysTheLaws(trafficEngineering, arb, {
  code: 24,
  name: "Traffic Engineering",
  flags: 0x80,
  faults: [
    "traffic-engineering/wrong-flags: treat-as-withdraw 3/4",
    "traffic-engineering/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [
    { octets: octets("33", ""), value: [one(51, "")] },
    { octets: `9602beef${BANDWIDTHS}`, value: [one(150, "", 0xbeef)] },
    // Packet switching and time division, as RFC 5543 has it and padded; with something behind them and without.
    {
      octets: ["01", "02", "03", "04"].map((capability) => octets(capability, "000003e805dc")).join(""),
      value: [1, 2, 3, 4].map((capability) => one(capability, "000003e805dc")),
    },
    { octets: octets("04", "000003e805dc0000"), value: [one(4, "000003e805dc0000")] },
    {
      octets: octets("01", "000003e805dc0000") + octets("c8", ""),
      value: [one(1, "000003e805dc0000"), one(200, "")],
    },
    {
      octets: octets("64", "000003e801") + octets("64", "000003e801000000") + octets("64", "000003e800"),
      value: [one(100, "000003e801"), one(100, "000003e801000000"), one(100, "000003e800")],
    },
    // A capability that nobody knows takes what there is, were it padding.
    { octets: octets("00", ""), value: [one(0, "")] },
    {
      octets: octets("05", `0000000000000000${"a5".repeat(36)}`),
      value: [one(5, `0000000000000000${"a5".repeat(36)}`)],
    },
    { octets: octets("63", "000000000000"), value: [one(99, "000000000000")] },
    { octets: octets("65", "a5a5a5a5a5"), value: [one(101, "a5a5a5a5a5")] },
  ],
  malformed: [
    { octets: "", fault: "traffic-engineering/bad-length" },
    { octets: octets("33", "").slice(2), fault: "traffic-engineering/bad-length" },
    { octets: octets("33", "00"), fault: "traffic-engineering/bad-length" },
    { octets: octets("96", "00"), fault: "traffic-engineering/bad-length" },
    { octets: octets("c8", "00"), fault: "traffic-engineering/bad-length" },
    { octets: octets("01", "000003e805"), fault: "traffic-engineering/bad-length" },
    { octets: octets("04", "000003e805dc00"), fault: "traffic-engineering/bad-length" },
    { octets: octets("04", "000003e805dc0001"), fault: "traffic-engineering/bad-length" },
    { octets: octets("04", "000003e805dc0100"), fault: "traffic-engineering/bad-length" },
    { octets: octets("64", "000003e8"), fault: "traffic-engineering/bad-length" },
    { octets: octets("64", "000003e801000100"), fault: "traffic-engineering/bad-length" },
    { octets: octets("64", "000003e80100000000"), fault: "traffic-engineering/bad-length" },
    { octets: octets("33", "") + octets("33", "").slice(2), fault: "traffic-engineering/bad-length" },
  ],
  refused: [
    { why: "no descriptor at all", value: [] },
    { why: "seven bandwidths", value: [{ ...one(51, ""), maxLspBandwidth: maxLspBandwidth.slice(1) }] },
    { why: "a bandwidth of 33 bits", value: [{ ...one(51, ""), maxLspBandwidth: [2 ** 32, 0, 0, 0, 0, 0, 0, 0] }] },
    { why: "a capability of 9 bits", value: [one(256, "")] },
    { why: "an encoding of 9 bits", value: [{ ...one(51, ""), encoding: 256 }] },
    { why: "a reserved field of 17 bits", value: [one(51, "", 0x10000)] },
    { why: "a layer 2 interface with an MTU", value: [one(51, "05dc")] },
    { why: "packet switching without an MTU", value: [one(1, "000003e8")] },
    { why: "packet switching with padding that is none", value: [one(1, "000003e805dc0001")] },
    { why: "time division without an indication", value: [one(100, "000003e8")] },
    { why: "something behind a capability that nobody knows", value: [one(5, ""), one(51, "")] },
    { why: "a capability 0 that would be padding", value: [one(1, "000003e805dc"), { ...one(0, ""), encoding: 0 }] },
  ],
});

it("has the clause of its fault", () => {
  expect(trafficEngineeringLength.rfc).toBe("RFC 7606 §7.13");
});

it("names its fields", () => {
  const lines = (hex: string): string[] =>
    dissected(unhex(hex), fields).flatMap(({ start, end, fields: inside = [] }) => [
      `${start}-${end}`,
      ...inside.map((field) => `${field.start}-${field.end} ${field.name}: ${field.value}`),
    ]);
  const zeros = "00".repeat(28);
  expect(lines(`01010000${"4cee6b28"}${zeros}${"3f800000"}${"05dc"}0000`)).toEqual([
    "0-44",
    "0-1 switching capability: 1 (PSC-1)",
    "1-2 encoding: 1 (packet)",
    "2-4 reserved: 0",
    "4-8 maximum LSP bandwidth at priority 0: 125000000 octets/s",
    ...Array.from(
      { length: 7 },
      (_, i) => `${8 + 4 * i}-${12 + 4 * i} maximum LSP bandwidth at priority ${i + 1}: 0 octets/s`,
    ),
    "36-40 minimum LSP bandwidth: 1 octets/s",
    "40-42 interface MTU: 1500",
    "42-44 padding: 0000",
  ]);
  expect(lines(`64050000${"00".repeat(32)}${"00000000"}01`).slice(-2)).toEqual([
    "36-40 minimum LSP bandwidth: 0 octets/s",
    "40-41 indication: 1 (arbitrary SONET/SDH)",
  ]);
  expect(lines(`6e0c0000${"00".repeat(32)}beef`).slice(-1)).toEqual([
    "36-38 switching capability specific information: beef",
  ]);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (octets) => coversOnce(octets, fields)));
});
