import { z } from "zod";
import {
  type ConvergenceDocument,
  convergenceDocument,
  type MicroDocument,
  microDocument,
  type SoakDocument,
  soakDocument,
  type UpdateDocument,
  updateDocument,
} from "./bench.js";
import { type ChurnDocument, churnDocument } from "./bench-churn.js";
import { type FanoutDocument, fanoutDocument } from "./bench-fanout.js";
import {
  type HandshakeDocument,
  type HandshakeDocument1,
  handshakeDocument,
  handshakeDocument1,
} from "./bench-handshake.js";
import { type MemoryDocument, memoryDocument } from "./bench-memory.js";
import { type ReplaceDocument, replaceDocument } from "./bench-replace.js";
import { type ResetDocument, resetDocument } from "./bench-reset.js";
import { type WithdrawDocument, withdrawDocument } from "./bench-withdraw.js";
import { type CanaryDocument, canaryDocument } from "./canaries.js";
import { type CompareDocument, compareDocument } from "./compare.js";
import { type DoctorDocument, doctorDocument } from "./doctor.js";
import {
  type FuzzDocument,
  type FuzzDocument1,
  type FuzzStatus,
  fuzzDocument,
  fuzzDocument1,
  fuzzStatus,
} from "./fuzz.js";
import { type SpeedDocument, speedDocument } from "./fuzz-speed.js";
import { type NightlyDocument, nightlyDocument } from "./nightly.js";
import { type ReportDocument, reportDocument } from "./report.js";
import { ResultsError } from "./results-error.js";
import { type TrendDocument, trendDocument } from "./trend.js";

/** Every JSON document that Kiln prints with `--json` or keeps under `results/`, by its schema's name. */
export interface Documents {
  readonly "kiln.bench.churn/1": ChurnDocument;
  readonly "kiln.bench.convergence/1": ConvergenceDocument;
  readonly "kiln.bench.fanout/1": FanoutDocument;
  readonly "kiln.bench.handshake/1": HandshakeDocument1;
  readonly "kiln.bench.handshake/2": HandshakeDocument;
  readonly "kiln.bench.memory/1": MemoryDocument;
  readonly "kiln.bench.micro/1": MicroDocument;
  readonly "kiln.bench.replace/1": ReplaceDocument;
  readonly "kiln.bench.reset/1": ResetDocument;
  readonly "kiln.bench.soak/1": SoakDocument;
  readonly "kiln.bench.update/1": UpdateDocument;
  readonly "kiln.compare/1": CompareDocument;
  readonly "kiln.bench.withdraw/1": WithdrawDocument;
  readonly "kiln.doctor/1": DoctorDocument;
  readonly "kiln.fuzz.canaries/1": CanaryDocument;
  readonly "kiln.fuzz.run/1": FuzzDocument1;
  readonly "kiln.fuzz.run/2": FuzzDocument;
  readonly "kiln.fuzz.speed/1": SpeedDocument;
  readonly "kiln.fuzz.status/1": FuzzStatus;
  readonly "kiln.nightly/1": NightlyDocument;
  readonly "kiln.report/1": ReportDocument;
  readonly "kiln.trend/1": TrendDocument;
}

export type SchemaName = keyof Documents;
export type AnyDocument = Documents[SchemaName];

export const documents: { readonly [Name in SchemaName]: z.ZodType<Documents[Name]> } = {
  "kiln.bench.churn/1": churnDocument,
  "kiln.bench.convergence/1": convergenceDocument,
  "kiln.bench.fanout/1": fanoutDocument,
  "kiln.bench.handshake/1": handshakeDocument1,
  "kiln.bench.handshake/2": handshakeDocument,
  "kiln.bench.memory/1": memoryDocument,
  "kiln.bench.micro/1": microDocument,
  "kiln.bench.replace/1": replaceDocument,
  "kiln.bench.reset/1": resetDocument,
  "kiln.bench.soak/1": soakDocument,
  "kiln.bench.update/1": updateDocument,
  "kiln.compare/1": compareDocument,
  "kiln.bench.withdraw/1": withdrawDocument,
  "kiln.doctor/1": doctorDocument,
  "kiln.fuzz.canaries/1": canaryDocument,
  "kiln.fuzz.run/1": fuzzDocument1,
  "kiln.fuzz.run/2": fuzzDocument,
  "kiln.fuzz.speed/1": speedDocument,
  "kiln.fuzz.status/1": fuzzStatus,
  "kiln.nightly/1": nightlyDocument,
  "kiln.report/1": reportDocument,
  "kiln.trend/1": trendDocument,
};

/** A checked document of any schema. `origin` names it in the error (ResultsError) for one that is old, foreign or damaged. */
export const parseDocument = (json: unknown, origin: string): AnyDocument => {
  const named = z.object({ schema: z.string() }).safeParse(json);
  if (!named.success) throw new ResultsError(`${origin} is no result of Kiln's: it has no "schema"`);
  const { schema } = named.data;
  if (!isSchemaName(schema)) {
    throw new ResultsError(
      `${origin} has the schema "${schema}", which this version does not read (it reads ${Object.keys(documents).join(", ")})`,
    );
  }
  const parsed = documents[schema].safeParse(json);
  if (!parsed.success) throw new ResultsError(`${origin} is not what ${schema} says: ${firstIssue(parsed.error)}`);
  return parsed.data;
};

const isSchemaName = (text: string): text is SchemaName => Object.hasOwn(documents, text);

/** The first thing that is wrong, in one line: of a union, what its first alternative says. */
const firstIssue = (error: z.ZodError): string => {
  let issue = error.issues[0];
  const path: PropertyKey[] = [...(issue?.path ?? [])];
  while (issue?.code === "invalid_union") {
    issue = issue.errors[0]?.[0];
    path.push(...(issue?.path ?? []));
  }
  return `${path.map(String).join(".") || "the document"}: ${issue?.message ?? "invalid"}`;
};
