/** A table of text, ready for any of the ways to show it. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

export interface Column {
  readonly title: string;
  /** Numbers stand to the right, so that their digits line up. */
  readonly align: "left" | "right";
}

/** What to show of a `Row`: one column each. */
export interface Shown<Row> extends Column {
  cell(row: Row): string;
}

/** Columns in which no row has anything to say are left out. */
export const tableOf = <Row>(rows: readonly Row[], columns: readonly Shown<Row>[]): Table => {
  const said = columns.filter(({ cell }) => rows.length === 0 || rows.some((row) => cell(row) !== ""));
  return {
    columns: said.map(({ title, align }) => ({ title, align })),
    rows: rows.map((row) => said.map(({ cell }) => cell(row))),
  };
};

export const left = <Row>(title: string, cell: (row: Row) => string): Shown<Row> => ({ title, align: "left", cell });
export const right = <Row>(title: string, cell: (row: Row) => string): Shown<Row> => ({ title, align: "right", cell });

/** Lines for a terminal, columns two spaces apart, no line break at the end. */
export const terminalTable = ({ columns, rows }: Table): string => {
  const cells = [columns.map(({ title }) => title), ...rows].map((row) => row.map(plain));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => width(row[i] ?? ""))));
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, i) => padded(row[i] ?? "", widths[i] ?? 0, align))
      .join("  ")
      .trimEnd();
  const [head, ...body] = cells.map(line);
  return [head, widths.map((size) => "-".repeat(size)).join("  "), ...body].join("\n");
};

/** A GitHub-flavoured Markdown table, no line break at the end. */
export const markdownTable = ({ columns, rows }: Table): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(({ title }) => markdown(title))),
    line(columns.map(({ align }) => (align === "right" ? "---:" : "---"))),
    ...rows.map((row) => line(row.map(markdown))),
  ].join("\n");
};

/** Text that others wrote (a daemon's version, a file's name), without what would steer a terminal or break the line. */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about.
  text.replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, " ");

/** The same for Markdown: shown as it is, with nothing in it that Markdown would read as markup. */
export const markdown = (text: string): string => plain(text).replace(/[\\|<>*_`[\]#]/g, "\\$&");

const width = (text: string): number => [...text].length;

const padded = (text: string, size: number, align: Column["align"]): string => {
  const gap = " ".repeat(Math.max(0, size - width(text)));
  return align === "right" ? gap + text : text + gap;
};
