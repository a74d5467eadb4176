import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Started, startProgram } from "./command-kit.js";

const root = fileURLToPath(new URL("..", import.meta.url));

export type { Ended, Started } from "./command-kit.js";

/**
 * Kiln as Node can run it. Target and tester are processes of their own, so they need files: made from the sources as
 * they are, so that a stale build can't pass.
 */
export class BuiltKiln {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<BuiltKiln> {
    const cache = join(root, "node_modules", ".cache");
    mkdirSync(cache, { recursive: true });
    const built = new BuiltKiln(mkdtempSync(join(cache, "kiln-test-")));
    const sources = ["src", "bench"].flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !/\.(test|arb|d)\.ts$/.test(name))
        .map((name) => join(root, room, name)),
    );
    await build({
      entryPoints: sources,
      outbase: root,
      outdir: join(built.#folder, "dist"),
      format: "esm",
      platform: "node",
      logLevel: "error",
    });
    copyFileSync(join(root, "package.json"), join(built.#folder, "package.json"));
    return built;
  }

  /** A module of it, by its path from the root without the ending: its processes are those of this build. */
  module<T>(path: string): Promise<T> {
    return import(join(this.#folder, "dist", `${path}.js`)) as Promise<T>;
  }

  start(...args: readonly string[]): Started {
    return this.startAfter(":", ...args);
  }

  /** `first`: a command of the shell that is to hold for it, such as `ulimit -f 4`. */
  startAfter(first: string, ...args: readonly string[]): Started {
    const argv = [process.execPath, join(this.#folder, "dist", "src", "cli", "main.js"), ...args];
    return startProgram("sh", ["-c", `${first}; exec "$0" "$@"`, ...argv]);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

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

/** Waits for a process below `pid` whose command line has `text` in it. */
export const below = async (pid: number | undefined, text: string): Promise<number> => {
  for (let i = 0; i < 1500; i++) {
    const found = descendants(pid ?? 0).find((one) => commandOf(one).includes(text));
    if (found !== undefined) return found;
    await wait(10);
  }
  throw new Error(`no process with "${text}" came up`);
};

export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
};
