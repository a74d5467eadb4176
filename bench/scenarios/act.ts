import {
  type ActedFigures,
  type ConvergenceKey,
  median,
  type Row,
  summary,
  type TargetKey,
} from "../../src/results/index.js";
import type { PreparedTable } from "../../src/table/prepared.js";
import type { Target, Transport } from "../../src/target/target.js";
import { monotonicMs } from "../tester/clock.js";
import type { Form } from "../tester/payload.js";
import type { Sent } from "../tester/sender.js";
import { TesterError } from "../tester/worker.js";
import { busiest, busyOf } from "./bottleneck.js";
import { type Cell, cellsOf, measureCells } from "./cells.js";
import type { Circumstances } from "./circumstances.js";
import { type Cost, costFigures, costSince } from "./cost.js";
import { type Disturbed, disturbanceOf } from "./disturbance.js";
import { type Bench, Interrupted, intake, Lab, PATIENCE_MS, TARGET_AS } from "./lab.js";
import { familiesOf, familyOf, nameOf, type TableSource } from "./tables.js";

/** What the scenarios have in common that bring tables through a target and then do something to them. */
export interface LoadedOptions {
  readonly targets: readonly Target[];
  readonly transports: readonly Transport[];
  readonly source: TableSource;
  readonly runs: number;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
  readonly circumstances?: Circumstances;
  /** How long the receiver waits for an UPDATE before it gives up. */
  readonly patienceMs?: number;
}

/** One thing to do to a loaded target, and what must come of it. */
export interface Act<Mode extends string> {
  readonly mode: Mode;
  /** Senders. */
  readonly peers: number;
  /** Senders whose tables the target has before, those of each step together. */
  readonly before: readonly (readonly number[])[];
  /** What the first sender does; null: its session ends. */
  readonly send: "packed" | "withdraw" | "other" | null;
  /** The routes that the receiver must end with, every one announced anew: those of `ActTables`, by number; null: none. */
  readonly left: number | null;
}

/** The tables of an act: those of the senders, and behind them others that it needs. `other` is what `send` calls so. */
export interface ActTables {
  readonly senders: readonly PreparedTable[];
  readonly other?: PreparedTable;
}

export type ActedRow<Mode extends string> = Row<ConvergenceKey & { readonly mode: Mode }, ActedFigures>;

interface Sample {
  readonly exact: boolean;
  readonly convergenceMs: number;
  readonly cost: Cost;
  readonly senderCpuSeconds: number;
  readonly receiverCpuSeconds: number;
  readonly differing: number | null;
  readonly disturbed: Disturbed | null;
}

/**
 * Measures each act on fresh targets that have converged before. It ends with the last UPDATE to the receiver, seen from
 * 300 ms of silence; then the receiver must hold what the act says. Yields all rows as they stand after each run.
 */
export async function* measureActs<Mode extends string>(
  acts: readonly Act<Mode>[],
  tablesFor: (act: Act<Mode>) => Promise<ActTables>,
  options: LoadedOptions,
): AsyncGenerator<ActedRow<Mode>[]> {
  const {
    source,
    runs,
    signal,
    progress,
    circumstances,
    patienceMs = circumstances?.patienceMs ?? PATIENCE_MS,
  } = options;
  const table = { table: nameOf(source), ...familyOf(source) };
  let prefixes = source.kind === "generated" ? source.prefixes : 0;
  const parts: { act: Act<Mode>; cells: Cell<Sample>[] }[] = [];
  for (const act of acts) parts.push({ act, cells: await cellsOf<Sample>(options.targets, options.transports) });
  const rows = (): ActedRow<Mode>[] =>
    parts.flatMap(({ act: { mode, peers }, cells }) =>
      cells.map((cell) => rowOf(cell, { prefixes, peers, ...table, mode })),
    );
  try {
    for (const { act, cells } of parts) {
      const usable = cells.filter(({ skipped }) => skipped === null);
      if (usable.length === 0) {
        yield rows();
        continue;
      }
      progress(`${act.mode}: preparing ${act.peers === 1 ? "the table" : `${act.peers} tables`}`);
      const { senders, other } = await tablesFor(act);
      const [first] = senders;
      if (first === undefined) throw new RangeError("an act needs a sender");
      prefixes = first.prefixes;
      const transports = [...new Set(usable.map(({ transport }) => transport))];
      const forms: Form[] = act.send === "withdraw" ? ["packed", "withdraw"] : ["packed"];
      const lab = await Lab.open(senders, {
        families: familiesOf(first),
        forms,
        transports,
        signal,
        patienceMs,
        ...(circumstances === undefined ? {} : { circumstances }),
      });
      try {
        if (other !== undefined) await lab.load(0, "other", other, "packed");
        const left = act.left === null ? undefined : [...senders, ...(other === undefined ? [] : [other])][act.left];
        if (left !== undefined) await lab.know(LEFT, left);
        if (act === acts[0]) for (const transport of transports) await lab.capacity(transport, "packed");
        const measure = (cell: Cell<Sample>): Promise<Sample> =>
          lab.run(cell.target, cell.transport, async (bench) => {
            cell.meet(bench.target);
            const complain = (what: string): void =>
              progress(`${act.mode} ${cell.target.name} ${cell.transport}: not exact: ${what}`);
            for (const step of act.before) await loadTables(bench, step, prefixes, patienceMs);
            return await perform(bench, act, patienceMs, complain);
          });
        const say = (line: string): void => progress(`${act.mode} ${line}`);
        for await (const _ of measureCells(cells, runs, measure, say)) yield rows();
        if (signal.aborted) break;
      } finally {
        await lab.close();
      }
    }
  } catch (error) {
    // While tables were prepared: what was measured before stands.
    if (!(error instanceof Interrupted)) throw error;
  }
  yield rows();
}

