import type { ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Random } from "../../src/table/random.js";

/**
 * Loaded into jsfuzz's manager process before jsfuzz itself, for what it has no option for: a seed, an end on request
 * that takes its worker along, figures four times a second instead of every three seconds, the CPU time of both, and a
 * clock that does not take the time its worker loads for that of an input.
 */

const random = new Random(Number(process.env.KILN_FUZZ_SEED), 0);
Math.random = () => random.next() / 0x1_0000_0000;

const realNow = Date.now;
const began = realNow();
/** Milliseconds that loading took; null while it goes on. */
let behind: number | null = null;
Date.now = () => (behind === null ? began : realNow() - behind);

let executions = 0;
let coverage = 0;
const workers: ChildProcess[] = [];

// What jsfuzz gets when it asks for `child_process`: the one object that all of CommonJS shares.
const shared = createRequire(__filename)("node:child_process") as { fork: typeof fork };
const original = shared.fork;
shared.fork = ((...args: Parameters<typeof fork>) => {
  const worker = original(...args);
  workers.push(worker);
  worker.on("message", (message: { coverage?: number }) => {
    // What it takes to load and to instrument is no fuzzing.
    if (executions++ === 0) {
      before = cpuMs();
      behind = realNow() - began;
    }
    coverage = Math.max(coverage, message.coverage ?? 0);
  });
  return worker;
}) as typeof fork;

/** CPU milliseconds of this process and of its worker when inputs began to run. */
let before = { manager: 0, worker: 0 };

const cpuMs = (): typeof before => {
  const { user, system } = process.cpuUsage();
  return { manager: (user + system) / 1000, worker: cpuOf(workers.at(-1)?.pid) };
};

/** By the ticks that Linux counts; 0 elsewhere, and of a process that is gone. */
const cpuOf = (pid: number | undefined): number => {
  try {
    // Behind the name in brackets: state is the first field, user and system time are the 12th and 13th.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return 0;
  }
};

const tell = (): void => {
  process.stdout.write(`#${executions} PULSE     cov: ${coverage}\n`);
  if (executions === 0) return;
  const { manager, worker } = cpuMs();
  process.stdout.write(`kiln: manager ${Math.round(manager - before.manager)}\n`);
  if (worker > 0) process.stdout.write(`kiln: worker ${Math.round(worker - before.worker)}\n`);
};
setInterval(tell, 250).unref();

// The parent holds our standard input open: when it closes it, or is gone, this is over.
process.stdin.on("end", () => process.exit());
process.stdin.resume();
(process.stdin as typeof process.stdin & { unref?(): void }).unref?.();
process.on("exit", () => {
  for (const worker of workers) worker.kill("SIGKILL");
  tell();
});
