import { Worker } from "node:worker_threads";
import { type Circumstances, endedBy } from "../campaign/failure.js";
import type { Job } from "./job.js";
import { Monitor } from "./monitor.js";
import type { Order, Report, Task } from "./order.js";

/**
 * Entry of a worker process: this main thread is the watchdog, a second thread runs the engine on one target. So a
 * decoder that hangs, eats all memory or brings the process down costs one target its turn, and the input that did it
 * is known.
 */

/** Megabytes: the engine's heap, and all of the process with its typed arrays. */
const HEAP_MB = 512;
const RSS_MB = 1536;

const watch = (): void => {
  // Without a parent there is no one to work for.
  process.once("disconnect", () => process.exit(0));
  const shared = Monitor.share();
  const monitor = new Monitor(shared);
  process.on("message", (order: Order) => {
    if (order === "stop") monitor.stop();
    else start(order, shared, monitor);
  });
};

const start = (order: Task, shared: SharedArrayBuffer, monitor: Monitor): void => {
  const { job } = order;
  const report = (one: Report): void => {
    process.send?.(one);
  };
  const leave = (last: Report): void => {
    clearInterval(watchdog);
    process.send?.(last, () => process.exit(0));
  };
  const end = (kind: "hang" | "memory", message: string): void => {
    const input = monitor.running ?? new Uint8Array(0);
    report({ type: "failure", failure: endedBy(kind, message, circumstancesOf(job, input)) });
    leave({ type: "done", result: { executions: monitor.executions, outcomes: {}, coverage: null } });
  };

  const thread = new Worker(order.bundle, {
    workerData: { ...order, shared },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  thread.on("message", (one: Report) => (one.type === "done" || one.type === "error" ? leave(one) : report(one)));
  thread.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ERR_WORKER_OUT_OF_MEMORY") end("memory", `more than ${HEAP_MB} MB of heap`);
    else leave({ type: "error", message: error.stack ?? error.message });
  });

  let last = -1;
  let since = performance.now();
  const watchdog = setInterval(
    () => {
      const { executions } = monitor;
      if (executions !== last || monitor.running === null) {
        last = executions;
        since = performance.now();
      } else if (performance.now() - since > job.hangMs) {
        end("hang", `one input ran for more than ${job.hangMs} ms`);
      }
      if (process.memoryUsage.rss() > RSS_MB * 0x10_0000) end("memory", `more than ${RSS_MB} MB in all`);
    },
    Math.min(250, job.hangMs / 2),
  );
};

const circumstancesOf = (job: Job, input: Uint8Array): Circumstances => ({
  target: job.target,
  input,
  expected: job.engine === "replay" ? job.expected : null,
  origin: { engine: job.engine, seed: job.engine === "replay" ? 0 : job.seed },
});

watch();
