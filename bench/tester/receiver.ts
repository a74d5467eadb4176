import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Curve } from "../../src/results/index.js";
import { type PreparedTable, prefixKeys } from "../../src/table/prepared.js";
import { Arrivals } from "./arrivals.js";
import { monotonicMs } from "./clock.js";
import { type Handed, joinLatencies, type Latencies } from "./latency.js";
import type { Form } from "./payload.js";
import { ExpectedSet, ReceivedSet, Stamps } from "./received-set.js";
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

export interface Arming {
  /** Keep the UPDATEs, so that `verify` is possible later. */
  readonly record: boolean;
  readonly goal: Goal;
  /** Every prefix counts as missing until it is announced again. */
  readonly anew?: boolean;
  /** Note for `latencies` when each prefix came: the first time, or the last. */
  readonly stamp?: "first" | "last";
}

export interface LoadedTable {
  readonly file: string;
  readonly table: Omit<PreparedTable, "messages">;
}

/** What the receivers of this process have in common. */
let expected = new ExpectedSet([]);
/** Of each sender's table, in the order of its messages. */
let places: readonly Uint32Array[] = [];
/** Where there is one sender only: its messages, and the routes that become of them. */
let onlyTable: Uint8Array | null = null;
let prescribed: { readonly as: number; readonly routes: RouteDigest } | null = null;

const receiver = () => {
  let set = new ReceivedSet(expected);
  let stamps: Stamps | null = null;
  const recording = new Recording();
  const arrivals = new Arrivals();
  let isRecording = false;
  let goal: Goal = "exact";
  let reachedMs: number | null = null;
  /** The last UPDATE that left the goal reached. */
  let lastMs: number | null = null;
  let reached: () => void = () => undefined;
  let cpu = process.cpuUsage();
  let session: TesterSession | null = null;
  /** More tables to verify against, by name. */
  const known = new Map<string, Uint8Array>();
  /** When the octets at hand were read. */
  let readMs = 0;

  /** Prefixes that have come, on the way to the goal. */
  const come = (): number => (goal === "exact" ? set.size - set.missing : set.missing);

  const begin = (ms: number): void => {
    readMs = ms;
    const chunk = arrivals.begin(ms, come());
    if (set.stamps !== null) set.stamps.now = chunk;
  };

  /** The hot path: the clock is read only once the goal has been reached, which then holds until the next UPDATE. */
  const take = (msg: Uint8Array, start: number, end: number): void => {
    if (session !== null && session.readMs !== readMs) begin(session.readMs);
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

  const open = (options: SessionOptions): TesterSession => {
    if (set.expected !== expected) {
      set = new ReceivedSet(expected);
      stamps = null;
    }
    set.clear();
    session = new TesterSession(options, handlers);
    return session;
  };

  const live = (): TesterSession => {
    if (session === null) throw new RangeError("there is no session");
    return session;
  };

  const received = (): Received => {
    const { user, system } = process.cpuUsage(cpu);
    const { exact, complaint, updates, announced, withdrawn } = set;
    const held = set.size - set.missing + set.strangers;
    return {
      exact,
      complaint,
      reachedMs,
      // Where the goal does not stand at the end, the chunk with the last UPDATE tells as much.
      lastMs: updates === 0 ? null : Math.max(lastMs ?? 0, readMs),
      updates,
      announced,
      withdrawn,
      held,
      cpuSeconds: (user + system) / 1e6,
    };
  };

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

  return {
    /** For all receivers of this process: the union of the tables is what must be held in the end. */
    load({ files }: { files: readonly LoadedTable[] }): { prefixes: number } {
      const loaded = files.map(({ file, table }) => ({ ...table, messages: new Uint8Array(readFileSync(file)) }));
      const made = new ExpectedSet(loaded.map(prefixKeys));
      places = loaded.map((table) => made.placesOf(table));
      onlyTable = loaded.length === 1 ? (loaded[0]?.messages ?? null) : null;
      prescribed = null;
      expected = made;
      return { prefixes: expected.size };
    },

    /** One more table that `verify` can be asked about. */
    know({ name, file }: { name: string; file: string }): void {
      known.set(name, new Uint8Array(readFileSync(file)));
    },

    /** Resolves when the session is established. */
    async connect(options: SessionOptions): Promise<void> {
      await open(options).established;
    },

    /** Waits for the sender itself to connect; gives the port. For calibration: no target in between. */
    async listen(options: SessionOptions): Promise<number> {
      return await open(options).listening;
    },

    /** From now on: counts from 0, and the clock of the goal. */
    arm({ record, goal: wanted, anew = false, stamp }: Arming): void {
      if (anew) set.clear();
      recording.clear();
      arrivals.clear();
      isRecording = record;
      goal = wanted;
      reachedMs = null;
      lastMs = null;
      readMs = 0;
      if (stamp !== undefined) {
        stamps ??= new Stamps(expected);
        stamps.clear();
        stamps.always = stamp === "last";
      }
      set.stamps = stamp === undefined ? null : stamps;
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

    /** How what came since `arm` grew; `firstMs`, on the shared clock, is its zero. */
    curve({ firstMs }: { firstMs: number }): Curve {
      return arrivals.curve(firstMs, come());
    },

    /** Of what came since an `arm` with `stamp`; `handed`: of each sender, in the order of the tables. */
    latencies({ handed, form }: { handed: readonly Handed[]; form: Form }): Latencies {
      const sent = handed.map((one, n) => ({ handed: one, places: inOrderOf(form, places[n] ?? new Uint32Array(0)) }));
      return joinLatencies({ sent, stamps: set.stamps?.all ?? new Uint32Array(0), times: arrivals.times });
    },

    /**
     * Compares what was recorded with the table that was sent, or with the `known` one of that name; `as` is the AS of the
     * speaker that passed it on.
     */
    verify({ as, against }: { as: number; against?: string }): Verified {
      const got = new RouteDigest(expected);
      for (const messages of recording.chunks()) got.apply(messages);
      recording.clear();
      const other = against === undefined ? undefined : known.get(against);
      if (other !== undefined) {
        const routes = new RouteDigest(expected);
        routes.apply(other, as);
        return { digest: got.text(), differing: got.differences(routes) };
      }
      if (onlyTable === null) return { digest: got.text(), differing: null };
      if (prescribed?.as !== as) {
        prescribed = { as, routes: new RouteDigest(expected) };
        prescribed.routes.apply(onlyTable, as);
      }
      return { digest: got.text(), differing: got.differences(prescribed.routes) };
    },

    /** Ends the session with a Cease. */
    async close(): Promise<void> {
      await session?.close();
      session = null;
    },
  };
};

export type ReceiverActions = ReturnType<typeof receiver>;

const POLL_MS = 20;

/** A payload has the prefixes in the order of the table, except that withdrawals take one family after the other. */
const inOrderOf = (form: Form, all: Uint32Array): Uint32Array => {
  if (form !== "withdraw") return all;
  const { size } = expected.v4;
  const v4 = all.filter((place) => place < size);
  const ordered = new Uint32Array(all.length);
  ordered.set(v4);
  ordered.set(
    all.filter((place) => place >= size),
    v4.length,
  );
  return ordered;
};

serve(receiver);
