import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { serveControl } from "../speaker/control.js";
import { Speaker } from "../speaker/speaker.js";
import { describeStatus } from "../speaker/status.js";
import { warmUp } from "../speaker/warm-up.js";
import { CliError, Exit, log, print, printJson } from "./output.js";
import { PLAN_FD, type SpeakerPlan } from "./speaker-handover.js";
import { version } from "./version.js";

/**
 * `kiln speaker`: runs until it is told to stop.
 *
 * The command line and the configuration are checked by a process of their own that has ended before the first session
 * begins: a speaker runs for months, and the libraries for that minute are a fifth of the memory of a full table.
 */
export const runSpeaker = async (argv: readonly string[]): Promise<void> => {
  const plan = planned(argv);
  if (plan === null) return;
  // The hot path makes no garbage to speak of; a young generation that grows to 16 MiB is memory for nothing.
  setFlagsFromString("--semi-space-growth-factor=1");
  try {
    await run(plan);
  } catch (error) {
    log(`kiln: ${error instanceof Error ? error.message : error}`);
    process.exitCode = error instanceof CliError ? error.exitCode : Exit.Error;
  }
};

/** The plan, or null when there is nothing to run: a mistake, or --help, or --check. It has been dealt with then. */
const planned = (argv: readonly string[]): SpeakerPlan | null => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const checked = spawnSync(process.execPath, [fileURLToPath(new URL("./speaker-plan.js", import.meta.url)), ...argv], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
    env,
  });
  const written = checked.output?.[PLAN_FD]?.toString() ?? "";
  if (checked.status === 0 && written !== "") return JSON.parse(written) as SpeakerPlan;
  process.exitCode = checked.status ?? Exit.Error;
  return null;
};

const run = async ({ config, json, quiet }: SpeakerPlan): Promise<void> => {
  const lines = new Lines();
  const logLine = quiet ? (): void => undefined : (line: string): void => lines.add(line);
  const speaker = new Speaker(config, { version, log: logLine });
  let end: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const { control } = config;
  const server =
    control === undefined
      ? null
      : await serveControl(control, { status: () => speaker.status(), stop: () => end("stop") });
  warmUp();
  try {
    await speaker.start();
    // Before it says that it listens: who waits for that may end it in the same instant.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
    for (const { address, port, transport } of speaker.status().listening) {
      logLine(`listening on ${address}:${port} (${transport})`);
    }
    await ended;
    const status = speaker.status();
    await speaker.stop();
    if (json) printJson(status);
    else print(describeStatus(status));
  } finally {
    lines.write();
    server?.close();
    if (server !== null && control !== undefined) rmSync(control, { force: true });
  }
};

/** Lines of the log, written together: with hundreds of sessions a second, a call of the system for each is work to be felt. */
class Lines {
  #waiting: string[] = [];

  constructor() {
    process.once("exit", () => this.write());
  }

  add(line: string): void {
    if (this.#waiting.length === 0) setTimeout(() => this.write(), LOG_DELAY_MS);
    this.#waiting.push(`${new Date().toISOString()} ${line}`);
  }

  write(): void {
    if (this.#waiting.length === 0) return;
    log(this.#waiting.join("\n"));
    this.#waiting = [];
  }
}

const LOG_DELAY_MS = 50;
