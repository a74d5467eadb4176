import { z } from "zod";
import { type Provenance, provenanceSchema } from "./provenance.js";

// ---- kiln.coverage/1: what seeds and corpus reach, and what none of them ever reached

/** A module under test. Lines are those of functions; how often they ran is in the LCOV file. */
export interface CoveredModule {
  /** `src/codec/frame.ts` */
  readonly module: string;
  readonly lines: number;
  readonly lines_total: number;
  readonly functions: number;
  readonly functions_total: number;
  readonly branches: number;
  readonly branches_total: number;
  /** Lines that never ran, first and last of each stretch. */
  readonly missed: readonly (readonly [first: number, last: number])[];
}

/** A fault that a target may answer with. */
export interface CoveredFault {
  readonly id: string;
  /** The clause that decides it. */
  readonly rfc: string;
  /** Inputs whose fate it decided; 0: never reached. */
  readonly inputs: number;
  /** Targets that declare it. */
  readonly targets: readonly string[];
}

export interface CoverageDocument {
  readonly schema: "kiln.coverage/1";
  readonly provenance: Provenance;
  readonly targets: readonly {
    readonly target: string;
    readonly module: string;
    readonly inputs: number;
    /** Inputs that fail: bugs. */
    readonly failing: number;
    readonly edges: number;
    readonly edges_total: number;
  }[];
  readonly modules: readonly CoveredModule[];
  readonly faults: readonly CoveredFault[];
  /** Clauses of RFCs that decide faults: how many of them, and how many of these were reached. */
  readonly clauses: readonly { readonly rfc: string; readonly faults: number; readonly reached: number }[];
}

const count: z.ZodInt = z.int().nonnegative();
const text: z.ZodString = z.string().min(1);

export const coverageDocument: z.ZodType<CoverageDocument> = z.strictObject({
  schema: z.literal("kiln.coverage/1"),
  provenance: provenanceSchema,
  targets: z.array(
    z.strictObject({
      target: text,
      module: text,
      inputs: count,
      failing: count,
      edges: count,
      edges_total: count,
    }),
  ),
  modules: z.array(
    z.strictObject({
      module: text,
      lines: count,
      lines_total: count,
      functions: count,
      functions_total: count,
      branches: count,
      branches_total: count,
      missed: z.array(z.tuple([z.int().positive(), z.int().positive()])),
    }),
  ),
  faults: z.array(z.strictObject({ id: text, rfc: text, inputs: count, targets: z.array(text) })),
  clauses: z.array(z.strictObject({ rfc: text, faults: count, reached: count })),
});
