import {
  type Curve,
  type FanoutFigures,
  type FanoutKey,
  type FanoutRow,
  median,
  summary,
} from "../../src/results/index.js";
import type { Target, Transport } from "../../src/target/target.js";
import { busiest, busyOf, isTesterBound } from "./bottleneck.js";
import { type Cell, cellsOf, measureCells } from "./cells.js";
import type { Circumstances } from "./circumstances.js";
import { type Cost, costFigures, costSince } from "./cost.js";
import { type Disturbed, disturbanceOf } from "./disturbance.js";
import { type Bench, PATIENCE_MS, TARGET_AS, together } from "./lab.js";
import { labWithTables } from "./one-table.js";
import { familyOf, nameOf, type TableSource } from "./tables.js";

export interface FanoutOptions {
  readonly targets: readonly Target[];
  readonly transports: readonly Transport[];
  readonly source: TableSource;
  /** Senders, each with a table of its own. */
  readonly peers: number;
  /** How many receive; each number is a row of its own. */
  readonly receivers: readonly number[];
  readonly runs: number;
  readonly signal: AbortSignal;
  readonly circumstances?: Circumstances;
  readonly progress: (line: string) => void;
}

interface Sample {
  readonly exact: boolean;
  /** Until each receiver was there, ascending. */
  readonly reachedMs: readonly number[];
  readonly cost: Cost;
  readonly senderCpuSeconds: number;
  readonly receiverCpuSeconds: number;
  readonly digests: readonly (string | null)[];
  readonly differing: number | null;
  readonly curve: Curve;
  readonly disturbed: Disturbed | null;
}

/**
 * A sender announces its table, the target passes it on to many receivers, and each of them must end with exactly the
 * expected routes: what Adj-RIB-Out costs, and how much of it is done once for all. Yields all rows after each run.
 */
export async function* fanout(options: FanoutOptions): AsyncGenerator<FanoutRow[]> {
  const { source, peers, receivers: counts, runs, progress } = options;
  const cells = new Map<number, Cell<Sample>[]>();
  for (const count of counts) cells.set(count, await cellsOf<Sample>(options.targets, options.transports));
  const sinkMs = new Map<string, number[]>();
  let prefixes = source.kind === "generated" ? source.prefixes : 0;
  const rows = (): FanoutRow[] =>
    [...cells].flatMap(([receivers, some]) =>
      some.map((cell) => {
        const key = { ...cell.key, prefixes, peers, receivers, table: nameOf(source), ...familyOf(source) };
        return rowOf(cell, key, sinkMs.get(`${cell.transport} ${receivers}`) ?? []);
      }),
    );
  const usable = [...cells.values()].flat().filter(({ skipped }) => skipped === null);
  if (usable.length === 0) {
    yield rows();
    return;
  }

  const { lab, tables } = await labWithTables(usable, ["packed"], options, Math.max(...counts));
  prefixes = tables[0]?.prefixes ?? 0;
  try {
    for (const transport of new Set(usable.map((cell) => cell.transport))) await lab.capacity(transport, "packed");
    for (const [count, some] of cells) {
      for (const transport of new Set(some.filter(({ skipped }) => skipped === null).map((cell) => cell.transport))) {
        const times: number[] = [];
        sinkMs.set(`${transport} ${count}`, times);
        for (let run = 0; run < CALIBRATIONS; run++) times.push(await lab.calibrate(transport, "packed", count));
        progress(`tester against itself over ${transport} to ${count}: ${Math.round(median(times))} ms`);
      }
      const measure = (cell: Cell<Sample>): Promise<Sample> =>
        lab.run(
          cell.target,
          cell.transport,
          (bench) => {
            cell.meet(bench.target);
            return spread(bench, (what) => progress(`${cell.target.name} ${cell.transport}: not exact: ${what}`));
          },
          count,
        );
      const told = (line: string): void => progress(`to ${count}: ${line}`);
      for await (const _ of measureCells(some, runs, measure, told)) yield rows();
    }
    yield rows();
  } finally {
    await lab.close();
  }
}

const CALIBRATIONS = 3;

