import type { Command } from "commander";
import { signatureOf } from "../../fuzz/campaign/failure.js";
import { readCase, replay } from "../../fuzz/campaign/replay.js";
import { EngineError } from "../../fuzz/engines/job.js";
import { targetOf } from "../../fuzz/targets/index.js";
import { hex } from "../codec/octets.js";
import type { Replay } from "../results/index.js";
import { CliError, Exit, interruption, print, printJson } from "./output.js";
import type { Register } from "./program.js";

export const register: Register = (program: Command) => {
  program
    .command("repro")
    .description("Run one fuzz input again: does it still fail, and where?")
    .argument("<file>", "an input, or the folder of a finding")
    .option("--target <name>", "the decoder it is for, where its folder does not say so")
    .option("--json", "the result as JSON on standard output")
    .addHelpText(
      "after",
      `
Exit code: 0 it passes, 1 it still fails, 2 it could not be run.

Examples:
  kiln repro corpus/findings/message-update/0123456789ab
  kiln repro crash-input --target attribute-02-as-path`,
    )
    .action(async (file: string, options: { target?: string; json?: boolean }) => {
      try {
        await repro(file, options);
      } catch (error) {
        if (error instanceof EngineError) throw new CliError(error.message);
        throw error;
      }
    });
};

const repro = async (file: string, { target: asked, json }: { target?: string; json?: boolean }): Promise<void> => {
  if (asked !== undefined && targetOf(asked) === undefined) {
    throw new CliError(`there is no target "${asked}": kiln fuzz --list shows them`);
  }
  const { input, target, expected } = readCase(file, asked);
  const { outcome, failure } = await replay({ input, target, expected }, {}, interruption());
  const document: Replay = {
    schema: "kiln.fuzz.replay/1",
    target,
    octets: input.length,
    outcome,
    failure:
      failure === null
        ? null
        : {
            signature: signatureOf(failure),
            kind: failure.kind,
            what: failure.what,
            message: failure.message,
            stack: failure.stack,
          },
  };
  if (json === true) printJson(document);
  else show(document, input);
  process.exitCode = failure === null ? Exit.Ok : Exit.Finding;
};

const show = ({ target, outcome, failure }: Replay, input: Uint8Array): void => {
  print(`${target}, ${input.length} octets: ${failure === null ? `passes (${outcome})` : `FAILS, ${failure.kind}`}`);
  for (let at = 0; at < Math.min(input.length, 512); at += 16) {
    const row = hex(input, at, Math.min(at + 16, input.length)).replace(/..(?=.)/g, "$& ");
    print(`  ${at.toString(16).padStart(4, "0")}  ${row}`);
  }
  if (input.length > 512) print(`  … and ${input.length - 512} more`);
  if (failure === null) return;
  print(failure.message);
  for (const frame of failure.stack) print(`    at ${frame}`);
  print(`signature ${failure.signature}`);
};
