import { expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import * as arb from "./05-local-pref.arb.js";
import { localPref, localPrefOf } from "./05-local-pref.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { external, obeysTheLaws, unsigned32Pinned } from "./laws.arb.js";

const unsigned32 = unsigned32Pinned("local-pref/bad-length");

obeysTheLaws(localPref, arb, {
  code: 5,
  name: "LOCAL_PREF",
  flags: 0x40,
  faults: [
    "local-pref/wrong-flags: treat-as-withdraw 3/4",
    "local-pref/from-external: discard 3/9",
    "local-pref/bad-length: treat-as-withdraw 3/5",
  ],
  ...unsigned32,
  malformed: [
    ...unsigned32.malformed,
    { octets: "00000064", fault: "local-pref/from-external", session: external },
    { octets: "", fault: "local-pref/from-external", session: external },
  ],
});

it("gives the value in place", () => {
  expect(localPrefOf(unhex("09fedcba9809"), 1)).toBe(0xfedcba98);
});

dissectsAttribute(localPref, arb, { octets: "00000064", lines: ["0-4 degree of preference: 100"] });
