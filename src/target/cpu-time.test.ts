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

  it("is the ticks where threads are missing from the account, or the process is gone", () => {
    expect(preciseCpuSeconds(process.pid, 1e6)).toBe(1e6);
    expect(preciseCpuSeconds(0x7fffffff, 1.25)).toBe(1.25);
  });
});
