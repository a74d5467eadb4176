import type { SchemaName } from "../../src/results/index.js";
import type { Target, Transport } from "../../src/target/target.js";
import { convergence } from "../scenarios/convergence.js";
import { handshake } from "../scenarios/handshake.js";
import type { TableSource } from "../scenarios/tables.js";
import { update } from "../scenarios/update.js";

/** How much work each run has. It is the same in every run: only then do CPU seconds compare. */
export interface CompareSize {
  readonly source: TableSource;
  /** That announce a table, in `convergence`. */
  readonly peers: number;
  /** In `handshake`. */
  readonly sessions: number;
}

export interface ScenarioRun {
  readonly targets: readonly Target[];
  readonly transports: readonly Transport[];
  readonly size: CompareSize;
  /** Of each target, in counterbalanced order (ABBA), each with a fresh process. */
  readonly runs: number;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** A scenario that two builds can be compared by. Its rows have figures with samples, one for each run, in their order. */
export interface ComparedScenario {
  readonly name: string;
  readonly schema: SchemaName;
  /** The figure that decides. CPU time, for it is steadier than wall time where a machine has other things to do. */
  readonly headline: string;
  run(options: ScenarioRun): AsyncIterable<readonly object[]>;
}

export const comparedScenarios: readonly ComparedScenario[] = [
  {
    name: "convergence",
    schema: "kiln.bench.convergence/1",
    headline: "cpu_s",
    run: ({ size: { source, peers }, ...how }) => convergence({ ...how, source, peers }),
  },
  {
    name: "update",
    schema: "kiln.bench.update/1",
    headline: "cpu_s",
    // One cycle, however long it takes: so much time would be more work for the faster one.
    run: ({ size: { source, peers }, ...how }) =>
      update({ ...how, source, peers, packings: ["packed"], durationMs: 0 }),
  },
  {
    name: "handshake",
    schema: "kiln.bench.handshake/2",
    headline: "cpu_ms_per_session",
    run: ({ size: { sessions }, ...how }) =>
      handshake({
        ...how,
        versions: ["1.3"],
        keys: ["p256"],
        authentications: ["server"],
        groups: ["X25519"],
        resumed: [false],
        until: "established",
        rates: [null],
        arrivals: "even",
        seed: 1,
        warmUp: 200,
        count: sessions,
        concurrency: 8,
      }),
  },
];
