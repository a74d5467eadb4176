import { describe, expect, it } from "vitest";
import { targets } from "../targets/index.js";
import { seedsOf } from "./campaign.js";
import { LONGEST_SEED, MOST_SEEDS, makeSeeds } from "./seeds.js";

describe.each(targets.map((target) => [target.name, target] as const))("the seeds of %s", (name, target) => {
  const stored = seedsOf(name);

  it("reach the decoder: accepted, or with the fault they are named after", () => {
    for (const seed of stored) {
      const outcome = target.fuzz(seed.data);
      expect(seed.name).toMatch(outcome === "accepted" ? /^accepted-\d+$/ : outcome.replace("/", "."));
    }
    expect(stored.some((seed) => seed.name.startsWith("accepted-"))).toBe(true);
    expect(stored.length).toBeLessThanOrEqual(MOST_SEEDS);
    expect(Math.max(...stored.map(({ data }) => data.length))).toBeLessThanOrEqual(LONGEST_SEED);
  });

  it("come out the same when they are made again (else: npm run seeds)", () => {
    const made = makeSeeds(target).map((seed) => ({ name: seed.name, data: seed.data }));
    expect(made.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(stored);
  });
});
