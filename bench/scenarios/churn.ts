import {
  type ChurnFigures,
  type ChurnKey,
  type ChurnRow,
  type ConvergenceKey,
  median,
  percentile,
  summary,
  type TargetKey,
} from "../../src/results/index.js";
import type { PreparedTable } from "../../src/table/prepared.js";
import type { ChurnReceiverActions } from "../tester/churn-receiver.js";
import type { ChurnSenderActions } from "../tester/churn-sender.js";
import type { SessionOptions } from "../tester/session.js";
import { TesterError, Worker } from "../tester/worker.js";
import type { LoadedOptions } from "./act.js";
import { type Cell, cellsOf, measureCells } from "./cells.js";
import { churnStream } from "./churn-stream.js";
import { type Cost, costFigures, costSince, seen } from "./cost.js";
import { type Disturbed, disturbanceOf, watchMachine } from "./disturbance.js";
import { Interrupted, inFiles, type LabPeer, PATIENCE_MS, receiverOf, senderOf, TARGET_AS } from "./lab.js";
import { untilIdle } from "./patience.js";
import { familiesOf, familyOf, nameOf, tablesOf } from "./tables.js";
import { type BenchTls, onTestersCores, tlsFor, wayTo, withTarget } from "./with-target.js";

/**
 * UPDATEs a second of one peer in real life: the busiest of 21 peers in five minutes of ordinary churn that RIPE RIS
 * recorded (rrc05, 22 July 2010, 20:15 UTC) sent 427 of them in 299 s, the median full feed 179.
 */
export const REAL_UPDATES_PER_S = 1.43;

export interface ChurnOptions extends LoadedOptions {
  /** Rates, as multiples of the real one. */
  readonly multiples: readonly number[];
  /** How long changes are due. */
  readonly durationMs: number;
  /** Of the changes. */
  readonly seed: number;
}

interface Sample {
  readonly exact: boolean;
  /** In ascending order. */
  readonly latencyMs: readonly number[];
  readonly backlog: number;
  readonly mergedShare: number;
  readonly seconds: number;
  readonly cost: Cost;
  readonly senderLateMs: number;
  readonly differing: number;
  readonly disturbed: Disturbed | null;
}

/**
 * A peer whose table the target holds sends changes to it in an open loop: each UPDATE is due at its time, whether the
 * target has taken the one before or not, and latency counts from then (no coordinated omission). Yields all rows as they
 * stand after each run.
 */
