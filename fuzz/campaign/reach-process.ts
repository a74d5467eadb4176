import { type EdgeRange, FeatureMap } from "../engine/features.js";
import { type BoundRuntime, createRuntime, loadBuild } from "../engine/instrument/runtime.js";
import { type FunctionCoverage, PreciseCoverage } from "../engines/coverage.js";
import type { Target } from "../targets/target.js";

/** What the process is told first. */
export interface ReachStart {
  /** The counters build, and how many edges it has. */
  readonly build: string;
  readonly edges: number;
  /** Whether blocks are counted by V8 as well. */
  readonly blocks: boolean;
}

/** An input to run; or, at the end, the blocks that ran. */
export type ReachOrder =
  | { readonly target: string; readonly ranges: readonly EdgeRange[]; readonly input: Uint8Array }
  | "blocks";

/** What one input did. */
export interface Ran {
  /** What the decoder made of it; null when it failed. */
  readonly outcome: string | null;
  /** Why it failed, in one line. */
  readonly failed: string | null;
  /** Edges of the target's modules with the bucket of how often each was taken: `edge << 3 | bucket`. */
  readonly features: Uint32Array;
  readonly steps: number;
}

export type ReachAnswer = Ran | readonly FunctionCoverage[];

/** Entry of the process: runs one input after the other and says what each did. */
export const serveReach = (): void => {
  // Without a parent there is no one to work for.
  process.once("disconnect", () => process.exit(0));
  process.once("message", ({ build, edges, blocks }: ReachStart) => {
    const coverage = blocks ? new PreciseCoverage() : null;
    coverage?.start();
    const runtime = createRuntime(edges);
    const { targets } = loadBuild<{ readonly targets: readonly Target[] }>(build, runtime);
    const known = new Map(targets.map((target) => [target.name, target]));
    const maps = new Map<string, FeatureMap>();
    // Later on V8 leaves out functions that never ran; now it tells of all. Those that run when their module is loaded,
    // and never again, are no input's concern.
    const idle = (coverage?.peek(build) ?? []).filter(({ ranges: [whole] }) => whole?.count === 0);
    let turn = Promise.resolve();
    process.on("message", (order: ReachOrder) => {
      turn = turn.then(async () => {
        if (order === "blocks") process.send?.([...idle, ...(coverage?.peek(build) ?? [])]);
        else {
          const target = known.get(order.target);
          // Something is made when it is first needed, and then kept: only a second run tells what the input does.
          if (!blocks) await run(order, target, runtime, maps);
          process.send?.(await run(order, target, runtime, maps));
        }
      });
    });
  });
};

const run = async (
  { target: name, ranges, input }: Exclude<ReachOrder, string>,
  target: Target | undefined,
  runtime: BoundRuntime,
  maps: Map<string, FeatureMap>,
): Promise<Ran> => {
  if (target === undefined) return { outcome: null, failed: `there is no target ${name}`, features: NONE, steps: 0 };
  const map = maps.get(name) ?? new FeatureMap(runtime.counters, ranges);
  maps.set(name, map);
  runtime.counters.fill(0);
  runtime.spare = target.memory ?? 0;
  runtime.begin(input.length);
  let outcome: string | null = null;
  let failed: string | null = null;
  try {
    outcome = target.fuzzAsync === undefined ? target.fuzz(input) : await target.fuzzAsync(input);
    if (runtime.exceeded !== null) throw runtime.exceeded;
  } catch (error) {
    outcome = null;
    failed = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return { outcome, failed, features: map.collect(""), steps: runtime.steps };
};

const NONE: Uint32Array = new Uint32Array(0);
