import { describe, expect, it } from "vitest";
import { isMeasured, parseDocument, provenance } from "../src/results/index.js";
import { type MicroCase, microCases } from "./cases/index.js";
import { runMicro } from "./micro.js";

const quick = { timeMs: 5 } as const;
const caseOf = (run: () => number): MicroCase => ({
  name: "x",
  unit: "thing",
  setup: () => ({ ops: 10, octets: 50, run }),
});

describe("micro cases", () => {
  it("have names of their own", () => {
    expect(new Set(microCases.map(({ name }) => name)).size).toBe(microCases.length);
  });

  it.each(microCases)("$name does the same work every time", ({ setup }) => {
    const { ops, run } = setup();
    const sum = run();
    expect(ops).toBeGreaterThan(0);
    expect(sum).toBeGreaterThan(0);
    expect(run()).toBe(sum);
  });
});

describe("runMicro", () => {
  it("measures, and its rows are what the schema says", async () => {
    const frame = microCases.filter(({ name }) => name === "frame");
    const rows = await runMicro(frame, quick);
    expect(rows.map(isMeasured)).toEqual([true]);
    const document = { schema: "kiln.bench.micro/1", provenance: provenance(), rows };
    expect(parseDocument(document, "rows")).toEqual(document);
  });

  it("gives figures for one operation, not for one run of ten", async () => {
    const work = (): number => {
      for (const end = performance.now() + 1; performance.now() < end; );
      return 1;
    };
    const [row] = await runMicro([caseOf(work)], quick);
    // A millisecond and a little for ten operations; how much more depends on the machine.
    expect(row).toMatchObject({ name: "x", unit: "thing", ops_per_sample: 10, octets_per_op: 5 });
    if (row === undefined || !isMeasured(row)) throw new Error("it was not measured");
    expect(row.ns_per_op.min).toBeGreaterThanOrEqual(100_000);
    expect(row.ops_per_s).toBeLessThanOrEqual(10_000);
    expect(row.samples).toBeGreaterThanOrEqual(10);
  });

  it("does not measure work whose outcome changes, is none, or breaks", async () => {
    let n = 0;
    const broken = [
      caseOf(() => n++),
      caseOf(() => Number.NaN),
      caseOf(() => -1),
      caseOf(() => {
        throw new Error("it broke");
      }),
    ];
    const rows = await runMicro(broken, quick);
    expect(rows).toEqual([
      { name: "x", failed: expect.stringMatching(/check sum was 0 at first and \d+ later/) },
      { name: "x", failed: "its check sum is NaN" },
      { name: "x", failed: "its check sum is -1" },
      { name: "x", failed: "it broke" },
    ]);
  });

  it("ends early with what it has", async () => {
    const controller = new AbortController();
    const one = caseOf(() => 1);
    const rows = await runMicro([one, one, one], {
      ...quick,
      signal: controller.signal,
      progress: () => controller.abort(),
    });
    expect(rows).toHaveLength(1);
  });
});
