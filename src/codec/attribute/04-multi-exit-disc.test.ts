import { expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import * as arb from "./04-multi-exit-disc.arb.js";
import { multiExitDisc, multiExitDiscOf } from "./04-multi-exit-disc.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws, unsigned32Pinned } from "./laws.arb.js";

obeysTheLaws(multiExitDisc, arb, {
  code: 4,
  name: "MULTI_EXIT_DISC",
  flags: 0x80,
  faults: ["multi-exit-disc/wrong-flags: treat-as-withdraw 3/4", "multi-exit-disc/bad-length: treat-as-withdraw 3/5"],
  ...unsigned32Pinned("multi-exit-disc/bad-length"),
});

it("gives the value in place", () => {
  expect(multiExitDiscOf(unhex("09fedcba9809"), 1)).toBe(0xfedcba98);
});

dissectsAttribute(multiExitDisc, arb, { octets: "fedcba98", lines: ["0-4 metric: 4275878552"] });
