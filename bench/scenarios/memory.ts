import {
  type ConvergenceKey,
  type MemoryFigures,
  type MemoryRow,
  type MemoryStep,
  type MemoryStepName,
  type Summary,
  summary,
  type TargetKey,
} from "../../src/results/index.js";
import { monotonicMs } from "../tester/clock.js";
import { TesterError } from "../tester/worker.js";
import type { LoadedOptions } from "./act.js";
import { type Cell, cellsOf, measureCells } from "./cells.js";
import { type Bench, Interrupted, intake, Lab, PATIENCE_MS } from "./lab.js";
import { residentOf } from "./resident.js";
import { familiesOf, familyOf, nameOf, tablesOf } from "./tables.js";

export interface MemoryOptions extends LoadedOptions {
  /** Senders, each with a table of its own. */
  readonly peers: number;
  /** How long there must be no UPDATE before memory counts as settled. */
  readonly settleMs: number;
}

interface Reading {
  readonly step: MemoryStepName;
  readonly paths: number;
  readonly rssBytes: number;
  readonly pssBytes: number | null;
  readonly privateBytes: number | null;
}

interface Sample {
  readonly exact: boolean;
  readonly readings: readonly Reading[];
  readonly peakRssBytes: number;
}

/**
 * What a path costs in memory: the target is looked at with nothing, with one peer's table, with all of them, when it has
 * settled, after all was withdrawn and came again, and after all was withdrawn. The routes go out to all peers, so a path
 * counts with what the target keeps of it for them. Yields all rows as they stand after each run.
 */
export async function* memory(options: MemoryOptions): AsyncGenerator<MemoryRow[]> {
  const {
    source,
    peers,
    runs,
    signal,
    progress,
    circumstances,
    patienceMs = circumstances?.patienceMs ?? PATIENCE_MS,
  } = options;
  const cells = await cellsOf<Sample>(options.targets, options.transports);
  let prefixes = source.kind === "generated" ? source.prefixes : 0;
  const rows = (): MemoryRow[] =>
    cells.map((cell) => rowOf(cell, { prefixes, peers, table: nameOf(source), ...familyOf(source) }));
  const usable = cells.filter(({ skipped }) => skipped === null);
  let lab: Lab | null = null;
  try {
    if (usable.length > 0) {
      progress(`preparing ${peers === 1 ? "the table" : `${peers} tables`}`);
      const tables = await tablesOf(source, peers);
      const [first] = tables;
      if (first === undefined) throw new RangeError("memory needs a sender");
      prefixes = first.prefixes;
      const transports = [...new Set(usable.map(({ transport }) => transport))];
      lab = await Lab.open(tables, {
        families: familiesOf(first),
        forms: ["packed", "withdraw"],
        transports,
        signal,
        patienceMs,
        ...(circumstances === undefined ? {} : { circumstances }),
      });
      const opened = lab;
      const measure = (cell: Cell<Sample>): Promise<Sample> =>
        opened.run(cell.target, cell.transport, (bench) => {
          cell.meet(bench.target);
          return steps(bench, prefixes, options, (what) =>
            progress(`${cell.target.name} ${cell.transport}: not exact: ${what}`),
          );
        });
      for await (const _ of measureCells(cells, runs, measure, progress)) yield rows();
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    await lab?.close();
  }
  yield rows();
}

const QUIET_MS = 300;

const steps = async (
  bench: Bench,
  prefixes: number,
  { settleMs, patienceMs = PATIENCE_MS }: MemoryOptions,
  complain: (what: string) => void,
): Promise<Sample> => {
  const { target, senders, receiver } = bench;
  const { pid } = target;
  if (pid === null) throw new TesterError(`${target.name}: its process can't be seen, so its memory can't either`);
  const readings: Reading[] = [];
  let exact = true;
  const read = (step: MemoryStepName, paths: number): void => {
    const { pssBytes = null, privateBytes = null } = residentOf(pid) ?? {};
    readings.push({ step, paths, rssBytes: target.usage().rssBytes, pssBytes, privateBytes });
  };
  /** Senders say it; the receiver must have what follows from it before memory is read. */
  const exchange = async (who: readonly number[], what: "packed" | "withdraw", quietMs: number): Promise<void> => {
    const goal = what === "packed" ? "exact" : "empty";
    const before = await receiver.call("quiet", { quietMs: 0 });
    await receiver.call("arm", { record: false, goal });
    // A set that is whole already need not change when more paths come for it.
    const changes = what === "withdraw" || !before.exact;
    const reached = changes ? receiver.call("goal", { patienceMs }) : null;
    reached?.catch(() => undefined);
    await Promise.all(who.map((n) => senders[n]?.call("send", { names: [what], durationMs: 0 })));
    const expected = senders.map((_, n) => (what === "packed" && who.includes(n) ? prefixes : 0));
    const taken = await intake(target, expected, monotonicMs, patienceMs);
    await reached;
    const last = await receiver.call("quiet", { quietMs });
    const wrong = what === "packed" ? last.complaint : last.held > 0 ? `${last.held} prefixes are left` : null;
    const complaint = taken?.complete !== false ? wrong : "by its own counter it has not taken everything in";
    if (complaint === null) return;
    exact = false;
    complain(complaint);
  };
  const all = senders.map((_, n) => n);
  const paths = prefixes * senders.length;

  read("idle", 0);
  await exchange([0], "packed", QUIET_MS);
  read("one", prefixes);
  if (senders.length > 1) {
    await exchange(all.slice(1), "packed", QUIET_MS);
    read("all", paths);
  }
  await receiver.call("quiet", { quietMs: settleMs });
  read("settled", paths);
  await exchange(all, "withdraw", QUIET_MS);
  await exchange(all, "packed", settleMs);
  read("flapped", paths);
  await exchange(all, "withdraw", settleMs);
  read("withdrawn", 0);
  return { exact, readings, peakRssBytes: target.usage().peakRssBytes };
};

const rowOf = (cell: Cell<Sample>, key: Omit<ConvergenceKey, keyof TargetKey>): MemoryRow =>
  cell.row({ ...cell.key, ...key }, (samples): MemoryFigures => {
    const of = (step: MemoryStepName): Reading[] =>
      samples.flatMap(({ readings }) => readings.filter((reading) => reading.step === step));
    const idle = of("idle");
    const settled = of("settled");
    const names = samples[0]?.readings.map(({ step }) => step) ?? [];
    return {
      exact: samples.every(({ exact }) => exact),
      steps: names.map((name): MemoryStep => {
        const readings = of(name);
        const paths = readings[0]?.paths ?? 0;
        return {
          step: name,
          paths,
          rss_bytes: summary(readings.map(({ rssBytes }) => rssBytes)),
          pss_bytes: known(readings.map(({ pssBytes }) => pssBytes)),
          private_bytes: known(readings.map(({ privateBytes }) => privateBytes)),
          bytes_per_path:
            paths === 0
              ? null
              : summary(readings.map(({ rssBytes }, run) => (rssBytes - (idle[run]?.rssBytes ?? 0)) / paths)),
        };
      }),
      peak_rss_bytes: summary(samples.map(({ peakRssBytes }) => peakRssBytes)),
      flap_ratio: summary(of("flapped").map(({ rssBytes }, run) => rssBytes / (settled[run]?.rssBytes ?? rssBytes))),
    };
  });

/** Null unless all of them are known. */
const known = (values: readonly (number | null)[]): Summary | null => {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === values.length ? summary(numbers) : null;
};
