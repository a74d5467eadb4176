import { Command, CommanderError } from "commander";
import { register as bench } from "./bench.js";
import { CliError, Exit, log } from "./common.js";
import { register as speaker } from "./speaker.js";
import { register as status } from "./status.js";
import { version } from "./version.js";

/** One command: one file in this folder, which adds itself to the program. */
export type Register = (program: Command) => void;

const commands: readonly Register[] = [bench, speaker, status];

export const createProgram = (): Command => {
  const program = new Command("kiln")
    .description("Fuzz and measure BGP speakers, above all BGP over TLS.")
    .version(version)
    .showHelpAfterError("(see --help for what is allowed)")
    .showSuggestionAfterError()
    .exitOverride();
  for (const register of commands) register(program);
  return program;
};

/** Runs one command line. Sets the exit code instead of leaving, so that output is flushed and handles close. */
export const runCli = async (argv: readonly string[]): Promise<void> => {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(Exit.Ok);
  });
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? Exit.Ok : Exit.Error;
    } else if (error instanceof CliError) {
      log(`kiln: ${error.message}`);
      process.exitCode = error.exitCode;
    } else {
      log(`kiln: internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
      process.exitCode = Exit.Error;
    }
  }
};
