import { z } from "zod";
import type { VerdictName } from "./explain.js";

/** What `kiln verdicts --json` prints: every fault the codec and the session know. */
export interface VerdictsDocument {
  readonly schema: "kiln.verdicts/1";
  /** Path attributes, and the UPDATE that carries them. */
  readonly attributes: readonly VerdictEntry[];
  /** The other messages, OPEN's parameters and capabilities, and the routes of each family. */
  readonly others: readonly VerdictEntry[];
}

export interface VerdictEntry {
  readonly subject: string;
  readonly fault: string;
  readonly verdict: VerdictName;
  /** Whether only a part of the subject is left out. */
  readonly partial: boolean;
  readonly code: number;
  readonly subcode: number;
  readonly clause: string;
}

const octet = z.int().min(0).max(255);

const entry: z.ZodType<VerdictEntry> = z.strictObject({
  subject: z.string().min(1),
  fault: z.string().min(1),
  verdict: z.enum(["discard", "treat-as-withdraw", "afi-safi-disable", "session-reset"]),
  partial: z.boolean(),
  code: octet,
  subcode: octet,
  clause: z.string().min(1),
});

export const verdictsDocument: z.ZodType<VerdictsDocument> = z.strictObject({
  schema: z.literal("kiln.verdicts/1"),
  attributes: z.array(entry),
  others: z.array(entry),
});
