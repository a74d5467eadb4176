import { expect, it } from "vitest";
import { targets } from "../targets/index.js";
import { arbitrariesOf } from "./arbitraries.js";
import { casesOf } from "./cases.js";
import { checkTarget } from "./check-target.js";
import { corpusCases } from "./corpus-cases.js";

const drawn = 10;

it.each(targets.map((target) => [target.name, target] as const))(
  "what the corpus has for %s passes through its properties, and so do a few inputs of each arbitrary",
  (name, target) => {
    const examples = corpusCases(target);
    expect(examples.filter(({ expected }) => expected !== null).length).toBeGreaterThan(0);
    for (const [i, { name: arbitrary, cases }] of casesOf(arbitrariesOf(name)).entries()) {
      checkTarget(target, arbitrary, cases, { numRuns: drawn, examples: i === 0 ? examples : [] });
    }
  },
);
