import { describe, expect, it } from "vitest";
import type { ConvergenceDocument } from "./bench.js";
import { isMeasured } from "./document.js";
import { type AnyDocument, parseDocument } from "./documents.js";
import { standardRules } from "./paired.js";
import { type Provenance, provenance } from "./provenance.js";
import { shiftInterval } from "./rank-interval.js";
import { type Summary, summary } from "./statistics.js";
import { compareStored, type StoredSide } from "./stored-comparison.js";

const here = { ...provenance(), dirty: false, commit: "a".repeat(40), targets: { self: "Kiln 0.1.0" } };

const measured = (cpu: readonly number[], more: Partial<Provenance> = {}, figures: object = {}): ConvergenceDocument =>
  ({
    schema: "kiln.bench.convergence/1",
    provenance: { ...here, ...more },
    rows: [
      {
        target: "self",
        version: "Kiln 0.1.0",
        transport: "tcp",
        prefixes: 1000,
        peers: 1,
        exact: true,
        convergence_ms: summary([100]),
        intake_ms: summary([0]),
        cpu_s: summary(cpu),
        peak_rss_bytes: summary([5e6]),
        ...figures,
      },
    ],
  }) as ConvergenceDocument;

const compared = (a: ConvergenceDocument, b: ConvergenceDocument): ReturnType<typeof compareStored> =>
  compareStored({ name: "one", documents: [a] }, { name: "two", documents: [b] }, standardRules);

describe("stored runs", () => {
  it("that differ clearly have a verdict, by independent samples", () => {
    const document = compared(
      measured([1, 1.01, 1.02, 1.03, 1.04, 1.05]),
      measured([1.2, 1.21, 1.22, 1.23, 1.24, 1.25]),
    );
    expect(document.rows.map(({ figure }) => figure)).toEqual(["convergence_ms", "cpu_s", "peak_rss_bytes"]);
    const cpu = document.rows.find(({ figure }) => figure === "cpu_s");
    expect(cpu).toMatchObject({ verdict: "slower", pairs: 6, median_ratio: null, noise_floor: null });
    expect(cpu).toMatchObject({ a: { median: 1.025, min: 1, max: 1.05 }, what: "self tcp 1000 prefixes 1 peers" });
    expect(parseDocument(JSON.parse(JSON.stringify(document)), "x")).toEqual(document);
  });

  it("with too few samples have none", () => {
    const [row] = compared(measured([1, 1, 1]), measured([2, 2, 2])).rows.filter(({ figure }) => figure === "cpu_s");
    expect(row).toMatchObject({ verdict: "inconclusive", low: null, high: null, ratio: 2 });
  });

  it("say what else was different", () => {
    const other = measured([1], {
      kernel: "9.9",
      node: "99.0.0",
      openssl: "4.0.0",
      cpu: "another",
      governor: "powersave",
      dirty: true,
    });
    const { warnings } = compared(measured([1], { kernel: "1.1" }), other);
    expect(warnings[0]).toMatch(/weak evidence/);
    expect(warnings).toContain("kernel differs: 1.1, then 9.9");
    for (const title of ["CPU", "Node", "OpenSSL", "governor"]) {
      expect(warnings.some((line) => line.startsWith(`${title} differs: `))).toBe(true);
    }
    expect(warnings).toContain("two was measured with changes that are not in its commit");
    expect(compared(measured([1]), measured([1])).warnings).toHaveLength(1);
  });

  it("of other things have nothing in common", () => {
    expect(compared(measured([1]), measured([1], {}, { prefixes: 2000 })).rows).toEqual([]);
  });
});

