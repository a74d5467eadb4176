import { MessageType } from "../../src/codec/iana.js";
import { fields } from "../../src/codec/message/notification.fields.js";
import {
  decodeNotification,
  describeNotification,
  encodeNotification,
  type Notification,
  notificationFaults,
} from "../../src/codec/message/notification.js";
import { hex } from "../../src/codec/octets.js";
import { EXTENDED_MAX_MESSAGE } from "../../src/codec/session-context.js";
import { bounded } from "../oracle/cost.js";
import { type MessageCodec, messageHolds } from "../oracle/message.js";
import { notificationAgrees } from "../oracle/reference/others.js";
import { OracleViolation } from "../oracle/violation.js";
import { passingMessageOf } from "./message.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

/** NOTIFICATION and the line a log shows of it. Input: what stands behind the header. */
export const notificationTarget: Target = {
  name: "message-notification",
  module: "src/codec/message/notification.ts",
  faults: notificationFaults,

  fuzz: (data) =>
    bounded(() => {
      const msg = passingMessageOf(MessageType.Notification, data, 0, EXTENDED_MAX_MESSAGE);
      const { fault, value } = messageHolds(notification, msg);
      notificationAgrees(msg, fault, value);
      if (value !== null) printable(describeNotification(value), msg);
      return outcomeOf(fault);
    }),

  parts: (data) => partsOf(data, 0, fields),
  input: (octets) => octets,
};

const notification: MessageCodec<Notification> = {
  faults: notificationFaults,
  decode: decodeNotification,
  encode: (value) => encodeNotification(value, EXTENDED_MAX_MESSAGE),
  canonical: (msg) => msg,
};

/** What a peer says goes to a terminal: no control character, no line separator, nothing that turns the text around. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

const printable = (line: string, msg: Uint8Array): void => {
  if (UNSAFE.test(line)) throw new OracleViolation("display", "a peer's characters reach the log unescaped", hex(msg));
};
