import {
  median,
  type ResetFigures,
  type ResetKey,
  type ResetRow,
  summary,
  type TargetKey,
} from "../../src/results/index.js";
import type { PreparedTable } from "../../src/table/prepared.js";
import type { Target } from "../../src/target/target.js";
import { monotonicMs } from "../tester/clock.js";
import type { Received, ReceiverActions } from "../tester/receiver.js";
import type { StormActions, StormOptions, StormPeer } from "../tester/storm.js";
import { TesterError, Worker } from "../tester/worker.js";
import type { LoadedOptions } from "./act.js";
import { busiest, busyOf } from "./bottleneck.js";
import { type Cell, cellsOf, measureCells } from "./cells.js";
import { type Cost, costFigures, costSince } from "./cost.js";
import { dealt } from "./dealt.js";
import { type Disturbed, disturbanceOf, watchMachine } from "./disturbance.js";
import { Interrupted, inFiles, PATIENCE_MS, receiverOf, TARGET_AS } from "./lab.js";
import { untilIdle } from "./patience.js";
import { familiesOf, familyOf, nameOf, tablesOf } from "./tables.js";
import { type BenchTls, onTestersCores, tlsFor, wayTo, withTarget } from "./with-target.js";

export interface ResetOptions extends LoadedOptions {
  /** How many sessions go down and come back at once, each number a row. At most MAX_SESSIONS. */
  readonly sessions: readonly number[];
}

export const MAX_SESSIONS = 250;

interface Sample {
  readonly exact: boolean;
  readonly downMs: number;
  readonly establishedMs: number;
  readonly routesMs: number;
  readonly waitingShare: number;
  readonly retries: number;
  readonly cost: Cost;
  readonly senderCpuSeconds: number;
  readonly receiverCpuSeconds: number;
  readonly disturbed: Disturbed | null;
}

/**
 * Sessions go down all at once and come back: each peer has its part of the table, ends its session with a Cease, and,
 * as soon as the receiver has nothing any more, connects again and sends its part. One session is the plain reset of a
 * peer, many are a storm. Yields all rows as they stand after each run.
 */
