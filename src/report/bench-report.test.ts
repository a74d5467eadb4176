import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadDocument, reasonOf, summary } from "../results/index.js";
import { benchDocuments, documentOf, madeOfBenchmarks } from "./bench-documents.arb.js";
import { type Bars, type Figure, figuresOf, type Lines } from "./bench-figures.js";
import { benchHtml } from "./bench-html.js";
import { benchMarkdown } from "./bench-markdown.js";
import { type BenchReport, benchReport, figureFiles } from "./bench-report.js";
import { type BenchDocument, rowsOf } from "./bench-row.js";
import { html } from "./page.js";
import { markdown } from "./table.js";

const of = (scenario: string): BenchDocument => {
  const found = [...benchDocuments, ...madeOfBenchmarks].find(({ schema }) => schema.includes(scenario));
  if (found === undefined) throw new Error(`no document of ${scenario}`);
  return found;
};
const figure = (scenario: string, name: string): Figure => {
  const found = figuresOf(of(scenario)).find((one) => one.name === name);
  if (found === undefined) throw new Error(`${scenario} has no figure ${name}`);
  return found;
};
const barsOf = (scenario: string, name: string): Bars => figure(scenario, name) as Bars;
const linesOf = (scenario: string, name: string): Lines => figure(scenario, name) as Lines;
const reportOf = (...documents: readonly BenchDocument[]): Promise<BenchReport> =>
  benchReport(documents.map((document) => ({ run: "a-run", document })));

describe("figures", () => {
  it("of curves are one for each transport, the median run of each target set off", () => {
    const { lines, x, y } = linesOf("convergence", "curves-tcp");
    expect(lines.map(({ label }) => label)).toEqual(
      ["self", "bird", "frr", "gobgp", "openbgpd"].flatMap((target) => [target, target, target]),
    );
    // Ends of the runs of self: 500, 550 and 475 ms.
    expect(lines.slice(0, 3).map(({ main }) => main)).toEqual([true, false, false]);
    expect(lines[0]?.points.at(-1)).toEqual([0.5, 10_000]);
    expect(x).toMatchObject({ title: "time since the first UPDATE, s", log: true });
    expect(y.title).toBe("prefixes held");
  });

  it("of curves keep a line that has all at once, on a logarithmic axis too", () => {
    const row = { target: "self", transport: "tcp", exact: true };
    const { lines } = figuresOf(
      documentOf("kiln.bench.later/1", [
        { ...row, curves: [{ ms: [0, 4], prefixes: [0, 9] }] },
        { ...row, target: "bird", curves: [{ ms: [0, 900], prefixes: [0, 9] }] },
      ]),
    )[0] as Lines;
    expect(lines.map(({ points }) => points.length)).toEqual([2, 2]);
    expect(lines[0]?.points[0]?.[0]).toBeGreaterThan(0);
    expect(lines[0]?.points[0]?.[0]).toBeLessThan(4);
  });

  it("of one transport alone whose runs are alike have a linear axis in milliseconds", () => {
    expect(linesOf("convergence", "curves-tls").x).toMatchObject({
      title: "time since the first UPDATE, ms",
      log: false,
    });
  });

  it("of latencies go to 100%", () => {
    const { lines, x } = linesOf("convergence", "prefix-latency-tcp");
    expect(x).toMatchObject({ title: "latency, ms", log: true });
    for (const { points } of lines) expect(points.at(-1)?.[1]).toBe(100);
  });

  it("have a unit by the name of the field, and a logarithmic axis where values are far apart", () => {
    expect(barsOf("convergence", "convergence-ms")).toMatchObject({ axis: "convergence, s", log: true });
    expect(barsOf("convergence", "peak-rss-bytes")).toMatchObject({ axis: "peak RSS, MB", log: false });
    expect(barsOf("handshake", "sessions-per-s")).toMatchObject({ axis: "sessions, per second", log: false });
    expect(barsOf("handshake", "tls-ms")).toMatchObject({ axis: "TLS handshake, ms", log: true });
    expect(barsOf("churn", "cpu-share")).toMatchObject({ axis: "CPU share, %" });
    expect(barsOf("memory", "bytes-per-path")).toMatchObject({ axis: "memory, octets per path" });
    expect(barsOf("micro", "ns-per-op")).toMatchObject({ axis: "time, ns per operation", log: true });
  });

  it("show medians with extremes and single runs, and leave out what could not be measured", () => {
    const { bars } = barsOf("convergence", "convergence-ms");
    expect(bars.map(({ label }) => label)).toEqual([
      "self tcp",
      "bird tcp",
      "frr tcp",
      "gobgp tcp",
      "openbgpd tcp",
      "self tls",
    ]);
    expect(bars[0]).toMatchObject({ middle: 0.5, low: expect.closeTo(0.475), text: "0.5" });
    expect(bars[0]?.marks).toHaveLength(3);
  });

  it("name rows by what they differ in", () => {
    expect(
      barsOf("fanout", "last-ms")
        .bars.slice(0, 2)
        .map(({ label }) => label),
    ).toEqual(["self 1 receiver", "self 50 receivers"]);
    expect(barsOf("handshake", "sessions-per-s").bars[1]?.label).toBe("self 1.3 p256 mutual resumed");
    expect(barsOf("churn", "p99-ms").bars[0]?.label).toBe("self ×1");
    expect(barsOf("memory", "rss-bytes").bars[0]?.label).toBe("self idle");
  });

  it("give a target the same colour everywhere", () => {
    const colours = (one: Figure): unknown =>
      (one.kind === "bars" ? one.bars : one.lines).find((x) => x.label.startsWith("frr"))?.series;
    expect(colours(figure("convergence", "curves-tcp"))).toBe(2);
    expect(colours(figure("fanout", "cpu-s"))).toBe(2);
  });

  it("of trends set off the runs from which the level is another; of comparisons hold ratios against 1", () => {
    expect(linesOf("trend", "trend-1-cpu-s").lines[0]).toMatchObject({ marked: [4] });
    expect(linesOf("trend", "trend-1-cpu-s").caption).toContain("Worse ×1.3 from run 5.");
    const { bars, reference } = barsOf("compare", "ratios");
    expect(reference).toBe(1);
    expect(bars.map(({ text }) => text)).toEqual(["×1.10 slower", "×1.01 no change"]);
  });

  it("serve scenarios that are made later", () => {
    const later = documentOf("kiln.bench.later/1", [
      { target: "self", transport: "tcp", wobbles: 3, settle_ms: summary([4, 5, 6]), list: [1] },
      { target: "bird", transport: "tcp", wobbles: 3, failed: "it died" },
    ]);
    expect(figuresOf(later).map(({ name }) => name)).toEqual(["settle-ms"]);
  });
});

