import { microCases } from "./cases/index.js";

/**
 * Runs micro cases in plain loops, for a profiler to look at: `node profile-micro.js MS NAME…`, so many milliseconds each. The process
 * is the profiled program itself; nothing of the benchmark runner stands in its profile.
 */
// Profiles are written at an orderly end only.
process.once("SIGINT", () => process.exit());

const [ms, ...names] = process.argv.slice(2);
for (const { name, setup } of microCases) {
  if (!names.includes(name)) continue;
  // A turn of the event loop: that is when signals are noticed.
  await new Promise(setImmediate);
  const { run } = setup();
  const expected = run();
  for (const end = performance.now() + Number(ms); performance.now() < end; ) {
    if (run() !== expected) throw new Error(`${name}: its check sum changed`);
  }
}
