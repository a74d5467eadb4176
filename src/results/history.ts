import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { fieldOf, figureOf, judgedFigures, keyOf, spreadOf, whatOf } from "./comparison.js";
import { isMeasured } from "./document.js";
import type { AnyDocument } from "./documents.js";
import type { Provenance } from "./provenance.js";
import type { Spread } from "./statistics.js";
import { orExplain, type Run } from "./store.js";

/** One line of `history.ndjson`: a row of a benchmark, without its samples, which stay in the run's own document. */
export interface HistoryEntry {
  readonly schema: "kiln.history/1";
  readonly run: string;
  /** Of the document that the row is from, as `kiln.bench.convergence/1`. */
  readonly document: string;
  /** UTC, ISO 8601. */
  readonly started_at: string;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  /** What the target reported of itself. */
  readonly version: string | null;
  /** SHA-256 of all of the document's provenance, and of the part that says which machine and runtime it was. */
  readonly provenance: string;
  readonly machine: string;
  /** What was measured, for people, and in its parts. */
  readonly what: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly figures: Readonly<Record<string, Spread & { readonly n: number }>>;
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const entry: z.ZodType<HistoryEntry> = z.strictObject({
  schema: z.literal("kiln.history/1"),
  run: z.string().min(1),
  document: z.string().min(1),
  started_at: z.iso.datetime(),
  commit: z.string().nullable(),
  dirty: z.boolean().nullable(),
  version: z.string().nullable(),
  provenance: digest,
  machine: digest,
  what: z.string(),
  key: z.record(z.string(), z.unknown()),
  figures: z.record(
    z.string(),
    z.strictObject({ median: z.number(), min: z.number(), max: z.number(), n: z.int().nonnegative() }),
  ),
});

export const historyFile = (root: string): string => join(root, "history.ndjson");

/** The rows of a document that have figures, as the history keeps them. */
export const historyEntries = (run: string, document: AnyDocument): HistoryEntry[] => {
  const { schema, provenance, rows } = document;
  const figures = Object.keys(judgedFigures(schema));
  return figures.length === 0
    ? []
    : (rows as readonly object[]).filter(isMeasured).map((row) => ({
        schema: "kiln.history/1",
        run,
        document: schema,
        started_at: provenance.started_at,
        commit: provenance.commit,
        dirty: provenance.dirty,
        version: textOrNull(fieldOf(row, "version")),
        provenance: digestOf(provenance),
        machine: digestOf(machineOf(provenance)),
        what: whatOf(schema, row),
        key: Object.fromEntries(
          keyOf(schema)
            .filter((field) => fieldOf(row, field) !== undefined)
            .map((field) => [field, fieldOf(row, field)]),
        ),
        figures: Object.fromEntries(
          figures.flatMap((figure) => {
            const value = figureOf(row, figure);
            const spread = spreadOf(value);
            return spread === null ? [] : [[figure, { ...spread, n: countOf(value, row) }]];
          }),
        ),
      }));
};

/**
 * Adds a document's rows to the history of a results root. One write to the end of the file, so that two commands that end
 * together don't mix their lines; what an earlier one left unfinished gets its line break first, and is skipped by readers.
 */
export const appendHistory = (root: string, run: Run, document: AnyDocument): void => {
  const lines = historyEntries(run.id, document).map((one) => `${JSON.stringify(one)}\n`);
  if (lines.length === 0) return;
  const path = historyFile(root);
  orExplain(path, () => {
    const file = openSync(path, "a+");
    try {
      writeSync(file, (endsTorn(file) ? "\n" : "") + lines.join(""));
    } finally {
      closeSync(file);
    }
  });
};

export interface History {
  readonly entries: readonly HistoryEntry[];
  /** Lines that could not be read: torn by a crash, damaged, or of a version that this one does not know. */
  readonly unreadable: number;
}

/** Everything that can be read of it, in the order it was written; empty where there is no history. */
export const readHistory = (root: string): History => {
  const path = historyFile(root);
  if (!existsSync(path)) return { entries: [], unreadable: 0 };
  const lines = orExplain(path, () => readFileSync(path, "utf8"))
    .split("\n")
    .filter((line) => line.trim() !== "");
  const entries = lines.flatMap((line) => parsed(line) ?? []);
  return { entries, unreadable: lines.length - entries.length };
};

const parsed = (line: string): HistoryEntry | null => {
  try {
    const read = entry.safeParse(JSON.parse(line));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
};

const endsTorn = (file: number): boolean => {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last.toString() !== "\n";
};

const machineOf = ({ platform, kernel, cpu, cores, memory_bytes, governor, node }: Provenance): object => ({
  platform,
  kernel,
  cpu,
  cores,
  memory_bytes,
  governor,
  node,
});

/** Independent of the order in which fields were set. */
const digestOf = (facts: object): string => {
  const sorted = Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
};

/** Samples behind a figure: a micro case counts them in its row. */
const countOf = (figure: unknown, row: object): number => {
  const { samples } = (figure ?? {}) as { readonly samples?: readonly number[] };
  const counted = fieldOf(row, "samples");
  return samples?.length ?? (typeof counted === "number" ? counted : 0);
};

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
