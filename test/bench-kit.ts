import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";

/**
 * Target and tester are processes of their own, so they need files that Node can run: made from the sources as they are,
 * so that a stale build can't pass.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules", ".cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "bench-test-"));
export const results = mkdtempSync(join(tmpdir(), "kiln-bench-test-"));

beforeAll(async () => {
  const sources = ["src", "bench"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !/\.(test|arb|d)\.ts$/.test(name))
      .map((name) => join(root, room, name)),
  );
  await build({
    entryPoints: sources,
    outbase: root,
    outdir: join(folder, "dist"),
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(results, { recursive: true, force: true });
});

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard error has said so. */
  said(text: string): Promise<void>;
}

export const start = (...args: string[]): Started => started(process.execPath, benchArgv(...args));

/** What stands behind `node` to run `kiln bench …`. */
export const benchArgv = (...args: string[]): string[] => [
  join(folder, "dist", "src", "cli", "main.js"),
  "bench",
  ...args,
  "--results",
  results,
];

export const started = (command: string, argv: readonly string[]): Started => {
  const child = spawn(command, argv, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once("close", (status) => resolve({ status, stdout, stderr })));
  const said = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) {
      if (child.exitCode !== null) throw new Error(`ended before it said "${text}": ${stderr}`);
      await wait(20);
    }
  };
  return { child, ended, said };
};

export const bench = (...args: string[]): Promise<Ended> => start(...args).ended;

/** The processes that a process started, and theirs. */
export const descendants = (pid: number): number[] => {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    const children = text === "" ? [] : text.split(" ").map(Number);
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
};

export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
};

/** Waits for a process below `pid` whose command line has `text` in it. */
export const below = async (pid: number | undefined, text: string): Promise<number> => {
  for (let i = 0; i < 1500; i++) {
    const found = descendants(pid ?? 0).find((one) => commandOf(one).includes(text));
    if (found !== undefined) return found;
    await wait(10);
  }
  throw new Error(`no process with "${text}" came up`);
};
