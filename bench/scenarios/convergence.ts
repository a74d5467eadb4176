import {
  type ConvergenceFigures,
  type ConvergenceKey,
  type ConvergenceRow,
  type Curve,
  median,
  summary,
  type TargetKey,
} from "../../src/results/index.js";
import type { Target, Transport } from "../../src/target/target.js";
import { monotonicMs } from "../tester/clock.js";
import { type Latencies, prefixLatency } from "../tester/latency.js";
import { busiest, busyOf, isTesterBound } from "./bottleneck.js";
import { type Cell, cellsOf, measureCells } from "./cells.js";
import type { Circumstances } from "./circumstances.js";
import { type Cost, costFigures, costSince, seen } from "./cost.js";
import { type Disturbed, disturbanceOf } from "./disturbance.js";
import { type Bench, intake, PATIENCE_MS, TARGET_AS, together } from "./lab.js";
import { labWithTables } from "./one-table.js";
import { familyOf, nameOf, type TableSource } from "./tables.js";

export interface ConvergenceOptions {
  readonly targets: readonly Target[];
  readonly transports: readonly Transport[];
  readonly source: TableSource;
  /** Senders, each with a table of its own. */
  readonly peers: number;
  readonly runs: number;
  readonly signal: AbortSignal;
  readonly circumstances?: Circumstances;
  readonly progress: (line: string) => void;
}

interface Sample {
  readonly exact: boolean;
  readonly convergenceMs: number;
  /** Null where the target's counters can't be seen. */
  readonly intakeMs: number | null;
  readonly cost: Cost;
  readonly senderCpuSeconds: number;
  readonly receiverCpuSeconds: number;
  readonly digest: string | null;
  readonly differing: number | null;
  readonly curve: Curve;
  readonly latencies: Latencies;
  readonly disturbed: Disturbed | null;
}

/**
 * Senders announce their tables to the target; a receiver waits for the union of them (RFC 7747 §5.1.1, one or several
 * peers, the observer behind the device). Yields all rows as they stand after each run.
 */
export async function* convergence(options: ConvergenceOptions): AsyncGenerator<ConvergenceRow[]> {
  const { source, peers, runs, progress } = options;
  const cells = await cellsOf<Sample>(options.targets, options.transports);
  const calibration = new Map<Transport, number[]>();
  let prefixes = source.kind === "generated" ? source.prefixes : 0;
  const rows = (): ConvergenceRow[] =>
    cells.map((cell) =>
      rowOf(
        cell,
        { prefixes, peers, table: nameOf(source), ...familyOf(source) },
        calibration.get(cell.transport) ?? [],
      ),
    );

  const usable = cells.filter(({ skipped }) => skipped === null);
  if (usable.length === 0) {
    yield rows();
    return;
  }
  const transports = [...new Set(usable.map(({ transport }) => transport))];
  const { lab, tables } = await labWithTables(usable, ["packed"], options);
  prefixes = tables[0]?.prefixes ?? 0;
  const expected = tables.map((table) => table.prefixes);
  try {
    // Also warms up the tester, so that the first target does not meet a colder one than the last.
    for (const transport of transports) {
      const times: number[] = [];
      calibration.set(transport, times);
      for (let run = 0; run < CALIBRATIONS; run++) times.push(await lab.calibrate(transport, "packed"));
      await lab.capacity(transport, "packed");
      progress(`tester against itself over ${transport}: ${Math.round(median(times))} ms`);
    }
    const measure = (cell: Cell<Sample>): Promise<Sample> =>
      lab.run(cell.target, cell.transport, (bench) => {
        cell.meet(bench.target);
        return converge(bench, expected, (what) =>
          progress(`${cell.target.name} ${cell.transport}: not exact: ${what}`),
        );
      });
    for await (const _ of measureCells(cells, runs, measure, progress)) yield rows();
    yield rows();
  } finally {
    await lab.close();
  }
}

const CALIBRATIONS = 3;
const QUIET_MS = 300;

