import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CampaignReport, campaignMarkdown, fuzzHtml, fuzzJunit, fuzzSarif } from "../report/index.js";
import type { FuzzStatus } from "../results/index.js";

/** `report.md`, `report.html`, `findings.sarif` and `junit.xml` in a folder. Gives the path of the first. */
export const writeReports = async (folder: string, report: CampaignReport): Promise<string> => {
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, "report.html"), await fuzzHtml(report));
  writeWhole(join(folder, "findings.sarif"), fuzzSarif(report));
  writeWhole(join(folder, "junit.xml"), fuzzJunit(report));
  const path = join(folder, "report.md");
  writeWhole(path, campaignMarkdown(report));
  return path;
};

const STATUS_MS = 1_000;

/** Keeps `status.json` up to date: once a second, and at the end. */
export const statusFile = (path: string): ((status: FuzzStatus) => void) => {
  mkdirSync(dirname(path), { recursive: true });
  let written = Number.NEGATIVE_INFINITY;
  return (status) => {
    const now = performance.now();
    if (status.ended_by === null && now - written < STATUS_MS) return;
    written = now;
    writeWhole(path, `${JSON.stringify(status, null, 2)}\n`);
  };
};

/** A reader never sees half of it. */
export const writeWhole = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.unfinished`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
};