describe("stored runs of a scenario", () => {
  /** Six runs that scatter by 2%. */
  const runs = (level: number): Summary => summary([1, 1.004, 1.008, 1.012, 1.016, 1.02].map((one) => one * level));
  const cost = { cpu_s: 1, peak_rss_bytes: 5e7 };

  /** Rows of both sides: the figures of B are those of A, but for the ones in `worse`. */
  const verdicts = (
    scenario: string,
    key: object,
    figures: Readonly<Record<string, number>>,
    worse: Readonly<Record<string, number>>,
  ): Record<string, string> => {
    const side = (levels: Readonly<Record<string, number>>): StoredSide => {
      const { bytes_per_path, ...others } = Object.fromEntries(
        Object.entries(levels).map(([name, level]) => [name, runs(level)]),
      );
      const steps = ["idle", "settled", "withdrawn"].map((step) => ({
        step,
        bytes_per_path: step === "settled" ? bytes_per_path : null,
      }));
      const row = { target: "self", version: "Kiln 0.1.0", transport: "tcp", prefixes: 1000, ...key, ...others };
      const document = {
        schema: scenario,
        provenance: here,
        rows: [bytes_per_path === undefined ? row : { ...row, steps }],
      };
      return { name: "one", documents: [document as unknown as AnyDocument] };
    };
    const { rows } = compareStored(side(figures), side({ ...figures, ...worse }), standardRules);
    return Object.fromEntries(rows.map((row) => [`${row.what}: ${row.figure}`, isMeasured(row) ? row.verdict : ""]));
  };

  it("withdraw, replace, ipv6", () => {
    const figures = { convergence_ms: 100, ...cost };
    const key = { peers: 2 };
    expect(verdicts("kiln.bench.withdraw/1", { ...key, mode: "one" }, figures, { cpu_s: 1.2 })).toEqual({
      "self tcp 1000 prefixes 2 peers one: convergence_ms": "no change",
      "self tcp 1000 prefixes 2 peers one: cpu_s": "slower",
      "self tcp 1000 prefixes 2 peers one: peak_rss_bytes": "no change",
    });
    expect(verdicts("kiln.bench.replace/1", { ...key, mode: "back" }, figures, { cpu_s: 0.8 })).toEqual({
      "self tcp 1000 prefixes 2 peers back: convergence_ms": "no change",
      "self tcp 1000 prefixes 2 peers back: cpu_s": "faster",
      "self tcp 1000 prefixes 2 peers back: peak_rss_bytes": "no change",
    });
    expect(verdicts("kiln.bench.convergence/1", { ...key, family: "both" }, figures, { convergence_ms: 130 })).toEqual({
      "self tcp 1000 prefixes 2 peers both: convergence_ms": "slower",
      "self tcp 1000 prefixes 2 peers both: cpu_s": "no change",
      "self tcp 1000 prefixes 2 peers both: peak_rss_bytes": "no change",
    });
  });

  it("fanout, reset", () => {
    const times = { first_ms: 80, median_ms: 90, last_ms: 100, ...cost };
    expect(verdicts("kiln.bench.fanout/1", { peers: 1, receivers: 10 }, times, { cpu_s: 1.2, last_ms: 120 })).toEqual({
      "self tcp 1000 prefixes 1 peers 10 receivers: first_ms": "no change",
      "self tcp 1000 prefixes 1 peers 10 receivers: median_ms": "no change",
      "self tcp 1000 prefixes 1 peers 10 receivers: last_ms": "slower",
      "self tcp 1000 prefixes 1 peers 10 receivers: cpu_s": "slower",
      "self tcp 1000 prefixes 1 peers 10 receivers: peak_rss_bytes": "no change",
    });
    const down = { down_ms: 50, established_ms: 900, routes_ms: 950, ...cost };
    expect(verdicts("kiln.bench.reset/1", { sessions: 20 }, down, { cpu_s: 1.2 })).toEqual({
      "self tcp 1000 prefixes 20 sessions: down_ms": "no change",
      "self tcp 1000 prefixes 20 sessions: established_ms": "no change",
      "self tcp 1000 prefixes 20 sessions: routes_ms": "no change",
      "self tcp 1000 prefixes 20 sessions: cpu_s": "slower",
      "self tcp 1000 prefixes 20 sessions: peak_rss_bytes": "no change",
    });
  });

  it("churn, memory", () => {
    const figures = { p50_ms: 1, p99_ms: 5, cpu_share: 0.2, peak_rss_bytes: 5e7 };
    expect(verdicts("kiln.bench.churn/1", { peers: 1, multiple: 1000 }, figures, { cpu_share: 0.25 })).toEqual({
      "self tcp 1000 prefixes 1 peers 1000 multiple: p50_ms": "no change",
      "self tcp 1000 prefixes 1 peers 1000 multiple: p99_ms": "no change",
      "self tcp 1000 prefixes 1 peers 1000 multiple: cpu_share": "slower",
      "self tcp 1000 prefixes 1 peers 1000 multiple: peak_rss_bytes": "no change",
    });
    const octets = { bytes_per_path: 90, flap_ratio: 1, peak_rss_bytes: 5e7 };
    expect(verdicts("kiln.bench.memory/1", { peers: 1 }, octets, { bytes_per_path: 108 })).toEqual({
      "self tcp 1000 prefixes 1 peers: bytes_per_path": "slower",
      "self tcp 1000 prefixes 1 peers: flap_ratio": "no change",
      "self tcp 1000 prefixes 1 peers: peak_rss_bytes": "no change",
    });
  });
});

// As R 4.2.2: wilcox.test(b, a, conf.int = TRUE)$conf.int
describe("interval of a shift", () => {
  it("is R's", () => {
    const a = Array.from({ length: 12 }, (_, i) => (((i + 1) * 37) % 101) / 10 + (i + 1) ** 2 / 997);
    const b = Array.from({ length: 9 }, (_, i) => (((i + 1) * 53) % 97) / 10 + 3 + (i + 1) ** 2 / 991);
    const { low, high } = shiftInterval(a, b, 0.95) ?? { low: 0, high: 0 };
    expect(low).toBeCloseTo(0.661034465657314, 9);
    expect(high).toBeCloseTo(6.232588178258286, 9);
    const small = shiftInterval([1.1, 2.3, 0.7, 3.9, 2.8], [2.9, 3.3, 4.8, 1.9, 5.2, 6.1], 0.95);
    expect(small?.low).toBeCloseTo(-0.6, 9);
    expect(small?.high).toBeCloseTo(4.1, 9);
  });

  it("is nowhere when three are held against three", () => {
    expect(shiftInterval([1, 2, 3], [11, 12, 13], 0.95)).toBeNull();
    expect(shiftInterval([1, 2, 3, 4], [11, 12, 13, 14], 0.95)).toEqual({ low: 7, high: 13 });
  });

  it("of large groups is by the normal approximation", () => {
    const many = Array.from({ length: 60 }, (_, i) => i);
    const { low, high } = shiftInterval(
      many,
      many.map((value) => value + 5),
      0.95,
    ) ?? { low: 0, high: 0 };
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
    expect(high - low).toBeLessThan(16);
  });
});
