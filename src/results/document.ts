import { z } from "zod";
import { type Conditions, conditionsSchema } from "./conditions.js";
import { type Provenance, provenanceSchema } from "./provenance.js";

/** What every result document has. `schema` names its form and version: a change that breaks readers takes a new number. */
export interface ResultDocument<Schema extends string = string, Row = unknown> {
  readonly schema: Schema;
  readonly provenance: Provenance;
  /** Of benchmarks: what holds for all rows. */
  readonly conditions?: Conditions;
  readonly rows: readonly Row[];
}

/** It does not apply here, or its means are missing: `no TLS`, `bird is not installed (apt-get install bird2)`. */
export interface Skipped<Figures = object> {
  readonly skipped: string;
  /** It was measured, but only these figures could be had; `skipped` says why not the others. */
  readonly partial?: Partial<Figures>;
}

/** It was tried and went wrong; the text says how. */
export interface Failed {
  readonly failed: string;
}

/** What was to be measured (`Key`) with all of its figures, or with the reason why there are none: nothing is left out in silence. */
export type Row<Key, Figures> = (Key & Figures) | (Key & Skipped<Figures>) | (Key & Failed);

export const documentOf = <Schema extends string, Row>(
  schema: Schema,
  row: z.ZodType<Row>,
): z.ZodType<ResultDocument<Schema, Row>> =>
  z.strictObject({
    schema: z.literal(schema),
    provenance: provenanceSchema,
    conditions: conditionsSchema.exactOptional(),
    rows: z.array(row),
  });

const reason = z.string().min(1);

/** The key with the figures, or the key with one reason, and then perhaps with some of the figures. */
export const rowOf = <Key extends z.ZodRawShape, Figures extends z.ZodRawShape>(
  key: Key,
  figures: Figures,
): z.ZodUnion<
  readonly [
    z.ZodObject<Key & Figures, z.core.$strict>,
    z.ZodObject<Key & { skipped: z.ZodString; partial: z.ZodExactOptional<SomeOf<Figures>> }, z.core.$strict>,
    z.ZodObject<Key & { failed: z.ZodString }, z.core.$strict>,
  ]
> =>
  z.union([
    z.strictObject({ ...key, ...figures }),
    z.strictObject({ ...key, skipped: reason, partial: someOf(figures).exactOptional() }),
    z.strictObject({ ...key, failed: reason }),
  ]);

type SomeOf<Shape extends z.ZodRawShape> = z.ZodObject<
  { [Name in keyof Shape]: z.ZodExactOptional<Shape[Name]> },
  z.core.$strict
>;

/** Zod's own `partial` lets `undefined` in, which JSON has not. */
const someOf = <Shape extends z.ZodRawShape>(shape: Shape): SomeOf<Shape> =>
  z.strictObject(
    Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, z.exactOptional(schema)])),
  ) as SomeOf<Shape>;

/** Whether a row has all of its figures. */
export const isMeasured = <R extends object>(row: R): row is Measured<R> => !("skipped" in row || "failed" in row);

/** Figures of a row that has all or some of them; null for one that has none. */
export const figuresOf = <R extends object>(row: R): Partial<Measured<R>> | null => {
  if (isMeasured(row)) return row;
  return "partial" in row ? { ...row, ...(row.partial as object) } : null;
};

export type Measured<R> = Exclude<R, Skipped | Failed>;

/** Why a row has no figures, or not all, as a table shows it; null when it has them. */
export const reasonOf = (row: object): string | null => {
  if ("skipped" in row) return String(row.skipped);
  if ("failed" in row) return `failed: ${String(row.failed)}`;
  return null;
};
