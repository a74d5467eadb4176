import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { type PreparedTable, prefixKeys } from "../../src/table/prepared.js";
import { monotonicMs } from "./clock.js";
import { ReceivedSet } from "./received-set.js";
import { Recording } from "./recording.js";
import { RouteDigest } from "./route-digest.js";
import { type SessionOptions, TesterSession } from "./session.js";
import { serve } from "./worker.js";

/** A peer that knows what it should receive, and when it has. */

export interface Received {
  readonly exact: boolean;
  /** On the shared clock: when the goal was reached first; null when it was not. */
  readonly reachedMs: number | null;
  /** On the shared clock: the last UPDATE since `arm`; null when there was none. */
  readonly lastMs: number | null;
  /** Since `arm`. */
  readonly updates: number;
  readonly announced: number;
  readonly withdrawn: number;
  /** Prefixes held now, expected or not. */
  readonly held: number;
  /** What is wrong with the set; null when it is exact. */
  readonly complaint: string | null;
  /** CPU of this process since `arm`. */
  readonly cpuSeconds: number;
}

export interface Verified {
  /** Of all prefixes with their attributes: see `canonicalHash`. */
  readonly digest: string;
  /** Prefixes with other attributes than the one table sent prescribes; null when several peers sent. */
  readonly differing: number | null;
}

/** What to wait for: the whole set, or that nothing of it is left. */
export type Goal = "exact" | "empty";

let set = new ReceivedSet([]);
let tables: readonly Uint8Array[] = [];
/** More tables to verify against, by name. */
const known = new Map<string, Uint8Array>();
const recording = new Recording();
let isRecording = false;
let goal: Goal = "exact";
let reachedMs: number | null = null;
let lastMs: number | null = null;
let reached: () => void = () => undefined;
let cpu = process.cpuUsage();
let session: TesterSession | null = null;

/** The hot path: the clock is read only once the goal has been reached, which then holds until the next UPDATE. */
const take = (msg: Uint8Array, start: number, end: number): void => {
  set.take(msg, start, end);
  if (isRecording) recording.add(msg, start, end);
  if (goal === "exact" ? set.missing === 0 && set.exact : set.missing === set.size && set.empty) {
    lastMs = monotonicMs();
    if (reachedMs === null) {
      reachedMs = lastMs;
      reached();
    }
  }
};

const handlers = { update: take, drained: (): void => undefined };

const actions = {
  /** The union of the tables is what must be held in the end. */
  load({ files }: { files: readonly { readonly file: string; readonly table: Omit<PreparedTable, "messages"> }[] }): {
    prefixes: number;
  } {
    const loaded = files.map(({ file, table }) => ({ ...table, messages: new Uint8Array(readFileSync(file)) }));
    tables = loaded.map(({ messages }) => messages);
    set = new ReceivedSet(loaded.map(prefixKeys));
    return { prefixes: set.size };
  },

  /** One more table that `verify` can be asked about. */
  know({ name, file }: { name: string; file: string }): void {
    known.set(name, new Uint8Array(readFileSync(file)));
  },

  /** Resolves when the session is established. */
  async connect(options: SessionOptions): Promise<void> {
    set.clear();
    session = new TesterSession(options, handlers);
    await session.established;
  },

  /** Waits for the sender itself to connect; gives the port. For calibration: no target in between. */
  async listen(options: SessionOptions): Promise<number> {
    set.clear();
    session = new TesterSession(options, handlers);
    return await session.listening;
  },

  /**
   * From now on: counts from 0, and the clock of the goal. With `record`, `verify` is possible later. With `anew` every
   * prefix counts as missing until it is announced again.
   */
  arm({ record, goal: wanted, anew = false }: { record: boolean; goal: Goal; anew?: boolean }): void {
    if (anew) set.clear();
    recording.clear();
    isRecording = record;
    goal = wanted;
    reachedMs = null;
    lastMs = null;
    set.updates = 0;
    set.announced = 0;
    set.withdrawn = 0;
    cpu = process.cpuUsage();
  },

  /** Resolves when the goal is reached, or when no UPDATE has come for `patienceMs`. */
  async goal({ patienceMs }: { patienceMs: number }): Promise<Received> {
    const arrival = new Promise<void>((resolve) => {
      reached = resolve;
      if (reachedMs !== null) resolve();
    });
    const given = new AbortController();
    await Promise.race([arrival, silence(patienceMs, given.signal), live().lost]);
    given.abort();
    return received();
  },

  /** Resolves when no UPDATE has come for `quietMs`. */
  async quiet({ quietMs }: { quietMs: number }): Promise<Received> {
    await Promise.race([silence(quietMs, new AbortController().signal), live().lost]);
    return received();
  },

  /**
   * Compares what was recorded with the table that was sent, or with the `known` one of that name; `as` is the AS of the
   * speaker that passed it on.
   */
  verify({ as, against }: { as: number; against?: string }): Verified {
    const got = new RouteDigest(set);
    for (const messages of recording.chunks()) got.apply(messages);
    recording.clear();
    const [only, ...others] = against === undefined ? tables : [known.get(against)];
    if (only === undefined || others.length > 0) return { digest: got.text(), differing: null };
    const expected = new RouteDigest(set);
    expected.apply(only, as);
    return { digest: got.text(), differing: got.differences(expected) };
  },

  /** Ends the session with a Cease. */
  async close(): Promise<void> {
    await session?.close();
    session = null;
  },
};

export type ReceiverActions = typeof actions;

const live = (): TesterSession => {
  if (session === null) throw new RangeError("there is no session");
  return session;
};

const received = (): Received => {
  const { user, system } = process.cpuUsage(cpu);
  const { exact, complaint, updates, announced, withdrawn } = set;
  const held = set.size - set.missing + set.strangers;
  const counts = { updates, announced, withdrawn, held };
  return { exact, complaint, reachedMs, lastMs, ...counts, cpuSeconds: (user + system) / 1e6 };
};

const POLL_MS = 20;

const silence = async (patienceMs: number, signal: AbortSignal): Promise<void> => {
  let seen = set.updates;
  let since = performance.now();
  while (!signal.aborted) {
    await wait(POLL_MS);
    if (set.updates !== seen) {
      seen = set.updates;
      since = performance.now();
    } else if (performance.now() - since >= patienceMs) return;
  }
};

serve(actions);
