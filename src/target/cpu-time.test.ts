import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { preciseCpuSeconds } from "./cpu-time.js";
import { usageOf } from "./daemon.js";

const burn = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

describe("CPU time of a process", () => {
  it("agrees with what Node says of us, closer than a tick or two", () => {
    burn(50);
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const own = (userCPUTime + systemCPUTime) / 1e6;
    expect(Math.abs(usageOf("us", process.pid).cpuSeconds - own)).toBeLessThan(0.04);
  });

  it("has the threads that have ended", async () => {
    // Each burns for itself, and ends: what the process has used in all it says last.
    const script = `
      const { Worker } = require("node:worker_threads");
      const burn = "for (const end = performance.now() + 60; performance.now() < end; );";
      const next = (left) => {
        if (left > 0) return new Worker(burn, { eval: true }).once("exit", () => next(left - 1));
        const { userCPUTime, systemCPUTime } = process.resourceUsage();
        console.log((userCPUTime + systemCPUTime) / 1e6);
        setTimeout(() => undefined, 60_000);
      };
      next(3);`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [line] = (await once(child.stdout, "data")) as [Buffer];
      const used = usageOf("it", child.pid ?? 0).cpuSeconds;
      expect(used).toBeGreaterThan(Number(line.toString()) - 0.02);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("is never less than the ticks, by however little: a thread that has ended may have had no more", async () => {
    const child = spawn("/bin/sleep", ["60"]);
    try {
      const alive = preciseCpuSeconds(child.pid ?? 0, 0);
      expect(preciseCpuSeconds(child.pid ?? 0, alive + 0.01)).toBe(alive + 0.01);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("is the ticks where threads are missing from the account, or the process is gone", () => {
    expect(preciseCpuSeconds(process.pid, 1e6)).toBe(1e6);
    expect(preciseCpuSeconds(0x7fffffff, 1.25)).toBe(1.25);
  });
});
