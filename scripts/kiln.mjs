// `npm run -s kiln -- CMD …`: builds what is stale, then runs the command in this very process, so that signals,
// exit codes and standard output are the command's own. What the build has to say goes to stderr.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "dist", ".tsbuildinfo");

const newest = (dir) => {
  let time = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) time = Math.max(time, newest(path), statSync(path).mtimeMs);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
      time = Math.max(time, statSync(path).mtimeMs);
  }
  return time;
};

const isStale = () => {
  const built = statSync(stamp, { throwIfNoEntry: false });
  if (!built) return true;
  const sources = Math.max(...["src", "fuzz", "bench"].map((dir) => newest(join(root, dir))));
  return Math.max(sources, statSync(join(root, "tsconfig.json")).mtimeMs) > built.mtimeMs;
};

if (isStale()) {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const build = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.json")], { stdio: ["ignore", 2, 2] });
  if (build.status !== 0) {
    process.stderr.write("kiln: the build failed (see above); mend it, or run `npm ci` if packages are missing\n");
    process.exit(2);
  }
  // An up-to-date incremental build leaves the stamp's time alone; touch it, or every start would check again.
  const { utimesSync } = await import("node:fs");
  utimesSync(stamp, new Date(), new Date());
}

await import(new URL("../dist/src/cli/main.js", import.meta.url));
