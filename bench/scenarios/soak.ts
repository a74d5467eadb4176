import type { SoakRow, SoakSample } from "../../src/results/index.js";
import type { Target, Transport } from "../../src/target/target.js";
import { TesterError } from "../tester/worker.js";
import { type Cell, cellsOf, measureCells } from "./cells.js";
import type { Circumstances } from "./circumstances.js";
import { type Bench, PATIENCE_MS } from "./lab.js";
import { labWithOneTable } from "./one-table.js";
import type { TableSource } from "./tables.js";

export interface SoakOptions {
  readonly targets: readonly Target[];
  readonly transports: readonly Transport[];
  readonly source: TableSource;
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly circumstances?: Circumstances;
  readonly progress: (line: string) => void;
}

/**
 * Whether memory comes back: a whole table is withdrawn and announced again, round after round, in one session; after
 * each round the resident memory of the target is noted. Yields all rows as they stand after each target.
 */
export async function* soak(options: SoakOptions): AsyncGenerator<SoakRow[]> {
  const { source, rounds, progress } = options;
  const cells = await cellsOf<SoakSample[]>(options.targets, options.transports);
  let prefixes = source.kind === "generated" ? source.prefixes : 0;
  const rows = (): SoakRow[] => cells.map((cell) => rowOf(cell, { prefixes, rounds }));
  const usable = cells.filter(({ skipped }) => skipped === null);
  if (usable.length === 0) {
    yield rows();
    return;
  }
  const { lab, table } = await labWithOneTable(usable, ["packed", "withdraw"], options);
  prefixes = table.prefixes;
  try {
    const measure = (cell: Cell<SoakSample[]>): Promise<SoakSample[]> => {
      const samples: SoakSample[] = [];
      // Kept from the first round on: an interrupted soak has something to say too.
      cell.samples.push(samples);
      return lab
        .run(cell.target, cell.transport, (bench) => {
          cell.meet(bench.target);
          if (bench.target.unseen?.usage === true) throw new TesterError(bench.target.unseen.why);
          return endure(bench, rounds, samples, (line) => progress(`${cell.target.name} ${cell.transport} ${line}`));
        })
        .finally(() => cell.samples.pop())
        .catch((error: unknown) => {
          if (samples.length > 0) cell.samples.push(samples);
          throw error;
        });
    };
    for await (const _ of measureCells(cells, 1, measure, progress)) yield rows();
    yield rows();
  } finally {
    await lab.close();
  }
}

const endure = async (
  { target, senders, receiver }: Bench,
  rounds: number,
  samples: SoakSample[],
  progress: (line: string) => void,
): Promise<SoakSample[]> => {
  const [sender] = senders;
  if (sender === undefined) throw new RangeError("a soak needs a sender");
  /** Gives the moment when the receiver is there. */
  const exchange = async (
    name: "packed" | "withdraw",
    goal: "exact" | "empty",
  ): Promise<{ from: number; to: number }> => {
    await receiver.call("arm", { record: false, goal });
    const reached = receiver.call("goal", { patienceMs: PATIENCE_MS });
    reached.catch(() => undefined);
    const { firstMs } = await sender.call("send", { names: [name], durationMs: 0 });
    const { reachedMs, complaint } = await reached;
    if (reachedMs !== null) return { from: firstMs, to: reachedMs };
    throw new TesterError(
      `${target.name}: after ${name === "packed" ? "an announcement" : "a withdrawal"} of the whole table ` +
        `the receiver's set is not as it should be: ${complaint ?? "something is left"}`,
    );
  };
  await exchange("packed", "exact");
  for (let round = 1; round <= rounds; round++) {
    const gone = await exchange("withdraw", "empty");
    const back = await exchange("packed", "exact");
    const { rssBytes } = target.usage();
    samples.push({ round, rss_bytes: rssBytes, round_ms: gone.to - gone.from + back.to - back.from });
    if (round % 20 === 0) progress(`round ${round}/${rounds}: RSS ${Math.round(rssBytes / 1e6)} MB`);
  }
  return samples;
};

/** The first rounds warm up the heap: growth is counted from here. */
const SETTLED_ROUND = 20;

const rowOf = (cell: Cell<SoakSample[]>, key: { readonly prefixes: number; readonly rounds: number }): SoakRow =>
  cell.row(
    { target: cell.target.name, version: cell.version, transport: cell.transport, ...note(cell), ...key },
    ([samples = []]) => {
      const settled = samples[Math.min(SETTLED_ROUND, samples.length) - 1];
      const last = samples.at(-1);
      return {
        // A round ends only with the exact set.
        exact: cell.failed === null,
        samples,
        settled_round: settled?.round ?? 0,
        rss_growth: settled === undefined || last === undefined ? 1 : last.rss_bytes / settled.rss_bytes,
      };
    },
  );

const note = ({ failed, samples }: Cell<SoakSample[]>): { note?: string } =>
  failed !== null && samples.length > 0 ? { note: failed } : {};
