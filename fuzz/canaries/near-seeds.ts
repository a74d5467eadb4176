import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedsOf } from "../campaign/campaign.js";
import { countedTarget } from "../campaign/counted-target.js";
import { ownSuite } from "../engines/bundle.js";
import { kilnBundle } from "../engines/kiln.js";
import { type Canary, octetsOf } from "./canary.js";
import { canaries, canaryOf } from "./index.js";
import { singleEdits } from "./single-edits.js";

// `npm run near-seeds -- B43.4 B43.5`: which canaries some single edit of a seed shows. All of them take an hour.

/** The seed of which an edit shows the canary, null when none does, and how many were tried. */
const nearSeed = async ({
  id,
  edits,
  target: name,
  trigger,
}: Canary): Promise<{ seed: string | null; tried: number }> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-near-"));
  try {
    const { build } = await kilnBundle({ ...ownSuite(), edits }, folder);
    const target = countedTarget(build, name);
    if (target === undefined) throw new RangeError(`there is no target ${name}`);
    const isShownBy = async (input: Uint8Array): Promise<boolean> => {
      try {
        if (target.fuzzAsync === undefined) target.fuzz(input);
        else await target.fuzzAsync(input);
        return false;
      } catch {
        return true;
      }
    };
    if (!(await isShownBy(octetsOf(trigger)))) throw new Error(`${id} is not shown by its trigger`);
    let tried = 0;
    for (const { name: seed, data } of seedsOf(name)) {
      for (const input of singleEdits(data)) {
        tried++;
        if (await isShownBy(input)) return { seed, tried };
      }
    }
    return { seed: null, tried };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const asked = process.argv.slice(2);
const unknown = asked.filter((id) => canaryOf(id) === undefined);
if (unknown.length > 0) {
  process.stderr.write(`near-seeds: no canary is called ${unknown.join(", ")}; ids stand in fuzz/canaries/patches\n`);
  process.exit(2);
}
Error.stackTraceLimit = 0;
for (const canary of canaries.filter(({ id }) => asked.length === 0 || asked.includes(id))) {
  const { seed, tried } = await nearSeed(canary);
  process.stdout.write(`${canary.id}\t${seed === null ? "far" : `near ${seed}`}\t${tried} inputs\n`);
}