export async function* churn(options: ChurnOptions): AsyncGenerator<ChurnRow[]> {
  const { source, multiples, durationMs, seed, runs, signal, progress } = options;
  let prefixes = source.kind === "generated" ? source.prefixes : 0;
  const parts: { multiple: number; cells: Cell<Sample>[] }[] = [];
  for (const multiple of multiples) {
    parts.push({ multiple, cells: await cellsOf<Sample>(options.targets, options.transports) });
  }
  const table = { table: nameOf(source), ...familyOf(source) };
  const rows = (): ChurnRow[] =>
    parts.flatMap(({ multiple, cells }) =>
      cells.map((cell) => rowOf(cell, { prefixes, peers: 1, ...table }, multiple)),
    );
  const usable = parts.some(({ cells }) => cells.some(({ skipped }) => skipped === null));
  let pair: Pair | null = null;
  try {
    if (usable) {
      progress("preparing the table");
      const [one] = await tablesOf(source, 1);
      if (one === undefined) throw new RangeError("churn needs a table");
      prefixes = one.prefixes;
      const tls = await tlsFor(options.transports);
      const opened = onTestersCores(options.circumstances, () => new Pair(one, options, tls));
      pair = opened;
      await opened.load();
      for (const { multiple, cells } of parts) {
        if (signal.aborted) break;
        const rate = REAL_UPDATES_PER_S * multiple;
        const stream = churnStream(one, Math.max(1, Math.round((rate * durationMs) / 1000)), seed);
        await opened.change(stream.messages);
        const say = (line: string): void => progress(`×${multiple} ${line}`);
        const measure = (cell: Cell<Sample>): Promise<Sample> => opened.run(cell, 1000 / rate, say);
        for await (const _ of measureCells(cells, runs, measure, say)) yield rows();
      }
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    await pair?.end();
  }
  yield rows();
}

const QUIET_MS = 300;

/** The two tester processes. */
class Pair {
  readonly #sender = new Worker<ChurnSenderActions>("sender", new URL("../tester/churn-sender.js", import.meta.url));
  readonly #receiver = new Worker<ChurnReceiverActions>(
    "receiver",
    new URL("../tester/churn-receiver.js", import.meta.url),
  );
  readonly #table: PreparedTable;
  readonly #options: ChurnOptions;
  readonly #tls: BenchTls | null;

  constructor(table: PreparedTable, options: ChurnOptions, tls: BenchTls | null) {
    this.#table = table;
    this.#options = options;
    this.#tls = tls;
  }

  async load(): Promise<void> {
    const { messages, ...table } = this.#table;
    await inFiles([messages], ([file = ""]) =>
      Promise.all([this.#sender.call("load", { file }), this.#receiver.call("load", { file, table })]),
    );
  }

  async change(messages: Uint8Array): Promise<void> {
    await inFiles([messages], ([file = ""]) =>
      Promise.all([this.#sender.call("change", { file }), this.#receiver.call("change", { file })]),
    );
  }

  async end(): Promise<void> {
    await Promise.all([this.#sender.end(), this.#receiver.end()]);
  }

  run(cell: Cell<Sample>, intervalMs: number, progress: (line: string) => void): Promise<Sample> {
    const { signal, circumstances, patienceMs = circumstances?.patienceMs ?? PATIENCE_MS } = this.#options;
    const { transport } = cell;
    const families = familiesOf(this.#table);
    const source = { ...senderOf(0), families };
    const peers = [source, { ...receiverOf(0), families }];
    const hangUp = (): Promise<unknown> =>
      Promise.allSettled([this.#sender.call("close", undefined), this.#receiver.call("close", undefined)]);
    return withTarget(
      cell.target,
      { transport, tls: this.#tls, peers, signal, circumstances, hangUp },
      async (target) => {
        cell.meet(target);
        const session = ({ name, as, address, id }: LabPeer): SessionOptions => ({
          transport: transport === "tcp" ? "tcp" : "tls",
          localAddress: address,
          as,
          routerId: id,
          families,
          ...wayTo(target, name, this.#tls),
        });
        await Promise.all([
          this.#sender.call("connect", session(source)),
          this.#receiver.call("connect", session(receiverOf(0))),
        ]);
        await this.#sender.call("table", undefined);
        const whole = (): Promise<string | null> =>
          untilIdle(
            target,
            patienceMs,
            () => this.#receiver.call("whole", { quietMs: QUIET_MS, patienceMs }),
            (complaint) => complaint === null,
          );
        const missing = await whole();
        if (missing !== null) {
          throw new TesterError(`${target.name}: the table did not come through, so nothing was measured: ${missing}`);
        }
        await this.#receiver.call("record", undefined);
        const undisturbed = watchMachine(
          target,
          [this.#sender, this.#receiver].flatMap(({ pid }) => pid ?? []),
        );
        const cost = costSince(target);
        const { firstMs, lastMs, lateMs } = await this.#sender.call("churn", { intervalMs });
        const spent = cost();
        const disturbed = undisturbed();
        await whole();
        const report = await this.#receiver.call("report", { firstMs, intervalMs, as: target.as ?? TARGET_AS });
        const wrong =
          report.differing > 0 ? `${report.differing} prefixes with other attributes than they should have` : null;
        const complaint = report.complaint ?? wrong;
        if (complaint !== null) progress(`${cell.target.name} ${transport}: not exact: ${complaint}`);
        return {
          exact: complaint === null,
          latencyMs: Array.from(report.latencyMs.sort()),
          backlog: report.backlog,
          mergedShare: report.merged / report.latencyMs.length,
          seconds: (lastMs - firstMs) / 1000,
          cost: spent,
          senderLateMs: lateMs,
          differing: report.differing,
          disturbed,
        };
      },
    );
  }
}

const rowOf = (cell: Cell<Sample>, key: Omit<ConvergenceKey, keyof TargetKey>, multiple: number): ChurnRow =>
  cell.row<ChurnKey, ChurnFigures>(
    { ...cell.key, ...key, multiple, updates_per_s: REAL_UPDATES_PER_S * multiple },
    (samples) => {
      const of = (field: (sample: Sample) => number): number[] => samples.map(field);
      const all = samples.flatMap(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
      const shares = seen(samples.map(({ cost, seconds }) => cost.target && cost.target.cpuSeconds / seconds));
      const at = (p: number, sorted: readonly number[] = all): number => percentile(sorted, p);
      return {
        exact: samples.every(({ exact }) => exact),
        changes: median(of(({ latencyMs }) => latencyMs.length)),
        latency_ms: { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: at(100) },
        p50_ms: summary(of(({ latencyMs }) => at(50, latencyMs))),
        p99_ms: summary(of(({ latencyMs }) => at(99, latencyMs))),
        backlog: summary(of(({ backlog }) => backlog)),
        merged_share: summary(of(({ mergedShare }) => mergedShare)),
        cpu_share: shares && summary(shares),
        peak_rss_bytes: costFigures(samples.map(({ cost }) => cost)).peak_rss_bytes,
        sender_late_ms: summary(of(({ senderLateMs }) => senderLateMs)),
        differing: Math.max(...of(({ differing }) => differing)),
        disturbance: disturbanceOf(samples.map(({ disturbed }) => disturbed)),
      };
    },
  );
