import { type ChildProcess, fork } from "node:child_process";

/** What a tester process can do, by name: each takes one argument that can be cloned and gives one such value. */
export type Actions = Readonly<Record<string, (argument: never) => unknown>>;

type ArgumentOf<A extends Actions, Name extends keyof A> = Parameters<A[Name]>[0];
type ResultOf<A extends Actions, Name extends keyof A> = Awaited<ReturnType<A[Name]>>;

interface Call {
  readonly id: number;
  readonly seat: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** A tester process could not do what it was asked; the text is fit for a user. */
export class TesterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TesterError";
  }
}

/** A tester process, seen from the scenario: calls go over Node's IPC, which is off the measured path. */
export class Worker<A extends Actions> {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #calls = 0;
  #gone: string | null = null;

  /** `module`: a compiled file that calls `serve`. It ends by itself when we do. */
  constructor(name: string, module: URL) {
    this.name = name;
    this.#child = fork(module, { serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#child.on("message", (answer: Answer) => {
      const call = this.#open.get(answer.id);
      this.#open.delete(answer.id);
      if (answer.error === undefined) call?.resolve(answer.value);
      else call?.reject(new TesterError(`${name}: ${answer.error}`));
    });
    const gone = (reason: string): void => {
      this.#gone = reason;
      for (const { reject } of this.#open.values()) reject(new TesterError(reason));
      this.#open.clear();
    };
    this.#child.once("error", (error) => gone(`${name}: could not be started: ${error.message}`));
    this.#child.once("exit", (code, signal) => gone(`${name}: ended unexpectedly (${signal ?? `exit code ${code}`})`));
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** `seat`: which of the process's actors, see `serve`. */
  call<Name extends keyof A & string>(
    name: Name,
    argument: ArgumentOf<A, Name>,
    seat: number = 0,
  ): Promise<ResultOf<A, Name>> {
    if (this.#gone !== null) return Promise.reject(new TesterError(this.#gone));
    const id = this.#calls++;
    const call: Call = { id, seat, name, argument };
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send(call);
    });
  }

  /** Ends the process at once; calls that are open are rejected. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#child.kill("SIGKILL");
    await gone;
  }
}

/** One actor of a tester process: a sender, a receiver. Scenarios call it as if it had a process of its own. */
export interface Caller<A extends Actions> {
  readonly name: string;
  call<Name extends keyof A & string>(name: Name, argument: ArgumentOf<A, Name>): Promise<ResultOf<A, Name>>;
}

/** An actor on a seat of a worker. */
export class Seat<A extends Actions> implements Caller<A> {
  readonly name: string;
  readonly worker: Worker<A>;
  readonly #seat: number;

  constructor(name: string, worker: Worker<A>, seat: number) {
    this.name = name;
    this.worker = worker;
    this.#seat = seat;
  }

  call<Name extends keyof A & string>(name: Name, argument: ArgumentOf<A, Name>): Promise<ResultOf<A, Name>> {
    return this.worker.call(name, argument, this.#seat).catch((error: unknown) => {
      // The worker speaks for all of its seats.
      throw error instanceof TesterError && this.worker.name !== this.name
        ? new TesterError(error.message.replace(`${this.worker.name}:`, `${this.name}:`))
        : error;
    });
  }
}

/**
 * Makes this process a tester process. It may have many actors, each with a session and a state of its own, which `actor`
 * makes when the first call for its seat comes: fifty processes would cost more than what they do.
 */
export const serve = (actor: Actions | ((seat: number) => Actions)): void => {
  const seats = new Map<number, Actions>();
  // A process without its scenario is of no use to anyone; Ctrl-C is the scenario's to decide about.
  process.once("disconnect", () => process.exit());
  process.on("SIGINT", () => undefined);
  process.on("message", (call: Call) => {
    const actions = seats.get(call.seat) ?? (typeof actor === "function" ? actor(call.seat) : actor);
    seats.set(call.seat, actions);
    const action = actions[call.name] as ((argument: unknown) => unknown) | undefined;
    Promise.resolve(call.argument)
      .then((argument) => {
        if (action === undefined) throw new RangeError(`there is no action ${call.name}`);
        return action(argument);
      })
      .then(
        (value): Answer => ({ id: call.id, value }),
        (error: unknown): Answer => ({ id: call.id, error: error instanceof Error ? error.message : String(error) }),
      )
      .then((answer) => process.send?.(answer));
  });
};