const converge = async (
  { target, senders, receiver, patienceMs, watch }: Bench,
  expected: readonly number[],
  complain: (what: string) => void,
): Promise<Sample> => {
  await receiver.call("arm", { record: true, goal: "exact", stamp: "first" });
  const undisturbed = watch();
  const cost = costSince(target);
  const goal = receiver.call("goal", { patienceMs: PATIENCE_MS });
  goal.catch(() => undefined);
  const sends = await Promise.all(senders.map((sender) => sender.call("send", { names: ["packed"], durationMs: 0 })));
  const sent = together(sends);
  const taken = await intake(target, expected, monotonicMs, patienceMs);
  await goal;
  // Several peers: the set may be whole before the best paths are. The last UPDATE is the end then.
  const last = await receiver.call("quiet", { quietMs: expected.length > 1 ? QUIET_MS : 0 });
  const spent = cost();
  const disturbed = undisturbed();
  const exact = last.exact && taken?.complete !== false;
  if (last.complaint !== null) complain(last.complaint);
  if (taken?.complete === false) complain("by its own counter it has not taken everything in");
  const verified = await receiver.call("verify", { as: target.as ?? TARGET_AS });
  if ((verified.differing ?? 0) > 0)
    complain(`${verified.differing} prefixes with other attributes than RFC 4271 has it pass on`);
  const handed = sends.map((one) => one.handed);
  const end = (expected.length > 1 ? null : last.reachedMs) ?? last.lastMs ?? sent.lastMs;
  return {
    exact,
    convergenceMs: end - sent.firstMs,
    intakeMs: taken === null ? null : taken.atMs - sent.firstMs,
    cost: spent,
    senderCpuSeconds: sent.cpuSeconds,
    receiverCpuSeconds: last.cpuSeconds,
    digest: exact ? verified.digest : null,
    differing: verified.differing,
    curve: await receiver.call("curve", { firstMs: sent.firstMs }),
    latencies: await receiver.call("latencies", { handed, form: "packed" }),
    disturbed,
  };
};

const rowOf = (
  cell: Cell<Sample>,
  table: Omit<ConvergenceKey, keyof TargetKey>,
  calibration: readonly number[],
): ConvergenceRow =>
  cell.row<ConvergenceKey, ConvergenceFigures>({ ...cell.key, ...table }, (samples) => {
    const intakes = seen(samples.map(({ intakeMs }) => intakeMs));
    const of = (field: (sample: Sample) => number): number[] => samples.map(field);
    const digests = new Set(samples.map(({ digest }) => digest));
    const [digest = null] = digests;
    const differing = samples.map((sample) => sample.differing).filter((count) => count !== null);
    const latency = prefixLatency(samples.map(({ latencies }) => latencies));
    return {
      exact: samples.every(({ exact }) => exact),
      convergence_ms: summary(of(({ convergenceMs }) => convergenceMs)),
      intake_ms: intakes && summary(intakes),
      ...costFigures(samples.map(({ cost }) => cost)),
      ...(calibration.length > 0 ? { tester_ms: summary(calibration) } : {}),
      bottleneck: busiest({
        ...busyOf(samples.map(({ cost }) => cost)),
        sender: median(of(({ senderCpuSeconds }) => senderCpuSeconds)),
        receiver: median(of(({ receiverCpuSeconds }) => receiverCpuSeconds)),
      }),
      best_paths_digest: digests.size === 1 ? digest : null,
      differing: differing.length > 0 ? Math.max(...differing) : null,
      curves: samples.map(({ curve }) => curve),
      ...(latency === null ? {} : { prefix_latency_ms: latency }),
      disturbance: disturbanceOf(samples.map(({ disturbed }) => disturbed)),
      ...(calibration.length > 0
        ? {
            tester_bound: isTesterBound(
              of(({ convergenceMs }) => convergenceMs),
              calibration,
            ),
          }
        : {}),
    };
  });
