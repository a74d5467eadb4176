import type { Failure } from "../campaign/failure.js";
import type { EngineStats } from "../engine/types.js";
import type { Job, JobResult } from "./job.js";
import type { Section } from "./sections.js";

/** One job and what it takes to run it in a worker process. */
export interface Task {
  readonly job: Job;
  /** The bundle with engine and targets. */
  readonly bundle: string;
  readonly sections: readonly Section[];
  /** Modules of which coverage is measured. */
  readonly builtOf: readonly string[];
}

/** What the parent process sends: the task, then perhaps `stop`. */
export type Order = Task | "stop";

/** What the parent process is told. */
export type Report =
  | { readonly type: "progress"; readonly executions: number; readonly stats?: EngineStats }
  | { readonly type: "failure"; readonly failure: Failure; readonly cpuMs: number }
  | { readonly type: "done"; readonly result: JobResult }
  | { readonly type: "error"; readonly message: string };
