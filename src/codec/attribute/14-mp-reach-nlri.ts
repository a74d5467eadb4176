import { type AttributeSpec, Flag } from "../attribute.js";
import { declareFault, type Fault, Verdict } from "../fault.js";
import { ErrorCode, type Family, UpdateError } from "../iana.js";
import { nlriOf } from "../nlri/index.js";
import { copyOctets, setOctets, setU8, setU24, u8, u24, within } from "../octets.js";
import type { SessionContext } from "../session-context.js";
import { announcedForm, checkMpNlri, encodeMpNlri, type MpNlri, readMpNlri, sizeMpNlri } from "./mp-nlri.js";

/** Feasible routes of any family with their next hop. */
export interface MpReach {
  readonly family: Family;
  /** An address, or an IPv6 address and its link-local companion (RFC 2545 §3); in a VPN each with a distinguisher. */
  readonly nextHop: Uint8Array;
  readonly nlri: MpNlri;
}

// RFC 7606 §3 (j) and §7.11: where the routes can't be located, "session reset" or "AFI/SAFI disable" MUST be used. We
// reset, with the subcode of RFC 4760 §7.
const incorrect = (what: string, rfc: string, subcode: number = UpdateError.OptionalAttribute): Fault =>
  declareFault(`mp-reach-nlri/${what}`, Verdict.SessionReset, [ErrorCode.Update, subcode], rfc);

export const mpReachFlags: Fault = incorrect("wrong-flags", "RFC 7606 §5.3", UpdateError.AttributeFlags);
export const mpReachTooShort: Fault = incorrect("too-short", "RFC 7606 §5.3");
export const mpReachNextHopLength: Fault = incorrect("bad-next-hop-length", "RFC 7606 §7.11");
export const mpReachNextHopOverrun: Fault = incorrect("next-hop-overrun", "RFC 7606 §7.11");
export const mpReachBadNlri: Fault = incorrect("bad-nlri", "RFC 7606 §5.3");
// RFC 4760 §7 answers even an incorrect attribute with: ignore the routes of that family. For a family that was not
// agreed on, that is the state already: no route of it was taken, so none can be stale, and nothing has to be withdrawn.
export const mpReachNotNegotiated: Fault = declareFault(
  "mp-reach-nlri/not-negotiated",
  Verdict.Discard,
  [ErrorCode.Update, UpdateError.OptionalAttribute],
  "RFC 4760 §7",
);
export const mpReachRouteDiscarded: Fault = declareFault(
  "mp-reach-nlri/route-discarded",
  Verdict.Discard,
  [ErrorCode.Update, UpdateError.OptionalAttribute],
  "RFC 7606 §5.4",
);

/**
 * MP_REACH_NLRI, RFC 4760 §3.
 *
 *     | AFI (2) | SAFI (1) | length of next hop (1) | next hop | reserved (1) | NLRI |
 *
 * The reserved octet is sent as 0 and ignored when received. A family that was negotiated although no module reads its
 * routes is judged up to them, and they are kept as octets.
 */
export const mpReachNlri: AttributeSpec<MpReach> = {
  code: 14,
  name: "MP_REACH_NLRI",
  flags: Flag.Optional,
  flagFault: mpReachFlags,
  faults: [
    mpReachFlags,
    mpReachTooShort,
    mpReachNotNegotiated,
    mpReachNextHopLength,
    mpReachNextHopOverrun,
    mpReachBadNlri,
    mpReachRouteDiscarded,
  ],
  partial: [mpReachRouteDiscarded],

  check(msg, start, end, session) {
    if (end - start < 5) return mpReachTooShort;
    const family = mpReachFamily(msg, start);
    if (!session.families.has(family)) return mpReachNotNegotiated;
    if (!isNextHopLength(family, mpReachNextHopSize(msg, start), session)) return mpReachNextHopLength;
    const nlri = mpReachNlriStart(msg, start);
    if (nlri > end) return mpReachNextHopOverrun;
    const fault = checkMpNlri(family, msg, nlri, end, session, announcedForm(family, session));
    if (fault === null) return null;
    return fault.verdict === Verdict.Discard ? mpReachRouteDiscarded : mpReachBadNlri;
  },

  read(msg, start, end, session) {
    const family = mpReachFamily(msg, start);
    const nlri = mpReachNlriStart(msg, start);
    return {
      family,
      nextHop: copyOctets(msg, mpReachNextHopStart(start), nlri - 1),
      nlri: readMpNlri(family, msg, nlri, end, session, announcedForm(family, session)),
    };
  },

  size({ family, nextHop, nlri }, session) {
    return 5 + nextHop.length + sizeMpNlri(family, nlri, session, announcedForm(family, session));
  },

  encode({ family, nextHop, nlri }, out, start, session) {
    if (!isNextHopLength(family, within(0xff, nextHop.length, "the length of the next hop"), session)) {
      throw new RangeError(`a next hop of ${nextHop.length} octets does not fit family ${family} in this session`);
    }
    let at = setU24(out, start, within(0xffffff, family, "the family"));
    at = setU8(out, at, nextHop.length);
    at = setOctets(out, at, nextHop);
    at = setU8(out, at, 0);
    return encodeMpNlri(family, nlri, out, at, session, announcedForm(family, session));
  },
};

// Where the parts of an attribute at `start` lie: for octets that were checked.

export const mpReachFamily = (msg: Uint8Array, start: number): Family => u24(msg, start);

/** Octets of the next hop. */
export const mpReachNextHopSize = (msg: Uint8Array, start: number): number => u8(msg, start + 3);

export const mpReachNextHopStart = (start: number): number => start + 4;

/** The routes reach from here to the end of the attribute. */
export const mpReachNlriStart = (msg: Uint8Array, start: number): number => start + 5 + mpReachNextHopSize(msg, start);

// Of a family that no module reads, nothing is known of its next hop either.
const isNextHopLength = (family: Family, length: number, { extendedNextHop }: SessionContext): boolean =>
  nlriOf(family)?.isNextHopLength(length, extendedNextHop.has(family)) ?? true;
