import { replaceModes, type SchemaName, withdrawModes } from "../../src/results/index.js";
import type { Target, Transport } from "../../src/target/target.js";
import { churn } from "../scenarios/churn.js";
import { convergence } from "../scenarios/convergence.js";
import { fanout } from "../scenarios/fanout.js";
import { handshake } from "../scenarios/handshake.js";
import { ipv6 } from "../scenarios/ipv6.js";
import { memory } from "../scenarios/memory.js";
import { replace } from "../scenarios/replace.js";
import { reset } from "../scenarios/reset.js";
import type { TableSource } from "../scenarios/tables.js";
import { update } from "../scenarios/update.js";
import { withdraw } from "../scenarios/withdraw.js";

/** How much work each run has. It is the same in every run: only then do CPU seconds compare. */
export interface CompareSize {
  readonly source: TableSource;
  /** That announce a table; where nothing but one makes sense, as in `churn`, it has no say. */
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
  /**
   * The figure that decides. CPU time, for it is steadier than wall time where a machine has other things to do, or the peak
   * where memory is measured. Every run has the same work, so that a share of a fixed time is CPU time too.
   */
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
  {
    name: "ipv6",
    schema: "kiln.bench.convergence/1",
    headline: "cpu_s",
    run: ({ size: { source, peers }, ...how }) => ipv6({ ...how, ...generated(source), peers }),
  },
  {
    name: "fanout",
    schema: "kiln.bench.fanout/1",
    headline: "cpu_s",
    run: ({ size: { source, peers }, ...how }) => fanout({ ...how, source, peers, receivers: [10] }),
  },
  {
    name: "withdraw",
    schema: "kiln.bench.withdraw/1",
    headline: "cpu_s",
    run: ({ size: { source, peers }, ...how }) => withdraw({ ...how, source, peers, modes: withdrawModes }),
  },
  {
    name: "replace",
    schema: "kiln.bench.replace/1",
    headline: "cpu_s",
    run: ({ size: { source, peers }, ...how }) => replace({ ...how, source, peers, modes: replaceModes }),
  },
  {
    name: "churn",
    schema: "kiln.bench.churn/1",
    headline: "cpu_share",
    run: ({ size: { source }, ...how }) => churn({ ...how, source, multiples: [1000], durationMs: 5000, seed: 1 }),
  },
  {
    name: "reset",
    schema: "kiln.bench.reset/1",
    headline: "cpu_s",
    run: ({ size: { source }, ...how }) => reset({ ...how, source, sessions: [20] }),
  },
  {
    name: "memory",
    schema: "kiln.bench.memory/1",
    headline: "peak_rss_bytes",
    run: ({ size: { source, peers }, ...how }) => memory({ ...how, source, peers, settleMs: 1000 }),
  },
];

const generated = (source: TableSource): Extract<TableSource, { readonly kind: "generated" }> => {
  if (source.kind !== "generated") throw new RangeError("an MRT file has the families that it has");
  return source;
};
