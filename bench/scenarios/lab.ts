import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { peerAsOf } from "../../src/table/generate.js";
import type { PreparedTable } from "../../src/table/prepared.js";
import type { RunningTarget, Target, TargetPeer, TargetSetup, TargetTls, Transport } from "../../src/target/target.js";
import { makeCertificates } from "../../src/transport/certificates.js";
import type { Form } from "../tester/payload.js";
import type { Received, ReceiverActions } from "../tester/receiver.js";
import type { SenderActions, Sent } from "../tester/sender.js";
import type { SessionOptions } from "../tester/session.js";
import { type Actions, type Caller, Seat, TesterError, Worker } from "../tester/worker.js";
import type { Circumstances } from "./circumstances.js";
import { type Disturbed, watchMachine } from "./disturbance.js";
import { unlessHalted } from "./halted.js";
import { PATIENCE_MS, unlessHung, untilIdle } from "./patience.js";
import { bindTo } from "./pinning.js";

export { PATIENCE_MS } from "./patience.js";

/** RFC 5398 AS numbers, which no path of a real table holds: such a route would be a loop. The same for every target. */
export const TARGET_AS = 65550;
export const TARGET_ID = "10.0.2.1";

export interface LabPeer {
  readonly name: string;
  readonly as: number;
  readonly address: string;
  readonly id: string;
}

/** The n-th sender, from 0. Router ids rise with n: of paths that are equal else, the lowest n wins. */
export const senderOf = (n: number): LabPeer => ({
  name: `sender${n}`,
  as: peerAsOf(n),
  address: `127.0.1.${n + 1}`,
  id: `10.0.0.${n + 1}`,
});

/** The n-th receiver, from 0. They are in one AS: a target may make one update group of them. */
export const receiverOf = (n: number): LabPeer => ({
  name: n === 0 ? "receiver" : `receiver${n}`,
  as: 65551,
  address: `127.0.2.${n + 1}`,
  id: `10.0.1.${n + 1}`,
});

export const MAX_SENDERS = 200;
export const MAX_RECEIVERS = 200;

/** The peers that a target must know. */
export const peersOf = (senders: number, receivers: number, families: TargetPeer["families"]): TargetPeer[] => [
  ...Array.from({ length: senders }, (_, n) => ({ ...senderOf(n), families })),
  ...Array.from({ length: receivers }, (_, n) => ({ ...receiverOf(n), families })),
];

export interface LabSetup {
  readonly families: readonly ("ipv4" | "ipv6")[];
  /** What each sender prepares of its table, under the name of the form. */
  readonly forms: readonly Form[];
  readonly transports: readonly Transport[];
  readonly signal: AbortSignal;
  /** Receivers there can be in a run; one when absent. */
  readonly receivers?: number;
  readonly circumstances?: Circumstances;
  /** How long a target may do nothing at all before it counts as hung; what the circumstances say when absent. */
  readonly patienceMs?: number;
}

/** A running target with its peers in session, before anything is announced. */
export interface Bench {
  readonly target: RunningTarget;
  readonly senders: readonly Caller<SenderActions>[];
  /** The first of the receivers. */
  readonly receiver: Caller<ReceiverActions>;
  readonly receivers: readonly Caller<ReceiverActions>[];
  /** How long the target may do nothing at all before it counts as hung. */
  readonly patienceMs: number;
  /** From now until the function that it gives is called: what else had the processors. */
  watch(): () => Disturbed | null;
}

/**
 * The tester processes of a scenario. They outlive the targets, so that only the target starts cold. There are no more of
 * them than the machine can run: a process has the sessions of several senders, or of several receivers.
 */
export class Lab {
  readonly senders: readonly Seat<SenderActions>[];
  readonly receivers: readonly Seat<ReceiverActions>[];
  readonly #setup: LabSetup;
  #tls: LabTls | null = null;

  private constructor(senders: number, setup: LabSetup) {
    this.#setup = setup;
    this.senders = seated<SenderActions>("sender", senders, new URL("../tester/sender.js", import.meta.url));
    const receivers = setup.receivers ?? 1;
    this.receivers = seated<ReceiverActions>("receiver", receivers, new URL("../tester/receiver.js", import.meta.url));
  }

