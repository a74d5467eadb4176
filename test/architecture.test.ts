import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kiln-architecture-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, args: readonly string[], cwd: string): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
};

const write = (file: string, content: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};

describe("import rules", () => {
  it("fail on wrong imports, each by its name, and let right ones pass", () => {
    const house = join(folder, "house");
    for (const file of [".dependency-cruiser.mjs", "tsconfig.json", "package.json"]) {
      cpSync(join(root, file), join(house, file), { recursive: true });
    }
    for (const name of ["tinybench", "undeclared"]) {
      write(join(house, "node_modules", name, "package.json"), JSON.stringify({ name, main: "index.js" }));
      write(join(house, "node_modules", name, "index.js"), "export const x = 1;\n");
    }
    const rooms = ["codec", "session", "rib", "transport", "table", "results", "report", "speaker", "target", "cli"];
    for (const room of [...rooms.map((name) => `src/${name}`), "fuzz", "bench"]) {
      write(join(house, room, "sound.ts"), "export const x = 1;\n");
    }
    const wrong: readonly (readonly [file: string, imports: string, rule: string])[] = [
      ["src/codec/a.ts", "../session/sound.js", "src/codec looks only where it may"],
      ["src/session/a.ts", "../rib/sound.js", "src/session looks only where it may"],
      ["src/rib/a.ts", "../speaker/sound.js", "src/rib looks only where it may"],
      ["src/table/a.ts", "../rib/sound.js", "src/table looks only where it may"],
      ["src/transport/a.ts", "../codec/sound.js", "src/transport looks only where it may"],
      ["src/results/a.ts", "../codec/sound.js", "src/results looks only where it may"],
      ["src/report/a.ts", "../speaker/sound.js", "src/report looks only where it may"],
      ["src/speaker/a.ts", "../target/sound.js", "src/speaker looks only where it may"],
      ["src/target/a.ts", "../results/sound.js", "src/target looks only where it may"],
      ["fuzz/a.ts", "../bench/sound.js", "fuzz looks only where it may"],
      ["bench/a.ts", "../fuzz/sound.js", "bench looks only where it may"],
      ["src/cli-user.ts", "./cli/sound.js", "nothing imports cli"],
      ["src/codec/b.ts", "node:fs", "codec, session and rib do no I/O"],
      ["src/session/b.ts", "node:net", "codec, session and rib do no I/O"],
      ["src/rib/b.ts", "tinybench", "codec, session and rib do no I/O"],
      ["src/speaker/b.ts", "tinybench", "what ships needs no development tool"],
      ["src/speaker/c.ts", "undeclared", "what is imported is declared"],
      ["src/speaker/d.ts", "./not-there.js", "nothing unresolved"],
      ["src/speaker/e.ts", "./f.js", "no cycles"],
    ];
    const right: readonly (readonly [file: string, imports: string])[] = [
      // The way back of the cycle, which is reported once.
      ["src/speaker/f.ts", "./e.js"],
      ["src/session/ok.ts", "../codec/sound.js"],
      ["src/speaker/ok.ts", "../rib/sound.js"],
      ["src/codec/ok.test.ts", "../speaker/sound.js"],
      ["src/transport/ok.ts", "node:net"],
      ["bench/ok.ts", "../src/target/sound.js"],
      ["src/cli/ok.ts", "../../fuzz/sound.js"],
    ];
    for (const [file, imports] of [...wrong, ...right]) {
      write(join(house, file), `import * as other from "${imports}";\nexport const y = other;\n`);
    }

    const cruiser = join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
    const { stdout } = spawnSync(process.execPath, [cruiser, "src", "fuzz", "bench", "--output-type", "json"], {
      cwd: house,
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    const { summary } = JSON.parse(stdout) as {
      summary: { violations: { from: string; rule: { name: string; severity: string } }[] };
    };
    const found = summary.violations.map(({ from, rule }) => `${rule.severity}: ${from}: ${rule.name}`);
    for (const [file, , rule] of wrong) expect(found).toContain(`error: ${file}: ${rule}`);
    const files = new Set(wrong.map(([file]) => file));
    expect(summary.violations.filter(({ from }) => !files.has(from))).toEqual([]);
  });
});

describe("the package", () => {
  interface Packed {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }
  interface Lock {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean }>>;
  }

  // Without prepack: that would take away the build which other tests are running.
  const pack = (...flags: readonly string[]): Packed => {
    const [packed] = JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", ...flags], root)) as Packed[];
    if (packed === undefined) throw new Error("npm pack said nothing");
    return packed;
  };

  it("ships the build, the seeds, the licence and the README, nothing else", () => {
    const paths = pack("--dry-run").files.map(({ path }) => path);
    const known =
      /^(dist\/(src|fuzz|bench)\/.+\.(js|js\.map|d\.ts)|corpus\/(seeds\/.+|README\.md)|LICENSE|README\.md|package\.json)$/;
    expect(paths.filter((path) => !known.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.test\./.test(path))).toEqual([]);
    for (const needed of ["dist/src/cli/main.js", "LICENSE", "README.md"]) expect(paths).toContain(needed);
    expect(paths.some((path) => path.startsWith("corpus/seeds/message-open/"))).toBe(true);
  });

  it("runs where only its own dependencies are installed", () => {
    const { filename } = pack("--pack-destination", folder);
    const modules = join(folder, "user", "node_modules");
    const home = join(modules, "bgp-kiln");
    mkdirSync(home, { recursive: true });
    run("tar", ["-xzf", join(folder, filename), "-C", home, "--strip-components=1"], folder);
    // What `npm install --omit=dev` would bring, from the lock file, without a network.
    const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
    for (const [path, { dev, optional }] of Object.entries(packages)) {
      if (path === "" || dev === true || optional === true) continue;
      cpSync(join(root, path), join(folder, "user", path), {
        recursive: true,
        filter: (file) => !file.slice(join(root, path).length).includes("node_modules"),
      });
    }
    expect(existsSync(join(modules, "fast-check"))).toBe(false);

    const main = join(home, "dist", "src", "cli", "main.js");
    const user = join(folder, "user");
    const kiln = (...args: readonly string[]): string => run(process.execPath, [main, ...args], user);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(kiln("--version")).toBe(`${version}\n`);
    expect(kiln("--help")).toMatch(/^Usage: kiln/);
    expect(kiln("speaker", "--help")).toContain("kiln speaker --config");
    expect(kiln("table", "make", "--prefixes", "10", "--json")).toContain("kiln.table.stats/1");
    expect(kiln("fuzz", "--list")).toContain("message-open");
  });

  it("names what is missing when a development tool is asked for", () => {
    const main = join(folder, "user", "node_modules", "bgp-kiln", "dist", "src", "cli", "main.js");
    const { status, stderr } = spawnSync(process.execPath, [main, "bench", "micro", "--filter", "frame"], {
      cwd: join(folder, "user"),
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^kiln: [^\n]*tinybench[^\n]*npm ci[^\n]*\n$/),
    });
  });
});

