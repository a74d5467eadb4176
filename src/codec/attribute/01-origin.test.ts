import { expect, it } from "vitest";
import * as arb from "./01-origin.arb.js";
import { OriginValue, origin, originOf } from "./01-origin.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

obeysTheLaws(origin, arb, {
  code: 1,
  name: "ORIGIN",
  flags: 0x40,
  faults: [
    "origin/wrong-flags: treat-as-withdraw 3/4",
    "origin/bad-length: treat-as-withdraw 3/5",
    "origin/undefined-value: treat-as-withdraw 3/6",
  ],
  vectors: [
    { octets: "00", value: OriginValue.Igp },
    { octets: "01", value: OriginValue.Egp },
    { octets: "02", value: OriginValue.Incomplete },
  ],
  malformed: [
    { octets: "", fault: "origin/bad-length" },
    { octets: "0000", fault: "origin/bad-length" },
    { octets: "03", fault: "origin/undefined-value" },
  ],
  refused: [{ why: "an undefined origin", value: 3 }],
});

it("gives the value in place", () => {
  expect(originOf(Uint8Array.of(9, 2, 9), 1)).toBe(2);
});

dissectsAttribute(
  origin,
  arb,
  { octets: "00", lines: ["0-1 origin: 0 (IGP)"] },
  { octets: "01", lines: ["0-1 origin: 1 (EGP)"] },
  { octets: "0203", lines: ["0-1 origin: 2 (INCOMPLETE)", "1-2 not understood: 03"] },
  { octets: "03", lines: ["0-1 origin: 3 (undefined)"] },
);
