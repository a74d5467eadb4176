import { expect, it } from "vitest";
import { type Conditions, summary } from "../results/index.js";
import { conditionLines } from "./conditions.js";

const conditions: Conditions = {
  tier: "ci",
  comparability: {
    bird: {
      mrai: "none",
      damping: "none",
      threads: "1",
      policy: "import all",
      fib: "off",
      notes: ["no route refresh"],
    },
  },
  binaries: { self: null, bird: "0123456789abcdef0123" },
  tester: { "tcp single": { prefixes_per_s: summary([1_000_000, 3_000_000, 2_000_000]) } },
  pinned: { target: "0", tester: "1" },
};

it("tells in a line each what holds for all rows", () => {
  expect(conditionLines(conditions)).toEqual([
    "tier: ci",
    "bird: MRAI none; damping none; threads 1; policy import all; FIB off; no route refresh",
    "bird is the program with SHA-256 0123456789abcdef…",
    "tester alone over tcp single: 2,000,000 (1,000,000–3,000,000) prefixes/s",
    "pinned: target to core 0, tester to core 1",
  ]);
});

it("is silent where nothing was noted", () => {
  expect(conditionLines(undefined)).toEqual([]);
  expect(conditionLines({})).toEqual([]);
});
