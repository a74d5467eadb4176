import { z } from "zod";
import type { ConvergenceKey } from "./bench.js";
import { type ActedFigures, actedFigures } from "./bench-acted.js";
import { tableKey } from "./bench-key.js";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";

/**
 * `all`: the only peer withdraws its table. `one`: of several peers with the same prefixes the best one withdraws its.
 * `down`: the session of the best one, or of the only one, ends with a Cease.
 */
export const withdrawModes = ["all", "one", "down"] as const;
export type WithdrawMode = (typeof withdrawModes)[number];

export interface WithdrawKey extends ConvergenceKey {
  readonly mode: WithdrawMode;
}

export type WithdrawRow = Row<WithdrawKey, ActedFigures>;
export type WithdrawDocument = ResultDocument<"kiln.bench.withdraw/1", WithdrawRow>;

const row: z.ZodType<WithdrawRow> = rowOf({ ...tableKey, mode: z.enum(withdrawModes) }, actedFigures);

export const withdrawDocument: z.ZodType<WithdrawDocument> = documentOf("kiln.bench.withdraw/1", row);
