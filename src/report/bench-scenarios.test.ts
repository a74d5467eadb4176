import { describe, expect, it } from "vitest";
import { parseDocument, provenance, summary } from "../results/index.js";
import { benchTable } from "./bench.js";
import { terminalTable } from "./table.js";

const one = summary([1500]);
const few = summary([0.25]);
const key = { target: "self", version: "Kiln 1", transport: "tcp", prefixes: 1000, peers: 2, table: "generated" };
const disturbance = { foreign_cpu: few, steal: few };
const { peers: _, ...withoutPeers } = key;

const acted = {
  ...key,
  exact: true,
  convergence_ms: one,
  cpu_s: few,
  peak_rss_bytes: summary([66_000_000]),
  differing: 3,
  bottleneck: "target",
  disturbance,
};
const churn = {
  ...key,
  multiple: 1000,
  updates_per_s: 1430,
  exact: false,
  changes: 7695,
  latency_ms: { p50: 1, p95: 2, p99: 3, p999: 4, max: 5 },
  p50_ms: one,
  p99_ms: one,
  backlog: summary([12]),
  merged_share: few,
  cpu_share: few,
  peak_rss_bytes: one,
  sender_late_ms: summary([7]),
  differing: 0,
  disturbance,
};
const reset = {
  ...withoutPeers,
  sessions: 50,
  exact: true,
  down_ms: summary([11]),
  established_ms: summary([22]),
  routes_ms: summary([33]),
  waiting_share: summary([0.5]),
  retries: summary([4]),
  cpu_s: few,
  peak_rss_bytes: one,
  bottleneck: "sender",
  disturbance,
};
const step = (name: string, paths: number, rss: number): object => ({
  step: name,
  paths,
  rss_bytes: summary([rss]),
  pss_bytes: null,
  private_bytes: summary([rss]),
  bytes_per_path: paths === 0 ? null : summary([rss / paths]),
});
const memory = {
  ...key,
  exact: true,
  steps: [step("idle", 0, 8e6), step("one", 1000, 9e6), step("settled", 2000, 10e6), step("withdrawn", 0, 8.5e6)],
  peak_rss_bytes: summary([11e6]),
  flap_ratio: summary([1.25]),
};

const shown = (schema: string, row: object): string => {
  const rows = [row, { ...("peers" in row ? key : withoutPeers), ...modeOf(row), transport: "tls", skipped: "no TLS" }];
  const document = parseDocument({ schema, provenance: provenance(), rows }, "rows");
  const found = benchTable(document);
  return found === null ? "" : terminalTable(found.table);
};

/** What tells one row from another beside the common key. */
const modeOf = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).filter(([name]) => ["mode", "multiple", "updates_per_s", "sessions"].includes(name)),
  );

describe("tables of scenarios", () => {
  it.each([
    ["kiln.bench.withdraw/1", { ...acted, mode: "one" }, [/ one +1,500 +0.25 +66 +yes +3 +target/]],
    ["kiln.bench.replace/1", { ...acted, mode: "better" }, [/ better +1,500 /]],
    ["kiln.bench.churn/1", churn, [/ 1,000 +1,430 +1 \/ 2 \/ 3 \/ 4 \/ 5 +7,695 +12 +25 +25 /, / NO$/m]],
    ["kiln.bench.reset/1", reset, [/ 50 +11 +22 +33 +50 +4 +0.25 /, / sender +yes/]],
    ["kiln.bench.memory/1", memory, [/ 8 +9,000 +5,000 +10 +8.5 +11 +×1.25 +yes/]],
  ])("%s", (schema, row, lines) => {
    const text = shown(schema, row);
    for (const line of lines) expect(text).toMatch(line);
    expect(text).toMatch(/self +Kiln 1 +tls .*no TLS/);
  });
});
