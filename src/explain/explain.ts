import { Verdict } from "../codec/fault.js";
import type { Field } from "../codec/fields.js";
import { nameOf } from "../codec/message/notification.js";
import { nlriOf } from "../codec/nlri/index.js";
import { hex } from "../codec/octets.js";
import type { SessionContext } from "../codec/session-context.js";
import { type VerdictName, verdictName } from "../codec/verdict-name.js";
import { type Dissection, dissect, type Explained } from "./dissect.js";
import type { RawMessage } from "./input.js";
import { type Assumptions, Sessions } from "./sessions.js";

/** A message taken apart, with where it came from and how it was read. */
export interface Explanation {
  readonly message: RawMessage;
  readonly session: SessionContext;
  /** Whether the session was agreed on in OPENs that were seen. */
  readonly agreed: boolean;
  readonly dissection: Dissection;
}

/** Explains messages in their order; the OPENs among them tell in which session the others travel. */
export function* explain(messages: Iterable<RawMessage>, assumptions: Assumptions): Generator<Explanation> {
  const sessions = new Sessions(assumptions);
  for (const message of messages) {
    const { session, agreed } = sessions.of(message);
    sessions.note(message);
    yield { message, session, agreed, dissection: dissect(message.octets, session) };
  }
}

/** The message as `kiln explain --json` shows it: `ExplainedMessage` of the schema kiln.explain/1. */
export const explained = ({
  message,
  session,
  agreed,
  dissection,
}: Explanation): {
  name: string;
  from: string | null;
  to: string | null;
  packet: number | null;
  octets: string;
  missing: number;
  session: { agreed: boolean; asnSize: 2 | 4; external: boolean; addPath: string[] };
  fields: readonly Field[];
  faults: {
    id: string;
    verdict: VerdictName;
    clause: string;
    start: number;
    end: number;
    because: { id: string; clause: string; start: number; end: number } | null;
  }[];
  verdict: VerdictName | null;
  notification: { code: number; subcode: number; name: string; data: string } | null;
} => ({
  name: dissection.name,
  from: message.from,
  to: message.to,
  packet: message.packet === 0 ? null : message.packet,
  octets: hex(message.octets),
  missing: dissection.missing,
  session: {
    agreed,
    asnSize: session.asnSize,
    external: session.external,
    addPath: [...session.addPath].map((of) => nlriOf(of)?.name ?? `family ${of}`),
  },
  fields: dissection.fields,
  faults: dissection.found.map(({ fault, start, end, because }) => ({
    id: fault.id,
    verdict: verdictName(fault.verdict),
    clause: fault.rfc,
    start,
    end,
    because:
      because === null
        ? null
        : { id: because.fault.id, clause: because.fault.rfc, start: because.start, end: because.end },
  })),
  verdict: dissection.decisive === null ? null : verdictName(dissection.decisive.fault.verdict),
  notification: notificationOf(dissection.decisive),
});

const notificationOf = (
  decisive: Explained | null,
): { code: number; subcode: number; name: string; data: string } | null => {
  if (decisive === null || decisive.fault.verdict !== Verdict.SessionReset) return null;
  const [code, subcode] = decisive.fault.notify;
  return { code, subcode, name: nameOf(code, subcode), data: hex(decisive.data ?? new Uint8Array(0)) };
};