  /** Starts a sender for each table, and the receivers, which must end with the union of them. */
  static async open(tables: readonly PreparedTable[], setup: LabSetup): Promise<Lab> {
    const pin = setup.circumstances?.pin ?? null;
    if (pin !== null) bindTo(pin.tester);
    const lab = new Lab(tables.length, setup);
    try {
      await lab.#guarded(lab.#handOut(tables));
      if (setup.transports.some((transport) => transport !== "tcp")) lab.#tls = await labTls(lab.receivers.length);
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  get receiver(): Seat<ReceiverActions> {
    const [first] = this.receivers;
    if (first === undefined) throw new RangeError("there is no receiver");
    return first;
  }

  /** Gives a sender another table under a name of its own. */
  async load(n: number, name: string, { messages }: PreparedTable, form: Form): Promise<void> {
    await inFiles([messages], async ([file = ""]) => {
      await this.senders[n]?.call("load", { name, file, form });
    });
  }

  /** Gives the first receiver one more table, to verify against by this name. */
  async know(name: string, { messages }: PreparedTable): Promise<void> {
    await inFiles([messages], async ([file = ""]) => {
      await this.receiver.call("know", { name, file });
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers().map((worker) => worker.end()));
  }

  /**
   * Starts a fresh target, brings its peers up, lets `measure` work with them, and takes everything down again. Rejects
   * when the target dies or hangs meanwhile, when a session is lost, and when the run was interrupted.
   */
  async run<T>(
    target: Target,
    transport: Transport,
    measure: (bench: Bench) => Promise<T>,
    receiverCount: number = 1,
  ): Promise<T> {
    const running = await this.#start(target, transport, receiverCount);
    const died = running.died.then((reason) => {
      throw new TesterError(reason);
    });
    died.catch(() => undefined);
    try {
      const { address, port, as = TARGET_AS, ca } = running;
      const to = (peer: LabPeer): SessionOptions =>
        this.#session(peer, transport, { address, port: running.portFor?.(peer.name) ?? port, as }, ca);
      const receivers = this.receivers.slice(0, receiverCount);
      const connections = [
        ...this.senders.map((sender, n) => sender.call("connect", to(senderOf(n)))),
        ...receivers.map((one, n) => one.call("connect", to(receiverOf(n)))),
      ];
      const patienceMs = this.#setup.patienceMs ?? this.#setup.circumstances?.patienceMs ?? PATIENCE_MS;
      const testers = this.#workers().flatMap(({ pid }) => pid ?? []);
      const bench: Bench = {
        target: running,
        senders: this.senders.map((sender) => patientSender(sender, running, patienceMs)),
        receiver: patientReceiver(this.receiver, running, patienceMs),
        receivers: receivers.map((one) => patientReceiver(one, running, patienceMs)),
        patienceMs,
        watch: () => watchMachine(running, testers),
      };
      const work = Promise.all(connections)
        .catch((error: unknown) => {
          if (running.unseen === undefined || !(error instanceof TesterError)) throw error;
          throw new TesterError(`${error.message}; ${running.unseen.advice}`);
        })
        // The initial exchange of End-of-RIB markers is not what we measure.
        .then(() => wait(SETTLE_MS))
        .then(() => measure(bench));
      return await this.#guarded(Promise.race([unlessHalted(running, work), died]));
    } catch (error) {
      // Its sessions and its control socket may be the first to tell that a target died, but not why.
      if (!(error instanceof Interrupted)) await Promise.race([died, wait(LAST_WORDS_MS)]);
      throw error;
    } finally {
      await this.#hangUp();
      await running.stop();
    }
  }

  /**
   * The tester against a sink of its own: the first sender's process speaks to the receivers, no target in between. Gives
   * milliseconds until the last of them has everything.
   */
  async calibrate(transport: Transport, form: Form, receiverCount: number = 1): Promise<number> {
    return await this.#direct(transport, receiverCount, async (sources, receivers) => {
      await Promise.all(receivers.map((one) => one.call("arm", { record: true, goal: "exact", stamp: "first" })));
      const goals = receivers.map((one) => one.call("goal", { patienceMs: PATIENCE_MS }));
      const sends = sources.map((one) => one.call("send", { names: [form], durationMs: 0 }));
      const [sent, got] = await Promise.all([Promise.all(sends), Promise.all(goals)]);
      const ends = got.map(({ reachedMs }) => {
        if (reachedMs === null) throw new TesterError("the tester against itself did not come to the expected set");
        return reachedMs;
      });
      return Math.max(...ends) - together(sent).firstMs;
    });
  }

  /** What the tester can do against one sink, a payload again and again: prefixes a second, some times. */
  async capacity(transport: Transport, form: Form): Promise<number[]> {
    const rates: number[] = [];
    for (let run = 0; run < CAPACITY_RUNS; run++) {
      const rate = await this.#direct(transport, 1, async ([source], [receiver]) => {
        if (source === undefined || receiver === undefined) throw new RangeError("there is no tester");
        await receiver.call("arm", { record: false, goal: "exact", stamp: "last" });
        const sent = await source.call("send", { names: [form], durationMs: CAPACITY_MS });
        const last = await receiver.call("quiet", { quietMs: SETTLE_MS });
        return sent.prefixes / ((Math.max(last.lastMs ?? 0, sent.lastMs) - sent.firstMs) / 1000);
      });
      rates.push(rate);
      this.#setup.circumstances?.calibrated(form === "packed" ? transport : `${transport} ${form}`, rate);
    }
    return rates;
  }

  /** Without a target: each receiver with a session to the first sender's process. */
  async #direct<T>(
    transport: Transport,
    receiverCount: number,
    measure: (sources: Seat<SenderActions>[], receivers: Seat<ReceiverActions>[]) => Promise<T>,
  ): Promise<T> {
    const [sender] = this.senders;
    if (sender === undefined) throw new RangeError("there is no sender");
    const { as, address } = senderOf(0);
    const receivers = this.receivers.slice(0, receiverCount);
    // Beyond the seats that the senders have; the first one is the sender's own.
    const sources = receivers.map((_, n) =>
      n === 0 ? sender : new Seat<SenderActions>(`source ${n}`, sender.worker, this.senders.length + n),
    );
    const connected = receivers.map(async (receiver, n) => {
      const local = this.#session(receiverOf(n), transport, { address, port: 0, as });
      const port = await receiver.call("listen", local);
      if (n > 0) await sources[n]?.call("borrow", { seat: 0 });
      const remote = { address: receiverOf(n).address, port, as: receiverOf(n).as };
      await sources[n]?.call("connect", this.#session(senderOf(0), transport, remote));
    });
    try {
      return await this.#guarded(Promise.all(connected).then(() => measure(sources, receivers)));
    } finally {
      await this.#hangUp(sources);
    }
  }

  async #start(target: Target, transport: Transport, receivers: number): Promise<RunningTarget> {
    const { families, circumstances } = this.#setup;
    const peers = peersOf(this.senders.length, receivers, families);
    const tls = transport !== "tcp" && this.#tls !== null ? { tls: this.#tls.target } : {};
    return await startTarget(target, { transport, peers, ...tls }, circumstances);
  }

  /** `ca`: whom to trust instead of the lab's own authority. */
  #session(peer: LabPeer, transport: Transport, remote: SessionOptions["remote"], ca?: string): SessionOptions {
    const trusted = ca === undefined ? {} : { ca };
    const tls = transport !== "tcp" && this.#tls !== null ? { tls: { ...this.#tls.tester, ...trusted } } : {};
    return {
      transport: transport === "tcp" ? "tcp" : "tls",
      localAddress: peer.address,
      as: peer.as,
      routerId: peer.id,
      families: this.#setup.families,
      remote,
      ...tls,
    };
  }

  async #hangUp(sources: readonly Seat<SenderActions>[] = []): Promise<void> {
    const goodbyes = [...this.senders, ...sources].map((sender) => sender.call("close", undefined));
    goodbyes.push(...this.receivers.map((receiver) => receiver.call("close", undefined)));
    await Promise.allSettled(goodbyes);
  }

  /** Rejects when the user interrupts. */
  #guarded<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#setup;
    const interrupted = new Promise<never>((_, reject) => {
      const stop = (): void => reject(new Interrupted());
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
      work.then(
        () => signal.removeEventListener("abort", stop),
        () => signal.removeEventListener("abort", stop),
      );
    });
    return Promise.race([work, interrupted]);
  }

  #handOut(tables: readonly PreparedTable[]): Promise<unknown> {
    return inFiles(
      tables.map(({ messages }) => messages),
      (files) => {
        const all = tables.map(({ messages: _, ...table }, n) => ({ file: files[n] ?? "", table }));
        const receivers = new Map(this.receivers.map((receiver) => [receiver.worker, receiver]));
        const loads: Promise<unknown>[] = [...receivers.values()].map((one) => one.call("load", { files: all }));
        for (const [n, sender] of this.senders.entries()) {
          for (const form of this.#setup.forms)
            loads.push(sender.call("load", { name: form, file: files[n] ?? "", form }));
        }
        return Promise.all(loads);
      },
    );
  }

  #workers(): readonly { readonly pid: number | undefined; end(): Promise<void> }[] {
    return [...new Set([...this.senders, ...this.receivers].map(({ worker }) => worker))];
  }
}

