import { type BoundRuntime, createRuntime, loadBuild } from "../engine/instrument/runtime.js";
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

/** Entry of a process that runs inputs as they are sent, and answers each with the failure it is or with null. */
const serve = (): void => {
  process.once("disconnect", () => process.exit(0));
  process.once("message", ({ file, edges }: ReplayStart) => {
    const runtime = createRuntime(edges);
    const { replay } = loadBuild<{ readonly replay: Replay }>(file, runtime);
    process.on("message", (order: ReplayOrder) => void answer(replay, runtime, order));
  });
};

const answer = async (
  replay: Replay,
  runtime: BoundRuntime,
  { target, input, expected }: ReplayOrder,
): Promise<void> => {
  runtime.begin(input.length);
  process.send?.(await replay(target, input, expected));
};

serve();
