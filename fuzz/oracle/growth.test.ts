import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { seedsOf } from "../campaign/campaign.js";
import { measure } from "../campaign/measure.js";
import type { Load } from "../engines/measure-worker.js";
import { CONTEXT_OCTETS } from "../targets/context.js";
import { targets } from "../targets/index.js";
import type { Target } from "../targets/target.js";
import { type Growth, growsTooFast, repeated } from "./growth.js";

/** Octets of the large input, about, and how many times those of the small one that is. */
const LARGE = 8000;
const TIMES = 4;

/** The octets of a target's input that say how the others are read. */
const leadOf = ({ name }: Pick<Target, "name">): number => {
  if (/^(attribute|nlri)-|^message-update$/.test(name)) return CONTEXT_OCTETS;
  return name === "mrt-record" ? 1 : 0;
};

/** Each seed of a target, over and over until it is large: lists become long ones, and containers full ones. */
const inputsOf = (
  target: Target,
): { readonly name: string; readonly small: Uint8Array; readonly large: Uint8Array }[] => {
  const lead = leadOf(target);
  return seedsOf(target.name)
    .filter(({ data }) => data.length > lead)
    .map(({ name, data }) => {
      const times = Math.max(1, Math.floor(LARGE / TIMES / (data.length - lead)));
      return {
        name: `${target.name}/${name}`,
        small: repeated(data, lead, times),
        large: repeated(data, lead, times * TIMES),
      };
    });
};

const growthOf = async (
  cases: readonly (readonly [Target, ReturnType<typeof inputsOf>])[],
  suite?: string,
): Promise<Growth[]> => {
  const loads = cases.flatMap(([{ name: target, module }, inputs]) =>
    inputs.flatMap(({ small, large }): Load[] => [
      { target, module, inputs: [small] },
      { target, module, inputs: [large] },
    ]),
  );
  const measured = await measure(loads, suite === undefined ? undefined : { targets: suite });
  return cases
    .flatMap(([, inputs]) => inputs)
    .map(({ name, small, large }, i) => ({
      name,
      small: { octets: small.length, work: measured[2 * i]?.work ?? Number.NaN },
      large: { octets: large.length, work: measured[2 * i + 1]?.work ?? Number.NaN },
    }));
};

it("the work of every decoder grows with its octets, no faster", async () => {
  const growth = await growthOf(targets.map((target) => [target, inputsOf(target)]));
  expect(growth.length).toBeGreaterThan(targets.length);
  expect(growth.map(growsTooFast).filter((one) => one !== null)).toEqual([]);
  // Else nothing was measured: most inputs of four times the size are worth more work than one.
  expect(growth.filter(({ small, large }) => large.work > 1.5 * small.work).length).toBeGreaterThan(targets.length / 2);
}, 120_000);

it("a decoder that goes through everything for each octet is caught", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-quadratic-"));
  try {
    // Counted is what lies under src/, in whichever folder that is.
    const suite = join(folder, "src", "quadratic.ts");
    mkdirSync(join(folder, "src"));
    writeFileSync(
      suite,
      `const among = (data, octet) => { let n = 0; for (const one of data) if (one === octet) n++; return n; };
       export const targets = [{ name: "quadratic", module: "src/quadratic.ts", faults: [],
         fuzz(data) { let n = 0; for (const octet of data) n += among(data, octet); return n < 0 ? "never" : "accepted"; } }];`,
    );
    const target = { name: "quadratic", module: "src/quadratic.ts" } as Target;
    const [growth] = await growthOf(
      [[target, [{ name: "quadratic", small: new Uint8Array(500), large: new Uint8Array(2000) }]]],
      suite,
    );
    expect(growth === undefined ? null : growsTooFast(growth)).toMatch(
      /4\.0 times the octets are 1[56]\.\d times the work/,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
