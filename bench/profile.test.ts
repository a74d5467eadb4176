import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { finishProfile, ProfileError, profileCaveat, profiledCommand, profileKinds, runProfiled } from "./profile.js";

let dir: string;
let program: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "kiln-profile-"));
  program = join(dir, "program.mjs");
  writeFileSync(program, "function busy() { for (const end = Date.now() + 300; Date.now() < end; ); }\nbusy();\n");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const canResolve = (name: string): boolean => {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
};
const clinic = canResolve("clinic/bin.js");
const node20 = process.versions.node.startsWith("20.");

describe("profiledCommand", () => {
  it("runs Node's profiler without anything else", () => {
    const { command, args, env } = profiledCommand("cpu", dir, ["x.js", "--flag"]);
    expect([command, ...args]).toEqual([process.execPath, "--cpu-prof", "--cpu-prof-dir", dir, "x.js", "--flag"]);
    expect(env).toEqual({});
  });

  it.skipIf(!clinic).each(profileKinds.filter((kind) => kind !== "cpu"))(
    "drives clinic %s without questions (skipped when clinic is not installed: npm ci)",
    (kind) => {
      const { args, env } = profiledCommand(kind, dir, ["x.js", "--flag"]);
      expect(args.slice(1)).toEqual([kind, "--open=false", "--dest", dir, "--", process.execPath, "x.js", "--flag"]);
      expect(env).toMatchObject({ NO_INSIGHT: "1" });
    },
  );
});

describe("runProfiled", () => {
  it("gives the CPU profile of the program", async () => {
    const [file = ""] = await runProfiled("cpu", join(dir, "profile"), [program]);
    expect(readFileSync(file, "utf8")).toContain('"busy"');
  });

  it.skipIf(!clinic || !node20)(
    "gives the report of clinic flame (skipped without clinic, `npm ci`, and on other Nodes than 20, which clinic knows)",
    async () => {
      const [file = ""] = await runProfiled("flame", join(dir, "profile"), [program]);
      expect(readFileSync(file, "utf8")).toContain("busy");
    },
  );

  it("says what happened when the program fails", async () => {
    writeFileSync(program, "process.exit(3)");
    await expect(runProfiled("cpu", join(dir, "profile"), [program])).rejects.toThrow(
      "the profiled program.mjs ended with exit code 3",
    );
  });

  it("ends the program when it is told to, and keeps the profile", async () => {
    const ready = join(dir, "ready");
    writeFileSync(
      program,
      `import { writeFileSync } from "node:fs";
       process.once("SIGINT", () => process.exit());
       setInterval(() => {}, 1000);
       writeFileSync(${JSON.stringify(ready)}, "");`,
    );
    const controller = new AbortController();
    const poll = setInterval(() => {
      if (!existsSync(ready)) return;
      clearInterval(poll);
      controller.abort();
    }, 10);
    expect(await runProfiled("cpu", join(dir, "profile"), [program], controller.signal)).toHaveLength(1);
  });
});

describe("finishProfile", () => {
  it.each(profileKinds)("is a ProfileError when %s left nothing", (kind) => {
    expect(() => finishProfile(kind, dir)).toThrow(ProfileError);
  });
});

it("warns of clinic on a Node that it does not know, never of Node's own profiler", () => {
  expect(profileCaveat("cpu")).toBeNull();
  expect(profileCaveat("flame") === null).toBe(Number(process.versions.node.split(".")[0]) <= 20);
});
