// The process that checks a speaker's command line and configuration, see speaker-run.ts.
import { runCli } from "./program.js";

await runCli(["speaker", ...process.argv.slice(2)]);
