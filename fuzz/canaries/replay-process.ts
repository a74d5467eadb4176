import { failureFrom } from "../campaign/failure.js";
import { type BoundRuntime, createRuntime, loadBuild } from "../engine/instrument/runtime.js";
import type { Target } from "../targets/target.js";
import type { Replay } from "./replay-worker.js";

/** What the process is told first: the file that `replaying` was exported from, and its edges if it is instrumented. */
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
  readonly replay: Replay;
}

/** Entry of a process that runs inputs as they are sent, and answers each with the failure it is or with null. */
const serve = (): void => {
  process.once("disconnect", () => process.exit(0));
  process.once("message", ({ file, edges }: ReplayStart) => {
    const runtime = createRuntime(edges);
    const exports = loadBuild<Exports>(file, runtime);
    process.on("message", (order: ReplayOrder) => void answer(exports, runtime, order));
  });
};

const answer = async ({ targets, replay }: Exports, runtime: BoundRuntime, order: ReplayOrder): Promise<void> => {
  const { target: name, input, expected } = order;
  runtime.spare = targets.find((one) => one.name === name)?.memory ?? 0;
  runtime.begin(input.length);
  const failure = await replay(name, input, expected);
  // The code under test may have caught what was thrown because it took too much.
  const caught = failure === null ? runtime.exceeded : null;
  process.send?.(caught === null ? failure : failureFrom(caught, { ...order, origin: { engine: "replay", seed: 0 } }));
};

serve();
