#!/usr/bin/env node
import { existsSync } from "node:fs";

const [command = "", ...rest] = process.argv.slice(2);

if (command === "speaker") {
  const { runSpeaker } = await speaker();
  await runSpeaker(rest);
} else {
  const { runCli } = await import("./program.js");
  await runCli(process.argv.slice(2));
}

/** The speaker in one file, as the build makes it, or else its modules: see scripts/build.mjs. */
async function speaker(): Promise<typeof import("./speaker-run.js")> {
  const bundle = new URL("./speaker.bundle.js", import.meta.url);
  return existsSync(bundle) ? await import(bundle.href) : await import("./speaker-run.js");
}
