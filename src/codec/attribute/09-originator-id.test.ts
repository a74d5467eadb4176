import { expect, it } from "vitest";
import * as arb from "./09-originator-id.arb.js";
import { originatorId, originatorIdOf } from "./09-originator-id.js";
import { external, obeysTheLaws, unhex } from "./laws.arb.js";

obeysTheLaws(originatorId, arb, {
  code: 9,
  name: "ORIGINATOR_ID",
  flags: 0x80,
  faults: [
    "originator-id/wrong-flags: treat-as-withdraw 3/4",
    "originator-id/from-external: discard 3/9",
    "originator-id/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [
    { octets: "00000000", value: 0 },
    { octets: "fedcba98", value: 0xfedcba98 },
  ],
  malformed: [
    { octets: "", fault: "originator-id/bad-length" },
    { octets: "000064", fault: "originator-id/bad-length" },
    { octets: "0000000064", fault: "originator-id/bad-length" },
    { octets: "00000064", fault: "originator-id/from-external", session: external },
    { octets: "", fault: "originator-id/from-external", session: external },
  ],
  refused: [
    { why: "33 bits", value: 0x100000000 },
    { why: "a negative number", value: -1 },
    { why: "a fraction", value: 0.5 },
  ],
});

it("gives the value in place", () => {
  expect(originatorIdOf(unhex("09fedcba9809"), 1)).toBe(0xfedcba98);
});
