import { readFileSync } from "node:fs";
import { z } from "zod";
import { fourOctetAs } from "../../src/codec/capability/65-four-octet-as.js";
import { lastValueOf } from "../../src/codec/capability/list.js";
import { decodeOpen, type Open } from "../../src/codec/message/open.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { negotiate } from "../../src/session/negotiate.js";
import type { Negotiated } from "../../src/session/types.js";

const hexDigits = z.string().regex(/^([0-9a-f]{2})+$/);

/** What a speaker sent in one session, with all that its meaning depends on. */
export interface GoldenSession {
  readonly schema: typeof SCHEMA;
  readonly speaker: string;
  readonly version: string;
  readonly scenario: string;
  /** What it is for, in a sentence. */
  readonly what: string;
  /** Line by line, with `{address}`, `{port}` and `{directory}` where the daemon was given those of its place. */
  readonly config: readonly string[];
  /** What was done once the session stood, in order. */
  readonly steps: readonly string[];
  /** The two OPENs, whole messages in hexadecimal. */
  readonly opens: { readonly ours: string; readonly theirs: string };
  /** Whole messages of the speaker, in the order they came, after its OPEN. */
  readonly messages: readonly GoldenMessage[];
}

export interface GoldenMessage {
  /** As `kindOf` has it. */
  readonly kind: string;
  readonly hex: string;
}

const SCHEMA = "kiln-golden-1";

const schema: z.ZodType<GoldenSession> = z.strictObject({
  schema: z.literal(SCHEMA),
  speaker: z.string(),
  version: z.string(),
  scenario: z.string(),
  what: z.string(),
  config: z.array(z.string()),
  steps: z.array(z.string()),
  opens: z.strictObject({ ours: hexDigits, theirs: hexDigits }),
  messages: z.array(z.strictObject({ kind: z.string(), hex: hexDigits })),
});

/** Throws with the file's name when it is not what this version of Kiln wrote. */
export const loadSession = (file: string): GoldenSession => {
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

/** JSON with one line for each message, for people who read differences. */
export const sessionText = ({ messages, ...rest }: GoldenSession): string => {
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  const lines = messages.map((one) => `    ${JSON.stringify(one)}`);
  return `${head},\n  "messages": [\n${lines.join(",\n")}\n  ]\n}\n`;
};

export const octetsOf = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, "hex"));

/** What the two OPENs agreed on. Throws when an OPEN has a fault or they don't go together: such a session never stood. */
export const negotiatedOf = ({ opens }: Pick<GoldenSession, "opens">): Negotiated => {
  const ours = openOf(opens.ours);
  const theirs = openOf(opens.theirs);
  const { value, found } = negotiate({ ...ours, as: asOf(ours) }, theirs, { peerAs: asOf(theirs) });
  if (value === null) throw new Error(`the OPENs don't agree: ${found.map(({ fault }) => fault.id).join(", ")}`);
  return value;
};

/**
 * The session that the speaker's messages travel in. A member of our confederation sends what an internal peer may send
 * (RFC 5065 §4): confederation segments and LOCAL_PREF are no faults then.
 */
export const contextOf = (session: GoldenSession): SessionContext => {
  const { receive } = negotiatedOf(session);
  return session.scenario === "confederation" ? { ...receive, external: false } : receive;
};

export const openOf = (digits: string): Open => {
  const octets = octetsOf(digits);
  const { value, found } = decodeOpen(octets, 0, octets.length);
  if (value === null) {
    throw new Error(`an OPEN has faults: ${found.map(({ fault }) => fault.id).join(", ")}: ${digits}`);
  }
  return value;
};

const asOf = ({ as, capabilities }: Open): number => lastValueOf(capabilities, fourOctetAs) ?? as;
