import { execFile, spawnSync } from "node:child_process";
import { isAbsolute } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "../../../src/target/daemon.js";
import { TargetError } from "../../../src/target/target.js";

const PATIENCE_MS = 10_000;
const run = promisify(execFile);

/** What a program that ends at once says, on both its outputs; "" when there is no such program. */
export const said = (name: string, args: readonly string[]): string => {
  const program = isAbsolute(name) ? name : findProgram(name);
  if (program === null) return "";
  const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: PATIENCE_MS });
  return `${stdout ?? ""}${stderr ?? ""}`;
};

/** Runs a control program to its end and gives its output. Rejects with a `TargetError` that tells what it complained about. */
export const control = async (name: string, args: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await run(findProgram(name) ?? name, [...args], { timeout: PATIENCE_MS });
    return stdout;
  } catch (error) {
    const { message, stdout = "", stderr = "" } = error as Error & { stdout?: string; stderr?: string };
    const complaint = `${stdout}${stderr}`.trim().split("\n")[0];
    throw new TargetError(`${name} ${args.join(" ")}: ${complaint === "" ? message : complaint}`);
  }
};

/** The arguments in a line: what stands in double quotes is one. */
export const words = (text: string): readonly string[] =>
  [...text.matchAll(/"([^"]*)"|\S+/g)].map(([all, quoted]) => quoted ?? all);
