import {
  type CompareDocument,
  listRuns,
  loadRun,
  type Provenance,
  provenance,
  ResultsError,
} from "../../src/results/index.js";

export type EarlierNoise = (scenario: string, what: string, figure: string) => readonly number[] | null;

/** What the newest comparison of a build with itself on this machine, in this Node, showed: `kiln compare --aa`. */
export const earlierNoise = (root: string): EarlierNoise => {
  const here = provenance();
  const documents = sameBuildDocuments(root).filter((one) => isSameMachine(one.provenance, here));
  return (scenario, what, figure) => {
    for (const { pairs } of documents) {
      const logRatios = pairs
        .filter((pair) => pair.scenario === scenario && pair.what === what && !pair.replaced)
        .map(({ a, b }) => Math.log((b[figure] ?? Number.NaN) / (a[figure] ?? Number.NaN)))
        .filter(Number.isFinite);
      if (logRatios.length > 0) return logRatios;
    }
    return null;
  };
};

/** The newest first. What can't be read is no reason not to compare. */
const sameBuildDocuments = (root: string): CompareDocument[] =>
  listRuns(root)
    .filter(({ kind }) => kind === "compare")
    .reverse()
    .flatMap((run) => {
      try {
        return loadRun(run).filter((one) => one.schema === "kiln.compare/1");
      } catch (error) {
        if (error instanceof ResultsError) return [];
        throw error;
      }
    })
    .filter(({ mode }) => mode === "same");

const isSameMachine = (a: Provenance, b: Provenance): boolean =>
  (["cpu", "cores", "kernel", "governor", "node"] as const).every((field) => a[field] === b[field]);
