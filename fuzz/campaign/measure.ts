import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, ownFile, ownSuite, type Suite } from "../engines/bundle.js";
import { EngineError } from "../engines/job.js";
import type { Load, Measured, MeasureTask } from "../engines/measure-worker.js";

/** What each load runs of the code under test, in the order of the loads: by V8's block coverage, in a process of its own. */
export const measure = async (
  loads: readonly Load[],
  suite: Pick<Suite, "targets"> = ownSuite(),
): Promise<readonly Measured[]> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-measure-"));
  try {
    const { file, sections } = await bundle(
      [
        `import { targets } from ${JSON.stringify(suite.targets)};`,
        `import { serveMeasuring } from ${JSON.stringify(ownFile("../engines/measure-worker.js", import.meta.url))};`,
        "serveMeasuring(targets);",
      ].join("\n"),
      join(folder, "measure.cjs"),
    );
    return await run(file, { sections, loads });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Milliseconds after which the process is ended: loads are small. */
const PATIENCE_MS = 60_000;

const run = (file: string, task: MeasureTask): Promise<readonly Measured[]> =>
  new Promise((resolve, reject) => {
    const child = fork(file, [], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      timeout: PATIENCE_MS,
    });
    let noise = "";
    let measured: readonly Measured[] | null = null;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      noise = (noise + text).slice(-2000);
    });
    child.on("message", (answer: readonly Measured[]) => {
      measured = answer;
    });
    child.on("close", (code, signal) => {
      if (measured !== null) resolve(measured);
      else
        reject(new EngineError(`the inputs could not be run (${signal ?? code}): ${noise.trim().split("\n").at(-1)}`));
    });
    child.send(task);
  });
