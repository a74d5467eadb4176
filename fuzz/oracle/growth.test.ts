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

/** Octets of the largest input, about, and how many times those of the next smaller one each has. */
const LARGEST = 16_000;
const TIMES = 4;

/** The octets of a target's input that say how the others are read. */
const leadOf = ({ name }: Pick<Target, "name">): number => {
  if (/^(attribute|nlri)-|^message-update$/.test(name)) return CONTEXT_OCTETS;
  return name === "mrt-record" ? 1 : 0;
};

interface Inputs {
  readonly name: string;
  readonly inputs: readonly Uint8Array[];
}

/** Each seed of a target, over and over until it is large: lists become long ones, and containers full ones. */
const inputsOf = (target: Target): Inputs[] => {
  const lead = leadOf(target);
  return seedsOf(target.name)
    .filter(({ data }) => data.length > lead)
    .map(({ name, data }) => {
      const times = Math.max(1, Math.floor(LARGEST / TIMES ** 2 / (data.length - lead)));
      return {
        name: `${target.name}/${name}`,
        inputs: [1, TIMES, TIMES ** 2].map((factor) => repeated(data, lead, times * factor)),
      };
    });
};

const growthOf = async (
  cases: readonly (readonly [target: Pick<Target, "name" | "module">, of: readonly Inputs[]])[],
  suite?: string,
): Promise<Growth[]> => {
  const loads = cases.flatMap(([{ name: target, module }, of]) =>
    of.flatMap(({ inputs }) => inputs.map((input): Load => ({ target, module, inputs: [input] }))),
  );
  const measured = await measure(loads, suite === undefined ? undefined : { targets: suite });
  let next = 0;
  return cases
    .flatMap(([, of]) => of)
    .map(({ name, inputs }) => ({
      name,
      steps: inputs.map(({ length }) => ({ octets: length, work: measured[next++]?.work ?? Number.NaN })),
    }));
};

it("the work of every decoder grows with its octets, no faster", async () => {
  const growth = await growthOf(targets.map((target) => [target, inputsOf(target)]));
  expect(growth.length).toBeGreaterThan(targets.length);
  expect(growth.map(growsTooFast).filter((one) => one !== null)).toEqual([]);
  // Else nothing was measured: many inputs are more work when they are larger.
  const grown = growth.filter(({ steps }) => (steps.at(-1)?.work ?? 0) > 4 * (steps[0]?.work ?? 0));
  expect(grown.length).toBeGreaterThan(targets.length / 2);
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
    const target = { name: "quadratic", module: "src/quadratic.ts" };
    const inputs = [200, 800, 3200].map((length) => new Uint8Array(length));
    const [growth] = await growthOf([[target, [{ name: "quadratic", inputs }]]], suite);
    expect(growth === undefined ? null : growsTooFast(growth)).toMatch(
      /^quadratic: 200 octets, 4\d{4} blocks of work; 800/,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
