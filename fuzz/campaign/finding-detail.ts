import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { FindingDetail } from "../../src/report/campaign.js";
import { targetOf } from "../targets/index.js";
import type { Target } from "../targets/target.js";
import { minimizedIn, readFinding, type Sighting } from "./finding.js";
import { Files } from "./finding-files.js";
import { fieldLines } from "./input-view.js";

/** What a report shows of a finding, as it lies in its folder by now: with the minimised input where there is one. */
export const detailOf = (
  { finding: sighted, folder, known, regression }: Sighting,
  target: Target | undefined = targetOf(sighted.target),
  root: string = process.cwd(),
): FindingDetail => {
  const finding = readFinding(folder) ?? sighted;
  const minimized = finding.minimized === null ? null : minimizedIn(folder);
  const input = minimized ?? Uint8Array.from(readFileSync(join(folder, Files.input)));
  const path = relative(root, join(folder, minimized === null ? Files.input : Files.minimized));
  const isOutside = path.startsWith("..") || path.startsWith(sep);
  // To show the fields of an input the decoder is run on it once more.
  const isSafe = finding.kind === "oracle" || finding.kind === "crash";
  return {
    finding,
    known,
    regression,
    reproduce: `kiln repro ${relative(root, folder)}`,
    file: isOutside ? null : path.split(sep).join("/"),
    input,
    view: isSafe ? fieldLines(target, input) : [],
  };
};
