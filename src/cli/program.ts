import { Command, CommanderError } from "commander";
import { CliError, Exit, log } from "./output.js";
import { version } from "./version.js";

/** One command: one file in this folder, which adds itself to the program. */
export type Register = (program: Command) => void;

/**
 * The commands, loaded when they are asked for: a speaker that runs for years must not carry the fuzzer and its tools
 * in its memory.
 */
const commands: Readonly<Record<string, () => Promise<{ readonly register: Register }>>> = {
  bench: () => import("./bench.js"),
  compare: () => import("./compare.js"),
  corpus: () => import("./corpus.js"),
  coverage: () => import("./coverage.js"),
  doctor: () => import("./doctor.js"),
  explain: () => import("./explain.js"),
  findings: () => import("./findings.js"),
  fuzz: () => import("./fuzz.js"),
  minimize: () => import("./minimize.js"),
  nightly: () => import("./nightly.js"),
  report: () => import("./report.js"),
  repro: () => import("./repro.js"),
  speaker: () => import("./speaker.js"),
  status: () => import("./status.js"),
  table: () => import("./table.js"),
  trend: () => import("./trend.js"),
  verdicts: () => import("./verdicts.js"),
};

const EXAMPLES = `
Examples:
  kiln nightly                                            everything, in about three minutes
  kiln fuzz message-update --time 5m                      one decoder, longer
  kiln bench convergence --target self,bird --prefixes 1000000 --runs 5
  kiln compare --rerun v0.1.0..HEAD                       is it slower than the last release, by how much, how sure
  kiln speaker --as 65000 --router-id 192.0.2.1 --listen 127.0.0.1:1790 --peer 127.0.0.2,as=65001,passive
  kiln explain bgp.pcapng                                 messages field by field, with what is wrong in them
  kiln table dump updates.gz                              an MRT file, as bgpdump -m prints it

"kiln COMMAND --help" tells more. Traffic goes to addresses that you name, and of its own accord to loopback alone.`;

/** The program with the command that `argv` names, or with all of them when it names none. */
export const createProgram = async (argv: readonly string[]): Promise<Command> => {
  const program = new Command("kiln")
    .description("Fuzz and measure BGP speakers, above all BGP over TLS.")
    .version(version)
    .addHelpText("after", EXAMPLES)
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .showSuggestionAfterError()
    // What stands behind a command is that one's, and so on below it.
    .enablePositionalOptions()
    .exitOverride();
  const [named = ""] = argv;
  const wanted = Object.hasOwn(commands, named) ? [named] : Object.keys(commands);
  for (const name of wanted) {
    const { register } = (await commands[name]?.()) ?? {};
    register?.(program);
  }
  return program;
};

/** Commander's "error: …", with "(Did you mean …?)" on a line of its own, in our manner. */
const oneLine = (text: string): string => {
  const line = text
    .trim()
    .replace(/^error: /, "kiln: ")
    .replaceAll(/\s*\n\s*/g, " ");
  return `${line} (--help shows what is allowed)\n`;
};

/** Trouble with a file or a socket that no command foresaw: the system's own words name the path. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "errno" in error;

/** Runs one command line. Sets the exit code instead of leaving, so that output is flushed and handles close. */
export const runCli = async (argv: readonly string[]): Promise<void> => {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(Exit.Ok);
  });
  try {
    const program = await createProgram(argv);
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? Exit.Ok : Exit.Error;
    } else if (error instanceof CliError) {
      log(`kiln: ${error.message}`);
      process.exitCode = error.exitCode;
    } else if (isSystemError(error)) {
      log(`kiln: ${error.message}`);
      process.exitCode = Exit.Error;
    } else if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") {
      const [what] = (error as Error).message.split(" imported from ");
      log(`kiln: ${what}: this needs the development tools, run it in a checkout after \`npm ci\``);
      process.exitCode = Exit.Error;
    } else {
      log(`kiln: internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
      process.exitCode = Exit.Error;
    }
  }
};
