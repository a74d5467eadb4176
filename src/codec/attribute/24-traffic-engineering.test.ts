import { expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import * as arb from "./24-traffic-engineering.arb.js";
import { type SwitchingCapability, trafficEngineering, trafficEngineeringLength } from "./24-traffic-engineering.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

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

const noBandwidth = "00".repeat(32);

/** The lines of bandwidths of 0, from this priority to the last. */
const noBandwidthAt = (start: number, first: number): readonly string[] =>
  Array.from({ length: 8 - first }, (_, i) => {
    const at = start + 4 * i;
    return `${at}-${at + 4} switching capability descriptor/maximum LSP bandwidth at priority ${first + i}: 0 octets/s`;
  });

dissectsAttribute(
  trafficEngineering,
  arb,
  {
    octets: `01010000${"4cee6b28"}${"00".repeat(28)}${"3f800000"}${"05dc"}0000`,
    lines: [
      "0-1 switching capability descriptor/switching capability: 1 (PSC-1)",
      "1-2 switching capability descriptor/encoding: 1 (packet)",
      "2-4 switching capability descriptor/reserved: 0",
      "4-8 switching capability descriptor/maximum LSP bandwidth at priority 0: 125000000 octets/s",
      ...noBandwidthAt(8, 1),
      "36-40 switching capability descriptor/minimum LSP bandwidth: 1 octets/s",
      "40-42 switching capability descriptor/interface MTU: 1500",
      "42-44 switching capability descriptor/padding: 0000",
    ],
  },
  {
    octets: `64050000${noBandwidth}${"00000000"}01${"6e0c0000"}${noBandwidth}beef`,
    lines: [
      "0-1 switching capability descriptor/switching capability: 100 (TDM)",
      "1-2 switching capability descriptor/encoding: 5 (SDH ITU-T G.707 / SONET ANSI T1.105)",
      "2-4 switching capability descriptor/reserved: 0",
      ...noBandwidthAt(4, 0),
      "36-40 switching capability descriptor/minimum LSP bandwidth: 0 octets/s",
      "40-41 switching capability descriptor/indication: 1 (arbitrary SONET/SDH)",
      "41-42 switching capability descriptor/switching capability: 110 (OTN-TDM)",
      "42-43 switching capability descriptor/encoding: 12 (G.709 ODUk)",
      "43-45 switching capability descriptor/reserved: 0",
      ...noBandwidthAt(45, 0),
      "77-79 switching capability descriptor/switching capability specific information: beef",
    ],
  },
);
