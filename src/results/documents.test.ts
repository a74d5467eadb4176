import { describe, expect, it } from "vitest";
import type { ConvergenceRow } from "./bench.js";
import { figuresOf, isMeasured, reasonOf } from "./document.js";
import { type AnyDocument, documents, parseDocument } from "./documents.js";
import { provenance } from "./provenance.js";
import { ResultsError } from "./results-error.js";
import { distribution, summary } from "./statistics.js";

const key = { target: "self", version: "0.1.0", transport: "tcp", prefixes: 1000, peers: 1 } as const;
const measured: ConvergenceRow = {
  ...key,
  exact: true,
  convergence_ms: summary([1, 2, 3]),
  intake_ms: summary([1]),
  cpu_s: summary([0.1]),
  peak_rss_bytes: summary([100_000_000]),
};
const skipped: ConvergenceRow = { ...key, target: "bird", version: null, transport: "tls", skipped: "no TLS" };

const convergence = (...rows: readonly unknown[]): unknown => ({
  schema: "kiln.bench.convergence/1",
  provenance: provenance(),
  rows,
});
const throughJson = (document: unknown): unknown => JSON.parse(JSON.stringify(document));
const read = (json: unknown): AnyDocument => parseDocument(throughJson(json), "x.json");

describe("parseDocument accepts", () => {
  it("measured, skipped and failed rows side by side", () => {
    const document = convergence(measured, skipped, { ...key, failed: "it exited with code 1", note: "see log" });
    expect(read(document)).toEqual(throughJson(document));
  });

  it("what was noted of the circumstances", () => {
    const noted = {
      ...measured,
      family: "6",
      curves: [{ ms: [0, 2], prefixes: [0, 1000] }],
      prefix_latency_ms: { ...distribution([1, 2]), ecdf: { ms: [1, 2], share: [0.5, 1] } },
      disturbance: { foreign_cpu: summary([0.2]), steal: summary([0]) },
      tester_bound: true,
    };
    const conditions = {
      tier: "smoke",
      comparability: { self: { mrai: "none", damping: "none", threads: "1", policy: "none", fib: "none", notes: [] } },
      binaries: { self: null, bird: "ab12" },
      tester: { tcp: { prefixes_per_s: summary([1e6]) } },
      pinned: { target: "0", tester: "1" },
    };
    const document = { ...(convergence(noted) as object), conditions };
    expect(read(document)).toEqual(throughJson(document));
  });

  it("a row with some of its figures, and why not the others", () => {
    const { intake_ms: _, ...partial } = { exact: true, convergence_ms: summary([1]), intake_ms: summary([1]) };
    const document = convergence({ ...skipped, skipped: "no counters", partial }, { ...skipped, partial: {} });
    expect(read(document)).toEqual(throughJson(document));
  });

  it("a tunnel's figures beside the target's", () => {
    const document = convergence({ ...measured, transport: "tls-stunnel", tunnel_cpu_s: summary([0.1]) });
    expect(read(document)).toEqual(throughJson(document));
  });

  it("a document without rows", () => {
    expect(read(convergence())).toMatchObject({ rows: [] });
  });

  const soak = {
    target: "self",
    version: "0.1.0",
    transport: "tcp",
    prefixes: 10,
    rounds: 2,
    exact: true,
    samples: [{ round: 1, rss_bytes: 5, round_ms: 1.5 }],
    settled_round: 1,
    rss_growth: 1,
  };
  const handshake = {
    target: "self",
    version: "0.1.0",
    transport: "tls",
    tls: { version: "1.3", key: "p256", authentication: "mutual", resumed: true },
    count: 10,
    concurrency: 2,
    sessions_per_s: summary([300]),
    cpu_ms_per_session: summary([1]),
    tcp_ms: distribution([0.1]),
    tls_ms: distribution([2]),
    open_ms: distribution([1]),
    established_ms: distribution([3]),
    resumed_share: 1,
    retries: 0,
    pause_ms: 0,
    bottleneck: "target",
  };
  const { established_ms, retries: _retries, ...kept } = handshake;
  const handshake2 = {
    ...kept,
    tls: { ...handshake.tls, key: "ed25519", group: "X25519" },
    until: "established",
    warm_up: 200,
    rate: 50,
    arrivals: "poisson",
    total_ms: established_ms,
    agreed_groups: ["X25519"],
    failures: { "alert certificate_required": 2 },
    open_loop: { wait_ms: established_ms, backlog: 3 },
  };
  const micro = {
    name: "frame",
    unit: "message",
    ops_per_s: 1e6,
    ns_per_op: { median: 900, p99: 1200, min: 850 },
    rme_percent: 0.5,
    samples: 10,
    ops_per_sample: 100,
    octets_per_op: null,
  };
  const { convergence_ms: _, intake_ms: __, ...common }: Record<string, unknown> = { ...measured };
  const rate = summary([5]);
  const update = {
    ...common,
    in_updates_per_s: rate,
    in_prefixes_per_s: rate,
    out_updates_per_s: rate,
    out_prefixes_per_s: rate,
  };
  const fanout = {
    target: "self",
    version: "0.1.0",
    transport: "tcp",
    prefixes: 10,
    peers: 1,
    receivers: 3,
    table: "generated",
    family: "both",
    exact: true,
    first_ms: rate,
    median_ms: rate,
    last_ms: rate,
    cpu_s: rate,
    peak_rss_bytes: rate,
    tester_ms: rate,
    tester_bound: false,
    bottleneck: "target",
    best_paths_digest: "0123456789abcdef",
    differing: 0,
    curves: [{ ms: [0, 1.5], prefixes: [0, 10] }],
    disturbance: { foreign_cpu: summary([0.01]), steal: summary([0]) },
  };
  it.each([
    ["kiln.bench.fanout/1", fanout],
    ["kiln.bench.fanout/1", { ...skipped, receivers: 3, table: "generated" }],
    ["kiln.bench.soak/1", soak],
    ["kiln.bench.handshake/1", handshake],
    ["kiln.bench.handshake/1", { ...handshake, transport: "tcp", tls: null, tls_ms: null, resumed_share: null }],
    ["kiln.bench.handshake/2", handshake2],
    ["kiln.bench.handshake/2", { ...handshake2, transport: "tcp", tls: null, tls_ms: null, resumed_share: null }],
    ["kiln.bench.micro/1", micro],
    ["kiln.bench.update/1", update],
  ])("a row of %s", (schema, row) => {
    const document = { schema, provenance: provenance(), rows: [row] };
    expect(read(document)).toEqual(throughJson(document));
  });
});

