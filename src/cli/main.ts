#!/usr/bin/env node
const [command = "", ...rest] = process.argv.slice(2);

if (command === "speaker") {
  const { runSpeaker } = await import("./speaker-run.js");
  await runSpeaker(rest);
} else {
  const { runCli } = await import("./program.js");
  await runCli(process.argv.slice(2));
}

export {};
