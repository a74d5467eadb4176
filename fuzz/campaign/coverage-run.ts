import type { CoverageDetail, CoverageReport } from "../../src/report/coverage.js";
import type { CoverageDocument, CoveredFault, CoveredModule } from "../../src/results/coverage.js";
import type { Provenance } from "../../src/results/provenance.js";
import { EngineError } from "../engines/job.js";
import type { Target } from "../targets/target.js";
import { type CorpusPlaces, filesOf, queueOf } from "./corpus-care.js";
import { linesOf, type ModuleLines, type NamedFunction } from "./coverage-lines.js";
import { Reach, type ReachOptions } from "./reach.js";
import { seedsOf, seedsRoot } from "./seed-files.js";

/**
 * Runs seeds and working corpus of each target and says what they reach: lines, functions and ways of the modules that the
 * targets are built of, the faults that decide, and the clauses behind them.
 *
 * Throws EngineError when inputs keep ending the process.
 */
export const coverageOf = async (
  targets: readonly Target[],
  places: CorpusPlaces,
  provenance: Provenance,
  options: Pick<ReachOptions, "suite" | "hangMs"> = {},
  signal?: AbortSignal,
): Promise<CoverageReport> => {
  const reach = await Reach.open({ ...options, countBlocks: true });
  try {
    const deadly = new Set<Uint8Array>();
    const inputs = new Map(targets.map((target) => [target, inputsOf(target, places)]));
    for (let start = 0; start < MOST_STARTS; start++) {
      const lost = reach.lost;
      const runs = await runAll(reach, inputs, deadly, signal);
      const functions = (await reach.blocks()) as readonly NamedFunction[];
      // Blocks that were run in a process that was lost are lost: all of it anew, without those that end processes.
      if (reach.lost === lost) return await reportOf(reach, runs, functions, provenance);
    }
  } finally {
    reach.close();
  }
  throw new EngineError(`inputs ended the process ${MOST_STARTS} times: kiln corpus stats names them`);
};

const MOST_STARTS = 8;

const inputsOf = ({ name }: Target, { root, seeds = seedsRoot() }: CorpusPlaces): Uint8Array[] => [
  ...seedsOf(name, seeds).map(({ data }) => data),
  ...filesOf(queueOf(root, name)).map(({ data }) => data),
];

/** What the inputs of one target did, together. */
interface TargetRun {
  readonly target: Target;
  readonly inputs: number;
  readonly failing: number;
  readonly edgesTotal: number;
  /** How many inputs took an edge, by its number. */
  readonly edges: ReadonlyMap<number, number>;
  readonly outcomes: ReadonlyMap<string, number>;
}

const runAll = async (
  reach: Reach,
  inputs: ReadonlyMap<Target, readonly Uint8Array[]>,
  deadly: Set<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<TargetRun[]> => {
  const runs: TargetRun[] = [];
  for (const [target, all] of inputs) {
    const left = all.filter((one) => !deadly.has(one));
    const before = reach.lost;
    const ran = await reach.run(target, left, signal);
    const edges = new Map<number, number>();
    const outcomes = new Map<string, number>();
    for (const [i, { features, outcome, failed }] of ran.entries()) {
      const input = left[i];
      if (failed?.startsWith("the process ended") === true && input !== undefined) deadly.add(input);
      for (const feature of features) edges.set(feature >>> 3, (edges.get(feature >>> 3) ?? 0) + 1);
      if (outcome !== null) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const failing = all.length - left.length + ran.filter(({ failed }) => failed !== null).length;
    runs.push({ target, inputs: all.length, failing, edgesTotal: reach.edgesOf(target), edges, outcomes });
    if (reach.lost > before) return runs;
  }
  return runs;
};

const reportOf = async (
  reach: Reach,
  runs: readonly TargetRun[],
  functions: readonly NamedFunction[],
  provenance: Provenance,
): Promise<CoverageReport> => {
  const modules = new Set(runs.flatMap(({ target }) => reach.modulesOf(target)));
  const found = await linesOf(reach.file, functions, modules);
  const taken = new Map<number, number>();
  for (const { edges } of runs) for (const [edge, inputs] of edges) taken.set(edge, (taken.get(edge) ?? 0) + inputs);
  const details = [...found]
    .filter(([, { lines }]) => lines.size > 0)
    .map(([module, lines]) => detailOf(module, lines, reach, taken))
    .sort((a, b) => (a.module < b.module ? -1 : 1));
  const faults = faultsOf(runs);
  const document: CoverageDocument = {
    schema: "kiln.coverage/1",
    provenance,
    targets: runs.map(({ target, inputs, failing, edges, edgesTotal }) => ({
      target: target.name,
      module: target.module,
      inputs,
      failing,
      edges: edges.size,
      edges_total: edgesTotal,
    })),
    modules: details.map(summaryOf),
    faults,
    clauses: clausesOf(faults),
  };
  return { document, details };
};

const detailOf = (
  module: string,
  { lines, functions, source }: ModuleLines,
  { table }: Reach,
  taken: ReadonlyMap<number, number>,
): CoverageDetail => {
  const branches = table.modules
    .filter((one) => one.module === module)
    .flatMap(({ first, end }) => Array.from({ length: end - first }, (_, i) => first + i))
    .flatMap((edge) => {
      const place = table.places[edge];
      if (place === undefined || place.kind === "function") return [];
      return [{ line: place.line, inputs: taken.get(edge) ?? 0 }];
    });
  return { module, lines, functions, branches, source };
};

const summaryOf = ({ module, lines, functions, branches }: CoverageDetail): CoveredModule => ({
  module,
  lines: [...lines.values()].filter((count) => count > 0).length,
  lines_total: lines.size,
  functions: functions.filter(({ count }) => count > 0).length,
  functions_total: functions.length,
  branches: branches.filter(({ inputs }) => inputs > 0).length,
  branches_total: branches.length,
  missed: stretchesOf([...lines].sort(([a], [b]) => a - b)),
});

/** Lines that never ran, with nothing that ran between the first and the last of a stretch. */
const stretchesOf = (lines: readonly (readonly [number, number])[]): [number, number][] => {
  const stretches: [number, number][] = [];
  let isOpen = false;
  for (const [line, count] of lines) {
    const last = stretches.at(-1);
    if (count === 0 && isOpen && last !== undefined) last[1] = line;
    else if (count === 0) stretches.push([line, line]);
    isOpen = count === 0;
  }
  return stretches;
};

const faultsOf = (runs: readonly TargetRun[]): CoveredFault[] => {
  const faults = new Map<string, { id: string; rfc: string; inputs: number; targets: string[] }>();
  for (const { target } of runs) {
    for (const { id, rfc } of target.faults) {
      const one = faults.get(id) ?? { id, rfc, inputs: 0, targets: [] };
      faults.set(id, one);
      if (!one.targets.includes(target.name)) one.targets.push(target.name);
    }
  }
  for (const { outcomes } of runs) {
    for (const [outcome, inputs] of outcomes) {
      const one = faults.get(outcome);
      if (one !== undefined) one.inputs += inputs;
    }
  }
  return [...faults.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};

const clausesOf = (faults: readonly CoveredFault[]): CoverageDocument["clauses"] => {
  const clauses = new Map<string, { rfc: string; faults: number; reached: number }>();
  for (const { rfc, inputs } of faults) {
    const one = clauses.get(rfc) ?? { rfc, faults: 0, reached: 0 };
    clauses.set(rfc, one);
    one.faults++;
    if (inputs > 0) one.reached++;
  }
  return [...clauses.values()].sort((a, b) => a.rfc.localeCompare(b.rfc, "en", { numeric: true }));
};
