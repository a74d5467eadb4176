import {
  median,
  type Packing,
  summary,
  type TargetKey,
  type UpdateFigures,
  type UpdateKey,
  type UpdateRow,
} from "../../src/results/index.js";
import type { Target, Transport } from "../../src/target/target.js";
import { monotonicMs } from "../tester/clock.js";
import { type Latencies, prefixLatency } from "../tester/latency.js";
import type { Sent } from "../tester/sender.js";
import { busiest, busyOf } from "./bottleneck.js";
import { type Cell, cellsOf, measureCells } from "./cells.js";
import type { Circumstances } from "./circumstances.js";
import { type Cost, costFigures, costSince } from "./cost.js";
import { type Disturbed, disturbanceOf } from "./disturbance.js";
import { type Bench, intake, PATIENCE_MS, together } from "./lab.js";
import { labWithTables } from "./one-table.js";
import { familyOf, nameOf, otherOrigins, type TableSource } from "./tables.js";

export interface UpdateOptions {
  readonly targets: readonly Target[];
  readonly transports: readonly Transport[];
  readonly source: TableSource;
  /** Senders, each with a table of its own. */
  readonly peers: number;
  readonly packings: readonly Packing[];
  /** How long the sender goes on; it ends with the cycle it is in then. */
  readonly durationMs: number;
  readonly runs: number;
  readonly signal: AbortSignal;
  readonly circumstances?: Circumstances;
  readonly progress: (line: string) => void;
}

interface Sample {
  readonly exact: boolean;
  readonly inUpdates: number;
  readonly inPrefixes: number;
  readonly outUpdates: number;
  readonly outPrefixes: number;
  readonly cost: Cost;
  readonly senderCpuSeconds: number;
  readonly receiverCpuSeconds: number;
  /** Null with several senders: which of them an UPDATE answers can't be told. */
  readonly latencies: Latencies | null;
  readonly disturbed: Disturbed | null;
}

/**
 * Steady state: a table that the target holds already is announced again and again, each time with other attributes than
 * before (RFC 7747 §5.7), as packed as it came or one prefix in each UPDATE. Yields all rows as they stand after each run.
 */
export async function* update(options: UpdateOptions): AsyncGenerator<UpdateRow[]> {
  const { source, peers, packings, durationMs, runs, progress } = options;
  const cells = new Map<Packing, Cell<Sample>[]>();
  for (const packing of packings) cells.set(packing, await cellsOf<Sample>(options.targets, options.transports));
  const sinkRates = new Map<string, number[]>();
  let prefixes = source.kind === "generated" ? source.prefixes : 0;
  const rows = (): UpdateRow[] =>
    packings.flatMap((packing) =>
      (cells.get(packing) ?? []).map((cell) =>
        rowOf(
          cell,
          { prefixes, peers, table: nameOf(source), ...familyOf(source), packing },
          sinkRates.get(`${cell.transport} ${packing}`) ?? [],
        ),
      ),
    );
  const usable = [...cells.values()].flat().filter(({ skipped }) => skipped === null);
  if (usable.length === 0) {
    yield rows();
    return;
  }

  const { lab, tables } = await labWithTables(usable, ["packed", ...packings], options);
  const expected = tables.map((table) => table.prefixes);
  prefixes = expected[0] ?? 0;
  try {
    for (const [n, table] of tables.entries()) {
      const other = otherOrigins(table);
      for (const packing of packings) await lab.load(n, `other ${packing}`, other, packing);
    }
    for (const transport of new Set(usable.map((cell) => cell.transport))) {
      for (const packing of packings) {
        sinkRates.set(`${transport} ${packing}`, await lab.capacity(transport, packing));
      }
    }
    for (const packing of packings) {
      progress(packing === "single" ? "one prefix in each UPDATE" : "UPDATEs as packed as the table's");
      const measure = (cell: Cell<Sample>): Promise<Sample> =>
        lab.run(cell.target, cell.transport, (bench) => {
          cell.meet(bench.target);
          return steady(bench, [`other ${packing}`, packing], durationMs, expected);
        });
      for await (const _ of measureCells(cells.get(packing) ?? [], runs, measure, progress)) yield rows();
    }
    yield rows();
  } finally {
    await lab.close();
  }
}

