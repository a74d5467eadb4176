import type { Decoded, Fault } from "../fault.js";
import { badLength, HEADER_LENGTH, setHeader, tooShort } from "../frame.js";
import { CeaseSubcode, ErrorCode, MessageType } from "../iana.js";
import { copyOctets, hex, setOctets, setU8, u8, within } from "../octets.js";
import { ORDINARY_MAX_MESSAGE } from "../session-context.js";
import { displayText, utf8Octets } from "../text.js";

export interface Notification {
  readonly code: number;
  readonly subcode: number;
  readonly data: Uint8Array;
}

/** Every fault `decodeNotification` can give. RFC 4271 §6.4: none is answered, a NOTIFICATION never follows another. */
export const notificationFaults: readonly Fault[] = [badLength];

const SHORTEST = HEADER_LENGTH + 2;

/**
 * NOTIFICATION, RFC 4271 §4.5, octets [start, end) of `msg`, header included.
 *
 *     | header (19) | error code (1) | error subcode (1) | data |
 */
export const decodeNotification = (msg: Uint8Array, start: number, end: number): Decoded<Notification> => {
  const short = tooShort(start, end, MessageType.Notification);
  if (short !== null) return { value: null, found: [short] };
  const data = copyOctets(msg, start + SHORTEST, end);
  return { value: { code: u8(msg, start + 19), subcode: u8(msg, start + 20), data }, found: [] };
};

/**
 * The whole message. Throws RangeError when it would be longer than `maxMessage` octets, which must not pass 4096 unless
 * the peer sent capability 6 (RFC 8654 §5).
 */
export const encodeNotification = (
  { code, subcode, data }: Notification,
  maxMessage: number = ORDINARY_MAX_MESSAGE,
): Uint8Array => {
  const length = within(maxMessage, SHORTEST + data.length, "the length of a NOTIFICATION");
  const out = new Uint8Array(length);
  const at = setU8(out, setHeader(out, 0, length, MessageType.Notification), within(0xff, code, "the error code"));
  setOctets(out, setU8(out, at, within(0xff, subcode, "the error subcode")), data);
  return out;
};

/** Code and subcode in the words of their registries: `OPEN Message Error / Bad Peer AS`. */
export const nameOf = (code: number, subcode: number): string => {
  const error = NAMES[code];
  if (error === undefined) return `error ${code} / subcode ${subcode}`;
  const detail = error.subcodes[subcode];
  if (detail !== undefined) return `${error.name} / ${detail}`;
  // Subcode 0 means that there is no more to say (RFC 4271 §4.5).
  return subcode === 0 ? error.name : `${error.name} / subcode ${subcode}`;
};

/** One line for logs, safe to print whatever the peer sent: the names, then what the data says. */
export const describeNotification = (notification: Notification): string => {
  const inner = hardResetReason(notification);
  const prefix = inner === null ? "" : `${nameOf(notification.code, notification.subcode)}: `;
  const { code, subcode, data } = inner ?? notification;
  const said = shutdownCommunication({ code, subcode, data });
  const detail = said ?? (data.length > 0 ? `data ${hex(data, 0, Math.min(data.length, 32))}` : "");
  const cut = said === null && data.length > 32 ? "…" : "";
  return `${prefix}${nameOf(code, subcode)}${detail === "" ? "" : `: ${detail}${cut}`}`;
};

/**
 * The data of an Administrative Shutdown or Reset that says why, RFC 9003 §2. A receiver that knows no more than RFC
 * 8203 takes 128 octets only (§3). Throws RangeError for more than 255 octets of UTF-8.
 *
 *     | length (1) | text in UTF-8 |
 */
export const shutdownData = (text: string): Uint8Array => {
  const octets = utf8Octets(text);
  if (octets.length > 255) {
    throw new RangeError(`a shutdown communication has at most 255 octets of UTF-8, not ${octets.length}`);
  }
  const data = new Uint8Array(1 + octets.length);
  setOctets(data, setU8(data, 0, octets.length), octets);
  return data;
};

