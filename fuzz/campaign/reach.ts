import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, ownFile, ownSuite } from "../engines/bundle.js";
import { type Coverage, EngineError } from "../engines/job.js";
import type { ReachReport, ReachTask } from "../engines/reach-worker.js";
import type { Target } from "../targets/target.js";

/** Lines of each target's own module that its inputs reach: those of functions, by V8's block coverage. */
export const reachOf = async (
  targets: readonly Pick<Target, "name" | "module">[],
  inputsOf: (target: string) => readonly Uint8Array[],
): Promise<ReadonlyMap<string, Coverage>> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-reach-"));
  try {
    const { file, sections } = await bundle(
      [
        `import { targets } from ${JSON.stringify(ownSuite().targets)};`,
        `import { serveReach } from ${JSON.stringify(ownFile("../engines/reach-worker.js", import.meta.url))};`,
        "serveReach(targets);",
      ].join("\n"),
      join(folder, "reach.cjs"),
    );
    const asked = targets.map(({ name, module }) => ({ name, module, inputs: inputsOf(name) }));
    return new Map(await run(file, { sections, targets: asked }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Milliseconds after which the process is ended: seeds are few and small. */
const PATIENCE_MS = 60_000;

const run = (file: string, task: ReachTask): Promise<readonly (readonly [string, Coverage])[]> =>
  new Promise((resolve, reject) => {
    const child = fork(file, [], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      timeout: PATIENCE_MS,
    });
    let noise = "";
    let report: ReachReport | null = null;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      noise = (noise + text).slice(-2000);
    });
    child.on("message", (one: ReachReport) => {
      report = one;
    });
    child.on("close", (code, signal) => {
      if (report !== null) resolve(report.reach);
      else
        reject(new EngineError(`the seeds could not be run (${signal ?? code}): ${noise.trim().split("\n").at(-1)}`));
    });
    child.send(task);
  });