/** Starts a fresh target on the core that it shall have. */
export const startTarget = async (
  target: Target,
  setup: Pick<TargetSetup, "transport" | "peers" | "tls">,
  circumstances?: Circumstances,
): Promise<RunningTarget> => {
  const pin = circumstances?.pin ?? null;
  if (pin !== null) bindTo(pin.target);
  try {
    const running = await target.start({ ...setup, as: TARGET_AS, routerId: TARGET_ID });
    circumstances?.started(running);
    return running;
  } finally {
    if (pin !== null) bindTo(pin.tester);
  }
};

/** So many actors, dealt out to as many processes as the machine can run beside each other. */
const seated = <A extends Actions>(name: string, actors: number, module: URL): Seat<A>[] => {
  const processes = Math.min(actors, Math.max(2, availableParallelism()));
  const nameOf = (n: number): string => (actors > 1 || name === "sender" ? `${name} ${n}` : name);
  const workers = Array.from({ length: processes }, (_, n) => new Worker<A>(nameOf(n), module));
  return Array.from({ length: actors }, (_, n) => {
    const worker = workers[n % processes];
    if (worker === undefined) throw new RangeError("there are no actors without processes");
    return new Seat<A>(nameOf(n), worker, n);
  });
};

/** What a sender can do, except that a target which neither takes nor does anything does not hold it up for good. */
const patientSender = (
  sender: Seat<SenderActions>,
  target: RunningTarget,
  patienceMs: number,
): Caller<SenderActions> => ({
  name: sender.name,
  call: (name, argument) => {
    const work = sender.call(name, argument);
    if (name !== "send") return work;
    const progress = (): Promise<number> => sender.call("progress", undefined);
    return unlessHung(work, { target, patienceMs, not: `taken what ${sender.name} has for it`, progress });
  },
});

