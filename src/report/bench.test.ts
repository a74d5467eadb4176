import { describe, expect, it } from "vitest";
import { type ConvergenceRow, summary } from "../results/index.js";
import { convergenceTable } from "./bench.js";
import { terminalTable } from "./table.js";

const key = { version: null, transport: "tcp", prefixes: 1000, peers: 1 } as const;
const figures = { exact: true, convergence_ms: summary([1.5]), cpu_s: summary([0.25]), peak_rss_bytes: summary([2e6]) };
const whole: ConvergenceRow = { ...key, target: "self", ...figures, intake_ms: summary([1]) };
const some: ConvergenceRow = { ...key, target: "endpoint", skipped: "no intake", partial: figures };

const shown = (...rows: ConvergenceRow[]): string => terminalTable(convergenceTable(rows)).replaceAll(/ +/g, " ");

describe("convergenceTable", () => {
  it("leaves what could not be had empty, and says why in the note", () => {
    const { columns, rows } = convergenceTable([whole, some]);
    const cell = (title: string): string => rows[1]?.[columns.findIndex((column) => column.title === title)] ?? "none";
    expect(["convergence ms", "intake ms", "CPU s", "peak RSS MB", "exact", "note"].map(cell)).toEqual([
      "1.5",
      "",
      "0.25",
      "2",
      "yes",
      "no intake",
    ]);
  });

  it("has a reason in the first figure where there are none", () => {
    expect(shown(whole, { ...key, target: "bird", transport: "tls", skipped: "no TLS" })).toMatch(
      /bird tls .* no TLS$/,
    );
  });

  it("has columns for a tunnel only where there is one", () => {
    expect(shown(whole)).not.toContain("tunnel");
    const tunnel = { tunnel_cpu_s: summary([0.5]), tunnel_peak_rss_bytes: summary([10.5e6]) };
    expect(shown(whole, { ...whole, ...tunnel, transport: "tls-stunnel" })).toMatch(
      /tls-stunnel .* 0\.25 2 0\.5 10\.5 yes/,
    );
  });
});
