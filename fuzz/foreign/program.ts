import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setU32, u32 } from "../../src/codec/octets.js";
import { framesOf, lastSaid } from "./last-words.js";

/** A program went away, or had to be ended, while it had an input to answer. */
export class ProgramFailure extends Error {
  readonly kind: "crash" | "hang" | "memory";

  constructor(kind: ProgramFailure["kind"], message: string, said: string) {
    super(message);
    this.name = NAMES[kind];
    this.kind = kind;
    // As an error of JavaScript has it, so that findings fold by the program's own innermost functions.
    const frames = framesOf(said).map(({ name, file, line }) => `    at ${name} (${file}:${line}:1)`);
    this.stack = [`${this.name}: ${message}`, ...frames].join("\n");
  }
}

/** What is made of them as findings: see `failureFrom`. */
const NAMES = { crash: "program", hang: "ProgramHangs", memory: "ProgramTooLarge" } as const;

export interface ProgramOptions {
  /** A command line for `sh`. */
  readonly command: string;
  /** Milliseconds for one answer. */
  readonly hangMs: number;
  /** Megabytes of resident memory. */
  readonly memoryMb: number;
  /** Of a process, resident memory in megabytes; 0 when it is gone. */
  rssMb(pid: number): number;
}

/**
 * A program that answers inputs over a pipe, one after the other, for as long as it lives: see fuzz/examples/exec. It is
 * started when it is first asked, and again after it failed.
 */
export class Program {
  readonly #options: ProgramOptions;
  #child: ChildProcessByStdio<Writable, Readable, Readable> | null = null;
  #waiting: Waiting | null = null;
  #received: Buffer = Buffer.alloc(0);
  #said = "";

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  /** What it answers: at most 64 KiB of text. Rejects with a ProgramFailure. */
  ask(input: Uint8Array): Promise<string> {
    const child = this.#child ?? this.#start();
    const head = new Uint8Array(4);
    setU32(head, 0, input.length);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, since: performance.now() };
      child.stdin.cork();
      child.stdin.write(head);
      child.stdin.write(input);
      child.stdin.uncork();
    });
  }

  /** Ends it. */
  stop(): void {
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  #start(): ChildProcessByStdio<Writable, Readable, Readable> {
    // `exec`: the shell becomes the program, so that a signal reaches it.
    const child = spawn("/bin/sh", ["-c", `exec ${this.#options.command}`], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    this.#received = Buffer.alloc(0);
    this.#said = "";
    // One that is ending does not read any more: how it ended says more.
    child.stdin.on("error", () => {});
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#said = (this.#said + text).slice(-MOST_SAID);
    });
    child.stdout.on("data", (octets: Buffer) => this.#take(octets));
    child.on("error", (error) => this.#fail("crash", `cannot be started: ${error.message}`));
    child.on("close", (code, signal) => {
      clearInterval(watch);
      if (this.#child !== child) return;
      this.#child = null;
      const last = lastSaid(this.#said);
      const how = signal === null ? `exit code ${code}` : `killed by ${signal}`;
      this.#fail("crash", last === null ? how : `${how}: ${last}`);
    });
    const watch = setInterval(() => this.#watch(child), WATCH_MS);
    watch.unref();
    return child;
  }

  #take(octets: Buffer): void {
    this.#received = this.#received.length === 0 ? octets : Buffer.concat([this.#received, octets]);
    if (this.#received.length < 4) return;
    const length = u32(this.#received, 0);
    if (length > MOST_ANSWERED) {
      this.#end("crash", `announces an answer of ${length} octets: ${MOST_ANSWERED} are the most`);
    } else if (this.#received.length >= 4 + length) {
      const answer = this.#received.toString("utf8", 4, 4 + length);
      this.#received = this.#received.subarray(4 + length);
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.resolve(answer);
    }
  }

  #watch({ pid }: { readonly pid?: number | undefined }): void {
    const { hangMs, memoryMb, rssMb } = this.#options;
    if (this.#waiting !== null && performance.now() - this.#waiting.since > hangMs) {
      this.#end("hang", `no answer within ${hangMs} ms`);
    } else if (pid !== undefined && rssMb(pid) > memoryMb) this.#end("memory", `more than ${memoryMb} MB`);
  }

  #end(kind: ProgramFailure["kind"], message: string): void {
    this.stop();
    this.#fail(kind, message);
  }

  #fail(kind: ProgramFailure["kind"], message: string): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(new ProgramFailure(kind, message, this.#said));
  }
}

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (failure: ProgramFailure) => void;
  readonly since: number;
}

const MOST_ANSWERED = 0x1_0000;
const MOST_SAID = 0x1_0000;
const WATCH_MS = 100;
