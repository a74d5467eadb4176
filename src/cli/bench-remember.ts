import { dirname } from "node:path";
import { type AnyDocument, appendHistory, ResultsError, type Run } from "../results/index.js";
import { log } from "./output.js";

/** Adds the rows of a run to the history. The run stands by then: a history that can't be written is no reason to fail. */
export const remember = (run: Run, document: AnyDocument): void => {
  try {
    appendHistory(dirname(run.dir), run, document);
  } catch (error) {
    if (!(error instanceof ResultsError)) throw error;
    log(`kiln: the history was not added to: ${error.message}`);
  }
};
