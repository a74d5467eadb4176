import { Worker } from "node:worker_threads";
import { type Circumstances, endedBy, failureFrom } from "../campaign/failure.js";
import { stackOfOtherThread } from "./hung.js";
import type { Job } from "./job.js";
import { Monitor } from "./monitor.js";
import type { Order, Report, Task } from "./order.js";

/**
 * Entry of a worker process: this main thread is the watchdog, a second thread runs the engine on one target. So a
 * decoder that hangs, eats all memory or ends its thread costs one target its turn, and the input that did it is known.
 * When the process as a whole dies, its parent finds out (`kiln.ts`).
 */

/** Megabytes: the engine's heap, and all of the process with its typed arrays. */
const HEAP_MB = 512;
const RSS_MB = 1536;
const YOUNG_MB = 64;
/** Milliseconds after which a thread that was told to stop and does not is left behind; less than our parent waits. */
const STOP_MS = 2_500;

const watch = (): void => {
  // Without a parent there is no one to work for. An orderly end would wait for a thread that does not listen.
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  const shared = Monitor.share();
  const monitor = new Monitor(shared);
  let cutShort = (): void => undefined;
  process.on("message", (order: Order) => {
    if (order === "stop") {
      monitor.stop();
      setTimeout(cutShort, STOP_MS);
    } else cutShort = start(order, shared, monitor);
  });
};

/** Gives what ends the job with what there is when its thread is busy: fast-check may shrink for long. */
const start = (order: Task, shared: SharedArrayBuffer, monitor: Monitor): (() => void) => {
  const { job } = order;
  const mostCpuMs = "cpuMs" in job ? job.cpuMs : undefined;
  let isOver = false;
  const report = (one: Report): void => {
    if (!isOver) process.send?.(one);
  };
  const leave = (last: Report): void => {
    if (isOver) return;
    isOver = true;
    clearInterval(watchdog);
    process.send?.(last, () => process.exit(0));
  };
  const resultSoFar = () => {
    const { executions, cpuMs } = monitor;
    return { executions, outcomes: {}, coverage: null, cpuMs };
  };
  const end = (failure: ReturnType<typeof endedBy>): void => {
    const soFar = resultSoFar();
    report({ type: "failure", failure, cpuMs: soFar.cpuMs });
    leave({ type: "done", result: { ...soFar, downfall: { input: failure.input, parent: monitor.parent } } });
  };
  const circumstances = (): Circumstances => circumstancesOf(job, monitor);

  const thread = new Worker(order.bundle, {
    workerData: { ...order, shared },
    // Inputs die young: with room for more of them, less is copied.
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  thread.on("message", (one: Report) => (one.type === "done" || one.type === "error" ? leave(one) : report(one)));
  thread.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
      end(endedBy("memory", `more than ${HEAP_MB} MB of heap`, circumstances()));
    } else if (job.engine === "kiln" && monitor.executions > 0) {
      // The loop catches what is thrown to it: this was thrown later, from a callback that an input left behind.
      end(failureFrom(error, circumstances()));
    } else leave({ type: "error", message: error.stack ?? error.message });
  });
  thread.on("exit", (code) => {
    const how = `the thread ended with exit code ${code}`;
    if (monitor.running === null && monitor.executions === 0) leave({ type: "error", message: how });
    else end(endedBy("exit", how, circumstances()));
  });

  let last = -1;
  let since = performance.now();
  let isHung = false;
  const look = (): void => {
    const { executions } = monitor;
    if (executions !== last || monitor.running === null) {
      last = executions;
      since = performance.now();
    } else if (performance.now() - since > job.hangMs && !isHung) {
      isHung = true;
      const where = circumstances();
      void stackOfOtherThread().then((stack) => {
        const how = stack.length === 0 ? ", in native code or where the debugger does not come to" : "";
        end(endedBy("hang", `one input ran for more than ${job.hangMs} ms${how}`, where, stack));
      });
    }
    if (process.memoryUsage.rss() > RSS_MB * 0x10_0000) {
      end(endedBy("memory", `more than ${RSS_MB} MB in all`, circumstances()));
    }
    if (mostCpuMs !== undefined && monitor.cpuMs >= mostCpuMs) monitor.stop();
  };
  const watchdog = setInterval(look, Math.min(mostCpuMs === undefined ? 250 : 50, job.hangMs / 2));

  return () => leave({ type: "done", result: resultSoFar() });
};

const circumstancesOf = (job: Job, monitor: Monitor): Circumstances => {
  const { parent } = monitor;
  return {
    target: job.target,
    input: monitor.last,
    expected: job.engine === "replay" ? job.expected : null,
    origin: {
      engine: job.engine,
      seed: job.engine === "replay" ? 0 : job.seed,
      ...(parent === null ? {} : { parent }),
    },
  };
};

watch();
