import { capabilityOverrun, type PlacedCapability, readCapabilities } from "../capability/list.js";
import { capabilityName } from "../capability/names.js";
import type { Capability } from "../capability.js";
import type { Decoded, Fault, Found } from "../fault.js";
import { badLength, HEADER_LENGTH, setHeader, tooShort } from "../frame.js";
import {
  afiOf,
  CeaseSubcode,
  ErrorCode,
  type Family,
  family,
  HeaderError,
  MessageType,
  OpenError,
  safiOf,
} from "../iana.js";
import { copyOctets, hex, setOctets, setU8, u8, u16, u32, within } from "../octets.js";
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
  // Subcode 0 means that there is no more to say (RFC 4271 §4.5).
  if (subcode === 0) return error.name;
  return `${error.name} / ${error.subcodes[subcode] ?? `subcode ${subcode}`}`;
};

/** The name of an error code; `unassigned` where there is none. */
export const errorName = (code: number): string => NAMES[code]?.name ?? "unassigned";

/** The name of an error's subcode; `unassigned` where there is none. */
export const subcodeName = (code: number, subcode: number): string =>
  NAMES[code]?.subcodes[subcode] ?? (subcode === 0 ? "unspecific" : "unassigned");

/** One line for logs, safe to print whatever the peer sent: the names, then what the data says. */
export const describeNotification = (notification: Notification): string => {
  const inner = hardResetReason(notification);
  const prefix = inner === null ? "" : `${nameOf(notification.code, notification.subcode)}: `;
  const { code, subcode, data } = inner ?? notification;
  const said = shutdownCommunication({ code, subcode, data }) ?? detailText({ code, subcode, data });
  const detail = said ?? (data.length > 0 ? `data ${hex(data, 0, Math.min(data.length, 32))}` : "");
  const cut = said === null && data.length > 32 ? "…" : "";
  return `${prefix}${nameOf(code, subcode)}${detail === "" ? "" : `: ${detail}${cut}`}`;
};

/** What the data of a NOTIFICATION says, where the clause of its error gives it a form. */
export type NotificationDetail =
  /** 1/2: the length that was wrong (RFC 4271 §6.1). */
  | { readonly type: "length"; readonly length: number }
  /** 1/3, 5/1 to 5/3: the message that was wrong or not expected (RFC 4271 §6.1, RFC 6608 §4). */
  | { readonly type: "message-type"; readonly messageType: number }
  /** 2/1: the largest version that the sender supports below the one it was offered (RFC 4271 §6.2). */
  | { readonly type: "version"; readonly version: number }
  /** 2/7: the capabilities that the sender misses or does not support (RFC 5492 §5). */
  | { readonly type: "capabilities"; readonly capabilities: readonly Capability[] }
  /** 6/1: how many prefixes of the family the sender takes (RFC 4486 §4). */
  | { readonly type: "prefix-limit"; readonly family: Family; readonly limit: number };

/** Null when there is no data, when it has another form than its clause says, or when no clause gives it one. */
export const notificationDetail = ({ code, subcode, data }: Notification): NotificationDetail | null => {
  const is = (wanted: number, detail: number, octets: number): boolean =>
    code === wanted && subcode === detail && data.length === octets;
  if (is(ErrorCode.MessageHeader, HeaderError.BadLength, 2)) return { type: "length", length: u16(data, 0) };
  if (is(ErrorCode.MessageHeader, HeaderError.BadType, 1)) return { type: "message-type", messageType: u8(data, 0) };
  if (is(ErrorCode.Open, OpenError.UnsupportedVersion, 2)) return { type: "version", version: u16(data, 0) };
  if (code === ErrorCode.Open && subcode === OpenError.UnsupportedCapability) return capabilitiesIn(data);
  if (code === ErrorCode.FiniteStateMachine && subcode >= 1 && subcode <= 3 && data.length === 1) {
    return { type: "message-type", messageType: u8(data, 0) };
  }
  if (is(ErrorCode.Cease, CeaseSubcode.MaximumPrefixes, 7)) {
    return { type: "prefix-limit", family: family(u16(data, 0), u8(data, 2)), limit: u32(data, 3) };
  }
  return null;
};

