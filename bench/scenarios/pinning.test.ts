import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { findProgram } from "../../src/target/daemon.js";
import { TesterError } from "../tester/worker.js";
import { dividedCores, pinningHere } from "./pinning.js";

describe("dividedCores", () => {
  it.each([
    ["0-1", "0", "1"],
    ["0-3", "0", "1,2,3"],
    ["2,5-6,9", "2", "5,6,9"],
  ])("gives of %s core %s to the target, %s to the testers", (list, target, tester) => {
    expect(dividedCores(list)).toEqual({ target, tester });
  });

  it.each(["", "3"])('says that "%s" is not enough', (list) => {
    expect(() => dividedCores(list)).toThrow(TesterError);
    expect(() => dividedCores(list)).toThrow("--pin needs two cores");
  });
});

const missing = findProgram("taskset") === null;

describe("pinningHere", () => {
  it.skipIf(missing)(`divides cores that taskset knows${missing ? " (skipped: taskset is not installed)" : ""}`, () => {
    let pin: ReturnType<typeof pinningHere>;
    try {
      pin = pinningHere();
    } catch (error) {
      expect(String(error)).toContain("needs two cores");
      return;
    }
    const { stdout } = spawnSync("taskset", ["-c", pin.target, "cat", "/proc/self/status"], { encoding: "utf8" });
    expect(stdout).toMatch(new RegExp(`^Cpus_allowed_list:\\s*${pin.target}$`, "m"));
  });
});
