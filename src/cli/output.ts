/** Exit codes of every command: 1 says that what was asked about is bad (a finding), 2 that the command could not do its job. */
export const Exit = { Ok: 0, Finding: 1, Error: 2 } as const;

/** A failure the user can do something about: printed as one line, `kiln: …`, without a stack. */
export class CliError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = Exit.Error) {
    super(message);
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}

/** Progress and logs: standard error, so that standard output stays the command's result. */
export const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** The result for people. */
export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** The result for programs: one document, nothing else on standard output. */
export const printJson = (document: unknown): void => {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
};

/** Aborts on the first SIGINT or SIGTERM, so that a run can end early and keep what it has; the second one kills. */
export const interruption = (say: (line: string) => void = log): AbortSignal => {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Stays until the second: a screen's library ends the process when it is the only one that listens.
    const heard = (): void => {
      if (controller.signal.aborted) {
        process.removeListener(signal, heard);
        process.kill(process.pid, signal);
        return;
      }
      say(`kiln: ${signal}: stopping; what was gathered is kept (once more to end at once)`);
      controller.abort(signal);
    };
    process.on(signal, heard);
  }
  return controller.signal;
};
