import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { Finding, FuzzEngine, FuzzRow } from "../../src/results/fuzz.js";
import { packageRoot } from "../../src/results/provenance.js";
import { ownSuite, type Suite } from "../engines/bundle.js";
import { runInChild, type WorkerBundle, workerBundle } from "../engines/child.js";
import { EngineError, type JobResult, type Watcher } from "../engines/job.js";
import { type JsfuzzBundle, jsfuzzBundle, runJsfuzz } from "../engines/jsfuzz.js";
import type { Target } from "../targets/target.js";
import { FindingStore } from "./finding.js";

export interface CampaignOptions {
  readonly targets: readonly Pick<Target, "name" | "module" | "faults">[];
  readonly engine: FuzzEngine;
  /** Milliseconds for each target. */
  readonly timeMs: number;
  /** For a sweep instead of a time: so many random inputs, and so many near-valid ones. */
  readonly inputs: number;
  readonly seed: number;
  /** Where findings and the working corpus go. */
  readonly corpus: string;
  readonly hangMs?: number;
  /** Targets at a time; one for each core without it. */
  readonly jobs?: number;
  /** What is under test; Kiln's own codec without it. */
  readonly suite?: Suite;
  /** Seeds by target; those that come with Kiln without it. */
  readonly seeds?: string;
}

/** Told while a campaign runs. */
export interface CampaignListener {
  started?(target: string): void;
  progress?(target: string, executions: number, seconds: number): void;
  found?(finding: Finding, folder: string, known: boolean): void;
  finished?(row: FuzzRow): void;
}

export const HANG_MS = 10_000;

export const seedsRoot = (): string => join(packageRoot(), "corpus", "seeds");

/** The octets of a target's seeds, in the order of their names. */
export const seedsOf = (target: string, root: string = seedsRoot()): { name: string; data: Uint8Array }[] => {
  const folder = join(root, target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, data: Uint8Array.from(readFileSync(join(folder, name))) }));
};

/**
 * Fuzzes each target in turn, several at a time, and gives a row for each that was begun; one that could not be fuzzed
 * says why. When the signal aborts, what was gathered so far is the result.
 */
export const runCampaign = async (
  asked: CampaignOptions,
  listener: CampaignListener,
  signal: AbortSignal,
): Promise<FuzzRow[]> => {
  const options = { ...asked, corpus: resolve(asked.corpus) };
  const folder = join(options.corpus, "work", `run-${process.pid}-${++runs}`);
  mkdirSync(folder, { recursive: true });
  try {
    const suite = options.suite ?? ownSuite();
    const workers = await workerBundle(suite, folder);
    const jsfuzz = options.engine === "jsfuzz" ? await jsfuzzBundle(suite, folder) : null;
    const store = new FindingStore(join(options.corpus, "findings"));
    const queue = [...options.targets];
    const rows: FuzzRow[] = [];
    const lane = async (): Promise<void> => {
      for (let target = queue.shift(); target !== undefined && !signal.aborted; target = queue.shift()) {
        listener.started?.(target.name);
        const row = await fuzzOne(target, options, { workers, jsfuzz }, store, listener, signal);
        rows.push(row);
        listener.finished?.(row);
      }
    };
    await Promise.all(Array.from({ length: options.jobs ?? availableParallelism() }, lane));
    const place = new Map(options.targets.map(({ name }, i) => [name, i]));
    return rows.sort((a, b) => (place.get(a.target) ?? 0) - (place.get(b.target) ?? 0));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

let runs = 0;

interface Bundles {
  readonly workers: WorkerBundle;
  readonly jsfuzz: JsfuzzBundle | null;
}

const fuzzOne = async (
  target: CampaignOptions["targets"][number],
  options: CampaignOptions,
  bundles: Bundles,
  store: FindingStore,
  listener: CampaignListener,
  signal: AbortSignal,
): Promise<FuzzRow> => {
  const { name, module } = target;
  const key = { target: name, module, engine: options.engine, seed: options.seed };
  const began = performance.now();
  const seconds = (): number => Math.round(performance.now() - began) / 1000;
  const findings = new Set<string>();
  const watcher: Watcher = {
    progress: (executions) => listener.progress?.(name, executions, seconds()),
    failure(failure) {
      const { finding, folder, known } = store.add(failure, module);
      if (!findings.has(finding.signature)) listener.found?.(finding, folder, known);
      findings.add(finding.signature);
    },
  };
  try {
    const { executions, outcomes, coverage } = await engine(target, options, bundles, watcher, signal);
    if (coverage !== null && coverage.covered === 0 && findings.size === 0 && !signal.aborted) {
      throw new EngineError("coverage stays 0: its inputs reach no code under test");
    }
    return {
      ...key,
      executions,
      seconds: seconds(),
      coverage,
      outcomes,
      faults: target.faults.length,
      findings: [...findings],
    };
  } catch (error) {
    if (error instanceof EngineError) return { ...key, failed: error.message };
    throw error;
  }
};

const engine = (
  target: CampaignOptions["targets"][number],
  { engine, seed, timeMs, inputs, corpus, seeds = seedsRoot(), hangMs = HANG_MS }: CampaignOptions,
  { workers, jsfuzz }: Bundles,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<JobResult> => {
  const { name, module } = target;
  if (jsfuzz !== null) {
    const working = join(corpus, "work", "jsfuzz", name);
    const options = { seed, timeMs, hangMs, seeds: join(seeds, name), corpus: working };
    return runJsfuzz(target, jsfuzz, workers, options, watcher, signal);
  }
  const job =
    engine === "sweep"
      ? { engine, target: name, seed, inputs, hangMs, seeds: seedsOf(name, seeds).map(({ data }) => data) }
      : { engine: "properties" as const, target: name, seed, timeMs, hangMs };
  return runInChild(workers, module, job, watcher, signal);
};
