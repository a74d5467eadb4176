import { describe, expect, it } from "vitest";
import type { ConvergenceDocument, ConvergenceRow, MicroDocument } from "./bench.js";
import type { HandshakeDocument1 } from "./bench-handshake.js";
import { compareDocuments } from "./comparison.js";
import { provenance } from "./provenance.js";
import { distribution, summary } from "./statistics.js";

const row = (ms: readonly number[], more: object = {}): ConvergenceRow => ({
  target: "bird",
  version: "2.0.12",
  transport: "tcp",
  prefixes: 1000,
  peers: 1,
  table: "generated",
  exact: true,
  convergence_ms: summary(ms),
  intake_ms: summary([10]),
  cpu_s: summary([0]),
  peak_rss_bytes: summary([5e6]),
  ...more,
});
const convergence = (...rows: readonly ConvergenceRow[]): ConvergenceDocument => ({
  schema: "kiln.bench.convergence/1",
  provenance: provenance(),
  rows,
});

describe("compareDocuments", () => {
  it("pairs figures of the same thing: now over before", () => {
    const compared = compareDocuments([convergence(row([100, 200]))], [convergence(row([60, 90]))]);
    expect(compared.map(({ figure }) => figure)).toEqual(["convergence_ms", "intake_ms", "cpu_s", "peak_rss_bytes"]);
    expect(compared[0]).toEqual({
      schema: "kiln.bench.convergence/1",
      what: "bird tcp 1000 prefixes 1 peers",
      figure: "convergence_ms",
      better: "less",
      before: { median: 150, min: 100, max: 200 },
      now: { median: 75, min: 60, max: 90 },
      ratio: { ratio: 0.5, low: 0.3, high: 0.9 },
      versions: null,
    });
    expect(compared[2]?.ratio).toBeNull();
  });

  it("names the versions of a target that changed", () => {
    const [first] = compareDocuments([convergence(row([1]))], [convergence(row([1], { version: "2.0.13" }))]);
    expect(first?.versions).toEqual(["2.0.12", "2.0.13"]);
  });

  it.each([
    ["another target", { target: "self" }],
    ["another transport", { transport: "tls" }],
    ["another size", { prefixes: 2000 }],
    ["another table", { table: "updates.gz" }],
  ])("does not pair %s", (_, more) => {
    expect(compareDocuments([convergence(row([1]))], [convergence(row([1], more))])).toEqual([]);
  });

  it("leaves out what was not measured on either side", () => {
    const { target, version, transport, prefixes, peers, table } = row([1]);
    const key = { target, version, transport, prefixes, peers, ...(table === undefined ? {} : { table }) };
    const failed = convergence({ ...key, failed: "it died" });
    expect(compareDocuments([failed], [convergence(row([1]))])).toEqual([]);
    expect(compareDocuments([convergence(row([1]))], [failed])).toEqual([]);
    expect(compareDocuments([], [convergence(row([1]))])).toEqual([]);
  });

  it("compares micro cases by their nanoseconds and handshakes by rate and CPU", () => {
    const micro = (median: number): MicroDocument => ({
      schema: "kiln.bench.micro/1",
      provenance: provenance(),
      rows: [
        {
          name: "frame",
          unit: "message",
          ops_per_s: 1,
          ns_per_op: { median, p99: 2 * median, min: median / 2 },
          rme_percent: 1,
          samples: 9,
          ops_per_sample: 1,
          octets_per_op: null,
        },
      ],
    });
    const handshake = (rate: number): HandshakeDocument1 => ({
      schema: "kiln.bench.handshake/1",
      provenance: provenance(),
      rows: [
        {
          target: "self",
          version: "0.1.0",
          transport: "tls",
          tls: { version: "1.3", key: "p256", authentication: "mutual", resumed: true },
          count: 100,
          concurrency: 4,
          sessions_per_s: summary([rate]),
          cpu_ms_per_session: summary([1]),
          tcp_ms: distribution([1]),
          tls_ms: distribution([1]),
          open_ms: distribution([1]),
          established_ms: distribution([1]),
          resumed_share: 1,
          retries: 0,
          pause_ms: 0,
          bottleneck: "target",
        },
      ],
    });
    const compared = compareDocuments([micro(100), handshake(300)], [micro(200), handshake(600)]);
    expect(compared.map(({ what, figure, better, ratio }) => [what, figure, better, ratio?.ratio])).toEqual([
      ["frame", "ns_per_op", "less", 2],
      ["self tls 1.3 p256 mutual resumed 100 count 4 concurrency", "sessions_per_s", "more", 2],
      ["self tls 1.3 p256 mutual resumed 100 count 4 concurrency", "cpu_ms_per_session", "less", 1],
    ]);
    expect(compared[0]?.before).toEqual({ median: 100, min: 50, max: 200 });
  });
});
