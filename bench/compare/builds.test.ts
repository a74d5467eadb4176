import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Interrupted } from "../scenarios/lab.js";
import { BuildError, findRevision, splitRange, withBuilds } from "./builds.js";

describe("a range of revisions", () => {
  it("is A..B, A.. or A", () => {
    expect(splitRange("v0.1.0..main")).toEqual(["v0.1.0", "main"]);
    expect(splitRange("v0.1.0..")).toEqual(["v0.1.0", "HEAD"]);
    expect(splitRange("v0.1.0")).toEqual(["v0.1.0", null]);
  });
  it.each(["..main", "a...b"])("is not %s", (range) => expect(() => splitRange(range)).toThrow(BuildError));
});

/** A repository with a "build" that copies a file to where the command belongs. */
let root: string;
const git = (...args: string[]): string =>
  execFileSync("git", ["-C", root, "-c", "user.name=test", "-c", "user.email=test@invalid", ...args], {
    encoding: "utf8",
  });
const commit = (files: Readonly<Record<string, string>>): void => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  git("add", "-A");
  git("commit", "-q", "-m", "x");
};
const BUILD = `import { copyFileSync, mkdirSync } from "node:fs";
mkdirSync("dist/src/cli", { recursive: true });
copyFileSync("main.js", "dist/src/cli/main.js");`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kiln-builds-test-"));
  git("init", "-q");
  mkdirSync(join(root, "node_modules"));
  writeFileSync(join(root, ".gitignore"), "node_modules\ndist\n");
  commit({ "scripts/build.mjs": BUILD, "main.js": "one", "package-lock.json": "{}" });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const { signal } = new AbortController();
const quiet = { signal, progress: () => undefined };

/** Folders of ours that are left, and what git remembers of them. */
const leftovers = (): unknown[] => [
  git("worktree", "list").trim().split("\n").length,
  existsSync(join(root, ".git", "worktrees")),
];

/** A zombie is dead: whoever took it over has not looked at it yet. */
const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};

describe("builds", () => {
  it("are made of each revision, and gone afterwards", async () => {
    git("tag", "v1");
    commit({ "main.js": "two" });
    writeFileSync(join(root, "main.js"), "not committed");
    const revisions = [await findRevision(root, "v1", signal), await findRevision(root, "HEAD", signal)];
    const programs = await withBuilds(root, revisions, quiet, async (builds) => {
      expect(builds.map(({ program }) => readFileSync(program, "utf8"))).toEqual(["one", "two"]);
      expect(readdirSync(join(dirname(builds[0]?.program ?? ""), "..", "..", ".."))).toContain("node_modules");
      return builds.map(({ program }) => program);
    });
    expect(programs.map(existsSync)).toEqual([false, false]);
    expect(leftovers()).toEqual([1, false]);
    expect(existsSync(join(root, "node_modules"))).toBe(true);
  });

  it("of one and the same commit are one", async () => {
    const revision = await findRevision(root, "HEAD", signal);
    await withBuilds(root, [revision, revision], quiet, async ([a, b]) => expect(a?.program).toBe(b?.program));
  });

  it("are gone after a failure and after an interruption", async () => {
    const revision = await findRevision(root, "HEAD", signal);
    await expect(withBuilds(root, [revision], quiet, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    const controller = new AbortController();
    commit({
      "scripts/build.mjs": `import { spawnSync } from "node:child_process";
        const endless = "fs.writeFileSync(process.argv[1], String(process.pid)); setInterval(() => 0, 1000)";
        spawnSync(process.execPath, ["-e", endless, ${JSON.stringify(join(root, "pid"))}]);`,
    });
    const endless = await findRevision(root, "HEAD", signal);
    const building = withBuilds(
      root,
      [endless],
      { signal: controller.signal, progress: () => undefined },
      async () => 1,
    );
    building.catch(() => undefined);
    while (!existsSync(join(root, "pid"))) await wait(20);
    await wait(50);
    controller.abort();
    await expect(building).rejects.toThrow(Interrupted);
    expect(leftovers()).toEqual([1, false]);
    // Its compiler is gone too.
    const pid = Number(readFileSync(join(root, "pid"), "utf8"));
    expect(isAlive(pid)).toBe(false);
  });

  it("say what is wrong with a revision", async () => {
    await expect(findRevision(root, "v9", signal)).rejects.toThrow(/there is no revision "v9" here/);
    await expect(findRevision(root, "--help", signal)).rejects.toThrow(/there is no revision/);
    await expect(findRevision(tmpdir(), "HEAD", signal)).rejects.toThrow(/run it in a checkout/);
    const failing = async (files: Readonly<Record<string, string>>): Promise<unknown> => {
      commit(files);
      const revision = await findRevision(root, "HEAD", signal);
      return withBuilds(root, [revision], quiet, async () => 1);
    };
    await expect(failing({ "scripts/build.mjs": "console.error('broken'); process.exit(1)" })).rejects.toThrow(
      /^HEAD does not build \(broken\)$/,
    );
    await expect(failing({ "scripts/build.mjs": "" })).rejects.toThrow(/too old to be compared/);
    git("rm", "-q", "scripts/build.mjs");
    await expect(failing({})).rejects.toThrow(/has no scripts\/build.mjs: it is too old/);
  });

  it("with other packages fetch their own, or say that they could not", async () => {
    const revision = await findRevision(root, "HEAD", signal);
    // What lies there is not what this revision locks: npm is asked, and finds the lock file to be nonsense.
    writeFileSync(join(root, "package-lock.json"), '{"other": true}');
    await expect(withBuilds(root, [revision], quiet, async () => 1)).rejects.toThrow(
      /^HEAD needs other packages than this checkout has, and `npm ci` could not fetch them/,
    );
  });
});