/**
 * What the peer says about its shutdown or reset (RFC 9003 §2), safe to print; null when the NOTIFICATION is none that
 * may say something, or says nothing. What is malformed is shown in hexadecimal digits (§4).
 */
export const shutdownCommunication = ({ code, subcode, data }: Notification): string | null => {
  if (code !== ErrorCode.Cease || data.length < 2) return null;
  if (subcode !== CeaseSubcode.AdministrativeShutdown && subcode !== CeaseSubcode.AdministrativeReset) return null;
  if (u8(data, 0) !== data.length - 1) return `(malformed) ${hex(data, 0, Math.min(data.length, 256))}`;
  return displayText(data.subarray(1));
};

/** A Hard Reset around the NOTIFICATION that would have been sent without graceful restart, RFC 8538 §3.1. */
export const hardReset = ({ code, subcode, data }: Notification): Notification => ({
  code: ErrorCode.Cease,
  subcode: CeaseSubcode.HardReset,
  data: Uint8Array.of(within(0xff, code, "the error code"), within(0xff, subcode, "the error subcode"), ...data),
});

/** The NOTIFICATION inside a Hard Reset, RFC 8538 §3.1, or null when it is no Hard Reset or names no reason. */
export const hardResetReason = ({ code, subcode, data }: Notification): Notification | null =>
  code === ErrorCode.Cease && subcode === CeaseSubcode.HardReset && data.length >= 2
    ? { code: u8(data, 0), subcode: u8(data, 1), data: data.subarray(2) }
    : null;

/** IANA, BGP Error (Sub)Codes; an empty place is a subcode that was deprecated or never given. */
const NAMES: Readonly<Record<number, { readonly name: string; readonly subcodes: Readonly<Record<number, string>> }>> =
  {
    // RFC 4271 §6.1
    1: {
      name: "Message Header Error",
      subcodes: { 1: "Connection Not Synchronized", 2: "Bad Message Length", 3: "Bad Message Type" },
    },
    // RFC 4271 §6.2, RFC 5492 §5, RFC 9234 §4.2
    2: {
      name: "OPEN Message Error",
      subcodes: {
        1: "Unsupported Version Number",
        2: "Bad Peer AS",
        3: "Bad BGP Identifier",
        4: "Unsupported Optional Parameter",
        6: "Unacceptable Hold Time",
        7: "Unsupported Capability",
        11: "Role Mismatch",
      },
    },
    // RFC 4271 §6.3
    3: {
      name: "UPDATE Message Error",
      subcodes: {
        1: "Malformed Attribute List",
        2: "Unrecognized Well-known Attribute",
        3: "Missing Well-known Attribute",
        4: "Attribute Flags Error",
        5: "Attribute Length Error",
        6: "Invalid ORIGIN Attribute",
        8: "Invalid NEXT_HOP Attribute",
        9: "Optional Attribute Error",
        10: "Invalid Network Field",
        11: "Malformed AS_PATH",
      },
    },
    4: { name: "Hold Timer Expired", subcodes: {} },
    // RFC 6608 §3
    5: {
      name: "Finite State Machine Error",
      subcodes: {
        1: "Receive Unexpected Message in OpenSent State",
        2: "Receive Unexpected Message in OpenConfirm State",
        3: "Receive Unexpected Message in Established State",
      },
    },
    // RFC 4486 §3, RFC 8538 §3, RFC 9384 §3
    6: {
      name: "Cease",
      subcodes: {
        1: "Maximum Number of Prefixes Reached",
        2: "Administrative Shutdown",
        3: "Peer De-configured",
        4: "Administrative Reset",
        5: "Connection Rejected",
        6: "Other Configuration Change",
        7: "Connection Collision Resolution",
        8: "Out of Resources",
        9: "Hard Reset",
        10: "BFD Down",
      },
    },
    // RFC 7313 §5
    7: { name: "ROUTE-REFRESH Message Error", subcodes: { 1: "Invalid Message Length" } },
    // RFC 9687 §5
    8: { name: "Send Hold Timer Expired", subcodes: {} },
  };