const LEFT = "left";
const QUIET_MS = 300;

/** Brings the tables of some senders through the target, off the clock. Rejects when the receiver does not get them. */
export const loadTables = async (
  { target, senders, receiver }: Bench,
  who: readonly number[],
  prefixes: number,
  patienceMs: number,
): Promise<void> => {
  await receiver.call("arm", { record: false, goal: "exact", anew: true });
  const goal = receiver.call("goal", { patienceMs });
  goal.catch(() => undefined);
  await Promise.all(who.map((n) => senders[n]?.call("send", { names: ["packed"], durationMs: 0 })));
  const { complaint } = await goal;
  if (complaint !== null) {
    throw new TesterError(`${target.name}: the tables did not come through, so nothing was measured: ${complaint}`);
  }
  // Paths that are not the best never reach the receiver.
  const taken = await intake(
    target,
    senders.map((_, n) => (who.includes(n) ? prefixes : 0)),
    monotonicMs,
    patienceMs,
  );
  if (taken?.complete === false)
    throw new TesterError(`${target.name}: by its own counter it has not taken all tables in`);
  await receiver.call("quiet", { quietMs: QUIET_MS });
};

const perform = async (
  { target, senders: [sender], receiver, watch }: Bench,
  { send, left }: Act<string>,
  patienceMs: number,
  complain: (what: string) => void,
): Promise<Sample> => {
  if (sender === undefined) throw new RangeError("an act needs a sender");
  const goal = left === null ? "empty" : "exact";
  await receiver.call("arm", { record: left !== null, goal, anew: left !== null });
  const undisturbed = watch();
  const cost = costSince(target);
  const reached = receiver.call("goal", { patienceMs });
  reached.catch(() => undefined);
  const sent: Pick<Sent, "firstMs" | "cpuSeconds"> = await (send === null
    ? sender.call("leave", undefined)
    : sender.call("send", { names: [send], durationMs: 0 }));
  await reached;
  const last = await receiver.call("quiet", { quietMs: QUIET_MS });
  const spent = cost();
  const disturbed = undisturbed();
  const complaint = left === null ? (last.held === 0 ? null : `${last.held} prefixes are left`) : last.complaint;
  const differing =
    left === null ? null : (await receiver.call("verify", { as: target.as ?? TARGET_AS, against: LEFT })).differing;
  if (complaint !== null) complain(complaint);
  else if (differing !== null && differing > 0)
    complain(`${differing} prefixes with other attributes than they should have`);
  return {
    exact: complaint === null && (differing ?? 0) === 0,
    convergenceMs: (last.lastMs ?? monotonicMs()) - sent.firstMs,
    cost: spent,
    senderCpuSeconds: sent.cpuSeconds,
    receiverCpuSeconds: last.cpuSeconds,
    differing,
    disturbed,
  };
};

const rowOf = <Mode extends string>(
  cell: Cell<Sample>,
  key: Omit<ConvergenceKey, keyof TargetKey> & { readonly mode: Mode },
): ActedRow<Mode> =>
  cell.row<typeof key & TargetKey, ActedFigures>({ ...cell.key, ...key }, (samples) => {
    const of = (field: (sample: Sample) => number): number[] => samples.map(field);
    const differing = samples.map((sample) => sample.differing).filter((count) => count !== null);
    return {
      exact: samples.every(({ exact }) => exact),
      convergence_ms: summary(of(({ convergenceMs }) => convergenceMs)),
      ...costFigures(samples.map(({ cost }) => cost)),
      differing: differing.length > 0 ? Math.max(...differing) : null,
      bottleneck: busiest({
        ...busyOf(samples.map(({ cost }) => cost)),
        sender: median(of(({ senderCpuSeconds }) => senderCpuSeconds)),
        receiver: median(of(({ receiverCpuSeconds }) => receiverCpuSeconds)),
      }),
      disturbance: disturbanceOf(samples.map(({ disturbed }) => disturbed)),
    };
  });
