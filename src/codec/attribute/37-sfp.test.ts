import { unhex } from "../testing.arb.js";
import * as arb from "./37-sfp.arb.js";
import { sfp } from "./37-sfp.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

const rd = "0000fbf400000007";
const rd2 = "0001c00002010009";
/** Length 12: type 1, RD, SPI 258. */
const association = `01000c01${rd}000102`;
const associationValue = { type: 1 as const, associationType: 1, rd: unhex(rd), spi: 258 };
/** Service index 255, SFT 260 with two SFIRs, MPLS swapping. */
const hop = `020019ff0300120104${rd}${rd2}040000`;
const hopValue = {
  type: 2 as const,
  serviceIndex: 255,
  tlvs: [
    { type: 3 as const, serviceFunctionType: 260, rds: [unhex(rd), unhex(rd2)] },
    { type: 4, value: new Uint8Array(0) },
  ],
};
const small = "020004ff040000";
const none = new Uint8Array(0);

const bad = (fault: string, ...octets: readonly string[]) =>
  octets.map((one) => ({ octets: one, fault: `sfp/${fault}` }));

const zeros = (octets: number): string => "00".repeat(octets);
const byte = (value: number): string => value.toString(16).padStart(2, "0");

obeysTheLaws(sfp, arb, {
  code: 37,
  name: "SFP attribute",
  flags: 0xc0,
  faults: [
    "sfp/wrong-flags: treat-as-withdraw 3/4",
    "sfp/bad-tlv-length: treat-as-withdraw 3/9",
    "sfp/bad-association: treat-as-withdraw 3/9",
    "sfp/empty-hop: treat-as-withdraw 3/9",
    "sfp/bad-service-function: treat-as-withdraw 3/9",
    "sfp/mpls-tlv-not-empty: treat-as-withdraw 3/9",
    "sfp/no-hop: treat-as-withdraw 3/9",
  ],
  vectors: [
    { octets: association + hop, value: [associationValue, hopValue] },
    {
      // Traversal with MPLS, one that is not known, types of a hop beside it, types of the attribute in a hop.
      octets: "050000" + "090002abcd" + "030001ee" + "040001ee" + "020008012a000001000100",
      value: [
        { type: 5, value: none },
        { type: 9, value: unhex("abcd") },
        { type: 3, value: unhex("ee") },
        { type: 4, value: unhex("ee") },
        {
          type: 2,
          serviceIndex: 1,
          tlvs: [
            { type: 42, value: none },
            { type: 1, value: unhex("00") },
          ],
        },
      ],
    },
    {
      octets: "02000a01" + "0300020001" + "050001ff",
      value: [
        {
          type: 2,
          serviceIndex: 1,
          tlvs: [
            { type: 3, serviceFunctionType: 1, rds: [] },
            { type: 5, value: unhex("ff") },
          ],
        },
      ],
    },
  ],
  malformed: [
    ...bad("no-hop", "", association, "050000", "0300020001"),
    ...bad(
      "bad-tlv-length",
      "02",
      "0200",
      `${small}01`,
      `${small}0900`,
      `${small}090001`,
      `02000501040000`,
      "020003ff0400",
      "020005ff04000009",
    ),
    ...bad("bad-association", `01000b${zeros(11)}${small}`, `01000d${zeros(13)}${small}`, `010000${small}`),
    ...bad("empty-hop", "020000", "020001ff", `${small}020000`),
    ...bad(
      "bad-service-function",
      ...[0, 1, 3, 9, 11, 17].map((length) => `0200${byte(4 + length)}ff0300${byte(length)}${zeros(length)}`),
    ),
    ...bad("mpls-tlv-not-empty", `${small}05000100`, "020005ff04000100"),
  ],
  refused: [
    { why: "no TLV at all", value: [] },
    { why: "no hop", value: [associationValue] },
    { why: "an empty hop", value: [{ ...hopValue, tlvs: [] }] },
    { why: "a service index of nine bits", value: [{ ...hopValue, serviceIndex: 256 }] },
    { why: "an association as octets", value: [{ type: 1, value: new Uint8Array(12) }, hopValue] },
    { why: "a hop as octets", value: [{ type: 2, value: new Uint8Array(12) }, hopValue] },
    { why: "a service function as octets", value: [{ ...hopValue, tlvs: [{ type: 3, value: new Uint8Array(2) }] }] },
    { why: "MPLS traversal with a value", value: [{ type: 5, value: new Uint8Array(1) }, hopValue] },
    { why: "MPLS swapping with a value", value: [{ ...hopValue, tlvs: [{ type: 4, value: new Uint8Array(1) }] }] },
    { why: "an association type of nine bits", value: [{ ...associationValue, associationType: 256 }, hopValue] },
    { why: "an SPI of 25 bits", value: [{ ...associationValue, spi: 0x1000000 }, hopValue] },
    { why: "a distinguisher of 7 octets", value: [{ ...associationValue, rd: new Uint8Array(7) }, hopValue] },
    {
      why: "a distinguisher of 9 octets in a hop",
      value: [{ ...hopValue, tlvs: [{ type: 3, serviceFunctionType: 1, rds: [new Uint8Array(9)] }] }],
    },
    {
      why: "a service function type of 17 bits",
      value: [{ ...hopValue, tlvs: [{ type: 3, serviceFunctionType: 0x10000, rds: [] }] }],
    },
    { why: "a type of nine bits", value: [{ type: 256, value: none }, hopValue] },
  ],
});

dissectsAttribute(sfp, arb, {
  octets: `${association}${hop}050000090001ee`,
  lines: [
    "0-1 TLV/type: 1 (association)",
    "1-3 TLV/length: 12",
    "3-4 TLV/association type: 1 (bidirectional SFP)",
    "4-12 TLV/SFPR-RD: 64500:7",
    "12-15 TLV/SPI: 258",
    "15-16 TLV/type: 2 (hop)",
    "16-18 TLV/length: 25",
    "18-19 TLV/service index: 255",
    "19-20 TLV/TLV/type: 3 (service function type)",
    "20-22 TLV/TLV/length: 18",
    "22-24 TLV/TLV/service function type: 260 (service function)",
    "24-32 TLV/TLV/SFIR-RD: 64500:7",
    "32-40 TLV/TLV/SFIR-RD: 192.0.2.1:9",
    "40-41 TLV/TLV/type: 4 (MPLS swapping/stacking)",
    "41-43 TLV/TLV/length: 0",
    "43-44 TLV/type: 5 (SFP traversal with MPLS label stack)",
    "44-46 TLV/length: 0",
    "46-47 TLV/type: 9 (unassigned)",
    "47-49 TLV/length: 1",
    "49-50 TLV/value: ee",
  ],
});
