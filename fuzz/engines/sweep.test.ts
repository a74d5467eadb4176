import { expect, it } from "vitest";
import { seedsOf } from "../campaign/campaign.js";
import type { Failure } from "../campaign/failure.js";
import { arbitrariesOf } from "../properties/arbitraries.js";
import { targets } from "../targets/index.js";
import { ACCEPTED, type Target } from "../targets/target.js";
import { runSweep } from "./sweep.js";

const sweep = (target: Target, inputs: number, arbitraries = arbitrariesOf(target.name)) => {
  const failures: Failure[] = [];
  const seeds = seedsOf(target.name).map(({ data }) => data);
  const outcomes = runSweep(
    target,
    arbitraries,
    { seed: 1, inputs, seeds, stopped: () => false },
    { progress: () => {}, failure: (failure) => failures.push(failure) },
  );
  return { failures, outcomes };
};

it.each(targets.map((target) => [target.name, target] as const))(
  "%s takes 1,000 random and 1,000 near-valid inputs, some of each kind",
  (_, target) => {
    const { failures, outcomes } = sweep(target, 1000);
    expect(failures.map(({ message }) => message)).toEqual([]);
    expect(outcomes[ACCEPTED]).toBeGreaterThan(0);
    // Of some there is nothing that can be wrong, and they must never be refused.
    expect(Object.keys(outcomes).length).toBeGreaterThan(target.faults.length === 0 ? 0 : 1);
    expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(2000);
  },
);

it("does the same for the same seed, and hands on what fails", () => {
  const [some] = targets;
  if (some === undefined) throw new Error("there are no targets");
  const seen: string[][] = [[], []];
  for (const inputs of seen) {
    const failing = (data: Uint8Array): string => {
      inputs.push(data.join());
      if (data.length === 3) throw new TypeError("three");
      return ACCEPTED;
    };
    const { failures } = sweep({ ...some, fuzz: failing }, 200, arbitrariesOf(some.name));
    expect(failures.length).toBeGreaterThan(0);
    expect(failures[0]).toMatchObject({ kind: "crash", message: "three", origin: { engine: "sweep", seed: 1 } });
    // Who ran the input, this very file, is no part of the stack that is handed on.
    expect(failures[0]?.what).toBe("TypeError: three");
  }
  expect(seen[0]).toEqual(seen[1]);
});
