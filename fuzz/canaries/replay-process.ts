import { counted } from "../campaign/counted-target.js";
import { createRuntime, loadBuild } from "../engine/instrument/runtime.js";
import type { Target } from "../targets/target.js";
import type { Replay } from "./replay-worker.js";

/** What the process is told first: the file that exports `targets` and `replaying`, and its edges if it is instrumented. */
export interface ReplayStart {
  readonly file: string;
  readonly edges: number;
}

export interface ReplayOrder {
  readonly target: string;
  readonly input: Uint8Array;
  readonly expected: string | null;
}

interface Exports {
  readonly targets: readonly Target[];
  replaying(targets: readonly Target[]): Replay;
}

/** Entry of a process that runs inputs as they are sent, and answers each with the failure it is or with null. */
const serve = (): void => {
  process.once("disconnect", () => process.exit(0));
  process.once("message", ({ file, edges }: ReplayStart) => {
    const runtime = createRuntime(edges);
    const { targets, replaying } = loadBuild<Exports>(file, runtime);
    const replay = replaying(targets.map((target) => counted(target, runtime)));
    process.on("message", async ({ target, input, expected }: ReplayOrder) => {
      process.send?.(await replay(target, input, expected));
    });
  });
};

serve();
