// Builds `dist/` from the sources: `npm run build` always, `npm run -s kiln` when they are newer than the last build.
// What the compiler has to say goes to standard error, for standard output belongs to the command that comes after.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
/** As old as the sources that the last good build was made of. TypeScript writes its own stamp after a bad one too. */
const stamp = join(dist, ".built");
/** Held while a build writes, by the process whose id is in it: nobody must run half-written files. */
const lock = join(dist, ".building");
const PATIENCE_MS = 300_000;

/** Builds if that is needed. Gives what is wrong, in one line, or null. */
export const buildIfStale = async () => {
  try {
    if (!isStale()) return null;
    mkdirSync(dist, { recursive: true });
    if (!(await acquire())) return `another build does not end: delete ${lock} if there is none`;
    try {
      // Whoever held the lock before may have built it.
      return isStale() ? await build() : null;
    } finally {
      rmSync(lock, { force: true });
    }
  } catch (error) {
    if (error.code === "EACCES" || error.code === "EROFS" || error.code === "EPERM")
      return `the build is older than the sources, and ${dist} cannot be written (${error.code})`;
    throw error;
  }
};

const build = async () => {
  let tsc;
  try {
    tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  } catch {
    return "the packages that build it are missing: run `npm ci`";
  }
  const sources = newestSource();
  rmSync(stamp, { force: true });
  const { status, error } = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.json")], {
    stdio: ["ignore", 2, 2],
  });
  if (error) return `the build could not be started: ${error.message}`;
  if (status !== 0) return "the build failed (see above); mend it, or run `npm ci` if packages are missing";
  await bundleSpeaker();
  writeFileSync(stamp, `${sources}\n`);
  return null;
};

/**
 * All that a running speaker needs in one file beside its modules: a hundred modules one by one take 9 MB more, which is
 * a tenth of what a full table takes. Names stay as they are, for profiles.
 */
const bundleSpeaker = async () => {
  const { build: esbuild } = await import("esbuild");
  await esbuild({
    entryPoints: [join(dist, "src", "cli", "speaker-run.js")],
    outfile: join(dist, "src", "cli", "speaker.bundle.js"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: "linked",
    legalComments: "none",
    logLevel: "warning",
  });
};

/** Newest by the clock that wrote the sources, and compared with that alone. A change while tsc ran counts as one. */
const isStale = () => {
  let built;
  try {
    built = readFileSync(stamp, "utf8");
  } catch {
    return true;
  }
  return newestSource() !== Number(built);
};

const newestSource = () =>
  Math.max(
    ...["package.json", "tsconfig.json"].map((file) => statSync(join(root, file)).mtimeMs),
    ...["src", "fuzz", "bench"].map((dir) => newestIn(join(root, dir))),
  );

/** A folder is as new as its last file that came or went. Tests are not part of the build. */
const newestIn = (dir) => {
  let time = statSync(dir).mtimeMs;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) time = Math.max(time, newestIn(path));
    else if (/\.ts$/.test(entry.name) && !/\.test\.ts$/.test(entry.name)) {
      time = Math.max(time, statSync(path).mtimeMs);
    }
  }
  return time;
};

const acquire = async () => {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await wait(100)) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return true;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (isAbandoned()) rmSync(lock, { force: true });
  }
  return false;
};

/** A build that was killed leaves its lock behind. */
const isAbandoned = () => {
  try {
    const holder = Number(readFileSync(lock, "utf8"));
    // Empty for an instant, between its making and its writing.
    if (holder === 0) return Date.now() - statSync(lock).mtimeMs > 5000;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(stamp, { force: true });
  const trouble = await buildIfStale();
  if (trouble !== null) {
    process.stderr.write(`kiln: ${trouble}\n`);
    process.exitCode = 1;
  }
}