const spread = async (
  { target, senders, receivers, watch }: Bench,
  complain: (what: string) => void,
): Promise<Sample> => {
  await Promise.all(receivers.map((one) => one.call("arm", { record: true, goal: "exact" })));
  const undisturbed = watch();
  const cost = costSince(target);
  const goals = Promise.all(receivers.map((one) => one.call("goal", { patienceMs: PATIENCE_MS })));
  goals.catch(() => undefined);
  const sent = together(
    await Promise.all(senders.map((sender) => sender.call("send", { names: ["packed"], durationMs: 0 }))),
  );
  await goals;
  // Several peers: the set may be whole before the best paths are. The last UPDATE is the end then.
  const several = senders.length > 1;
  const last = await Promise.all(receivers.map((one) => one.call("quiet", { quietMs: several ? QUIET_MS : 0 })));
  const spent = cost();
  const disturbed = undisturbed();
  const ends = last.map(
    ({ reachedMs, lastMs }) => ((several ? null : reachedMs) ?? lastMs ?? sent.lastMs) - sent.firstMs,
  );
  const slowest = receivers[ends.indexOf(Math.max(...ends))];
  if (slowest === undefined) throw new RangeError("a fanout needs receivers");
  const curve = await slowest.call("curve", { firstMs: sent.firstMs });
  const digests: (string | null)[] = [];
  let differing: number | null = null;
  for (const [n, receiver] of receivers.entries()) {
    const complaint = last[n]?.complaint ?? null;
    if (complaint !== null) complain(`${receiver.name}: ${complaint}`);
    // One after the other: each takes memory that the next can have.
    const verified = await receiver.call("verify", { as: target.as ?? TARGET_AS });
    digests.push(verified.digest);
    if (verified.differing === null) continue;
    differing = Math.max(differing ?? 0, verified.differing);
    if (verified.differing > 0) {
      complain(`${receiver.name}: ${verified.differing} prefixes with other attributes than RFC 4271 has it pass on`);
    }
  }
  return {
    exact: last.every(({ exact }) => exact),
    reachedMs: ends.sort((a, b) => a - b),
    cost: spent,
    senderCpuSeconds: sent.cpuSeconds,
    // Of a process with several receivers each tells what all of them took.
    receiverCpuSeconds: Math.max(...last.map(({ cpuSeconds }) => cpuSeconds)),
    digests,
    differing,
    curve,
    disturbed,
  };
};

const QUIET_MS = 300;

const rowOf = (cell: Cell<Sample>, key: FanoutKey, sinkMs: readonly number[]): FanoutRow =>
  cell.row<FanoutKey, FanoutFigures>(key, (samples) => {
    const of = (field: (sample: Sample) => number): number[] => samples.map(field);
    const digests = new Set(samples.flatMap((sample) => sample.digests));
    const [digest = null] = digests;
    const differing = samples.map((sample) => sample.differing).filter((count) => count !== null);
    return {
      exact: samples.every(({ exact }) => exact),
      first_ms: summary(of(({ reachedMs }) => reachedMs[0] ?? 0)),
      median_ms: summary(of(({ reachedMs }) => median(reachedMs))),
      last_ms: summary(of(({ reachedMs }) => reachedMs.at(-1) ?? 0)),
      ...costFigures(samples.map(({ cost }) => cost)),
      tester_ms: summary(sinkMs),
      tester_bound: isTesterBound(
        of(({ reachedMs }) => reachedMs.at(-1) ?? 0),
        sinkMs,
      ),
      bottleneck: busiest({
        ...busyOf(samples.map(({ cost }) => cost)),
        sender: median(of(({ senderCpuSeconds }) => senderCpuSeconds)),
        receiver: median(of(({ receiverCpuSeconds }) => receiverCpuSeconds)),
      }),
      best_paths_digest: digests.size === 1 ? digest : null,
      differing: differing.length > 0 ? Math.max(...differing) : null,
      curves: samples.map(({ curve }) => curve),
      disturbance: disturbanceOf(samples.map(({ disturbed }) => disturbed)),
    };
  });
