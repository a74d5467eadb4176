import { type AttributeSpec, Flag } from "../attribute.js";
import { declareFault, type Fault, Verdict } from "../fault.js";
import { ErrorCode, type Family, UpdateError } from "../iana.js";
import { setU24, u24, within } from "../octets.js";
import { checkMpNlri, encodeMpNlri, type MpNlri, readMpNlri, sizeMpNlri } from "./mp-nlri.js";

/**
 * Routes of any family that are withdrawn; none at all: the End-of-RIB of that family (RFC 4724 §2), unless
 * `mpUnreachRouteDiscarded` was found beside it.
 */
export interface MpUnreach {
  readonly family: Family;
  readonly nlri: MpNlri;
}

// RFC 7606 §3 (j): routes that can't be parsed can't be withdrawn either. The subcode is that of RFC 4760 §7.
const incorrect = (what: string, subcode: number = UpdateError.OptionalAttribute): Fault =>
  declareFault(`mp-unreach-nlri/${what}`, Verdict.SessionReset, [ErrorCode.Update, subcode], "RFC 7606 §5.3");

export const mpUnreachFlags: Fault = incorrect("wrong-flags", UpdateError.AttributeFlags);
export const mpUnreachTooShort: Fault = incorrect("too-short");
export const mpUnreachBadNlri: Fault = incorrect("bad-nlri");
// As for MP_REACH_NLRI: no route of the family was ever taken, so there is none to withdraw.
export const mpUnreachNotNegotiated: Fault = declareFault(
  "mp-unreach-nlri/not-negotiated",
  Verdict.Discard,
  [ErrorCode.Update, UpdateError.OptionalAttribute],
  "RFC 4760 §7",
);
export const mpUnreachRouteDiscarded: Fault = declareFault(
  "mp-unreach-nlri/route-discarded",
  Verdict.Discard,
  [ErrorCode.Update, UpdateError.OptionalAttribute],
  "RFC 7606 §5.4",
);

/**
 * MP_UNREACH_NLRI, RFC 4760 §4.
 *
 *     | AFI (2) | SAFI (1) | withdrawn routes |
 */
export const mpUnreachNlri: AttributeSpec<MpUnreach> = {
  code: 15,
  name: "MP_UNREACH_NLRI",
  flags: Flag.Optional,
  flagFault: mpUnreachFlags,
  faults: [mpUnreachFlags, mpUnreachTooShort, mpUnreachNotNegotiated, mpUnreachBadNlri, mpUnreachRouteDiscarded],
  partial: [mpUnreachRouteDiscarded],

  check(msg, start, end, session) {
    if (end - start < 3) return mpUnreachTooShort;
    const family = mpUnreachFamily(msg, start);
    if (!session.families.has(family)) return mpUnreachNotNegotiated;
    const fault = checkMpNlri(family, msg, mpUnreachNlriStart(start), end, session, "withdrawn");
    if (fault === null) return null;
    return fault.verdict === Verdict.Discard ? mpUnreachRouteDiscarded : mpUnreachBadNlri;
  },

  read(msg, start, end, session) {
    const family = mpUnreachFamily(msg, start);
    return { family, nlri: readMpNlri(family, msg, mpUnreachNlriStart(start), end, session, "withdrawn") };
  },

  size({ family, nlri }, session) {
    return 3 + sizeMpNlri(family, nlri, session, "withdrawn");
  },

  encode({ family, nlri }, out, at, session) {
    return encodeMpNlri(
      family,
      nlri,
      out,
      setU24(out, at, within(0xffffff, family, "the family")),
      session,
      "withdrawn",
    );
  },
};

export const mpUnreachFamily = (msg: Uint8Array, start: number): Family => u24(msg, start);

/** The withdrawn routes reach from here to the end of the attribute. */
export const mpUnreachNlriStart = (start: number): number => start + 3;
