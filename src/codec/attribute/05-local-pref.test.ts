import { expect, it } from "vitest";
import * as arb from "./05-local-pref.arb.js";
import { localPref, localPrefOf } from "./05-local-pref.js";
import { external, obeysTheLaws, unhex } from "./laws.arb.js";

obeysTheLaws(localPref, arb, {
  code: 5,
  name: "LOCAL_PREF",
  flags: 0x40,
  faults: [
    "local-pref/wrong-flags: treat-as-withdraw 3/4",
    "local-pref/from-external: discard 3/9",
    "local-pref/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [
    { octets: "00000000", value: 0 },
    { octets: "fedcba98", value: 0xfedcba98 },
  ],
  malformed: [
    { octets: "", fault: "local-pref/bad-length" },
    { octets: "000064", fault: "local-pref/bad-length" },
    { octets: "0000000064", fault: "local-pref/bad-length" },
    { octets: "00000064", fault: "local-pref/from-external", session: external },
    { octets: "", fault: "local-pref/from-external", session: external },
  ],
  refused: [
    { why: "33 bits", value: 0x100000000 },
    { why: "a negative number", value: -1 },
    { why: "a fraction", value: 0.5 },
  ],
});

it("gives the value in place", () => {
  expect(localPrefOf(unhex("09fedcba9809"), 1)).toBe(0xfedcba98);
});
