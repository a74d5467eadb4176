import type { Found } from "../codec/fault.js";
import { CeaseSubcode, ErrorCode } from "../codec/iana.js";
import { encodeNotification, type Notification, shutdownData } from "../codec/message/notification.js";

/** NOTIFICATIONs as the state machine sends them: never wrong for the wire, whatever went into them. */

const NO_DATA: Uint8Array = new Uint8Array(0);

export const bare = (code: number, subcode = 0): Notification => ({ code, subcode, data: NO_DATA });

/** What a fault asks for, with the data its clause asks for. */
export const notificationOf = ({ fault, data }: Found): Notification => ({
  code: fault.notify[0],
  subcode: fault.notify[1],
  data: data ?? NO_DATA,
});

/** A Cease; the communication is dropped where RFC 9003 has no place for one, and cut to what its place holds. */
export const cease = (subcode: number, communication = ""): Notification => {
  const said = SAYS_WHY.has(subcode) ? shortened(communication) : "";
  return { code: ErrorCode.Cease, subcode, data: said === "" ? NO_DATA : shutdownData(said) };
};

/** RFC 9003 §2: the two subcodes that may carry a communication. */
const SAYS_WHY: ReadonlySet<number> = new Set([CeaseSubcode.AdministrativeShutdown, CeaseSubcode.AdministrativeReset]);

/** Ceases after which routes shall not be kept, so that they become a Hard Reset: RFC 8538 §5.1, table 1. */
export const isFinal = (subcode: number): boolean =>
  subcode === CeaseSubcode.MaximumPrefixes ||
  subcode === CeaseSubcode.AdministrativeShutdown ||
  subcode === CeaseSubcode.PeerDeconfigured;

/** The message; RFC 8654 §5: no longer than the peer takes. What is cut is data, which is there to help. */
export const fitted = (notification: Notification, maxMessage: number): Uint8Array => {
  const data = notification.data.subarray(0, maxMessage - 21);
  return encodeNotification({ ...notification, data }, maxMessage);
};

/** As many whole characters as 255 octets of UTF-8 hold; U+FFFD where half of one stood. */
const shortened = (text: string): string => {
  let size = 0;
  let kept = "";
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    size += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (size > 255) break;
    kept += point >= 0xd800 && point < 0xe000 ? "\ufffd" : character;
  }
  return kept;
};
