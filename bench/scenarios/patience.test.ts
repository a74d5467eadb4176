import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { RunningTarget } from "../../src/target/target.js";
import { unlessHung } from "./patience.js";

const targetThatUsed = (cpuSeconds: () => number): RunningTarget =>
  ({ name: "bird", usage: () => ({ cpuSeconds: cpuSeconds(), rssBytes: 1, peakRssBytes: 1 }) }) as RunningTarget;

const idle = targetThatUsed(() => 3);
const never = new Promise<never>(() => undefined);
const begun = performance.now();
const busy = targetThatUsed(() => (performance.now() - begun) / 1000);

describe("unlessHung", () => {
  it("gives what the work gives, or its error", async () => {
    const waiting = { target: idle, patienceMs: 10_000, not: "done it" };
    expect(await unlessHung(Promise.resolve(7), waiting)).toBe(7);
    await expect(unlessHung(Promise.reject(new Error("no")), waiting)).rejects.toThrow("no");
  });

  it("gives up on a target that does nothing", async () => {
    const waiting = { target: idle, patienceMs: 200, not: "taken the rest" };
    await expect(unlessHung(never, waiting)).rejects.toThrow(
      "bird: it hangs: for 0.2 s it used no CPU and has not taken the rest",
    );
  });

  it("waits for one that computes, and for work that goes on", async () => {
    const late = wait(1300, "done");
    expect(await unlessHung(late, { target: busy, patienceMs: 200, not: "done it" })).toBe("done");
    let chunks = 0;
    const progress = async (): Promise<number> => chunks++;
    expect(await unlessHung(wait(1300, "done"), { target: idle, patienceMs: 600, not: "done it", progress })).toBe(
      "done",
    );
  });

  it("leaves it to others to say that a target died", async () => {
    const dead = targetThatUsed(() => {
      throw new Error("process 1 is gone");
    });
    expect(await unlessHung(wait(50, "told"), { target: dead, patienceMs: 10_000, not: "done it" })).toBe("told");
  });
});
