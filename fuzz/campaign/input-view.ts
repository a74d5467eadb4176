import { MessageType } from "../../src/codec/iana.js";
import { hex } from "../../src/codec/octets.js";
import { ORDINARY_MAX_MESSAGE, type SessionContext } from "../../src/codec/session-context.js";
import { dissect } from "../../src/explain/dissect.js";
import { linesOf } from "../../src/explain/text.js";
import { CONTEXT_OCTETS, contextOf, ordinary } from "../targets/context.js";
import { messageOf } from "../targets/message.js";
import type { Part, Target } from "../targets/target.js";

/** Lines of sixteen octets each, with their offsets: `0000  ff ff`. What is beyond `most` octets is counted. */
export const hexLines = (octets: Uint8Array, most = 512): string[] => {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(octets.length, most); at += 16) {
    const row = hex(octets, at, Math.min(at + 16, octets.length, most)).replace(/..(?=.)/g, "$& ");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${row}`);
  }
  if (octets.length > most) lines.push(`… and ${octets.length - most} more`);
  return lines.length === 0 ? ["(empty)"] : lines;
};

/**
 * An input field by field: as `kiln explain` shows it where the target is a message, else by the parts that the target
 * knows. Empty where nothing is known. Never throws, but runs code under test: not for an input that makes it hang.
 */
export const fieldLines = (target: Target | undefined, input: Uint8Array): string[] => {
  if (target === undefined) return [];
  try {
    const whole = wholeMessage(target.name, input);
    return whole === null ? partLines(target.parts?.(input) ?? [], input) : messageLines(whole);
  } catch (error) {
    return [`(the view fails as well: ${error instanceof Error ? error.message : String(error)})`];
  }
};

interface Whole {
  readonly octets: Uint8Array;
  readonly session: SessionContext;
}

/** The message that a target makes of its input, header and all; null for a target that is no message. */
const wholeMessage = (target: string, input: Uint8Array): Whole | null => {
  switch (target) {
    case "message-update": {
      const session = contextOf(input);
      return { octets: messageOf(MessageType.Update, input.subarray(CONTEXT_OCTETS), session.maxMessage), session };
    }
    case "message-open":
      return withHeader(MessageType.Open, input);
    case "message-notification":
      return withHeader(MessageType.Notification, input);
    case "message-route-refresh":
      return withHeader(MessageType.RouteRefresh, input);
    default:
      return null;
  }
};

const withHeader = (type: MessageType, body: Uint8Array): Whole => ({
  octets: messageOf(type, body, ORDINARY_MAX_MESSAGE),
  session: ordinary(),
});

const messageLines = ({ octets, session }: Whole): string[] => {
  const message = { from: null, to: null, packet: 0, octets };
  return linesOf({ message, session, agreed: true, dissection: dissect(octets, session) }).map((line) =>
    line.replace(" (by its OPENs)", " (by the context in front of it)"),
  );
};

const MOST_LINES = 200;
const MOST_OCTETS_SHOWN = 24;

const partLines = (parts: readonly Part[], input: Uint8Array): string[] => {
  const lines: string[] = [];
  const write = (list: readonly Part[], depth: number): void => {
    for (const { name, start, end, parts: inner = [] } of list) {
      const span = `${start}-${end}`.padStart(9);
      const octets = inner.length > 0 ? "" : `: ${shown(input, start, end)}`;
      lines.push(`${span}  ${"  ".repeat(depth)}${name}${octets}`);
      if (lines.length > MOST_LINES) return;
      write(inner, depth + 1);
    }
  };
  write(parts, 0);
  return lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), "…"] : lines;
};

const shown = (input: Uint8Array, start: number, end: number): string =>
  end - start > MOST_OCTETS_SHOWN
    ? `${hex(input, start, start + MOST_OCTETS_SHOWN)}…`
    : hex(input, start, end) || "empty";
