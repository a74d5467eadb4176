import type { PreparedTable } from "../../src/table/prepared.js";
import type { Form } from "../tester/payload.js";
import type { Cell } from "./cells.js";
import type { Circumstances } from "./circumstances.js";
import { Lab } from "./lab.js";
import { familiesOf, type TableSource, tablesOf } from "./tables.js";

export interface OneTableSetup {
  readonly source: TableSource;
  readonly signal: AbortSignal;
  readonly circumstances?: Circumstances;
  readonly progress: (line: string) => void;
}

/** A lab with one sender and so many receivers, for the cells that can be measured, and the table that it sends in these forms. */
export const labWithOneTable = async (
  cells: readonly Cell<unknown>[],
  forms: readonly Form[],
  { source, signal, circumstances, progress }: OneTableSetup,
  receivers: number = 1,
): Promise<{ readonly lab: Lab; readonly table: PreparedTable }> => {
  progress("preparing the table");
  const tables = await tablesOf(source, 1);
  const [table] = tables;
  if (table === undefined) throw new RangeError("there is no table");
  const transports = [...new Set(cells.map(({ transport }) => transport))];
  const conditions = circumstances === undefined ? {} : { circumstances };
  const setup = { families: familiesOf(table), forms, transports, signal, receivers, ...conditions };
  return { lab: await Lab.open(tables, setup), table };
};
