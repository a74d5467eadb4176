import { expect, it } from "vitest";
import * as arb from "./35-otc.arb.js";
import { otc, otcOf } from "./35-otc.js";
import { obeysTheLaws, unhex, unsigned32Pinned } from "./laws.arb.js";

obeysTheLaws(otc, arb, {
  code: 35,
  name: "OTC",
  flags: 0xc0,
  faults: ["otc/wrong-flags: treat-as-withdraw 3/4", "otc/bad-length: treat-as-withdraw 3/5"],
  ...unsigned32Pinned("otc/bad-length"),
});

it("gives the value in place", () => {
  expect(otcOf(unhex("09fedcba9809"), 1)).toBe(0xfedcba98);
});
