import { gracefulRestart } from "../capability/64-graceful-restart.js";
import { fourOctetAs } from "../capability/65-four-octet-as.js";
import { longLivedGracefulRestart } from "../capability/71-long-lived-graceful-restart.js";
import { softwareVersion } from "../capability/75-software-version.js";
import { capabilityOf } from "../capability/index.js";
import {
  capabilityListFaults,
  type PlacedCapability,
  readCapabilities,
  sizeOfCapability,
  writeCapability,
} from "../capability/list.js";
import type { Capability } from "../capability.js";
import { type Decoded, decisive, declareFault, type Fault, type Found, Verdict } from "../fault.js";
import { badLength, setHeader, tooShort } from "../frame.js";
import { AS_TRANS, ErrorCode, MessageType, OpenError } from "../iana.js";
import { hex, setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";
import { ORDINARY_MAX_MESSAGE } from "../session-context.js";

/** An OPEN as it was received, its capabilities settled: none ignored is among them, none twice. */
export interface Open {
  readonly version: number;
  /** The two-octet field: AS_TRANS when the peer's AS number needs four, see capability 65. */
  readonly as: number;
  /** Seconds: 0, or 3 to 65535. */
  readonly holdTime: number;
  /** BGP Identifier, any four octets but 0 (RFC 6286 §2.1). */
  readonly identifier: number;
  readonly capabilities: readonly Capability[];
}

/** What `encodeOpen` makes an OPEN of. */
export interface OpenToSend {
  /** 1 to 4294967295. Above 65535 the field carries AS_TRANS, and capability 65 must be among the capabilities. */
  readonly as: number;
  /** Seconds: 0, or 3 to 65535. */
  readonly holdTime: number;
  readonly identifier: number;
  /** In this order, save that Software Version goes last. */
  readonly capabilities: readonly Capability[];
  /** Use RFC 9072 when the parameters need more than 255 octets. Default false: an older peer refuses such an OPEN. */
  readonly allowExtendedParameters?: boolean;
}

const VERSION = 4;
/** Header, version, AS, hold time, identifier and the length of the optional parameters. */
const FIXED_LENGTH = 29;
const CAPABILITIES = 2;
const EXTENDED = 255;

const refused = (what: string, subcode: number, rfc: string): Fault =>
  declareFault(`open/${what}`, Verdict.SessionReset, [ErrorCode.Open, subcode], rfc);
const dropped = (what: string, rfc: string): Fault =>
  declareFault(`open/${what}`, Verdict.Discard, [ErrorCode.Open, OpenError.UnsupportedCapability], rfc);

export const unsupportedVersion: Fault = refused("unsupported-version", OpenError.UnsupportedVersion, "RFC 4271 §6.2");
export const asZero: Fault = refused("as-zero", OpenError.BadPeerAs, "RFC 7607 §2");
export const holdTimeTooShort: Fault = refused("hold-time-too-short", OpenError.UnacceptableHoldTime, "RFC 4271 §6.2");
export const identifierZero: Fault = refused("identifier-zero", OpenError.BadIdentifier, "RFC 6286 §2.2");
/** The parameters would reach past the message. */
export const parametersOverrun: Fault = refused("parameters-overrun", OpenError.Unspecific, "RFC 4271 §6.2");
/** The message goes on where the parameters have ended. */
export const trailingOctets: Fault = refused("trailing-octets", OpenError.Unspecific, "RFC 4271 §6.2");
/** One parameter reaches past all of them. */
export const parameterOverrun: Fault = refused("parameter-overrun", OpenError.Unspecific, "RFC 4271 §6.2");
/** Parameter 1: the Authentication of RFC 1771, deprecated by RFC 4271 appendix A. We have never known one. */
export const authenticationParameter: Fault = refused(
  "authentication-parameter",
  OpenError.UnsupportedOptionalParameter,
  "RFC 4271 §6.2",
);
export const unknownParameter: Fault = refused(
  "unknown-parameter",
  OpenError.UnsupportedOptionalParameter,
  "RFC 4271 §6.2",
);
/** An instance that a later one of its code replaces. */
export const replacedCapability: Fault = dropped("replaced-capability", "RFC 5492 §4");
/** An instance behind the first of its code, where only that one is significant. */
export const surplusCapability: Fault = dropped("surplus-capability", "RFC 8277 §2.1");
/** Two roles that differ. */
export const contradictingRoles: Fault = refused("contradicting-roles", OpenError.RoleMismatch, "RFC 9234 §4.2");
/** Long-Lived Graceful Restart without Graceful Restart. */
export const longLivedAlone: Fault = dropped("long-lived-alone", "RFC 9494 §4.5");

/**
 * Every fault `decodeOpen` can give, those of the capabilities among them. Those of the OPEN itself refuse the session
 * with 2/x, save three that cost one capability (`replacedCapability`, `surplusCapability`, `longLivedAlone`); all of
 * them are gathered, in the order of their octets, but behind `badLength` and `unsupportedVersion` nothing is read.
 */
export const openFaults: readonly Fault[] = [
  badLength,
  unsupportedVersion,
  asZero,
  holdTimeTooShort,
  identifierZero,
  parametersOverrun,
  trailingOctets,
  parameterOverrun,
  authenticationParameter,
  unknownParameter,
  replacedCapability,
  surplusCapability,
  contradictingRoles,
  longLivedAlone,
  ...capabilityListFaults,
];

/**
 * OPEN, RFC 4271 §4.2, octets [start, end) of `msg`, header included. Offsets in `found` count from `start`.
 *
 *     | header (19) | version (1) | AS (2) | hold time (2) | identifier (4) |
 *     | length (1) | parameters: type (1), length (1), value … |                     RFC 4271
 *     | not 0 (1) | 255 (1) | length (2) | parameters: type (1), length (2), value … |   RFC 9072
 */
export const decodeOpen = (msg: Uint8Array, start: number, end: number): Decoded<Open> => {
  const short = tooShort(start, end, MessageType.Open);
  if (short !== null) return { value: null, found: [short] };

  const version = u8(msg, start + 19);
  // RFC 4271 §6.2: the data is the version we speak. What another version has behind this octet is not known.
  if (version !== VERSION) {
    return { value: null, found: [{ fault: unsupportedVersion, start: 19, end: 20, data: Uint8Array.of(0, VERSION) }] };
  }
  const as = u16(msg, start + 20);
  const holdTime = u16(msg, start + 22);
  const identifier = u32(msg, start + 24);
  const found: Found[] = [];
  if (as === 0) found.push({ fault: asZero, start: 20, end: 22 });
  // RFC 4271 §6.2: an implementation MUST reject one and two seconds.
  if (holdTime === 1 || holdTime === 2) found.push({ fault: holdTimeTooShort, start: 22, end: 24 });
  if (identifier === 0) found.push({ fault: identifierZero, start: 24, end: 28 });

  const capabilities = settled(readParameters(msg, start, end, found), found);
  found.sort((a, b) => a.start - b.start);
  if (decisive(found)?.fault.verdict === Verdict.SessionReset) return { value: null, found };
  return { value: { version, as, holdTime, identifier, capabilities }, found };
};

/**
 * The whole message. Software Version is the last capability, and is left out rather than let the parameters pass 255
 * octets where RFC 9072 is not allowed (draft-abraitis-bgp-version-capability-08 §3.1).
 *
 * Throws RangeError for a field the wire cannot carry or a peer must refuse, and when the other capabilities pass 255
 * octets without `allowExtendedParameters`, or the message 4096.
 */
export const encodeOpen = (open: OpenToSend): Uint8Array => {
  const as = within(0xffffffff, open.as, "the AS number");
  const holdTime = within(0xffff, open.holdTime, "the hold time");
  const identifier = within(0xffffffff, open.identifier, "the BGP Identifier");
  if (as === 0) throw new RangeError("AS 0 must not be a speaker's AS number (RFC 7607)");
  if (as > 0xffff && !open.capabilities.some(({ code }) => code === fourOctetAs.code)) {
    throw new RangeError(`AS ${as} needs capability 65 to carry it (RFC 6793)`);
  }
  if (holdTime === 1 || holdTime === 2) throw new RangeError("the hold time is 0 or at least 3 seconds (RFC 4271)");
  if (identifier === 0) throw new RangeError("the BGP Identifier must not be 0 (RFC 6286)");

  const { list, octets, extended } = fitted(open);
  const length = FIXED_LENGTH + parametersLength(octets, extended) + (extended ? 3 : 0);
  const out = new Uint8Array(length);
  let at = setU8(out, setHeader(out, 0, length, MessageType.Open), VERSION);
  at = setU16(out, at, as > 0xffff ? AS_TRANS : as);
  at = setU32(out, setU16(out, at, holdTime), identifier);
  if (extended) {
    // RFC 9072 §2: length and type both 255, then the true length; parameter lengths have two octets.
    at = setU16(out, setU8(out, setU8(out, at, EXTENDED), EXTENDED), parametersLength(octets, true));
    at = setU16(out, setU8(out, at, CAPABILITIES), octets);
  } else {
    at = setU8(out, at, parametersLength(octets, false));
    if (octets > 0) at = setU8(out, setU8(out, at, CAPABILITIES), octets);
  }
  for (const one of list) at = writeCapability(one, out, at);
  return out;
};

/** Octets of the parameters when one Capabilities parameter of `octets` is all (RFC 5492 §4 wants no more). */
const parametersLength = (octets: number, extended: boolean): number =>
  octets === 0 ? 0 : octets + (extended ? 3 : 2);

/** The capabilities that are sent, their octets, and whether that takes RFC 9072. */
const fitted = ({ capabilities, allowExtendedParameters = false }: OpenToSend) => {
  const others = capabilities.filter(({ code }) => code !== softwareVersion.code);
  const versions = capabilities.filter(({ code }) => code === softwareVersion.code);
  for (const list of [[...others, ...versions], others]) {
    const octets = total(list);
    if (parametersLength(octets, false) <= 255) return { list, octets, extended: false };
    const length = FIXED_LENGTH + 3 + parametersLength(octets, true);
    if (allowExtendedParameters && length <= ORDINARY_MAX_MESSAGE) return { list, octets, extended: true };
  }
  throw new RangeError(
    allowExtendedParameters
      ? `capabilities of ${total(others)} octets do not fit in an OPEN, which has at most 4096`
      : `capabilities of ${total(others)} octets need the extended parameters of RFC 9072, which are not allowed`,
  );
};

const total = (capabilities: readonly Capability[]): number =>
  capabilities.reduce((octets, one) => octets + sizeOfCapability(one), 0);

/** The capabilities of all Capabilities parameters, as if they stood in one (RFC 5492 §4). */
const readParameters = (msg: Uint8Array, start: number, end: number, found: Found[]): PlacedCapability[] => {
  const placed: PlacedCapability[] = [];
  const blame = (fault: Fault, from: number, to: number): void => {
    found.push({ fault, start: from - start, end: to - start });
  };
  const lengthAt = start + FIXED_LENGTH - 1;
  let at = start + FIXED_LENGTH;
  let length = u8(msg, lengthAt);
  // RFC 9072 §2: the type octet decides, and the length before it is ignored as long as it is not 0.
  const extended = length !== 0 && at < end && u8(msg, at) === EXTENDED;
  if (extended) {
    if (end - at < 3) {
      blame(parametersOverrun, lengthAt, end);
      return placed;
    }
    length = u16(msg, at + 1);
    at += 3;
  }
  if (at + length > end) {
    blame(parametersOverrun, lengthAt, at);
    return placed;
  }
  const last = at + length;
  if (last < end) blame(trailingOctets, last, end);

  const head = extended ? 3 : 2;
  while (at < last) {
    const value = at + head;
    const next = value > last ? value : value + (extended ? u16(msg, at + 1) : u8(msg, at + 1));
    if (next > last) {
      blame(parameterOverrun, at, last);
      break;
    }
    const type = u8(msg, at);
    if (type === CAPABILITIES) readCapabilities(msg, value, next, start, placed, found);
    // RFC 9072 §3: type 255 in any other place than the first is an unrecognised parameter as well.
    else blame(type === 1 ? authenticationParameter : unknownParameter, at, next);
    at = next;
  }
  return placed;
};

/** The capabilities that count: what several instances of one mean is for the capability to say (RFC 5492 §4). */
const settled = (placed: readonly PlacedCapability[], found: Found[]): readonly Capability[] => {
  const lastOf = new Map(placed.map((one) => [one.code, one]));
  const seen = new Set<string>();
  const codes = new Set<number>();
  const kept: Capability[] = [];
  for (const one of placed) {
    const { code, value, start, end } = one;
    const octets = octetsOf(one);
    const rule = capabilityOf(code)?.repeated ?? "all";
    const last = lastOf.get(code) ?? one;
    if (rule === "last" && one !== last) {
      if (octets !== octetsOf(last)) found.push({ fault: replacedCapability, start, end });
      continue;
    }
    // Identical instances count once.
    if (seen.has(octets)) continue;
    seen.add(octets);
    const isFirst = !codes.has(code);
    if (rule === "first" && !isFirst) {
      found.push({ fault: surplusCapability, start, end });
      continue;
    }
    if (rule === "refused" && !isFirst) found.push({ fault: contradictingRoles, start, end });
    // RFC 9494 §4.5: behave as though it had not been received.
    if (code === longLivedGracefulRestart.code && !lastOf.has(gracefulRestart.code)) {
      found.push({ fault: longLivedAlone, start, end });
      continue;
    }
    codes.add(code);
    kept.push({ code, value });
  }
  return kept;
};

/** What is left of an instance, to tell equal ones by: parts that were ignored don't make two of them differ. */
const octetsOf = (one: Capability): string => {
  const octets = new Uint8Array(sizeOfCapability(one));
  writeCapability(one, octets, 0);
  return hex(octets);
};
