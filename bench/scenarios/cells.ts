import type { TargetKey, Transport } from "../../src/results/index.js";
import { type Target, TargetError } from "../../src/target/target.js";
import { TesterError } from "../tester/worker.js";
import { Interrupted } from "./lab.js";
import { counterbalanced } from "./order.js";

/** One row in the making: a target over a transport, with what its runs have given so far. */
export class Cell<Sample> {
  readonly target: Target;
  readonly transport: Transport;
  readonly samples: Sample[] = [];
  version: string | null = null;
  /** Why it is not tried at all. */
  skipped: string | null = null;
  /** Why it is not tried any more. */
  failed: string | null = null;

  constructor(target: Target, transport: Transport) {
    this.target = target;
    this.transport = transport;
  }

  /** What the row says first; a note tells of runs that are missing. */
  get key(): TargetKey {
    const { target, version, transport, failed, samples } = this;
    const note = failed !== null && samples.length > 0 ? { note: `run ${samples.length + 1}: ${failed}` } : {};
    return { target: target.name, version, transport, ...note };
  }

  /** The row: figures of at least one run, or the reason why there are none. */
  row<Key, Figures>(key: Key, figures: (samples: readonly Sample[]) => Figures): (Key & Figures) | (Key & Reason) {
    if (this.skipped !== null) return { ...key, skipped: this.skipped };
    if (this.samples.length > 0) return { ...key, ...figures(this.samples) };
    return { ...key, failed: this.failed ?? "not measured: interrupted" };
  }
}

export type Reason = { readonly skipped: string } | { readonly failed: string };

/** The cells of targets and transports, those that can't be measured here marked with the reason. */
export const cellsOf = async <Sample>(
  targets: readonly Target[],
  transports: readonly Transport[],
): Promise<Cell<Sample>[]> => {
  const cells: Cell<Sample>[] = [];
  for (const target of targets) {
    const missing = await target.available();
    for (const transport of transports) {
      const cell = new Cell<Sample>(target, transport);
      if (missing !== null) cell.skipped = missing;
      else if (!target.transports.includes(transport)) cell.skipped = `no ${transport.toUpperCase()}`;
      cells.push(cell);
    }
  }
  return cells;
};

/**
 * Measures every cell `runs` times in counterbalanced order, and yields after each run. A cell whose target fails is left
 * there; the others go on. Ends early, without an error, when the user interrupts.
 */
export async function* measureCells<Sample>(
  cells: readonly Cell<Sample>[],
  runs: number,
  measure: (cell: Cell<Sample>) => Promise<Sample>,
  progress: (line: string) => void,
): AsyncGenerator<void> {
  for (const cell of counterbalanced(
    cells.filter(({ skipped }) => skipped === null),
    runs,
  )) {
    if (cell.failed !== null) continue;
    const name = `${cell.target.name} ${cell.transport}`;
    try {
      cell.samples.push(await measure(cell));
      progress(`${name} run ${cell.samples.length}/${runs}`);
    } catch (error) {
      if (error instanceof Interrupted) return;
      if (!(error instanceof TargetError || error instanceof TesterError)) throw error;
      cell.failed = error.message;
      progress(`${name} run ${cell.samples.length + 1}/${runs} failed: ${error.message}`);
    }
    yield;
  }
}