/** What a receiver can do, except that it waits for its goal, and for quiet, as long as the target is at work. */
const patientReceiver = (
  receiver: Seat<ReceiverActions>,
  target: RunningTarget,
  patienceMs: number,
): Caller<ReceiverActions> => ({
  name: receiver.name,
  call: (name, argument) => {
    const updates = (got: unknown): number => (got as Received).updates;
    if (name === "goal") {
      const { patienceMs: most } = argument as Parameters<ReceiverActions["goal"]>[0];
      const asked = { patienceMs: Math.min(most, patienceMs) } as typeof argument;
      const isReached = (got: unknown): boolean => (got as Received).reachedMs !== null;
      return untilIdle(target, patienceMs, () => receiver.call(name, asked), isReached, updates);
    }
    const ask = (): ReturnType<typeof receiver.call<typeof name>> => receiver.call(name, argument);
    const isWaiting = name === "quiet" && (argument as Parameters<ReceiverActions["quiet"]>[0]).quietMs > 0;
    return isWaiting ? untilIdle(target, patienceMs, ask, () => false, updates) : ask();
  },
});

/** Large octets go to other processes by way of files, which are gone when they have read them. */
export const inFiles = async <T>(
  contents: readonly Uint8Array[],
  use: (files: readonly string[]) => Promise<T>,
): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), "kiln-bench-"));
  try {
    const files = contents.map((octets, n) => {
      const file = join(directory, `${n}`);
      writeTable(file, octets);
      return file;
    });
    return await use(files);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const writeTable = (file: string, octets: Uint8Array): void => {
  try {
    writeFileSync(file, octets);
  } catch (error) {
    const full = error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
    if (!full) throw error;
    throw new TesterError(`no room for the tables in ${tmpdir()}: make some, or name another folder in TMPDIR`);
  }
};

/** The user wants it to end. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

const SETTLE_MS = 150;
const CAPACITY_RUNS = 3;
const CAPACITY_MS = 300;
const LAST_WORDS_MS = 500;

interface LabTls {
  readonly target: TargetTls;
  readonly tester: NonNullable<SessionOptions["tls"]>;
}

const labTls = async (receivers: number): Promise<LabTls> => {
  const names = ["127.0.0.1", ...Array.from({ length: receivers }, (_, n) => receiverOf(n).address)];
  const { ca, server } = await makeCertificates({ key: "p256", names });
  return { target: { ...server, ca, mutual: false }, tester: { ...server, ca } };
};

// ---- the target's own account

const POLL_MS = 20;
/** Where an answer takes longer, we are quiet for so many times as long: a control program takes CPU from what is measured. */
const QUIET_SHARE = 4;
/** An answer that came late because the target had more to do says nothing about what the next one costs. */
const MAX_POLL_MS = 500;

/**
 * When the target has taken everything in by its own counters, on the shared clock, and whether it ever did; null where
 * they can't be seen. Asked every 20 ms, less often where an answer takes over 5 ms, and only after the senders have
 * finished, because asking disturbs; the time of the answer counts.
 */
export const intake = async (
  target: RunningTarget,
  expected: readonly number[],
  now: () => number,
  patienceMs: number,
): Promise<{ readonly complete: boolean; readonly atMs: number } | null> => {
  if (target.unseen?.counts === true) return null;
  let seen = -1;
  let atMs = now();
  for (;;) {
    const askedAtMs = now();
    const counts = await countsOf(target, patienceMs);
    const received = expected.map((_, n) => counts.get(senderOf(n).name)?.received ?? 0);
    const total = received.reduce((sum, count) => sum + count, 0);
    if (total !== seen) atMs = now();
    seen = total;
    if (expected.every((count, n) => (received[n] ?? 0) >= count)) return { complete: true, atMs };
    if (now() - atMs > patienceMs) return { complete: false, atMs };
    await wait(Math.min(MAX_POLL_MS, Math.max(POLL_MS, QUIET_SHARE * (now() - askedAtMs))));
  }
};

/** A target that has a great deal to do may be too late with an answer: then it is asked again. */
const countsOf = async (target: RunningTarget, patienceMs: number): ReturnType<RunningTarget["counts"]> => {
  const ask = (): Promise<PromiseSettledResult<Awaited<ReturnType<RunningTarget["counts"]>>>> =>
    unlessHung(
      Promise.allSettled([target.counts()]).then(([answer]) => answer),
      { target, patienceMs, not: "told its counters" },
    );
  const answer = await untilIdle(target, patienceMs, ask, ({ status }) => status === "fulfilled");
  if (answer.status === "rejected") throw answer.reason;
  return answer.value;
};

/** First and last of several senders. */
export const together = (sent: readonly Sent[]): Omit<Sent, "handed"> => ({
  firstMs: Math.min(...sent.map(({ firstMs }) => firstMs)),
  lastMs: Math.max(...sent.map(({ lastMs }) => lastMs)),
  updates: sent.reduce((sum, { updates }) => sum + updates, 0),
  prefixes: sent.reduce((sum, { prefixes }) => sum + prefixes, 0),
  cpuSeconds: Math.max(...sent.map(({ cpuSeconds }) => cpuSeconds)),
});
