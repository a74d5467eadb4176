import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { record } from "./record.js";
import { sessionText } from "./session.js";
import type { GoldenSpeaker, Scenario } from "./speaker.js";
import { speakers } from "./speakers/index.js";

// `npm run golden -- [--speaker NAME] [--scenario NAME] [--out FOLDER]`

const usage = (text: string): never => {
  process.stderr.write(`golden: ${text}\n`);
  process.exit(2);
};

const { values } = parseArgs({
  options: { speaker: { type: "string" }, scenario: { type: "string" }, out: { type: "string" } },
});
const chosen = speakers.filter(({ name }) => values.speaker === undefined || name === values.speaker);
if (chosen.length === 0) usage(`no such speaker; there are ${speakers.map(({ name }) => name).join(", ")}`);

/** From `dist/fuzz/golden`. */
const out = values.out ?? fileURLToPath(new URL("../../../corpus", import.meta.url));

// The first Ctrl-C lets `record` end its daemon; the guard of `Daemon` sees to it after a second one.
const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort(new Error("interrupted")));
process.once("SIGTERM", () => interrupted.abort(new Error("interrupted")));

const make = async (speaker: GoldenSpeaker, scenario: Scenario): Promise<void> => {
  const session = await record(speaker, scenario, interrupted.signal);
  const kind = scenario.malformed ? "malformed" : "golden";
  const folder = join(out, kind, `${speaker.name}-${session.version}`, scenario.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "session.json"), sessionText(session));
  process.stdout.write(`${speaker.name} ${scenario.name}: ${session.messages.length} messages\n`);
};

/** Scenarios that are no longer made would stay behind for ever. */
const forget = (speaker: GoldenSpeaker): void => {
  if (values.scenario !== undefined) return;
  for (const kind of ["golden", "malformed"]) {
    const folder = join(out, kind, `${speaker.name}-${speaker.version()}`);
    if (existsSync(folder)) rmSync(folder, { recursive: true });
  }
};

for (const speaker of chosen) {
  const missing = speaker.missing();
  if (missing !== null) {
    process.stderr.write(`golden: SKIPPED ${speaker.name}: ${missing}\n`);
    process.exitCode = 1;
    continue;
  }
  const scenarios = speaker.scenarios.filter(({ name }) => values.scenario === undefined || name === values.scenario);
  forget(speaker);
  for (const scenario of scenarios) {
    if (interrupted.signal.aborted) break;
    try {
      await make(speaker, scenario);
    } catch (error) {
      process.stderr.write(`golden: ${speaker.name} ${scenario.name}: ${(error as Error).message}\n`);
      process.exitCode = 1;
    }
  }
}