describe("the report", async () => {
  const all = [...benchDocuments, ...madeOfBenchmarks];
  const report = await reportOf(...all);
  const [page, text] = [benchHtml(report), benchMarkdown(report)];

  it("has a line for every row, and every reason", () => {
    const lines = [...page.matchAll(/<tbody>([\s\S]*?)<\/tbody>/g)].map(([, body = ""]) => body.match(/<tr>/g)?.length);
    expect(lines).toEqual(all.map((document) => rowsOf(document).length));
    const reasons = all.flatMap((document) => rowsOf(document).flatMap((row) => reasonOf(row) ?? []));
    expect(new Set(reasons).size).toBeGreaterThan(2);
    for (const reason of reasons) {
      expect(page).toContain(html(reason));
      expect(text).toContain(markdown(reason));
    }
  });

  it("says what speaks against figures", () => {
    for (const said of [
      "self tcp: tester-bound",
      "bird tcp: the receiver was the bottleneck",
      "frr tcp: NOT exact",
      "12 prefixes with other attributes",
      "suspect: foreign CPU up to 31%",
      "frr: MRAI 0 s",
      "bird is the program with SHA-256 0000000000000000",
      "tester alone over tcp",
    ]) {
      expect(page).toContain(said);
      expect(text).toContain(said);
    }
    for (const fact of ["commit", "dirty", "node", "openssl", "cpu", "kernel", "governor", "seed", "command"]) {
      expect(page).toContain(`<dt>${fact}</dt>`);
    }
  });

  it("loads nothing, runs nothing, and shows text of others as text", () => {
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'\"");
    expect(page).not.toMatch(/<script|<img|<b>tag| (src|href|xlink:href)=|url\(|@import|https?:(?!\/\/www\.w3\.org\/)/);
  });

  it("has each figure in a file too, with colours of its own, and Markdown points to it", () => {
    const files = figureFiles(report);
    expect(files.size).toBe(report.parts.flatMap(({ figures }) => figures).length);
    for (const [name, svg] of files) {
      expect(text).toContain(`](figures/${name})`);
      expect(svg).not.toMatch(/var\(--|inherit|undefined|NaN/);
    }
  });

  it("labels every axis", () => {
    for (const { figures } of report.parts) {
      for (const { figure: one, svg } of figures) {
        const titles = one.kind === "bars" ? [one.axis] : [one.x.title, one.y.title];
        for (const title of titles) expect(svg).toContain(`>${title}<`);
      }
    }
  });

  it("says in what setting runs differ", async () => {
    const [first, second] = [of("convergence"), of("fanout")];
    const other = { ...second, provenance: { ...second.provenance, node: "99.0.0", commit: "a".repeat(40) } };
    const { remarks } = await reportOf(first, other);
    expect(remarks.join(" ")).toMatch(/another setting than a-run: node .* → 99\.0\.0\. The runs are of 2 commits/);
  });

  it("shows the stored runs of the README", async () => {
    const folder = fileURLToPath(new URL("../../results/baseline/", import.meta.url));
    const stored = readdirSync(folder).map((name) => loadDocument(`${folder}${name}`) as BenchDocument);
    const { parts } = await reportOf(...stored);
    expect(parts.map(({ figures }) => figures.length > 0)).toEqual(stored.map(() => true));
  });

  it("needs something to report", async () => {
    await expect(benchReport([])).rejects.toThrow(RangeError);
  });
});
