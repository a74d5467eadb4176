import { expect, it } from "vitest";
import * as arb from "./35-otc.arb.js";
import { otc, otcOf } from "./35-otc.js";
import { obeysTheLaws, unhex } from "./laws.arb.js";

obeysTheLaws(otc, arb, {
  code: 35,
  name: "OTC",
  flags: 0xc0,
  faults: ["otc/wrong-flags: treat-as-withdraw 3/4", "otc/bad-length: treat-as-withdraw 3/5"],
  vectors: [
    { octets: "00000000", value: 0 },
    { octets: "fedcba98", value: 0xfedcba98 },
  ],
  malformed: [
    { octets: "", fault: "otc/bad-length" },
    { octets: "000064", fault: "otc/bad-length" },
    { octets: "0000000064", fault: "otc/bad-length" },
  ],
  refused: [
    { why: "33 bits", value: 0x100000000 },
    { why: "a negative number", value: -1 },
    { why: "a fraction", value: 0.5 },
  ],
});

it("gives the value in place", () => {
  expect(otcOf(unhex("09fedcba9809"), 1)).toBe(0xfedcba98);
});
