import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { peerAsOf } from "../../src/table/generate.js";
import type { PreparedTable } from "../../src/table/prepared.js";
import type { RunningTarget, Target, TargetPeer, TargetTls, Transport } from "../../src/target/target.js";
import { makeCertificates } from "../../src/transport/certificates.js";
import type { Form } from "../tester/payload.js";
import type { ReceiverActions } from "../tester/receiver.js";
import type { SenderActions, Sent } from "../tester/sender.js";
import type { SessionOptions } from "../tester/session.js";
import { TesterError, Worker } from "../tester/worker.js";

/** RFC 5398 AS numbers, which no path of a real table holds: such a route would be a loop. The same for every target. */
export const TARGET_AS = 65550;
export const TARGET_ID = "10.0.2.1";
const RECEIVER = { as: 65551, address: "127.0.2.1", id: "10.0.1.1" };

/** The n-th sender, from 0. Router ids rise with n: of paths that are equal else, the lowest n wins. */
export const senderOf = (n: number): { name: string; as: number; address: string; id: string } => ({
  name: `sender${n}`,
  as: peerAsOf(n),
  address: `127.0.1.${n + 1}`,
  id: `10.0.0.${n + 1}`,
});

export const MAX_SENDERS = 200;

/** The peers that a target must know: so many senders, and the receiver. */
export const peersOf = (senders: number, families: TargetPeer["families"]): TargetPeer[] => [
  ...Array.from({ length: senders }, (_, n) => ({ ...senderOf(n), families })),
  { name: "receiver", ...RECEIVER, families },
];

export interface LabSetup {
  readonly families: readonly ("ipv4" | "ipv6")[];
  /** What each sender prepares of its table, under the name of the form. */
  readonly forms: readonly Form[];
  readonly transports: readonly Transport[];
  readonly signal: AbortSignal;
}

/** A running target with its peers in session, before anything is announced. */
export interface Bench {
  readonly target: RunningTarget;
  readonly senders: readonly Worker<SenderActions>[];
  readonly receiver: Worker<ReceiverActions>;
}

/** The tester processes of a scenario. They outlive the targets, so that only the target starts cold. */
export class Lab {
  readonly senders: Worker<SenderActions>[] = [];
  readonly receiver: Worker<ReceiverActions>;
  readonly #setup: LabSetup;
  #tls: LabTls | null = null;

  private constructor(senders: number, setup: LabSetup) {
    this.#setup = setup;
    this.receiver = new Worker<ReceiverActions>("receiver", new URL("../tester/receiver.js", import.meta.url));
    for (let n = 0; n < senders; n++) {
      this.senders.push(new Worker<SenderActions>(`sender ${n}`, new URL("../tester/sender.js", import.meta.url)));
    }
  }

