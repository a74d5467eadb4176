import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type PeerCounts, type RunningTarget, TargetError } from "../../src/target/target.js";
import { monotonicMs } from "../tester/clock.js";
import { intake, PATIENCE_MS } from "./lab.js";

/** A target that answers as told, one answer after the other, the last one for good; a text is why it does not. */
const targetThatTells = (works: boolean, ...answers: readonly (number | string)[]): RunningTarget => {
  let next = 0;
  return {
    name: "bird",
    usage: () => ({ cpuSeconds: works ? performance.now() / 1000 : 3, rssBytes: 1, peakRssBytes: 1 }),
    counts: async () => {
      await wait(20);
      const answer = answers[Math.min(next++, answers.length - 1)] ?? 0;
      if (typeof answer === "string") throw new TargetError(answer);
      const counts: PeerCounts = { state: "Established", received: answer, accepted: answer, sent: 0 };
      return new Map([["sender0", counts]]);
    },
  } as unknown as RunningTarget;
};

describe("intake", () => {
  it("ends with the last of what was sent", async () => {
    expect(await intake(targetThatTells(true, 0, 5, 10), [10], monotonicMs, PATIENCE_MS)).toMatchObject({
      complete: true,
    });
  });

  it("asks a target again that was too busy to answer", async () => {
    const target = targetThatTells(true, 5, "no answer", "no answer", 10);
    expect(await intake(target, [10], monotonicMs, PATIENCE_MS)).toMatchObject({ complete: true });
  });

  it("takes no for an answer from one that does nothing", async () => {
    await expect(intake(targetThatTells(false, "no answer"), [10], monotonicMs, PATIENCE_MS)).rejects.toThrow(
      "no answer",
    );
  });

  it("gives up when nothing more comes", async () => {
    expect(await intake(targetThatTells(true, 9), [10], monotonicMs, 200)).toMatchObject({ complete: false });
  });
});