describe("the tree", () => {
  const inGit = spawnSync("git", ["rev-parse", "--is-inside-work-tree"], { cwd: root }).status === 0;

  it("explains every room in a README", () => {
    const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const paths = [...rooms.map(({ name }) => join("src", name)), "fuzz", "bench", "corpus", "results"];
    expect(paths.filter((path) => !existsSync(join(root, path, "README.md")))).toEqual([]);
  });

  it("has a lock file that serves every registry", () => {
    expect(readFileSync(join(root, "package-lock.json"), "utf8")).not.toContain('"resolved"');
  });

  it.skipIf(!inGit)(
    `names no path and no registry of one machine${inGit ? "" : " (skipped: not a git checkout; use git clone)"}`,
    () => {
      const tracked = run("git", ["ls-files", "-z"], root).split("\0");
      const read = tracked.filter(
        (path) => path !== "" && !/^(corpus\/seeds\/|LICENSE$|test\/architecture\.test\.ts$)/.test(path),
      );
      // Folders that only one machine has, as whole words: "/tmp/kiln.ctl" in an example is everybody's.
      const foreign =
        /(?:^|[\s"'`(=:])\/(?:home\/(?!someone\/)|root\/|Users\/|work\/)\w|registry\.(?:npmjs|yarnpkg)|_authToken/m;
      const guilty = read.filter((path) => {
        const file = join(root, path);
        return existsSync(file) && foreign.test(readFileSync(file, "latin1"));
      });
      expect(guilty).toEqual([]);
    },
  );
});
