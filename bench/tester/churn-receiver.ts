import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { type PreparedTable, prefixKeys } from "../../src/table/prepared.js";
import { followChanges } from "./churn-changes.js";
import { monotonicMs } from "./clock.js";
import { ExpectedSet, ReceivedSet } from "./received-set.js";
import { Recording } from "./recording.js";
import { RouteDigest } from "./route-digest.js";
import { type SessionOptions, TesterSession } from "./session.js";
import { serve } from "./worker.js";

/** A peer that keeps every UPDATE with the time of its coming, and afterwards says how each change went. */

export interface ChurnReport {
  /** What is wrong with the set in the end; null when it is exact. */
  readonly complaint: string | null;
  /** Prefixes with other attributes than the last change prescribes. */
  readonly differing: number;
  /** Of each change in the order of sending, from its due time; one that never came counts to the last UPDATE. */
  readonly latencyMs: Float64Array;
  /** Changes that had not come when the last one was due. */
  readonly backlog: number;
  readonly merged: number;
}

let table: Uint8Array = new Uint8Array(0);
let set = new ReceivedSet(new ExpectedSet([]));
let stream: Uint8Array = new Uint8Array(0);
let session: TesterSession | null = null;
const recording = new Recording();
const arrivals: number[] = [];
let isRecording = false;

const take = (msg: Uint8Array, start: number, end: number): void => {
  const { updates, malformed } = set;
  set.take(msg, start, end);
  // What has no routes, or could not be read, is not followed.
  if (!isRecording || set.updates === updates || set.malformed > malformed) return;
  recording.add(msg, start, end);
  arrivals.push(monotonicMs());
};

const actions = {
  load({ file, table: about }: { file: string; table: Omit<PreparedTable, "messages"> }): void {
    table = new Uint8Array(readFileSync(file));
    set = new ReceivedSet(new ExpectedSet([prefixKeys({ ...about, messages: table })]));
  },

  /** The changes that `report` is about. */
  change({ file }: { file: string }): void {
    stream = new Uint8Array(readFileSync(file));
  },

  async connect(options: SessionOptions): Promise<void> {
    set.clear();
    isRecording = false;
    session = new TesterSession(options, { update: take, drained: () => undefined });
    await session.established;
  },

  /** Resolves when the whole table is there and no UPDATE has come for `quietMs`, or none for `patienceMs`. */
  async whole({ quietMs, patienceMs }: { quietMs: number; patienceMs: number }): Promise<string | null> {
    await silence(() => (set.exact ? quietMs : patienceMs));
    return set.complaint;
  },

  record(): void {
    recording.clear();
    arrivals.length = 0;
    isRecording = true;
  },

  /** The UPDATEs since `record` against the schedule: the n-th change was due `n * intervalMs` after `firstMs`. */
  report({ firstMs, intervalMs, as }: { firstMs: number; intervalMs: number; as: number }): ChurnReport {
    isRecording = false;
    const got = new RouteDigest(set.expected);
    // The table's own routes reached us before the recording: where nothing came since, they stand.
    got.apply(table, as);
    for (const messages of recording.chunks()) got.apply(messages);
    const expected = new RouteDigest(set.expected);
    expected.apply(table, as);
    expected.apply(stream, as);
    const { atMs, update, merged } = followChanges(stream, recording.chunks(), arrivals);
    const lastDueMs = firstMs + (update.at(-1) ?? 0) * intervalMs;
    const endMs = Math.max(lastDueMs, arrivals.at(-1) ?? monotonicMs());
    let backlog = 0;
    const latencyMs = atMs.map((at, change) => {
      const came = Number.isNaN(at) ? endMs : at;
      if (came > lastDueMs) backlog++;
      return came - (firstMs + (update[change] ?? 0) * intervalMs);
    });
    recording.clear();
    return { complaint: set.complaint, differing: got.differences(expected), latencyMs, backlog, merged };
  },

  async close(): Promise<void> {
    await session?.close();
    session = null;
  },
};

export type ChurnReceiverActions = typeof actions;

const POLL_MS = 20;

/** Resolves when no UPDATE has come for as long as `enoughMs` says then. */
const silence = async (enoughMs: () => number): Promise<void> => {
  let seen = set.updates;
  let since = performance.now();
  while (performance.now() - since < enoughMs()) {
    await Promise.race([wait(POLL_MS), session?.lost]);
    if (set.updates === seen) continue;
    seen = set.updates;
    since = performance.now();
  }
};

serve(actions);
