import type { FuzzStatus, FuzzTargetStatus } from "../results/index.js";
import { plain } from "./table.js";
import { duration, figure, whole } from "./units.js";

/** Of the terminal, in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

/**
 * How a campaign stands, for a terminal: a heading, the targets of which there is most to say, as many as fit, and the
 * totals. No line is wider than the screen, and there is always one line less than it has, for the cursor.
 */
export const screenLines = (status: FuzzStatus, { columns, rows, colour }: ScreenSize): string[] => {
  const shown = COLUMNS.filter(({ from }) => columns >= from);
  const fixed = shown.reduce((sum, { width }) => sum + width + GAP, 0);
  const longest = Math.max(6, ...status.rows.map(({ target }) => [...target].length));
  const nameWidth = Math.max(8, Math.min(longest, columns - fixed));
  const line = (name: string, cells: readonly string[]): string =>
    fitted(
      [fitted(name, nameWidth).padEnd(nameWidth), ...cells.map((cell, i) => cell.padStart(shown[i]?.width ?? 0))].join(
        " ".repeat(GAP),
      ),
      columns,
    );
  const room = Math.max(0, rows - FRAME_LINES);
  const ranked = [...status.rows].sort((a, b) => interest(b, status) - interest(a, status));
  const listed = ranked.length <= room ? ranked : ranked.slice(0, Math.max(0, room - 1));
  const left = ranked.length - listed.length;
  const paint = painter(colour);
  return [
    paint.bold(fitted(heading(status), columns)),
    paint.dim(
      line(
        "target",
        shown.map(({ title }) => title),
      ),
    ),
    ...listed.map((row) => {
      const text = line(
        plain(row.target),
        shown.map(({ cell }) => cell(row, status)),
      );
      if (row.findings > 0 || row.state === "failed") return paint.red(text);
      return row.state === "running" ? text : paint.dim(text);
    }),
    ...(left > 0 && room > 0 ? [paint.dim(fitted(`and ${whole(left)} more`, columns))] : []),
    paint.bold(
      line(
        "all",
        shown.map(({ total }) => total(status)),
      ),
    ),
  ].slice(0, Math.max(1, rows - 1));
};

const GAP = 2;
/** Heading, titles, totals, and where the cursor stands. */
const FRAME_LINES = 4;

interface ScreenColumn {
  readonly title: string;
  readonly width: number;
  /** Columns that the terminal must have for it. */
  readonly from: number;
  cell(row: FuzzTargetStatus, status: FuzzStatus): string;
  total(status: FuzzStatus): string;
}

const COLUMNS: readonly ScreenColumn[] = [
  { title: "state", width: 7, from: 95, cell: ({ state }) => state, total: ({ ended_by }) => ended_by ?? "" },
  {
    title: "runs",
    width: 7,
    from: 80,
    cell: ({ executions, state }) => (state === "waiting" ? "" : brief(executions)),
    total: ({ totals }) => brief(totals.executions),
  },
  {
    title: "runs/s",
    width: 7,
    from: 0,
    cell: ({ exec_per_s, state }) => (state === "waiting" ? "" : brief(exec_per_s)),
    total: ({ totals }) => brief(totals.exec_per_s),
  },
  {
    title: "edges",
    width: 6,
    from: 0,
    cell: ({ edges }) => counted(edges),
    total: ({ totals }) => whole(totals.edges),
  },
  {
    title: "of",
    width: 7,
    from: 110,
    cell: ({ edges_total }) => counted(edges_total),
    total: () => "",
  },
  {
    title: "corpus",
    width: 7,
    from: 68,
    cell: ({ corpus }) => counted(corpus),
    total: ({ totals }) => whole(totals.corpus),
  },
  {
    title: "found",
    width: 5,
    from: 0,
    cell: ({ findings }) => (findings === 0 ? "" : whole(findings)),
    total: ({ totals }) => whole(totals.findings),
  },
  {
    title: "last new",
    width: 8,
    from: 0,
    cell: ({ last_new_s }, { elapsed_s }) => ago(last_new_s, elapsed_s),
    total: ({ totals, elapsed_s }) => ago(totals.last_new_s, elapsed_s),
  },
];

const heading = ({ rows, elapsed_s, budget_s, ended_by }: FuzzStatus): string => {
  const running = rows.filter(({ state }) => state === "running").length;
  const waiting = rows.filter(({ state }) => state === "waiting").length;
  const engines = [...new Set(rows.map(({ engine }) => engine))].join(", ");
  return [
    `${engines}: ${duration(elapsed_s * 1000)}${budget_s === null ? "" : ` of ${duration(budget_s * 1000)}`}`,
    `${whole(rows.length)} targets`,
    `${running} running`,
    ...(waiting === 0 || ended_by !== null ? [] : [`${waiting} to come`]),
  ].join(", ");
};

/** What runs stands above what has found something, that above what has found something new lately. */
const interest = ({ state, findings, last_new_s }: FuzzTargetStatus, { elapsed_s }: FuzzStatus): number =>
  (state === "running" ? 4 : 0) +
  (findings > 0 || state === "failed" ? 2 : 0) +
  (last_new_s === null ? 0 : (last_new_s + 1) / (elapsed_s + 1));

/** 980, 12.3k, 4.56M */
const brief = (value: number): string => {
  if (value < 1000) return whole(value);
  if (value < 999_500) return `${figure(value / 1e3)}k`;
  return value < 999_500_000 ? `${figure(value / 1e6)}M` : `${figure(value / 1e9)}G`;
};

const counted = (value: number | null): string => (value === null ? "" : whole(value));

const ago = (then: number | null, now: number): string => {
  if (then === null) return "";
  const seconds = Math.max(0, now - then);
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
};

const fitted = (text: string, width: number): string => {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
};

const painter = (colour: boolean): Record<"bold" | "dim" | "red", (text: string) => string> => {
  const code =
    (on: number, off: number) =>
    (text: string): string =>
      colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: code(1, 22), dim: code(2, 22), red: code(31, 39) };
};
