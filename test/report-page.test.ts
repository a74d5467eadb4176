import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchDocuments, madeOfBenchmarks } from "../src/report/bench-documents.arb.js";
import { benchHtml, benchReport } from "../src/report/index.js";

const chromium = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);
const missing = chromium === undefined ? " (SKIPPED: needs chromium: apt-get install chromium)" : "";

/** What a browser makes of the page at some width. */
interface Laid {
  readonly width: number;
  /** What the page would take if it could: more than `width` means that it scrolls to the side. */
  readonly needs: number;
  readonly figures: number;
  readonly texts: number;
  readonly smallest: number;
  readonly overlapping: readonly string[];
  readonly outside: readonly string[];
  readonly loaded: readonly string[];
}

/** Runs beside the page, in the document that embeds it: the page itself has no script. */
const LOOK = `
const frame = document.querySelector("iframe");
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement, view = frame.contentWindow;
  const figures = [...page.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width > 0);
  const overlapping = [], outside = [];
  let texts = 0, smallest = Infinity;
  for (const svg of figures) {
    const frameBox = svg.getBoundingClientRect();
    const scale = frameBox.width / svg.viewBox.baseVal.width;
    const boxes = [...svg.querySelectorAll("text")].map((text) => ({ text, box: text.getBoundingClientRect() }))
      .filter(({ text, box }) => box.width > 0 && view.getComputedStyle(text).opacity !== "0" && text.getAttribute("opacity") !== "0");
    texts += boxes.length;
    boxes.forEach(({ text, box }, i) => {
      smallest = Math.min(smallest, parseFloat(view.getComputedStyle(text).fontSize) * scale);
      if (box.left < frameBox.left - 2 || box.right > frameBox.right + 2 || frameBox.right > root.clientWidth) outside.push(text.textContent);
      for (const other of boxes.slice(i + 1)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        // Boxes are as high as the font allows letters to be: neighbouring lines may touch.
        if (across > 1 && down > 3) overlapping.push(text.textContent + " | " + other.text.textContent);
      }
    });
  }
  const loaded = view.performance.getEntriesByType("resource").map(({ name }) => name);
  const laid = { width: root.clientWidth, needs: root.scrollWidth, figures: figures.length, texts, smallest, overlapping, outside, loaded };
  document.querySelector("pre").textContent = JSON.stringify(laid);
};
`;

/** In a frame: a window of Chromium's is never narrower than 500 px. */
const laidOut = (folder: string, width: number, page = "report.html"): Laid => {
  const look = join(folder, `look-${width}.html`);
  writeFileSync(
    look,
    `<!doctype html><body style="margin:0"><pre></pre><iframe style="border:0;width:${width}px;height:3000px"></iframe>
<script>${LOOK}frame.src = "${page}";</script>`,
  );
  const { stdout, stderr } = spawnSync(
    chromium ?? "",
    [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      // No name resolves, and whatever would connect is sent where nobody listens.
      ...["--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9"],
      // The document around it may look into the page, which is a file too.
      "--allow-file-access-from-files",
      ...[`--user-data-dir=${join(folder, `profile-${width}`)}`, "--virtual-time-budget=20000"],
      ...["--window-size=1600,1000", "--dump-dom", `file://${look}`],
    ],
    { encoding: "utf8", timeout: 100_000, maxBuffer: 1 << 26 },
  );
  const [, json = ""] = /<pre>(.+?)<\/pre>/s.exec(stdout) ?? [];
  if (json === "") throw new Error(`chromium says nothing of the page: ${stderr.slice(-500)}`);
  return JSON.parse(json.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")) as Laid;
};

describe.skipIf(chromium === undefined)(`the report's page in Chromium without a network${missing}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-report-"));
  beforeAll(async () => {
    const sources = [...benchDocuments, ...madeOfBenchmarks].map((document) => ({ run: "a-run", document }));
    writeFileSync(join(folder, "report.html"), benchHtml(await benchReport(sources)));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

  for (const width of [1400, 400]) {
    it(`fits ${width} px: nothing beyond the edge, no words of figures over others, all of them readable`, {
      timeout: 120_000,
    }, () => {
      const laid = laidOut(folder, width);
      expect(laid.width).toBe(width);
      expect(laid.needs).toBeLessThanOrEqual(width);
      expect(laid.figures).toBeGreaterThan(40);
      expect(laid.texts).toBeGreaterThan(500);
      expect(laid.overlapping).toEqual([]);
      expect(laid.outside).toEqual([]);
      expect(laid.smallest).toBeGreaterThan(9);
      expect(laid.loaded).toEqual([]);
    });
  }

  it("would be found out if it did not", { timeout: 120_000 }, () => {
    const bad = `<svg width="700" height="20" viewBox="0 0 700 20"><text x="5" y="15">one</text><text x="9" y="15">two</text></svg>`;
    writeFileSync(join(folder, "bad.html"), `<!doctype html><body>${bad}</body>`);
    const laid = laidOut(folder, 400, "bad.html");
    expect(laid.overlapping).toEqual(["one | two"]);
    expect(laid.outside).toEqual(["one", "two"]);
    expect(laid.needs).toBeGreaterThan(400);
  });
});
