import { describe, expect, it } from "vitest";
import type { ConvergenceDocument } from "./bench.js";
import { parseDocument } from "./documents.js";
import { standardRules } from "./paired.js";
import { type Provenance, provenance } from "./provenance.js";
import { shiftInterval } from "./rank-interval.js";
import { summary } from "./statistics.js";
import { compareStored } from "./stored-comparison.js";

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