  /** Starts a sender for each table, and the receiver, which must end with the union of them. */
  static async open(tables: readonly PreparedTable[], setup: LabSetup): Promise<Lab> {
    const lab = new Lab(tables.length, setup);
    try {
      await lab.#guarded(lab.#handOut(tables));
      if (setup.transports.some((transport) => transport !== "tcp")) lab.#tls = await labTls();
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  /** Gives a sender another table under a name of its own. */
  async load(n: number, name: string, { messages }: PreparedTable, form: Form): Promise<void> {
    await inFiles([messages], async ([file = ""]) => {
      await this.senders[n]?.call("load", { name, file, form });
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.receiver, ...this.senders].map((worker) => worker.end()));
  }

  /**
   * Starts a fresh target, brings its peers up, lets `measure` work with them, and takes everything down again. Rejects
   * when the target dies meanwhile, when a session is lost, and when the run was interrupted.
   */
  async run<T>(target: Target, transport: Transport, measure: (bench: Bench) => Promise<T>): Promise<T> {
    const running = await target.start({
      transport,
      as: TARGET_AS,
      routerId: TARGET_ID,
      peers: peersOf(this.senders.length, this.#setup.families),
      ...(transport !== "tcp" && this.#tls !== null ? { tls: this.#tls.target } : {}),
    });
    const died = running.died.then((reason) => {
      throw new TesterError(reason);
    });
    died.catch(() => undefined);
    try {
      const { address, port, as = TARGET_AS, ca } = running;
      const to = (who: number | "receiver", name: string): SessionOptions =>
        this.#session(who, transport, { address, port: running.portFor?.(name) ?? port, as }, ca);
      const connections = this.senders.map((sender, n) => sender.call("connect", to(n, senderOf(n).name)));
      connections.push(this.receiver.call("connect", to("receiver", "receiver")));
      const work = Promise.all(connections)
        .catch((error: unknown) => {
          if (running.unseen === undefined || !(error instanceof TesterError)) throw error;
          throw new TesterError(`${error.message}; ${running.unseen.advice}`);
        })
        // The initial exchange of End-of-RIB markers is not what we measure.
        .then(() => wait(SETTLE_MS))
        .then(() => measure({ target: running, senders: this.senders, receiver: this.receiver }));
      return await this.#guarded(Promise.race([work, died]));
    } catch (error) {
      // Its sessions and its control socket may be the first to tell that a target died, but not why.
      if (!(error instanceof Interrupted)) await Promise.race([died, wait(LAST_WORDS_MS)]);
      throw error;
    } finally {
      await this.#hangUp();
      await running.stop();
    }
  }

  /** The tester against itself: the first sender speaks to the receiver, no target in between. Milliseconds. */
  async calibrate(transport: Transport, form: Form): Promise<number> {
    const { receiver } = this;
    const [sender] = this.senders;
    if (sender === undefined) throw new RangeError("there is no sender");
    try {
      const { as, address } = senderOf(0);
      const port = await receiver.call("listen", this.#session("receiver", transport, { address, port: 0, as }));
      const remote = { address: RECEIVER.address, port, as: RECEIVER.as };
      await this.#guarded(sender.call("connect", this.#session(0, transport, remote)));
      await receiver.call("arm", { record: true, goal: "exact" });
      const goal = receiver.call("goal", { patienceMs: PATIENCE_MS });
      const [{ firstMs }, { reachedMs }] = await this.#guarded(
        Promise.all([sender.call("send", { names: [form], durationMs: 0 }), goal]),
      );
      if (reachedMs === null) throw new TesterError("the tester against itself did not come to the expected set");
      return reachedMs - firstMs;
    } finally {
      await this.#hangUp();
    }
  }

  #session(
    who: number | "receiver",
    transport: Transport,
    remote: SessionOptions["remote"],
    ca?: string,
  ): SessionOptions {
    const { as, address, id } = who === "receiver" ? RECEIVER : senderOf(who);
    const trusted = ca === undefined ? {} : { ca };
    const tls = transport !== "tcp" && this.#tls !== null ? { tls: { ...this.#tls.tester, ...trusted } } : {};
    return {
      transport: transport === "tcp" ? "tcp" : "tls",
      localAddress: address,
      as,
      routerId: id,
      families: this.#setup.families,
      remote,
      ...tls,
    };
  }

  async #hangUp(): Promise<void> {
    const goodbyes = this.senders.map((sender) => sender.call("close", undefined));
    goodbyes.push(this.receiver.call("close", undefined));
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
        const loads: Promise<unknown>[] = [this.receiver.call("load", { files: all })];
        for (const [n, sender] of this.senders.entries()) {
          for (const form of this.#setup.forms)
            loads.push(sender.call("load", { name: form, file: files[n] ?? "", form }));
        }
        return Promise.all(loads);
      },
    );
  }
}

/** Large octets go to other processes by way of files, which are gone when they have read them. */
const inFiles = async <T>(
  contents: readonly Uint8Array[],
  use: (files: readonly string[]) => Promise<T>,
): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), "kiln-bench-"));
  try {
    const files = contents.map((octets, n) => {
      const file = join(directory, `${n}`);
      writeFileSync(file, octets);
      return file;
    });
    return await use(files);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** The user wants it to end. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

/** How long the receiver waits for an UPDATE before it gives up. */
export const PATIENCE_MS = 15_000;
const SETTLE_MS = 150;
const LAST_WORDS_MS = 500;

interface LabTls {
  readonly target: TargetTls;
  readonly tester: NonNullable<SessionOptions["tls"]>;
}

const labTls = async (): Promise<LabTls> => {
  const { ca, server } = await makeCertificates({ key: "p256", names: ["127.0.0.1", RECEIVER.address] });
  return { target: { ...server, ca, mutual: false }, tester: { ...server, ca } };
};

// ---- the target's own account

const POLL_MS = 20;

/**
 * When the target has taken everything in by its own counters, on the shared clock, and whether it ever did; null where
 * they can't be seen. Asked every 20 ms and only after the senders have finished, because asking disturbs; the time of
 * the answer counts.
 */
export const intake = async (
  target: RunningTarget,
  expected: readonly number[],
  now: () => number,
): Promise<{ readonly complete: boolean; readonly atMs: number } | null> => {
  if (target.unseen?.counts === true) return null;
  let seen = -1;
  let atMs = now();
  for (;;) {
    const counts = await target.counts();
    const received = expected.map((_, n) => counts.get(senderOf(n).name)?.received ?? 0);
    const total = received.reduce((sum, count) => sum + count, 0);
    if (total !== seen) atMs = now();
    seen = total;
    if (expected.every((count, n) => (received[n] ?? 0) >= count)) return { complete: true, atMs };
    if (now() - atMs > PATIENCE_MS) return { complete: false, atMs };
    await wait(POLL_MS);
  }
};

/** First and last of several senders. */
export const together = (sent: readonly Sent[]): Sent => ({
  firstMs: Math.min(...sent.map(({ firstMs }) => firstMs)),
  lastMs: Math.max(...sent.map(({ lastMs }) => lastMs)),
  updates: sent.reduce((sum, { updates }) => sum + updates, 0),
  prefixes: sent.reduce((sum, { prefixes }) => sum + prefixes, 0),
  cpuSeconds: Math.max(...sent.map(({ cpuSeconds }) => cpuSeconds)),
});