const QUIET_MS = 300;

const steady = async (
  bench: Bench,
  cycle: readonly string[],
  durationMs: number,
  expected: readonly number[],
): Promise<Sample> => {
  const { target, senders, receiver } = bench;
  const send = (names: readonly string[], forMs: number): Promise<Sent[]> =>
    Promise.all(senders.map((sender) => sender.call("send", { names, durationMs: forMs })));
  // The table is there before the clock starts.
  await receiver.call("arm", { record: false, goal: "exact" });
  const loaded = receiver.call("goal", { patienceMs: PATIENCE_MS });
  loaded.catch(() => undefined);
  await send(["packed"], 0);
  await intake(target, expected, monotonicMs, bench.patienceMs);
  await loaded;
  await receiver.call("quiet", { quietMs: QUIET_MS });

  await receiver.call("arm", { record: false, goal: "exact", stamp: "last" });
  const undisturbed = bench.watch();
  const cost = costSince(target);
  const sends = await send(cycle, durationMs);
  const sent = together(sends);
  const last = await receiver.call("quiet", { quietMs: QUIET_MS });
  const spent = cost();
  const disturbed = undisturbed();
  // What was sent reaches the receiver only through the target, so the last UPDATE out ends the intake as well.
  const endMs = last.lastMs ?? monotonicMs();
  const inSeconds = (Math.max(endMs, sent.lastMs) - sent.firstMs) / 1000;
  return {
    exact: last.exact,
    inUpdates: sent.updates / inSeconds,
    inPrefixes: sent.prefixes / inSeconds,
    outUpdates: last.updates / inSeconds,
    outPrefixes: last.announced / inSeconds,
    cost: spent,
    senderCpuSeconds: sent.cpuSeconds,
    receiverCpuSeconds: last.cpuSeconds,
    latencies:
      sends.length > 1
        ? null
        : await receiver.call("latencies", { handed: sends.map(({ handed }) => handed), form: "packed" }),
    disturbed,
  };
};

const rowOf = (cell: Cell<Sample>, key: Omit<UpdateKey, keyof TargetKey>, sinkRates: readonly number[]): UpdateRow =>
  cell.row<UpdateKey, UpdateFigures>({ ...cell.key, ...key }, (samples) => {
    const of = (field: (sample: Sample) => number): number[] => samples.map(field);
    const latency = prefixLatency(samples.flatMap(({ latencies }) => latencies ?? []));
    return {
      exact: samples.every(({ exact }) => exact),
      in_updates_per_s: summary(of(({ inUpdates }) => inUpdates)),
      in_prefixes_per_s: summary(of(({ inPrefixes }) => inPrefixes)),
      out_updates_per_s: summary(of(({ outUpdates }) => outUpdates)),
      out_prefixes_per_s: summary(of(({ outPrefixes }) => outPrefixes)),
      ...costFigures(samples.map(({ cost }) => cost)),
      bottleneck: busiest({
        ...busyOf(samples.map(({ cost }) => cost)),
        sender: median(of(({ senderCpuSeconds }) => senderCpuSeconds)),
        receiver: median(of(({ receiverCpuSeconds }) => receiverCpuSeconds)),
      }),
      ...(latency === null ? {} : { prefix_latency_ms: latency }),
      disturbance: disturbanceOf(samples.map(({ disturbed }) => disturbed)),
      ...(sinkRates.length > 0
        ? { tester_bound: median(of(({ inPrefixes }) => inPrefixes)) > median(sinkRates) / 2 }
        : {}),
    };
  });
