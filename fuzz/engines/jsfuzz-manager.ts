import type { ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { Random } from "../../src/table/random.js";

/**
 * Loaded into jsfuzz's manager process before jsfuzz itself, for what it has no option for: a seed, an end on request
 * that takes its worker along, and figures every second instead of every three.
 */

const random = new Random(Number(process.env.KILN_FUZZ_SEED), 0);
Math.random = () => random.next() / 0x1_0000_0000;

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
    executions++;
    coverage = Math.max(coverage, message.coverage ?? 0);
  });
  return worker;
}) as typeof fork;

const tell = (): void => {
  process.stdout.write(`#${executions} PULSE     cov: ${coverage}\n`);
};
setInterval(tell, 1000).unref();

// The parent holds our standard input open: when it closes it, or is gone, this is over.
process.stdin.on("end", () => process.exit());
process.stdin.resume();
(process.stdin as typeof process.stdin & { unref?(): void }).unref?.();
process.on("exit", () => {
  for (const worker of workers) worker.kill("SIGKILL");
  tell();
});
