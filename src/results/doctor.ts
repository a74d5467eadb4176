import { z } from "zod";
import { documentOf, type ResultDocument } from "./document.js";

/** `ok`; `lacking`: something works without it; `needed`: the main jobs don't; `unknown`: it could not be found out. */
export const checkStates = ["ok", "lacking", "needed", "unknown"] as const;
export const checkGroups = ["machine", "kernel", "TLS", "targets", "tools"] as const;

/** One thing that `kiln doctor` looked at. */
export interface Check {
  /** As `Node`, `bird`, `X25519MLKEM768`. */
  readonly name: string;
  readonly group: (typeof checkGroups)[number];
  readonly state: (typeof checkStates)[number];
  /** What was found, or what is missing. */
  readonly found: string;
  /** What does not work without it; null when it is there. */
  readonly costs: string | null;
  /** How to get it; null when it is there, or when there is no way that could be told. */
  readonly get: string | null;
}

export type DoctorDocument = ResultDocument<"kiln.doctor/1", Check>;

const text = z.string().min(1);

const check: z.ZodType<Check> = z.strictObject({
  name: text,
  group: z.enum(checkGroups),
  state: z.enum(checkStates),
  found: text,
  costs: text.nullable(),
  get: text.nullable(),
});

export const doctorDocument: z.ZodType<DoctorDocument> = documentOf("kiln.doctor/1", check);