const capabilitiesIn = (data: Uint8Array): NotificationDetail | null => {
  const placed: PlacedCapability[] = [];
  const found: Found[] = [];
  readCapabilities(data, 0, data.length, 0, placed, found);
  if (data.length === 0 || found.some(({ fault }) => fault === capabilityOverrun)) return null;
  return { type: "capabilities", capabilities: placed.map(({ code, value }) => ({ code, value })) };
};

/** Capabilities that a log line names; there is room for hundreds in the data. */
const NAMED_CAPABILITIES = 8;

const detailText = (notification: Notification): string | null => {
  const detail = notificationDetail(notification);
  switch (detail?.type) {
    case "length":
      return `length ${detail.length}`;
    case "message-type":
      return `message type ${detail.messageType}`;
    case "version":
      return `version ${detail.version}`;
    case "capabilities": {
      const codes = [...new Set(detail.capabilities.map(({ code }) => code))];
      const names = codes.slice(0, NAMED_CAPABILITIES).map((code) => `${code} (${capabilityName(code)})`);
      return `capabilities ${names.join(", ")}${codes.length > NAMED_CAPABILITIES ? ", …" : ""}`;
    }
    case "prefix-limit":
      return `${detail.limit} of family ${afiOf(detail.family)}/${safiOf(detail.family)}`;
    default:
      return null;
  }
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
  if (code !== ErrorCode.Cease) return null;
  if (subcode !== CeaseSubcode.AdministrativeShutdown && subcode !== CeaseSubcode.AdministrativeReset) return null;
  if (data.length === 0 || (data.length === 1 && u8(data, 0) === 0)) return null;
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

/** IANA, BGP Error (Notification) Codes and BGP Error Subcodes; names of deprecated ones from where they once stood. */
const NAMES: Readonly<Record<number, { readonly name: string; readonly subcodes: Readonly<Record<number, string>> }>> =
  {
    // RFC 4271 §6.1
    1: {
      name: "Message Header Error",
      subcodes: {
        0: "Unspecific",
        1: "Connection Not Synchronized",
        2: "Bad Message Length",
        3: "Bad Message Type",
      },
    },
    // RFC 4271 §6.2, RFC 5492 §5, RFC 9234 §4.2; 5: RFC 1771 §6.2; 8 to 10: draft-ietf-idr-bgp-multisession
    2: {
      name: "OPEN Message Error",
      subcodes: {
        0: "Unspecific",
        1: "Unsupported Version Number",
        2: "Bad Peer AS",
        3: "Bad BGP Identifier",
        4: "Unsupported Optional Parameter",
        5: "Authentication Failure (deprecated)",
        6: "Unacceptable Hold Time",
        7: "Unsupported Capability",
        8: "Grouping Conflict (deprecated)",
        9: "Grouping Required (deprecated)",
        10: "Capability Value Mismatch (deprecated)",
        11: "Role Mismatch",
      },
    },
    // RFC 4271 §6.3; 7: RFC 1771 §6.3
    3: {
      name: "UPDATE Message Error",
      subcodes: {
        0: "Unspecific",
        1: "Malformed Attribute List",
        2: "Unrecognized Well-known Attribute",
        3: "Missing Well-known Attribute",
        4: "Attribute Flags Error",
        5: "Attribute Length Error",
        6: "Invalid ORIGIN Attribute",
        7: "AS Routing Loop (deprecated)",
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
        0: "Unspecified Error",
        1: "Receive Unexpected Message in OpenSent State",
        2: "Receive Unexpected Message in OpenConfirm State",
        3: "Receive Unexpected Message in Established State",
      },
    },
    // RFC 4486 §3, RFC 8538 §3, RFC 9384 §3
    6: {
      name: "Cease",
      subcodes: {
        0: "reserved",
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
    7: { name: "ROUTE-REFRESH Message Error", subcodes: { 0: "reserved", 1: "Invalid Message Length" } },
    // RFC 9687 §5
    8: { name: "Send Hold Timer Expired", subcodes: {} },
  };
