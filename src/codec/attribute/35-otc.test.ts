import { expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import * as arb from "./35-otc.arb.js";
import { otc, otcOf } from "./35-otc.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws, unsigned32Pinned } from "./laws.arb.js";

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

dissectsAttribute(otc, arb, { octets: "00010000", lines: ["0-4 AS: 65536"] });
