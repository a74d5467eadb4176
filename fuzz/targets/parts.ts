import { type Field, FieldReader } from "../../src/codec/fields.js";
import { HEADER_LENGTH } from "../../src/codec/frame.js";
import { u16 } from "../../src/codec/octets.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { bodyFields } from "../../src/explain/dissect.js";
import { CONTEXT, type Part } from "./target.js";

/** Parts in a tree; what is more stays one part. An input can have as many as it has octets. */
export const MOST_PARTS = 4000;

/** The tree of an input: `lead` octets of context, then what a dissector says of the rest. Never throws. */
export const partsOf = (data: Uint8Array, lead: number, dissect: (reader: FieldReader) => void): readonly Part[] => {
  const context: Part[] = lead === 0 ? [] : [{ name: CONTEXT, start: 0, end: Math.min(lead, data.length) }];
  return data.length <= lead ? context : [...context, ...dissected(data, lead, data.length, dissect)];
};

/** What a dissector says of octets [start, end). Of octets that it cannot bear, one part. */
export const dissected = (
  data: Uint8Array,
  start: number,
  end: number,
  dissect: (reader: FieldReader) => void,
): readonly Part[] => {
  if (start >= end) return [];
  const reader = new FieldReader(data, start, end);
  try {
    dissect(reader);
    reader.rest("not understood");
    return partsFrom(reader.fields, { left: MOST_PARTS });
  } catch {
    // The dissector is code under test as well: what it does wrong must not end a campaign against another module.
    return [{ name: "octets", start, end }];
  }
};

/** One whole message, header and all: octets [start, end). */
export const messageParts = (data: Uint8Array, start: number, end: number, session: SessionContext): Part => {
  const parts = dissected(data, start, end, (reader) => {
    reader.octets("marker", 16);
    reader.u16("message length");
    bodyFields(reader.u8("message type"), reader, session);
  });
  const type = end - start < HEADER_LENGTH ? 0 : (data[start + 18] ?? 0);
  return { name: MESSAGES[type] ?? "message", start, end, parts };
};

/** Messages one after the other, each as long as its header says; what is no whole header ends them. */
export const streamParts = (data: Uint8Array, start: number, end: number, session: SessionContext): readonly Part[] => {
  const parts: Part[] = [];
  let at = start;
  for (let budget = MOST_PARTS; at + HEADER_LENGTH <= end && budget > 0; ) {
    const next = Math.min(end, at + Math.max(HEADER_LENGTH, u16(data, at + 16)));
    const message = messageParts(data, at, next, session);
    parts.push(message);
    budget -= sizeOf(message);
    at = next;
  }
  if (at < end) parts.push({ name: "octets", start: at, end });
  return parts;
};

const MESSAGES: readonly string[] = ["message", "OPEN", "UPDATE", "NOTIFICATION", "KEEPALIVE", "ROUTE-REFRESH"];

const sizeOf = (part: Part): number => 1 + (part.parts ?? []).reduce((sum, one) => sum + sizeOf(one), 0);

const partsFrom = (fields: readonly Field[], budget: { left: number }): readonly Part[] => {
  const parts: Part[] = [];
  for (const field of fields) {
    if (--budget.left <= 0) {
      parts.push({ name: "more", start: field.start, end: fields.at(-1)?.end ?? field.end });
      return parts;
    }
    const { start, end } = field;
    const inside = field.fields ?? [];
    parts.push(
      isCovered(field, inside)
        ? { name: kindOf(field, inside), start, end, parts: partsFrom(inside, budget) }
        : { name: kindOf(field, inside), start, end },
    );
  }
  return parts;
};

/** Whether the fields in a field lie one behind the other from its start to its end: only then it is cut at them. */
const isCovered = ({ start, end }: Field, inside: readonly Field[]): boolean =>
  inside.length > 0 &&
  inside.every((one, i) => one.start === (inside[i - 1]?.end ?? start)) &&
  inside.at(-1)?.end === end;

/** `capability 65`: what is of many kinds, by the code it begins with. Attributes are called by their names already. */
const kindOf = ({ name }: Field, inside: readonly Field[]): string => {
  const code = inside.slice(0, 2).find((one) => CODES.has(one.name.toLowerCase()));
  if (code === undefined || (code.name === "type code" && name !== "attribute")) return name;
  const number = /^\d+/.exec(code.value ?? "")?.[0];
  return number === undefined ? name : `${name} ${number}`;
};

const CODES: ReadonlySet<string> = new Set(["type", "code", "type code", "route type", "orf type"]);
