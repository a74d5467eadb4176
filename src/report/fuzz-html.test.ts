import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { campaign, detail, measuredRow } from "./campaign.arb.js";
import { edgesOfAll, growing } from "./fuzz-chart.js";
import { fuzzHtml } from "./fuzz-html.js";

const series = (edges: readonly number[], from = 0) => ({
  elapsed_s: edges.map((_, i) => from + i),
  edges,
  executions: edges,
  corpus: edges,
});

const hostile = "<script>alert(1)</script><img src=x onerror='y'>\" | ` \u001b[2J\u202e";
const report = campaign({
  title: `Kiln ${hostile}`,
  fuzz: [
    measuredRow({ target: hostile, series: series([10, 20, 30]), coverage: { covered: 30, total: 90, unit: "edges" } }),
    { target: "deaf", module: "m", engine: "jsfuzz", seed: 1, failed: hostile },
  ],
  details: [
    detail(
      {
        what: hostile,
        message: `one\n${hostile}`,
        stack: [hostile],
        expected: hostile,
        origin: { engine: hostile, seed: 1, trail: [hostile] },
      },
      { view: [hostile], reproduce: hostile },
    ),
  ],
  findings: [{ id: hostile, target: hostile, what: hostile, reproduce: hostile, known: false }],
  problems: [hostile],
  previous: { unreadable: hostile },
});

describe("the page", async () => {
  const page = await fuzzHtml(report);

  it("shows text of others as text, wherever it stands", () => {
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img/);
    for (const steering of ["\u001b", "\u202e"]) expect(page.includes(steering)).toBe(false);
    expect(page.split("&#60;script&#62;alert(1)").length).toBeGreaterThan(12);
  });

  it("loads nothing, and its policy lets only its own script run", () => {
    const loading = page
      .replaceAll(/&#60;.*?&#62;/g, "")
      .match(/ (src|href)=|url\(|@import|https?:(?!\/\/www\.w3\.org\/)/);
    expect(loading).toBeNull();
    const [, script = ""] = /<script>([\s\S]*)<\/script>/.exec(page) ?? [];
    expect(page).toContain(`script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  });

  it("has charts for a wide page and for a narrow one, and one for each target that grew", () => {
    expect(page.match(/<svg/g)).toHaveLength(3);
    expect(page).toContain(">seconds<");
    expect(page).toContain(">edges<");
  });

  it("of a campaign without anything says so, with no empty section", async () => {
    const quiet = await fuzzHtml(campaign());
    expect(quiet).toContain("<h1>No finding; 0 executions of 0 fuzz targets in 1 min 0 s.</h1>");
    expect(quiet.match(/<h2>/g)).toHaveLength(1);
    for (const text of [quiet, page]) expect(text.match(/undefined|NaN|\[object/)).toBeNull();
  });
});

describe("edges over time", () => {
  const rows = [
    measuredRow({ target: "a", series: series([10, 20, 20, 50]) }),
    measuredRow({ target: "b", series: series([100, 101, 102], 2) }),
    measuredRow({ target: "c", series: series([7, 7, 7]) }),
    measuredRow({ target: "d" }),
  ];

  it("of all are what each had reached by then", () => {
    expect(edgesOfAll(rows).at(-1)).toEqual([4, 159]);
    const sums = edgesOfAll(rows).map(([, edges]) => edges);
    expect(sums).toEqual([...sums].sort((x, y) => x - y));
    expect(edgesOfAll([])).toEqual([]);
  });

  it("of single targets are shown where they grew, most first", () => {
    expect(growing(rows, 8).map(({ target }) => target)).toEqual(["a", "b"]);
    expect(growing(rows, 1)).toHaveLength(1);
  });
});
