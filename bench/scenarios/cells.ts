import type { Row, TargetKey, Transport } from "../../src/results/index.js";
import { behindStunnel } from "../../src/target/stunnel.js";
import { type RunningTarget, type Target, TargetError } from "../../src/target/target.js";
import { TesterError } from "../tester/worker.js";
import { Interrupted } from "./lab.js";
import { counterbalanced } from "./order.js";

/** One row in the making: a target over a transport, with what its runs have given so far. */
export class Cell<Sample> {
  readonly target: Target;
  readonly transport: Transport;
  readonly samples: Sample[] = [];
  version: string | null = null;
  /** Why some figures could not be had. */
  unseen: string | null = null;
  /** Why it is not tried at all. */
  skipped: string | null = null;
  /** Why it is not tried any more. */
  failed: string | null = null;

  constructor(target: Target, transport: Transport) {
    this.target = target;
    this.transport = transport;
  }

  /** Notes what a running target says of itself. */
  meet({ version, unseen }: RunningTarget): void {
    this.version = version;
    this.unseen = unseen?.why ?? null;
  }

  /** What the row says first; a note tells of runs that are missing. */
  get key(): TargetKey {
    const { target, version, transport, failed, samples } = this;
    const note = failed !== null && samples.length > 0 ? { note: `run ${samples.length + 1}: ${failed}` } : {};
    return { target: target.name, version, transport, ...note };
  }

  /**
   * The row: figures of at least one run, or the reason why there are none. A figure that is there but undefined could not
   * be had: then the others are partial.
   */
  row<Key, Figures extends object>(
    key: Key,
    figures: (samples: readonly Sample[]) => Lacking<Figures>,
  ): Row<Key, Figures> {
    if (this.skipped !== null) return { ...key, skipped: this.skipped };
    if (this.samples.length === 0) return { ...key, failed: this.failed ?? "not measured: interrupted" };
    const all = figures(this.samples);
    const had = Object.entries(all).filter(([, value]) => value !== undefined);
    if (had.length === Object.keys(all).length) return { ...key, ...(all as Figures) };
    const partial = Object.fromEntries(had) as Partial<Figures>;
    return { ...key, skipped: this.unseen ?? "not all figures could be had", partial };
  }
}

/** Figures some of which could not be had. */
export type Lacking<Figures> = { readonly [Name in keyof Figures]: Figures[Name] | undefined };

/** The cells of targets and transports, those that can't be measured here marked with the reason. */
export const cellsOf = async <Sample>(
  targets: readonly Target[],
  transports: readonly Transport[],
): Promise<Cell<Sample>[]> => {
  const cells: Cell<Sample>[] = [];
  for (const target of targets) {
    for (const transport of transports) {
      const reached = transport === "tls-stunnel" ? behindStunnel(target) : target;
      const cell = new Cell<Sample>(reached, transport);
      cell.skipped = await reached.available();
      if (!reached.transports.includes(transport)) cell.skipped ??= withoutTransport(transport);
      cells.push(cell);
    }
  }
  return cells;
};

const withoutTransport = (transport: Transport): string =>
  transport === "tls-stunnel" ? "no TCP, so stunnel can't reach it" : `no ${transport.toUpperCase()}`;

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
