import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { preciseCpuSeconds } from "./cpu-time.js";
import { haltedOf, type NamedProcess, named } from "./halted.js";
import { statFields, statOf } from "./proc-stat.js";
import { type Launch, TargetError, type Usage } from "./target.js";

const STDERR_KEPT = 2000;
const STOP_PATIENCE_MS = 3000;
const READY_PATIENCE_MS = 15_000;

/** A foreground process in a private directory. It never outlives us: see `guard`. */
export class Daemon {
  readonly name: string;
  /** Private, mode 0700, removed with the process. */
  readonly directory: string;
  /** Resolves when the process has ended though nobody called `stop`. */
  readonly died: Promise<string>;
  #child: ChildProcess | null = null;
  #guard: ChildProcess | null = null;
  #stderr = "";
  #stopping = false;
  #patienceMs = STOP_PATIENCE_MS;
  #ended: string | null = null;
  #processes: readonly NamedProcess[] | null = null;
  #tell: (reason: string) => void = () => undefined;

  constructor(name: string) {
    this.name = name;
    this.directory = mkdtempSync(join(tmpdir(), `kiln-${name}-`));
    this.died = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new TargetError(`${this.name}: not running`);
    return pid;
  }

  /** Why it is gone; null while it runs. */
  get ended(): string | null {
    return this.#ended;
  }

  /** A group of its own: Ctrl-C in a terminal must reach us first, so that we can keep what was measured. */
  spawn(command: string, args: readonly string[]): void {
    this.launch({ command, args, env: {}, patienceMs: STOP_PATIENCE_MS });
  }

  launch({ command, args, env, patienceMs }: Launch): void {
    const child = spawn(command, args, {
      cwd: this.directory,
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    this.#child = child;
    this.#patienceMs = patienceMs;
    if (child.pid !== undefined) this.#guard = guard(child.pid, this.directory);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.once("error", (error) => this.#end(`could not be started: ${error.message}`));
    child.once("close", (code, signal) => this.#end(`ended by itself (${signal ?? `exit code ${code}`})`));
  }

  /** What happened, with what it said last on standard error. */
  words(what: string): string {
    return `${what}${this.#lastWords()}`;
  }

  /** All it has said on standard error lately. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Calls `probe` until it gives a value. Rejects when the process dies first or its time is up. */
  async ready<T>(probe: () => Promise<T | null>): Promise<T> {
    const deadline = performance.now() + READY_PATIENCE_MS;
    while (this.#ended === null) {
      const value = await probe();
      if (value !== null) return value;
      if (performance.now() > deadline) {
        throw new TargetError(`${this.name}: not ready after ${READY_PATIENCE_MS / 1000} s${this.#lastWords()}`);
      }
      await wait(5);
    }
    throw new TargetError(this.#ended);
  }

  /** Writes a file into the directory that only we can read or write, as some daemons insist; gives its path. */
  write(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** The process and those it has started, as they were when this was asked first: then all that there will be must run. */
  pids(): readonly number[] {
    return this.#all().map(({ pid }) => pid);
  }

  /** Which of them can't work, see `haltedOf`. */
  halted(): string | null {
    return haltedOf(this.#all());
  }

  /** Of all its processes; the peaks are added up, though they need not have been at one time. */
  usage(): Usage {
    const all = this.pids().map((pid) => usageOf(this.name, pid));
    const sum = (of: (one: Usage) => number): number => all.reduce((total, one) => total + of(one), 0);
    return {
      cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
      rssBytes: sum(({ rssBytes }) => rssBytes),
      peakRssBytes: sum(({ peakRssBytes }) => peakRssBytes),
    };
  }

  /** SIGTERM, or what `ask` does instead. */
  async stop(ask?: () => Promise<unknown>): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      if (ask === undefined) child.kill("SIGTERM");
      else ask().catch(() => this.#kill());
      const killer = setTimeout(() => this.#kill(), this.#patienceMs);
      await gone;
      clearTimeout(killer);
    }
    this.#forget();
  }

  #all(): readonly NamedProcess[] {
    this.#processes ??= withDescendants(this.pid).map(named);
    return this.#processes;
  }

  /** The whole group: a profiler has the program as its child. */
  #kill(): void {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended meanwhile.
    }
  }

  #end(what: string): void {
    if (this.#ended !== null) return;
    this.#ended = `${this.name}: ${what}${this.#lastWords()}`;
    if (!this.#stopping) this.#tell(this.#ended);
  }

  #lastWords(): string {
    const lines = this.#stderr.trim().split("\n").slice(-3).join("; ");
    return lines === "" ? "" : `; it said: ${lines}`;
  }

  #forget(): void {
    this.#guard?.kill("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The file of a program, looked for in PATH and in the places where daemons are; null when it is nowhere. */
export const findProgram = (name: string): string | null => {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  for (const folder of folders) {
    if (folder === "") continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {}
  }
  return null;
};

/** A process, its children, their children and so on: by the kernel's list of all processes, proc(5). */
export const withDescendants = (pid: number): number[] => {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [pid];
  for (const one of found) found.push(...(children.get(one) ?? []));
  return found;
};

const parentOf = (pid: string): number | null => {
  const parent = statOf(pid)?.[1];
  return parent === undefined ? null : Number(parent);
};

/** The kernel's account of a process, proc(5). */
export const usageOf = (name: string, pid: number): Usage => {
  let stat: string;
  let status: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    status = readFileSync(`/proc/${pid}/status`, "latin1");
  } catch {
    throw new TargetError(`${name}: process ${pid} is gone, or this system has no /proc`);
  }
  // One that was killed and not yet waited for has no memory any more.
  if (!/^VmRSS:/m.test(status)) throw new TargetError(`${name}: process ${pid} has ended`);
  const usage = parseUsage(stat, status);
  return { ...usage, cpuSeconds: preciseCpuSeconds(pid, usage.cpuSeconds) };
};

/** USER_HZ, the unit of times in /proc; 100 on every Linux architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

export const parseUsage = (stat: string, status: string): Usage => {
  const fields = statFields(stat);
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kibibytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
  return {
    cpuSeconds: ticks / TICKS_PER_SECOND,
    rssBytes: kibibytes("VmRSS") * 1024,
    peakRssBytes: kibibytes("VmHWM") * 1024,
  };
};

/**
 * Ends a process with its group and removes its directory when we are gone, however we went: a crash and SIGKILL give us no chance to do
 * it ourselves. It waits for the end of a pipe that only we hold.
 */
const guard = (pid: number, directory: string): ChildProcess => {
  // It waits with what the shell has built in: a program that PATH lacks would end the wait, and with it the process, at once.
  const script = 'while read -r _; do :; done; kill -s KILL -- "-$0"; rm -rf "$1"';
  const child = spawn("/bin/sh", ["-c", script, String(pid), directory], {
    env: { PATH: `${process.env.PATH ?? ""}:/usr/bin:/bin` },
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  child.on("error", () => undefined);
  child.stdin?.on("error", () => undefined);
  (child.stdin as Socket | null)?.unref();
  child.unref();
  return child;
};
