import type { PreparedTable } from "../../src/table/prepared.js";
import type { Form } from "../tester/payload.js";
import type { Cell } from "./cells.js";
import type { Circumstances } from "./circumstances.js";
import { Lab } from "./lab.js";
import { familiesOf, type TableSource, tablesOf } from "./tables.js";

export interface TablesSetup {
  readonly source: TableSource;
  readonly signal: AbortSignal;
  readonly circumstances?: Circumstances;
  readonly progress: (line: string) => void;
  /** Senders, each with a table of its own; one when absent. */
  readonly peers?: number;
}

/** A lab for the cells that can be measured, with a sender for each table and so many receivers; the tables that are sent in these forms. */
export const labWithTables = async (
  cells: readonly Cell<unknown>[],
  forms: readonly Form[],
  { source, signal, circumstances, progress, peers = 1 }: TablesSetup,
  receivers: number = 1,
): Promise<{ readonly lab: Lab; readonly tables: readonly PreparedTable[] }> => {
  progress(`preparing ${peers === 1 ? "the table" : `${peers} tables`}`);
  const tables = await tablesOf(source, peers);
  const [first] = tables;
  if (first === undefined) throw new RangeError("there is no table");
  const transports = [...new Set(cells.map(({ transport }) => transport))];
  const conditions = circumstances === undefined ? {} : { circumstances };
  const setup = { families: familiesOf(first), forms, transports, signal, receivers, ...conditions };
  return { lab: await Lab.open(tables, setup), tables };
};

/** The same with one sender, and its table. */
export const labWithOneTable = async (
  cells: readonly Cell<unknown>[],
  forms: readonly Form[],
  setup: Omit<TablesSetup, "peers">,
): Promise<{ readonly lab: Lab; readonly table: PreparedTable }> => {
  const { lab, tables } = await labWithTables(cells, forms, { ...setup, peers: 1 });
  const [table] = tables;
  if (table === undefined) throw new RangeError("there is no table");
  return { lab, table };
};
