import { expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import * as arb from "./09-originator-id.arb.js";
import { originatorId, originatorIdOf } from "./09-originator-id.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { external, obeysTheLaws, unsigned32Pinned } from "./laws.arb.js";

const unsigned32 = unsigned32Pinned("originator-id/bad-length");

obeysTheLaws(originatorId, arb, {
  code: 9,
  name: "ORIGINATOR_ID",
  flags: 0x80,
  faults: [
    "originator-id/wrong-flags: treat-as-withdraw 3/4",
    "originator-id/from-external: discard 3/9",
    "originator-id/bad-length: treat-as-withdraw 3/5",
  ],
  ...unsigned32,
  malformed: [
    ...unsigned32.malformed,
    { octets: "00000064", fault: "originator-id/from-external", session: external },
    { octets: "", fault: "originator-id/from-external", session: external },
  ],
});

it("gives the value in place", () => {
  expect(originatorIdOf(unhex("09fedcba9809"), 1)).toBe(0xfedcba98);
});

dissectsAttribute(originatorId, arb, { octets: "c0000201", lines: ["0-4 originator: 192.0.2.1"] });
