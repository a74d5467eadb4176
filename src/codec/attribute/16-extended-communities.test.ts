import { expect, it } from "vitest";
import { valuesOf } from "../dissection.arb.js";
import { unhex } from "../testing.arb.js";
import * as arb from "./16-extended-communities.arb.js";
import { fields } from "./16-extended-communities.fields.js";
import { extendedCommunities } from "./16-extended-communities.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

obeysTheLaws(extendedCommunities, arb, {
  code: 16,
  name: "EXTENDED COMMUNITIES",
  flags: 0xc0,
  faults: [
    "extended-communities/wrong-flags: treat-as-withdraw 3/4",
    "extended-communities/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [
    // Route target 64500:100 (RFC 4360 §4), then the origin validation state "valid" (RFC 8097 §2).
    {
      octets: "0002fbf400000064" + "4300000000000000",
      value: [
        { type: 0x0002, value: unhex("fbf400000064") },
        { type: 0x4300, value: new Uint8Array(6) },
      ],
    },
  ],
  malformed: [
    { octets: "", fault: "extended-communities/bad-length" },
    { octets: "0002fbf4", fault: "extended-communities/bad-length" },
    { octets: "0002fbf40000006400", fault: "extended-communities/bad-length" },
  ],
  refused: [
    { why: "no value at all", value: [] },
    { why: "a value of 5 octets", value: [{ type: 2, value: new Uint8Array(5) }] },
    { why: "a type of 17 bits", value: [{ type: 0x10000, value: new Uint8Array(6) }] },
  ],
});

dissectsAttribute(
  extendedCommunities,
  arb,
  {
    octets: "0102c00002010064" + "060101ffff000640" + "030d000000000000" + "fffe010203040506",
    lines: [
      "0-2 extended community/type: 0x0102 (route target)",
      "2-6 extended community/address: 192.0.2.1",
      "6-8 extended community/assigned: 100",
      "8-10 extended community/type: 0x0601 (ESI label)",
      "10-11 extended community/flags: 1",
      "11-13 extended community/reserved: 65535",
      "13-16 extended community/label: 1600",
      "16-18 extended community/type: 0x030d (default gateway)",
      "18-24 extended community/reserved: 000000000000",
      "24-26 extended community/type: 0xfffe (not known here)",
      "26-32 extended community/value: 010203040506",
    ],
  },
  {
    octets: "0604000205dc0000" + "8006fbf400000000" + "8006fbf400000007",
    lines: [
      "0-2 extended community/type: 0x0604 (EVPN layer 2 attributes)",
      "2-4 extended community/control flags: 2",
      "4-6 extended community/mtu: 1500",
      "6-8 extended community/reserved: 0",
      "8-10 extended community/type: 0x8006 (traffic rate in octets)",
      "10-12 extended community/as: 64500",
      "12-16 extended community/rate: 0",
      "16-18 extended community/type: 0x8006 (traffic rate in octets)",
      "18-20 extended community/as: 64500",
      "20-24 extended community/rate: 7",
    ],
  },
);

it("says in words what a community is", () => {
  const octets = "0002fbf400000064" + "0002fbf4";
  expect(valuesOf(fields, octets)).toEqual(["route target 64500:100", "cut short: 4 of 8 octets"]);
});
