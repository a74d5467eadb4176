import { type Decoded, declareFault, type Fault, type Found, Verdict } from "../fault.js";
import { badLength, HEADER_LENGTH, setHeader, tooShort } from "../frame.js";
import { afiOf, ErrorCode, type Family, family, MessageType, safiOf } from "../iana.js";
import { copyOctets, setU8, setU16, u8, u16, within } from "../octets.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE } from "../session-context.js";
import { orfFaults, type RouteFilters, readRouteFilters, sizeOfRouteFilters, writeRouteFilters } from "./orf.js";

/** RFC 7313 §3.2. */
export const RefreshSubtype = { Request: 0, Begin: 1, End: 2 } as const;
export type RefreshSubtype = (typeof RefreshSubtype)[keyof typeof RefreshSubtype];

export interface RouteRefresh {
  readonly family: Family;
  /** One of `RefreshSubtype`; any other comes with the fault `unknownSubtype`, and the message is to be ignored. */
  readonly subtype: number;
  /** Outbound route filters behind a request (RFC 5291 §4); there only when there are any that can be told apart. */
  readonly orf?: RouteFilters;
}

/** RFC 7313 §5. */
const InvalidMessageLength = 1;

export const refreshLength: Fault = declareFault(
  "route-refresh/wrong-length",
  Verdict.SessionReset,
  [ErrorCode.RouteRefresh, InvalidMessageLength],
  "RFC 7313 §5",
);
export const unknownSubtype: Fault = declareFault(
  "route-refresh/unknown-subtype",
  Verdict.Discard,
  [ErrorCode.RouteRefresh, 0],
  "RFC 7313 §5",
);

/** Every fault `decodeRouteRefresh` can give. */
export const routeRefreshFaults: readonly Fault[] = [badLength, refreshLength, unknownSubtype, ...orfFaults];

const LENGTH = HEADER_LENGTH + 4;

/**
 * ROUTE-REFRESH, RFC 2918 §3 and RFC 7313 §3.2, octets [start, end) of `msg`, header included. Offsets in `found`
 * count from `start`.
 *
 *     | header (19) | AFI (2) | subtype (1) | SAFI (1) | route filters, behind subtype 0 only |
 *
 * `enhanced`: the peer sent capability 70. If it did not, the subtype is a reserved octet, which is ignored (RFC 2918
 * §3), and nothing of RFC 7313 §5 applies.
 */
export const decodeRouteRefresh = (
  msg: Uint8Array,
  start: number,
  end: number,
  enhanced = true,
): Decoded<RouteRefresh> => {
  const short = tooShort(start, end, MessageType.RouteRefresh);
  if (short !== null) return { value: null, found: [short] };

  const of = family(u16(msg, start + 19), u8(msg, start + 22));
  const subtype = enhanced ? u8(msg, start + 21) : RefreshSubtype.Request;
  if (subtype === RefreshSubtype.Request) {
    const request = { family: of, subtype };
    if (end - start === LENGTH) return { value: request, found: [] };
    // RFC 5291 §4: the length of the message tells a request with filters from one without.
    const found: Found[] = [];
    const orf = readRouteFilters(msg, start + LENGTH, end, of, start, found);
    return { value: orf === null ? request : { ...request, orf }, found };
  }
  if (subtype > RefreshSubtype.End) {
    return { value: { family: of, subtype }, found: [{ fault: unknownSubtype, start: 21, end: 22 }] };
  }
  if (end - start !== LENGTH) {
    // The data is the complete message, as far as an ordinary NOTIFICATION carries it (RFC 8654 §5).
    const data = copyOctets(msg, start, Math.min(end, start + ORDINARY_MAX_MESSAGE - HEADER_LENGTH - 2));
    return { value: null, found: [{ fault: refreshLength, start: 0, end: end - start, data }] };
  }
  return { value: { family: of, subtype }, found: [] };
};

/** The whole message. Throws RangeError for a subtype or family that the wire cannot carry, or filters out of place. */
export const encodeRouteRefresh = ({ family: of, subtype, orf }: RouteRefresh): Uint8Array => {
  within(0xffffff, of, "the family");
  within(RefreshSubtype.End, subtype, "the ROUTE-REFRESH subtype");
  if (orf !== undefined && subtype !== RefreshSubtype.Request) {
    throw new RangeError("route filters go with a request only (RFC 5291)");
  }
  const length = LENGTH + (orf === undefined ? 0 : sizeOfRouteFilters(orf));
  const out = new Uint8Array(within(EXTENDED_MAX_MESSAGE, length, "the message length"));
  const at = setU16(out, setHeader(out, 0, length, MessageType.RouteRefresh), afiOf(of));
  const next = setU8(out, setU8(out, at, subtype), safiOf(of));
  if (orf !== undefined) writeRouteFilters(orf, of, out, next);
  return out;
};
