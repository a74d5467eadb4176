import { InvalidArgumentError } from "commander";

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

/** A commander argument parser for whole numbers in [min, max]. */
export const wholeNumber =
  (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A commander argument parser for durations such as 500ms, 30s, 5m, 8h; gives milliseconds. */
export const duration = (text: string): number => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const scale = UNITS[unit ?? ""];
  if (digits === undefined || scale === undefined || Number(digits) === 0) {
    throw new InvalidArgumentError("Give a number and a unit: 500ms, 30s, 5m, 8h.");
  }
  return Number(digits) * scale;
};

/** A commander argument parser for comma-separated names out of a fixed set. */
export const namesOf =
  <Name extends string>(...known: readonly Name[]) =>
  (text: string): Name[] => {
    const names = text.split(",").map((name) => name.trim());
    for (const name of names) {
      if (!(known as readonly string[]).includes(name)) {
        throw new InvalidArgumentError(`"${name}" is not one of ${known.join(", ")}.`);
      }
    }
    return [...new Set(names)] as Name[];
  };

/** Aborts on the first SIGINT or SIGTERM, so that a run can end early and keep what it has; the second one kills. */
export const interruption = (): AbortSignal => {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      log(`kiln: ${signal}: stopping; what was gathered is kept (once more to end at once)`);
      controller.abort(signal);
    });
  }
  return controller.signal;
};
