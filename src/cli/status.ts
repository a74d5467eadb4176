import { askControl } from "../speaker/control.js";
import { describeStatus, type SpeakerStatus } from "../speaker/status.js";
import { CliError, print, printJson } from "./output.js";
import type { Register } from "./program.js";

const HELP = `
Examples:
  kiln status --control /tmp/kiln.ctl
  kiln status --control /tmp/kiln.ctl --json
  kiln status --control /tmp/kiln.ctl --stop`;

export const register: Register = (program) => {
  program
    .command("status")
    .description('Ask a running "kiln speaker" how it is.')
    .requiredOption("--control <path>", "the speaker's control socket")
    .option("--json", "print the JSON document that the speaker answered")
    .option("--stop", "have it say goodbye to its peers and end")
    .addHelpText("after", HELP)
    .action(async ({ control, json, stop }: { control: string; json?: boolean; stop?: boolean }) => {
      const answer = await askControl(control, stop ? "stop" : "status").catch((error: unknown) => {
        throw new CliError(`no speaker answers: ${error instanceof Error ? error.message : error}`);
      });
      if (json) printJson(answer);
      else print(stop ? "stopping" : describeStatus(answer as SpeakerStatus));
    });
};
