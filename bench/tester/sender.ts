import { readFileSync } from "node:fs";
import { monotonicMs } from "./clock.js";
import type { Handed } from "./latency.js";
import { endOfRib4, endOfRib6, type Form, type Payload, payloadOf } from "./payload.js";
import { type SessionOptions, TesterSession } from "./session.js";
import { serve } from "./worker.js";

/** A peer that sends prepared UPDATEs as fast as they are taken. It reads what it is sent and throws it away. */

export interface Sent {
  /** On the shared clock: just before the first octet was written, and when the system had taken the last one. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly updates: number;
  readonly prefixes: number;
  /** CPU of this process in between. */
  readonly cpuSeconds: number;
  /** The chunks of the payload that was sent last. */
  readonly handed: Handed;
}

/** What each seat of this process has to send. */
const loaded = new Map<number, Map<string, Payload>>();

const sender = (seat: number) => {
  let payloads = new Map<string, Payload>();
  loaded.set(seat, payloads);
  let session: TesterSession | null = null;
  let roomAgain: () => void = () => undefined;
  let chunksTaken = 0;

  const live = (): TesterSession => {
    if (session === null) throw new RangeError("there is no session");
    return session;
  };

  const room = (): Promise<void> =>
    Promise.race([
      new Promise<void>((resolve) => {
        roomAgain = resolve;
      }),
      live().lost,
    ]);

  const close = async (): Promise<void> => {
    await session?.close();
    session = null;
  };

  return {
    /** Prepares UPDATEs out of a file of messages, under a name. */
    load({ name, file, form }: { name: string; file: string; form: Form }): Omit<Payload, "chunks" | "ends"> {
      const payload = payloadOf(readFileSync(file), form);
      payloads.set(name, payload);
      const { chunks: _, ends: __, ...size } = payload;
      return size;
    },

    /** Sends what another seat of this process has loaded. */
    borrow({ seat: lender }: { seat: number }): void {
      payloads = loaded.get(lender) ?? payloads;
    },

    /** Resolves when the session is established. */
    async connect(options: SessionOptions): Promise<void> {
      session = new TesterSession(options, { update: () => undefined, drained: () => roomAgain() });
      await session.established;
    },

    /** Sends the payloads in this order, again and again until `durationMs` have passed; once when it is 0. */
    async send({ names, durationMs }: { names: readonly string[]; durationMs: number }): Promise<Sent> {
      const cpu = process.cpuUsage();
      const firstMs = monotonicMs();
      let updates = 0;
      let prefixes = 0;
      let handed: Handed = { ms: [], prefixes: [] };
      do {
        for (const name of names) {
          const payload = payloads.get(name);
          if (payload === undefined) throw new RangeError(`nothing was loaded as ${name}`);
          const ms: number[] = [];
          for (const chunk of payload.chunks) {
            ms.push(monotonicMs());
            if (!live().write(chunk)) await room();
            chunksTaken++;
          }
          handed = { ms, prefixes: payload.ends };
          updates += payload.updates;
          prefixes += payload.prefixes;
        }
      } while (monotonicMs() - firstMs < durationMs);
      const lastMs = monotonicMs();
      live().write(endOfRib4);
      if (live().ipv6) live().write(endOfRib6);
      const { user, system } = process.cpuUsage(cpu);
      return { firstMs, lastMs, updates, prefixes, cpuSeconds: (user + system) / 1e6, handed };
    },

    /** Rises as long as what is sent is taken. */
    progress(): number {
      return chunksTaken;
    },

    /** Ends the session with a Cease. */
    async close(): Promise<void> {
      await close();
    },

    /** The same as part of what is measured. */
    async leave(): Promise<Pick<Sent, "firstMs" | "cpuSeconds">> {
      const cpu = process.cpuUsage();
      const firstMs = monotonicMs();
      await close();
      const { user, system } = process.cpuUsage(cpu);
      return { firstMs, cpuSeconds: (user + system) / 1e6 };
    },
  };
};

export type SenderActions = ReturnType<typeof sender>;

serve(sender);
