import { expect, it } from "vitest";
import * as arb from "./04-multi-exit-disc.arb.js";
import { multiExitDisc, multiExitDiscOf } from "./04-multi-exit-disc.js";
import { obeysTheLaws, unhex } from "./laws.arb.js";

obeysTheLaws(multiExitDisc, arb, {
  code: 4,
  name: "MULTI_EXIT_DISC",
  flags: 0x80,
  faults: ["multi-exit-disc/wrong-flags: treat-as-withdraw 3/4", "multi-exit-disc/bad-length: treat-as-withdraw 3/5"],
  vectors: [
    { octets: "00000000", value: 0 },
    { octets: "fedcba98", value: 0xfedcba98 },
  ],
  malformed: [
    { octets: "", fault: "multi-exit-disc/bad-length" },
    { octets: "000064", fault: "multi-exit-disc/bad-length" },
    { octets: "0000000064", fault: "multi-exit-disc/bad-length" },
  ],
  refused: [
    { why: "33 bits", value: 0x100000000 },
    { why: "a negative number", value: -1 },
    { why: "a fraction", value: 0.5 },
  ],
});

it("gives the value in place", () => {
  expect(multiExitDiscOf(unhex("09fedcba9809"), 1)).toBe(0xfedcba98);
});
