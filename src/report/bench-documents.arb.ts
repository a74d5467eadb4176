import {
  type AnyDocument,
  distribution,
  parseDocument,
  provenance,
  type Summary,
  standardChangeRules,
  standardRules,
  summary,
} from "../results/index.js";
import type { BenchDocument } from "./bench-row.js";

/** Documents with rows of every kind, for tests of what is made of them. */

const NAMES = ["self", "bird", "frr", "gobgp", "openbgpd", "exabgp"];
/** Of very different speed, as real ones are. */
const SPEED = [1, 2.5, 9, 330, 4, 60];

const around = (middle: number): Summary => summary([middle, middle * 1.1, middle * 0.95]);
const curve = (end: number, prefixes: number) => {
  const steps = Array.from({ length: 100 }, (_, i) => i / 99);
  return {
    ms: steps.map((step) => Math.round(end * step * 1000) / 1000),
    prefixes: steps.map((step) => Math.round(prefixes * step ** 1.3)),
  };
};
const ecdf = (middle: number) => ({
  ms: Array.from({ length: 50 }, (_, i) => middle * 0.2 * 1.07 ** i),
  share: Array.from({ length: 50 }, (_, i) => (i + 1) / 50),
});
const disturbance = { foreign_cpu: summary([0.01, 0.31]), steal: summary([0]) };
const key = (target: string, transport = "tcp") => ({
  target,
  version: `${target} 1.0`,
  transport,
  prefixes: 10_000,
  peers: 1,
});

const conditions = {
  tier: "smoke" as const,
  comparability: Object.fromEntries(
    NAMES.map((name) => [
      name,
      {
        mrai: "0 s",
        damping: "off",
        threads: "1",
        policy: "accept all",
        fib: "off",
        notes: ["a note that is of some length"],
      },
    ]),
  ),
  binaries: { self: null, bird: "0".repeat(64) },
  tester: { tcp: { prefixes_per_s: summary([3e6, 3.1e6]) } },
};

export const documentOf = (schema: string, rows: readonly object[], more: object = {}): BenchDocument =>
  ({
    schema,
    provenance: { ...provenance({ seed: 1, argv: ["node", "kiln", "bench"] }) },
    ...more,
    rows,
  }) as BenchDocument;

const cost = (speed: number) => ({ cpu_s: around(0.1 * speed), peak_rss_bytes: around(80e6 * speed ** 0.5) });

const convergenceRows = ["tcp", "tls"].flatMap((transport) =>
  NAMES.map((target, i): object => {
    if (transport === "tls" && target !== "self") return { ...key(target, "tls"), skipped: "no TLS" };
    if (target === "exabgp") return { ...key(target), failed: "it exited with code 1 and a <b>tag</b>" };
    const end = 500 * (SPEED[i] ?? 1);
    return {
      ...key(target, transport),
      exact: target !== "frr",
      convergence_ms: around(end),
      intake_ms: around(end * 0.9),
      ...cost(SPEED[i] ?? 1),
      tester_ms: around(200),
      bottleneck: target === "bird" ? "receiver" : "target",
      differing: target === "gobgp" ? 12 : 0,
      curves: [curve(end, 10_000), curve(end * 1.1, 10_000), curve(end * 0.95, 10_000)],
      prefix_latency_ms: { ...distribution(ecdf(end / 4).ms), ecdf: ecdf(end / 4) },
      disturbance,
      tester_bound: target === "self",
    };
  }),
);

const fanoutRows = NAMES.flatMap((target, i) =>
  [1, 50].map((receivers) => ({
    ...key(target),
    receivers,
    table: "generated",
    exact: true,
    first_ms: around(10 * (SPEED[i] ?? 1)),
    median_ms: around(20 * (SPEED[i] ?? 1)),
    last_ms: around(30 * (SPEED[i] ?? 1)),
    ...cost(SPEED[i] ?? 1),
    tester_ms: around(5),
    tester_bound: false,
    bottleneck: "target",
    best_paths_digest: null,
    differing: 0,
    curves: [curve(30 * (SPEED[i] ?? 1), 10_000)],
    disturbance,
  })),
);

