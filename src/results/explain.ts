import { z } from "zod";

/** What `kiln explain --json` prints. Offsets count from a message's first octet; spans are [start, end). */
export interface ExplainDocument {
  readonly schema: "kiln.explain/1";
  /** The file, `standard input`, or `command line`. */
  readonly source: string;
  readonly messages: readonly ExplainedMessage[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
  /** Why the input could not be read to its end; null when it was. */
  readonly trouble: string | null;
}

export interface ExplainedMessage {
  /** `UPDATE`. */
  readonly name: string;
  /** Address and port of the sender and the receiver, in a capture. */
  readonly from: string | null;
  readonly to: string | null;
  /** The packet in which the message begins, counted from 1; null outside of a capture. */
  readonly packet: number | null;
  readonly octets: string;
  /** Octets that its length promises and the input does not have: nothing but the header is judged. */
  readonly missing: number;
  /** In which session it was read, and whether that was agreed on in OPENs of the capture. */
  readonly session: {
    readonly agreed: boolean;
    readonly asnSize: 2 | 4;
    readonly external: boolean;
    readonly addPath: readonly string[];
  };
  readonly fields: readonly ExplainedField[];
  readonly faults: readonly ExplainedFault[];
  /** The strongest of the faults' verdicts (RFC 7606 §3 (h)); null without faults. */
  readonly verdict: VerdictName | null;
  /** What is sent to the peer when the session is reset. */
  readonly notification: {
    readonly code: number;
    readonly subcode: number;
    readonly name: string;
    readonly data: string;
  } | null;
}

export interface ExplainedField {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly value?: string;
  readonly fields?: readonly ExplainedField[];
}

export interface ExplainedFault {
  /** `origin/bad-length`: see the verdict table. */
  readonly id: string;
  readonly verdict: VerdictName;
  readonly clause: string;
  readonly start: number;
  readonly end: number;
  /** The fault of a single route that is behind it, and where that route stands. */
  readonly because: {
    readonly id: string;
    readonly clause: string;
    readonly start: number;
    readonly end: number;
  } | null;
}

export type VerdictName = "discard" | "treat-as-withdraw" | "afi-safi-disable" | "session-reset";

const count = z.int().nonnegative();
const hexadecimal = z.string().regex(/^([0-9a-f]{2})*$/);
const verdict: z.ZodType<VerdictName> = z.enum(["discard", "treat-as-withdraw", "afi-safi-disable", "session-reset"]);
const span = { start: count, end: count };

const field: z.ZodType<ExplainedField> = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    ...span,
    value: z.string().exactOptional(),
    fields: z.array(field).exactOptional(),
  }),
);

const fault: z.ZodType<ExplainedFault> = z.strictObject({
  id: z.string().min(1),
  verdict,
  clause: z.string().min(1),
  ...span,
  because: z.strictObject({ id: z.string(), clause: z.string(), ...span }).nullable(),
});

/** One of the document's messages. */
export const explainedMessage: z.ZodType<ExplainedMessage> = z.strictObject({
  name: z.string().min(1),
  from: z.string().nullable(),
  to: z.string().nullable(),
  packet: z.int().positive().nullable(),
  octets: hexadecimal,
  missing: count,
  session: z.strictObject({
    agreed: z.boolean(),
    asnSize: z.union([z.literal(2), z.literal(4)]),
    external: z.boolean(),
    addPath: z.array(z.string()),
  }),
  fields: z.array(field),
  faults: z.array(fault),
  verdict: verdict.nullable(),
  notification: z.strictObject({ code: count, subcode: count, name: z.string(), data: hexadecimal }).nullable(),
});

export const explainDocument: z.ZodType<ExplainDocument> = z.strictObject({
  schema: z.literal("kiln.explain/1"),
  source: z.string().min(1),
  messages: z.array(explainedMessage),
  notes: z.array(z.string()),
  trouble: z.string().nullable(),
});
