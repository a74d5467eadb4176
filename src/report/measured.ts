import type { AnyDocument, Provenance } from "../results/index.js";
import { benchTable } from "./bench.js";
import { conditionLines } from "./conditions.js";
import { markdown, markdownTable } from "./table.js";

/** Where the figures of stored runs stand in a page: between these two lines. */
const BEGIN = "<!-- measured: made by `npm run measured` from results/baseline -->";
const END = "<!-- /measured -->";

/**
 * The page with the tables of these runs in their place, each with where it comes from. A test makes it again and
 * compares: no figure in the page is without a stored run. Throws RangeError for a page without the place, and for
 * documents that are no benchmark.
 */
export const withMeasured = (page: string, runs: readonly AnyDocument[]): string => {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new RangeError(`the page needs the lines ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${runs.map(section).join("\n\n")}\n\n${page.slice(end)}`;
};

const section = (run: AnyDocument): string => {
  const shown = benchTable(run);
  if (shown === null) throw new RangeError(`${run.schema} is no benchmark`);
  const conditions = conditionLines("conditions" in run ? run.conditions : undefined).map(
    (line) => `- ${markdown(line)}`,
  );
  const below = conditions.length === 0 ? "" : `\n\n${conditions.join("\n")}`;
  return `\`${run.provenance.command}\`<br>\n${origin(run.provenance)}\n\n${markdownTable(shown.table)}${below}`;
};

const origin = ({ commit, version, node, cpu, cores, started_at }: Provenance): string => {
  const code = commit === null ? version : `commit ${commit.slice(0, 10)}`;
  return markdown(`${started_at.slice(0, 10)}, ${code}, Node ${node}, ${cores} cores of ${cpu}`);
};
