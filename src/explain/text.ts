import { Verdict } from "../codec/fault.js";
import type { Field } from "../codec/fields.js";
import { nameOf } from "../codec/message/notification.js";
import { verdictName } from "../codec/verdict-name.js";
import { dataText, type Explained } from "./dissect.js";
import type { Explanation } from "./explain.js";

/** A message as people read it: a line for each field with its octets, each fault behind the field it stands in. */
export const linesOf = ({ message, agreed, session, dissection }: Explanation): string[] => {
  const { name, fields, found, decisive, missing } = dissection;
  const route = message.from === null ? "" : `, ${message.from} > ${message.to}, packet ${message.packet}`;
  const lines = [`${name}, ${message.octets.length} octets${route}`];
  const placed = place(fields, found);
  const write = (list: readonly Field[], depth: number): void => {
    for (const field of list) {
      const span = `${field.start}-${field.end}`.padStart(9);
      lines.push(`${span}  ${"  ".repeat(depth)}${field.name}${field.value === undefined ? "" : `: ${field.value}`}`);
      if (field.fields !== undefined) write(field.fields, depth + 1);
      for (const one of placed.get(field) ?? []) lines.push(faultLine(one, depth + 1));
    }
  };
  write(fields, 0);
  for (const one of placed.get(null) ?? []) lines.push(faultLine(one, 0));
  if (missing > 0) {
    const octets = missing === 1 ? "1 octet is" : `${missing} octets are`;
    lines.push(`           ${octets} missing: nothing behind the header was judged`);
  }
  lines.push(...sessionLines(message.octets[18] === UPDATE, agreed, session.asnSize, session.external));
  lines.push(decisive === null ? wellFormed(missing) : verdictLine(decisive));
  return lines;
};

const UPDATE = 2;

/** The innermost field around each fault; null for a fault that lies in none. */
const place = (fields: readonly Field[], found: readonly Explained[]): Map<Field | null, Explained[]> => {
  const placed = new Map<Field | null, Explained[]>();
  for (const one of found) {
    const { start, end } = one.because ?? one;
    const field = around(fields, start, end);
    placed.set(field, [...(placed.get(field) ?? []), one]);
  }
  return placed;
};

const around = (fields: readonly Field[], start: number, end: number): Field | null => {
  for (const field of fields) {
    const isAround = field.start <= start && end <= field.end && start < field.end;
    if (!isAround) continue;
    // What is missing has a place and no octets: it is missing from the whole, not from its first part.
    return start === end && field.fields !== undefined ? field : (around(field.fields ?? [], start, end) ?? field);
  }
  return null;
};

const faultLine = ({ fault, start, end, because }: Explained, depth: number): string => {
  const cause =
    because === null
      ? ""
      : ` because of ${because.fault.id} (${because.fault.rfc}) in octets ${because.start}-${because.end}`;
  const lead = `${"".padStart(9)}  ${"  ".repeat(depth)}`;
  return `${lead}! ${fault.id}${cause}: ${verdictName(fault.verdict)} by ${fault.rfc}, octets ${start}-${end}`;
};

const sessionLines = (isUpdate: boolean, agreed: boolean, asnSize: 2 | 4, external: boolean): string[] => {
  if (!isUpdate) return [];
  const how = agreed ? "by its OPENs" : "assumed, see --help";
  return [`           read with ${asnSize}-octet AS numbers, ${external ? "external" : "internal"} peer (${how})`];
};

const wellFormed = (missing: number): string =>
  missing > 0 ? "           verdict: none, the message is not whole" : "           verdict: well formed";

const verdictLine = (one: Explained): string => {
  const { fault } = one;
  const [code, subcode] = fault.notify;
  const data = dataText(one);
  const answer =
    fault.verdict === Verdict.SessionReset
      ? `, NOTIFICATION ${code}/${subcode} ${nameOf(code, subcode)}${data === "" ? "" : ` with ${data}`}`
      : "";
  return `           verdict: ${verdictName(fault.verdict)} by ${fault.rfc}${answer}`;
};
