import { describe, expect, it } from "vitest";
import { parseDocument } from "./documents.js";
import { fuzzRowsOf } from "./fuzz.js";
import { provenance } from "./provenance.js";

const key = { target: "open", module: "src/codec/message/open.ts", engine: "jsfuzz", seed: 1 } as const;
const counts = { executions: 10, seconds: 1, coverage: null, outcomes: {}, faults: 3, findings: ["0123456789ab"] };
const untold = { cpu_s: null, corpus: null, features: null, last_new_s: null, series: null, problem: null };
const series = { elapsed_s: [0, 1], edges: [1, 2], executions: [1, 2], corpus: [1, 2] };

const read = (version: 1 | 2, ...rows: readonly object[]): ReturnType<typeof fuzzRowsOf> => {
  const document = parseDocument({ schema: `kiln.fuzz.run/${version}`, provenance: provenance(), rows }, "x.json");
  if (document.schema !== "kiln.fuzz.run/1" && document.schema !== "kiln.fuzz.run/2") throw new Error(document.schema);
  return fuzzRowsOf(document);
};

describe("kiln.fuzz.run", () => {
  it("of version 1 is read, with null for what it does not tell", () => {
    expect(read(1, { ...key, ...counts }, { ...key, failed: "why" })).toEqual([
      { ...key, ...counts, ...untold },
      { ...key, failed: "why" },
    ]);
  });

  it("of version 2 tells more, and all of it", () => {
    const row = { ...key, ...counts, ...untold, cpu_s: 0.5, series };
    expect(read(2, row)).toEqual([row]);
    expect(() => read(2, { ...key, ...counts })).toThrow(/^x\.json is not what kiln\.fuzz\.run\/2 says: rows\.0/);
    expect(() => read(1, row)).toThrow(/^x\.json is not what kiln\.fuzz\.run\/1 says: rows\.0/);
  });

  it.each([
    ["of unequal columns", { ...series, edges: [1] }],
    ["of too many points", Object.fromEntries(Object.keys(series).map((name) => [name, new Array(201).fill(1)]))],
  ])("refuses a series %s", (_, wrong) => {
    expect(() => read(2, { ...key, ...counts, ...untold, series: wrong })).toThrow(/rows\.0/);
  });
});
