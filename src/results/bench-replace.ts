import { z } from "zod";
import type { ConvergenceKey } from "./bench.js";
import { type ActedFigures, actedFigures } from "./bench-acted.js";
import { tableKey } from "./bench-key.js";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";

/**
 * `attributes`: the only peer announces its table with other attributes. `better`: one more peer announces a better path
 * for every prefix. `back`: it takes them back.
 */
export const replaceModes = ["attributes", "better", "back"] as const;
export type ReplaceMode = (typeof replaceModes)[number];

export interface ReplaceKey extends ConvergenceKey {
  readonly mode: ReplaceMode;
}

export type ReplaceRow = Row<ReplaceKey, ActedFigures>;
export type ReplaceDocument = ResultDocument<"kiln.bench.replace/1", ReplaceRow>;

const row: z.ZodType<ReplaceRow> = rowOf({ ...tableKey, mode: z.enum(replaceModes) }, actedFigures);

export const replaceDocument: z.ZodType<ReplaceDocument> = documentOf("kiln.bench.replace/1", row);
