// `npm run -s kiln -- CMD …`: builds what is stale, then runs the command in this very process, so that signals,
// exit codes and standard output are the command's own.
import { buildIfStale } from "./build.mjs";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

const trouble =
  major < 20 || (major === 20 && minor < 19)
    ? `Node 20.19 or newer is needed; this is ${process.versions.node}`
    : await buildIfStale();

if (trouble === null) {
  try {
    await import(new URL("../dist/src/cli/main.js", import.meta.url));
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    process.stderr.write(`kiln: ${error.message}: run \`npm ci\`\n`);
    process.exitCode = 2;
  }
} else {
  process.stderr.write(`kiln: ${trouble}\n`);
  process.exitCode = 2;
}
