import { attributes } from "../../src/codec/attribute/index.js";
import type { Fault } from "../../src/codec/fault.js";
import { badLength } from "../../src/codec/frame.js";
import { MessageType } from "../../src/codec/iana.js";
import {
  decodeUpdate,
  encodeUpdate,
  type Update,
  UpdateWalk,
  updateFaults,
  walkUpdate,
} from "../../src/codec/message/update.js";
import { nlriFamilies } from "../../src/codec/nlri/index.js";
import { hex } from "../../src/codec/octets.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { bodyFields } from "../../src/explain/dissect.js";
import { canonicalUpdate } from "../oracle/canonical/update.js";
import { bounded } from "../oracle/cost.js";
import { type MessageCodec, messageHolds } from "../oracle/message.js";
import { updateAgrees } from "../oracle/reference/update.js";
import { OracleViolation } from "../oracle/violation.js";
import { CONTEXT_OCTETS, contextOf, inContext, ordinary } from "./context.js";
import { messageOf, passingMessageOf } from "./message.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

const faults: readonly Fault[] = [
  badLength,
  ...updateFaults,
  ...attributes.flatMap((spec) => [...spec.faults]),
  ...nlriFamilies.flatMap((spec) => [...spec.faults]),
];

/** UPDATE. Input: context (2), then what stands behind the header. */
export const updateTarget: Target = {
  name: "message-update",
  module: "src/codec/message/update.ts",
  faults,
  own: updateFaults,

  fuzz(data) {
    const session = contextOf(data);
    const msg = passingMessageOf(MessageType.Update, data, CONTEXT_OCTETS, session.maxMessage);
    return bounded(() => {
      const { fault, value } = messageHolds(codecOf(session), msg);
      sameVerdict(msg, session, fault);
      updateAgrees(msg, session, fault, () => value);
      return outcomeOf(fault);
    });
  },

  parts: (data) => partsOf(data, CONTEXT_OCTETS, (reader) => bodyFields(MessageType.Update, reader, contextOf(data))),

  input: inContext,
};

/** Contexts are few, and each is made once. */
const codecOf = (session: SessionContext): MessageCodec<Update> => {
  const known = codecs.get(session);
  if (known !== undefined) return known;
  const made = update(session);
  codecs.set(session, made);
  return made;
};

const codecs = new Map<SessionContext, MessageCodec<Update>>();

const update = (session: SessionContext): MessageCodec<Update> => ({
  faults,
  decode: (msg, start, end) => decodeUpdate(msg, start, end, session),
  encode: (value) => encodeUpdate(value, session),
  canonical: (msg) => canonicalUpdate(msg, session),
  remaining: (msg, found) => canonicalUpdate(msg, session, found),
});

/** RFC 7606 §3 (h) on both ways through an UPDATE: the walk of the hot path decides as the full decoder does. */
const sameVerdict = (msg: Uint8Array, session: SessionContext, decided: Fault | null): void => {
  // A walk is reused from message to message: what an earlier one left in it must not count.
  walkUpdate(used, 0, used.length, usual, walk);
  const walked = walkUpdate(msg, 0, msg.length, session, walk);
  if (walked !== decided) {
    throw new OracleViolation(
      "verdict",
      "walkUpdate and decodeUpdate decide otherwise",
      `${walked?.id ?? "accepted"}, but ${decided?.id ?? "accepted"}: ${hex(msg)}`,
    );
  }
};

const walk = new UpdateWalk();
const usual = ordinary();

/** An UPDATE with some of everything: ORIGIN, an empty AS_PATH, NEXT_HOP, an unknown attribute, a route each way. */
const used: Uint8Array = messageOf(
  MessageType.Update,
  Uint8Array.of(
    ...[0, 2, 8, 10],
    ...[0, 17, 0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1, 0xc0, 99, 0],
    ...[8, 11],
  ),
  4096,
);