const acted = (mode: string) =>
  NAMES.map((target, i) => ({
    ...key(target),
    mode,
    exact: true,
    convergence_ms: around(20 * (SPEED[i] ?? 1)),
    ...cost(SPEED[i] ?? 1),
    differing: null,
    bottleneck: "target",
    disturbance,
  }));

const handshakeRows = ["p256", "rsa2048"].flatMap((cert) =>
  [false, true].map((resumed) => ({
    target: "self",
    version: "Kiln",
    transport: "tls",
    tls: { version: "1.3", key: cert, authentication: "mutual", resumed },
    count: 100,
    concurrency: 8,
    sessions_per_s: around(resumed ? 900 : 400),
    cpu_ms_per_session: around(2),
    tcp_ms: distribution([0.1, 0.2, 0.9]),
    tls_ms: distribution([2, 3, 9]),
    open_ms: distribution([1, 2, 3]),
    established_ms: distribution([3, 5, 14]),
    resumed_share: resumed ? 1 : 0,
    retries: 0,
    pause_ms: 0,
    bottleneck: "target",
  })),
);

const handshakeRows2 = ["X25519", "X25519MLKEM768"].flatMap((group) =>
  handshakeRows.map(({ established_ms, retries, tls, ...row }) => ({
    ...row,
    tls: { ...tls, group },
    until: "established",
    warm_up: 10,
    rate: null,
    arrivals: null,
    total_ms: established_ms,
    agreed_groups: [group],
    failures: retries === 0 ? {} : { refused: retries },
    open_loop: null,
    tunnel_cpu_ms_per_session: around(0.4),
  })),
);

const churnRows = [1, 10, 100].flatMap((multiple) =>
  ["self", "bird"].map((target, i) => ({
    ...key(target),
    multiple,
    updates_per_s: multiple * 3.5,
    exact: true,
    changes: 500,
    latency_ms: { ...distribution([1, 2, 30]), p999: 29 },
    p50_ms: around(1 + i),
    p99_ms: around(9 * multiple),
    backlog: around(2),
    merged_share: around(0.01),
    cpu_share: around(0.02 * multiple),
    peak_rss_bytes: around(9e7),
    sender_late_ms: around(1),
    differing: 0,
    disturbance,
  })),
);

const resetRows = ["self", "bird"].map((target, i) => {
  const { peers: _, ...rest } = key(target);
  return {
    ...rest,
    sessions: 10,
    exact: true,
    down_ms: around(10),
    established_ms: around(100 + 5000 * i),
    routes_ms: around(140 + 5000 * i),
    waiting_share: around(0.5 * i),
    retries: around(i),
    ...cost(1),
    bottleneck: "target",
    disturbance,
  };
});

const memoryRows = ["self", "bird"].map((target) => ({
  ...key(target),
  exact: true,
  steps: ["idle", "one", "all", "settled", "flapped", "withdrawn"].map((step, i) => ({
    step,
    paths: step === "idle" || step === "withdrawn" ? 0 : 10_000,
    rss_bytes: around(5e7 + 1e6 * i),
    pss_bytes: null,
    private_bytes: null,
    bytes_per_path: step === "idle" || step === "withdrawn" ? null : around(120),
  })),
  peak_rss_bytes: around(9e7),
  flap_ratio: around(1.02),
}));

const updateRows = ["packed", "single"].map((packing) => ({
  ...key("self"),
  packing,
  exact: true,
  in_updates_per_s: around(packing === "packed" ? 20_000 : 900_000),
  in_prefixes_per_s: around(1_200_000),
  out_updates_per_s: around(20_000),
  out_prefixes_per_s: around(1_100_000),
  ...cost(1),
  bottleneck: "target",
  prefix_latency_ms: { ...distribution(ecdf(20).ms), ecdf: ecdf(20) },
  disturbance,
  tester_bound: true,
}));

const soakRows = [
  {
    target: "self",
    version: "Kiln",
    transport: "tcp",
    prefixes: 1000,
    rounds: 20,
    exact: true,
    samples: Array.from({ length: 20 }, (_, i) => ({
      round: i + 1,
      rss_bytes: Math.round(7e7 + 1e6 * Math.sin(i)),
      round_ms: 30,
    })),
    settled_round: 5,
    rss_growth: 1.01,
  },
];

