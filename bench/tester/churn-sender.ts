import { readFileSync } from "node:fs";
import { eachUpdate } from "../../src/table/prepared.js";
import { monotonicMs } from "./clock.js";
import { endOfRib4, endOfRib6, type Payload, payloadOf } from "./payload.js";
import { type SessionOptions, TesterSession } from "./session.js";
import { serve } from "./worker.js";

/** A peer that sends a table as fast as it is taken, and then changes when they are due, taken or not. */

export interface Churned {
  /** On the shared clock: when the first UPDATE was due, and when the last one had been written. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** How late an UPDATE was written at the most. */
  readonly lateMs: number;
}

/** Timers fire a little late: the first UPDATE is due when the schedule surely runs. */
const LEAD_MS = 20;

let table: Payload | null = null;
let stream: Uint8Array = new Uint8Array(0);
/** Where each UPDATE of the stream ends. */
let ends: readonly number[] = [];
let session: TesterSession | null = null;
let blocked = false;
let roomAgain: () => void = () => undefined;

const actions = {
  load({ file }: { file: string }): void {
    table = payloadOf(readFileSync(file), "packed");
  },

  /** What `churn` sends. */
  change({ file }: { file: string }): void {
    stream = new Uint8Array(readFileSync(file));
    const all: number[] = [];
    eachUpdate(stream, ({ end }) => all.push(end));
    ends = all;
  },

  async connect(options: SessionOptions): Promise<void> {
    blocked = false;
    const drained = (): void => {
      blocked = false;
      roomAgain();
    };
    session = new TesterSession(options, { update: () => undefined, drained });
    await session.established;
  },

  async table(): Promise<void> {
    for (const chunk of table?.chunks ?? []) {
      if (live().write(chunk)) continue;
      const room = new Promise<void>((resolve) => {
        roomAgain = resolve;
      });
      await Promise.race([room, live().lost]);
    }
    live().write(endOfRib4);
    if (live().ipv6) live().write(endOfRib6);
  },

  /**
   * Writes the n-th UPDATE when `n * intervalMs` have passed, or, where the socket does not take more, as soon as it does;
   * the schedule does not wait. What a timer brings together is written together: UPDATEs of about a millisecond.
   */
  async churn({ intervalMs }: { intervalMs: number }): Promise<Churned> {
    const to = live();
    const firstMs = monotonicMs() + LEAD_MS;
    let sent = 0;
    let lateMs = 0;
    const done = new Promise<void>((resolve) => {
      const turn = (): void => {
        if (session !== to) return;
        const now = monotonicMs();
        const due = Math.min(ends.length, Math.floor((now - firstMs) / intervalMs) + 1);
        if (due > sent && !blocked) {
          lateMs = Math.max(lateMs, now - (firstMs + sent * intervalMs));
          blocked = !to.write(stream.subarray(ends[sent - 1] ?? 0, ends[due - 1]));
          sent = due;
        }
        if (sent === ends.length) resolve();
        else setTimeout(turn, Math.max(1, firstMs + sent * intervalMs - now));
      };
      turn();
    });
    await Promise.race([done, to.lost]);
    return { firstMs, lastMs: monotonicMs(), lateMs };
  },

  async close(): Promise<void> {
    const ending = session;
    session = null;
    await ending?.close();
  },
};

export type ChurnSenderActions = typeof actions;

const live = (): TesterSession => {
  if (session === null) throw new RangeError("there is no session");
  return session;
};

serve(actions);