describe("parseDocument refuses, with the place and the reason in one line,", () => {
  const refusal = (json: unknown): string => {
    try {
      read(json);
    } catch (error) {
      expect(error).toBeInstanceOf(ResultsError);
      return (error as Error).message;
    }
    throw new Error("it was accepted");
  };

  it.each([[null], [[]], ["text"], [{ rows: [] }], [{ schema: 7 }]])("foreign JSON: %j", (json) => {
    expect(refusal(json)).toBe('x.json is no result of Kiln\'s: it has no "schema"');
  });

  it.each(["kiln.bench.convergence/0", "other.tool/1", "toString", "__proto__"])("the unknown schema %s", (schema) => {
    expect(refusal({ schema })).toMatch(/^x\.json has the schema ".*", which this version does not read/);
  });

  it("a figure that is missing", () => {
    const { cpu_s: _, ...rest } = measured as ConvergenceRow & { cpu_s: unknown };
    expect(refusal(convergence(skipped, rest))).toMatch(
      /^x\.json is not what kiln\.bench\.convergence\/1 says: rows\.1/,
    );
  });

  it.each([
    ["neither figures nor a reason", key],
    ["figures and a reason", { ...measured, skipped: "why" }],
    ["two reasons", { ...skipped, failed: "why" }],
    ["a figure that can't be among some", { ...skipped, partial: { convergence_s: 1 } }],
    ["some figures, one of them null", { ...skipped, partial: { cpu_s: null } }],
    ["some figures without a reason", { ...key, partial: { exact: true } }],
    ["all figures and some", { ...measured, partial: { exact: true } }],
    ["an empty reason", { ...skipped, skipped: "" }],
    ["an unknown transport", { ...measured, transport: "quic" }],
    ["a number as text", { ...measured, prefixes: "1000" }],
    ["a negative count", { ...measured, peers: -1 }],
    ["an unknown field", { ...measured, convergence_s: 1 }],
    ["a summary without samples", { ...measured, cpu_s: { median: 1, min: 1, max: 1, samples: [] } }],
    ["a median outside its range", { ...measured, cpu_s: { median: 3, min: 1, max: 2, samples: [1, 2] } }],
  ])("a row with %s", (_, row) => {
    expect(refusal(convergence(row))).toMatch(/^x\.json is not what kiln\.bench\.convergence\/1 says: rows\.0/);
  });

  it("a document without provenance", () => {
    expect(refusal({ schema: "kiln.bench.micro/1", rows: [] })).toMatch(/provenance/);
  });
});

describe("rows", () => {
  it("have all figures, or some, or none", () => {
    const some = { ...skipped, partial: { exact: true } };
    expect(figuresOf(measured)).toBe(measured);
    expect(figuresOf(some)).toMatchObject({ target: "bird", exact: true });
    expect(figuresOf(skipped)).toBe(null);
    expect([isMeasured(some), reasonOf(some)]).toEqual([false, "no TLS"]);
  });

  it("say whether they were measured, and if not, why", () => {
    expect([measured, skipped].map(isMeasured)).toEqual([true, false]);
    expect([measured, skipped, { ...key, failed: "boom" }].map(reasonOf)).toEqual([null, "no TLS", "failed: boom"]);
  });
});

it("names every schema as kiln.<what>/<version>", () => {
  for (const name of Object.keys(documents)) expect(name).toMatch(/^kiln\.[a-z]+(\.[a-z]+)?\/\d+$/);
});