const microRows = ["frame", "update-check", "intern"].map((name, i) => ({
  name,
  unit: i === 2 ? "attribute set" : "UPDATE",
  ops_per_s: 1e6 / (i + 1),
  ns_per_op: { median: 50 * 40 ** i, p99: 60 * 40 ** i, min: 49 * 40 ** i },
  rme_percent: 0.5,
  samples: 100,
  ops_per_sample: 1000,
  octets_per_op: null,
}));

const checked = (document: BenchDocument): BenchDocument => {
  const parsed: AnyDocument = parseDocument(JSON.parse(JSON.stringify(document)), document.schema);
  return parsed as unknown as BenchDocument;
};

/** One document of each scenario that there is, checked against its schema. */
export const benchDocuments: readonly BenchDocument[] = (
  [
    ["convergence", convergenceRows],
    ["fanout", fanoutRows],
    ["withdraw", acted("all")],
    ["replace", acted("better")],
    ["handshake", handshakeRows],
    ["handshake", handshakeRows2, 2],
    ["churn", churnRows],
    ["reset", resetRows],
    ["memory", memoryRows],
    ["update", updateRows],
    ["soak", soakRows],
    ["micro", microRows],
  ] as const
).map(([scenario, rows, version = 1]) =>
  checked(documentOf(`kiln.bench.${scenario}/${version}`, rows, { conditions })),
);

/** What is made of benchmarks, checked too. */
export const madeOfBenchmarks: readonly BenchDocument[] = [
  documentOf(
    "kiln.trend/1",
    [
      {
        document: "kiln.bench.convergence/1",
        what: "self tcp 100000 prefixes 1 peers",
        figure: "cpu_s",
        better: "less",
        machine: "ab".repeat(32),
        points: [1, 1.02, 0.99, 1.01, 1.3, 1.32, 1.29, 1.31].map((median, i) => ({
          run: `run-${i}`,
          started_at: `2026-01-0${i + 1}T00:00:00Z`,
          commit: null,
          dirty: null,
          version: null,
          median,
        })),
        changes: [{ point: 4, direction: "worse", before: 1, after: 1.3, ratio: 1.3, p: 0.01 }],
      },
    ],
    { rules: standardChangeRules, unreadable: 0 },
  ),
  documentOf(
    "kiln.compare/1",
    [
      {
        scenario: "convergence",
        what: "tcp 100000 prefixes 1 peers",
        figure: "cpu_s",
        better: "less",
        headline: true,
        verdict: "slower",
        a: { median: 1, min: 0.9, max: 1.1 },
        b: { median: 1.1, min: 1, max: 1.2 },
        ratio: 1.1,
        low: 1.07,
        high: 1.14,
        median_ratio: 1.1,
        p: 0.001,
        p_adjusted: 0.002,
        pairs: 10,
        suspect: 0,
        noise_floor: 0.02,
        detectable: 0.03,
      },
      {
        scenario: "handshake",
        what: "tls 1.3 p256 server 100 count",
        figure: "cpu_ms_per_session",
        better: "less",
        headline: true,
        verdict: "no change",
        a: { median: 1, min: 0.9, max: 1.1 },
        b: { median: 1, min: 1, max: 1.2 },
        ratio: 1.01,
        low: null,
        high: null,
        median_ratio: 1,
        p: 0.5,
        p_adjusted: 1,
        pairs: 10,
        suspect: 1,
        noise_floor: 0.02,
        detectable: 0.03,
      },
      { scenario: "update", what: "", figure: "", better: "less", headline: false, failed: "B exited with code 1" },
    ],
    {
      mode: "rerun",
      sides: {
        a: { name: "v1", commit: "a".repeat(40), digest: null, versions: ["Kiln 1"] },
        b: { name: "v2", commit: "b".repeat(40), digest: null, versions: ["Kiln 2"] },
      },
      rules: standardRules,
      warnings: ["something weakens this <comparison>"],
      pairs: [],
      interrupted: false,
    },
  ),
].map(checked);
