import { describe, expect, it } from "vitest";
import { type ConvergenceDocument, type ConvergenceRow, type FuzzRow, provenance, summary } from "../results/index.js";
import { detail, measuredRow } from "./campaign.arb.js";
import type { CampaignReport } from "./campaign.js";
import { campaignMarkdown, campaignSummary } from "./campaign-text.js";

const at = (day: string): ReturnType<typeof provenance> =>
  provenance({ argv: ["node", "kiln", "nightly"], seed: 1, startedAt: new Date(`${day}T00:00:00Z`) });

const key = { target: "bird", version: "BIRD 2.0.12", transport: "tcp", prefixes: 1000, peers: 1 } as const;
const measured = (ms: readonly number[]): ConvergenceRow => ({
  ...key,
  exact: true,
  convergence_ms: summary(ms),
  intake_ms: summary([10]),
  cpu_s: summary([0.5]),
  peak_rss_bytes: summary([151e6]),
});
const convergence = (...rows: readonly ConvergenceRow[]): ConvergenceDocument => ({
  schema: "kiln.bench.convergence/1",
  provenance: at("2026-02-02"),
  rows,
});
const quiet: CampaignReport = {
  title: "Kiln nightly 20260202T000000Z-nightly",
  provenance: at("2026-02-02"),
  durationMs: 185_000,
  endedBy: "budget",
  benchmarks: [],
  fuzz: [],
  findings: [],
  details: [],
  problems: [],
  previous: null,
};
const opens = measuredRow({
  target: "open",
  engine: "jsfuzz",
  executions: 9000,
  seconds: 3,
  coverage: { covered: 321, total: 400, unit: "points" },
  findings: ["0123456789ab"],
});
const full: CampaignReport = {
  ...quiet,
  endedBy: "signal",
  benchmarks: [convergence(measured([100, 110, 120]), { ...key, transport: "tls", skipped: "no TLS" })],
  fuzz: [opens, { target: "update", module: "src/u.ts", engine: "jsfuzz", seed: 1, failed: "no bundle" }],
  findings: [
    { id: "open-1a2b", target: "open", what: "throws RangeError", reproduce: "kiln repro open-1a2b", known: false },
  ],
  problems: ["bgpdump is not installed"],
  previous: {
    run: "20260201T000000Z-nightly",
    provenance: at("2026-02-01"),
    benchmarks: [convergence(measured([50, 60]))],
    fuzz: [{ ...opens, coverage: { covered: 300, total: 400, unit: "points" } }],
  },
};

describe("campaignMarkdown", () => {
  it("of a night without anything says so", () => {
    const text = campaignMarkdown(quiet);
    expect(text).toMatch(
      /^# Kiln nightly 20260202T000000Z-nightly\n\nNo finding; 0 executions of 0 fuzz targets in 3 min 5 s\.\n/,
    );
    expect(text).toContain("There is no earlier run to compare with.");
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    expect(text.endsWith("|\n")).toBe(true);
  });

  it("puts the verdict first and tells everything there is", () => {
    const text = campaignMarkdown(full);
    expect(text.split("\n\n").slice(1, 4)).toEqual([
      "1 finding, 1 of them new; 9,000 executions of 2 fuzz targets in 3 min 5 s.",
      "The run itself had 1 problem.",
      "It was ended early: what is here was gathered until then.",
    ]);
    expect(text).toContain("| open-1a2b | open | new | throws RangeError | kiln repro open-1a2b |");
    expect(text).toContain(
      "| bird | BIRD 2.0.12 | tcp | generated | 1,000 | 1 | 110 (100–120) | 10 | 0.5 | 151 | yes |",
    );
    expect(text).toContain("| bird | BIRD 2.0.12 | tls | generated | 1,000 | 1 | no TLS |  |");
    expect(text).toContain("| open | jsfuzz | 9,000 | 3,000 | 321 | 400 points | +21 | 1 |  |");
    expect(text).toContain("| update | jsfuzz |  |  |  |  |  |  | failed: no bundle |");
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  it("compares with the last run, and says how little that proves", () => {
    const text = campaignMarkdown(full);
    expect(text).toContain("Different day: weak evidence.");
    expect(text).toContain("| convergence\\_ms | 55 (50–60) | 110 (100–120) | ×2.00 (1.67–2.40) | worse |");
    expect(text).toContain("| intake\\_ms | 10 | 10 | ×1.00 (1.00–1.00) | no difference shown |");
    expect(text).not.toContain("Not the same setting");
  });

  it("names settings that differ between the runs", () => {
    const before = { ...at("2026-02-01"), node: "18.0.0" };
    const text = campaignMarkdown({ ...full, previous: { run: "x", provenance: before, benchmarks: [], fuzz: [] } });
    expect(text).toContain(`Not the same setting: node 18.0.0 → ${process.versions.node}.`);
    expect(text).toContain("The two runs measured nothing in common.");
  });

  it("goes on when the last run cannot be read", () => {
    const text = campaignMarkdown({ ...full, previous: { unreadable: "x.json is not JSON" } });
    expect(text).toContain("The last run cannot be read: x.json is not JSON");
  });
});

describe("a finding in full", () => {
  const hostile = detail({
    what: "a|b `c` <script>alert(1)</script>",
    message: "one\n```\n# two\u001b[2J",
    stack: ["readAsPath src/codec/attribute/02-as-path.ts:66"],
  });
  const text = campaignMarkdown({ ...quiet, details: [hostile], findings: [] });

  it("stands in blocks that Markdown does not read", () => {
    const shown = campaignMarkdown({
      ...quiet,
      details: [hostile],
      findings: [{ id: "x", target: "t", what: "w", reproduce: "r", known: false }],
    });
    expect(shown).toContain("### a\\|b \\`c\\` \\<script\\>alert(1)\\</script\\>");
    expect(shown).toContain("\n    one\n    ```\n    # two [2J\n      at readAsPath src/codec");
    expect(shown).toContain("    0000  40 02 00");
    expect(text).not.toContain("\u001b");
  });
});

it("rows for which there is no room are counted", () => {
  const fuzz: FuzzRow[] = Array.from({ length: 104 }, (_, i) => measuredRow({ target: `t${i}`, executions: i }));
  const lines = campaignSummary({ ...quiet, fuzz }).split("\n");
  expect(lines).toContain("and 84 more in the report");
  expect(lines.filter((line) => /^t\d+ /.test(line))).toHaveLength(20);
  expect(campaignMarkdown({ ...quiet, fuzz }).match(/^\| t\d+ /gm)).toHaveLength(104);
});

describe("campaignSummary", () => {
  it("ends with the verdict, and holds no control characters", () => {
    const text = campaignSummary({ ...full, problems: ["bad\u001b[2Jthing"] });
    expect(text.split("\n\n").at(-1)).toMatch(/^1 finding, 1 of them new;/);
    expect(text).toContain("bad [2Jthing");
    expect(text).toContain("no TLS");
  });
});