export async function* reset(options: ResetOptions): AsyncGenerator<ResetRow[]> {
  const { source, runs, signal, progress } = options;
  let prefixes = source.kind === "generated" ? source.prefixes : 0;
  const parts: { sessions: number; cells: Cell<Sample>[] }[] = [];
  for (const sessions of options.sessions) {
    parts.push({ sessions, cells: await cellsOf<Sample>(options.targets, options.transports) });
  }
  const table = { table: nameOf(source), ...familyOf(source) };
  const rows = (): ResetRow[] =>
    parts.flatMap(({ sessions, cells }) => cells.map((cell) => rowOf(cell, { prefixes, sessions, ...table })));
  const usable = parts.some(({ cells }) => cells.some(({ skipped }) => skipped === null));
  let crowd: Crowd | null = null;
  try {
    if (usable) {
      progress("preparing the table");
      const [one] = await tablesOf(source, 1);
      if (one === undefined) throw new RangeError("a reset needs a table");
      prefixes = one.prefixes;
      const tls = await tlsFor(options.transports);
      const opened = onTestersCores(options.circumstances, () => new Crowd(options, tls));
      crowd = opened;
      for (const { sessions, cells } of parts) {
        if (signal.aborted) break;
        await opened.load(one, sessions);
        const say = (line: string): void =>
          progress(`${sessions === 1 ? "1 session" : `${sessions} sessions`} ${line}`);
        for await (const _ of measureCells(cells, runs, (cell) => opened.run(cell, say), say)) yield rows();
      }
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    await crowd?.end();
  }
  yield rows();
}

const QUIET_MS = 300;
/** Daemons may hold a peer off for a minute after its session has ended. */
const COME_BACK_MS = 120_000;

/** The process of the many peers, and the receiver. */
class Crowd {
  readonly #storm = new Worker<StormActions>("peers", new URL("../tester/storm.js", import.meta.url));
  readonly #receiver = new Worker<ReceiverActions>("receiver", new URL("../tester/receiver.js", import.meta.url));
  readonly #options: ResetOptions;
  readonly #tls: BenchTls | null;
  #peers: readonly StormPeer[] = [];
  #families: StormOptions["families"] = [];

  constructor(options: ResetOptions, tls: BenchTls | null) {
    this.#options = options;
    this.#tls = tls;
  }

  async load(table: PreparedTable, sessions: number): Promise<void> {
    const { messages: _, ...about } = table;
    const { messages, peers } = dealt(table, sessions);
    this.#peers = peers;
    this.#families = familiesOf(table);
    await inFiles([messages], ([file = ""]) =>
      Promise.all([
        this.#storm.call("load", { file, peers }),
        this.#receiver.call("load", { files: [{ file, table: about }] }),
      ]),
    );
  }

  async end(): Promise<void> {
    await Promise.all([this.#storm.end(), this.#receiver.end()]);
  }

  run(cell: Cell<Sample>, progress: (line: string) => void): Promise<Sample> {
    const { transport } = cell;
    const families = this.#families;
    const peers = this.#peers.map(({ address, as }, n) => ({ name: `peer${n}`, address, as, families }));
    const hangUp = (): Promise<unknown> =>
      Promise.allSettled([this.#storm.call("down", undefined), this.#receiver.call("close", undefined)]);
    const around = {
      transport,
      tls: this.#tls,
      peers: [...peers, { ...receiverOf(0), families }],
      signal: this.#options.signal,
      circumstances: this.#options.circumstances,
      hangUp,
    };
    return withTarget(cell.target, around, async (target) => {
      cell.meet(target);
      const how = { transport: transport === "tcp" ? "tcp" : "tls", families } as const;
      const { name, as, address: localAddress, id: routerId } = receiverOf(0);
      const way = wayTo(target, name, this.#tls);
      await this.#receiver.call("connect", { ...how, localAddress, as, routerId, ...way });
      const ports = peers.map((peer) => target.portFor?.(peer.name) ?? target.port);
      return await this.#downAndUp(target, { ...how, ...way, ports, patienceMs: COME_BACK_MS }, (what) =>
        progress(`${cell.target.name} ${transport}: not exact: ${what}`),
      );
    });
  }

  async #downAndUp(
    target: Awaited<ReturnType<Target["start"]>>,
    how: StormOptions,
    complain: (what: string) => void,
  ): Promise<Sample> {
    const { circumstances, patienceMs = circumstances?.patienceMs ?? PATIENCE_MS } = this.#options;
    const [storm, receiver] = [this.#storm, this.#receiver];
    const goal = (): Promise<Received> =>
      untilIdle(
        target,
        patienceMs,
        () => receiver.call("goal", { patienceMs }),
        ({ reachedMs }) => reachedMs !== null,
      );
    await receiver.call("arm", { record: false, goal: "exact" });
    await storm.call("up", how);
    const { complaint } = await goal();
    if (complaint !== null) {
      throw new TesterError(`${target.name}: the table did not come through, so nothing was measured: ${complaint}`);
    }
    await receiver.call("quiet", { quietMs: QUIET_MS });

    await receiver.call("arm", { record: false, goal: "empty" });
    const undisturbed = watchMachine(
      target,
      [storm, receiver].flatMap(({ pid }) => pid ?? []),
    );
    const cost = costSince(target);
    const emptied = goal();
    emptied.catch(() => undefined);
    const down = await storm.call("down", undefined);
    const empty = await emptied;
    const emptyMs = empty.reachedMs ?? monotonicMs();

    await receiver.call("arm", { record: true, goal: "exact" });
    const up = await storm.call("up", how);
    await goal();
    const last = await receiver.call("quiet", { quietMs: QUIET_MS });
    const spent = cost();
    const disturbed = undisturbed();
    const { differing } = await receiver.call("verify", { as: target.as ?? TARGET_AS });
    const wrong = [
      empty.reachedMs === null ? `${empty.held} prefixes were left when all sessions were down` : null,
      last.complaint,
      (differing ?? 0) > 0 ? `${differing} prefixes with other attributes than they should have` : null,
    ].filter((what) => what !== null);
    if (wrong.length > 0) complain(wrong.join("; "));
    const { firstMs, sessions } = up;
    const waits = sessions.map(({ establishedMs, lastFailureMs }) =>
      lastFailureMs === null ? 0 : (lastFailureMs - firstMs) / (establishedMs - firstMs),
    );
    return {
      exact: wrong.length === 0,
      downMs: emptyMs - down.firstMs,
      establishedMs: Math.max(...sessions.map(({ establishedMs }) => establishedMs)) - firstMs,
      routesMs: (last.lastMs ?? monotonicMs()) - firstMs,
      waitingShare: waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
      retries: sessions.reduce((sum, { retries }) => sum + retries, 0),
      cost: spent,
      senderCpuSeconds: await storm.call("cpuSeconds", undefined),
      receiverCpuSeconds: last.cpuSeconds,
      disturbed,
    };
  }
}

const rowOf = (cell: Cell<Sample>, key: Omit<ResetKey, keyof TargetKey>): ResetRow =>
  cell.row<ResetKey, ResetFigures>({ ...cell.key, ...key }, (samples) => {
    const of = (field: (sample: Sample) => number): number[] => samples.map(field);
    return {
      exact: samples.every(({ exact }) => exact),
      down_ms: summary(of(({ downMs }) => downMs)),
      established_ms: summary(of(({ establishedMs }) => establishedMs)),
      routes_ms: summary(of(({ routesMs }) => routesMs)),
      waiting_share: summary(of(({ waitingShare }) => waitingShare)),
      retries: summary(of(({ retries }) => retries)),
      ...costFigures(samples.map(({ cost }) => cost)),
      bottleneck: busiest({
        ...busyOf(samples.map(({ cost }) => cost)),
        sender: median(of(({ senderCpuSeconds }) => senderCpuSeconds)),
        receiver: median(of(({ receiverCpuSeconds }) => receiverCpuSeconds)),
      }),
      disturbance: disturbanceOf(samples.map(({ disturbed }) => disturbed)),
    };
  });
