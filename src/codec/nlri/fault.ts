import { declareFault, type Fault, Verdict } from "../fault.js";
import { ErrorCode, UpdateError } from "../iana.js";

/** RFC 7606 §5.3 with §3 (j): where the routes can't be parsed they can't be withdrawn either. */
export const unparsable = (name: string, what: string, rfc = "RFC 7606 §5.3"): Fault =>
  declareFault(`${name}/${what}`, Verdict.SessionReset, [ErrorCode.Update, UpdateError.InvalidNetworkField], rfc);

/** One route that is left out while the others stand: RFC 7606 §5.4, or the family's own document. */
export const routeDiscarded = (name: string, what: string, rfc = "RFC 7606 §5.4"): Fault =>
  declareFault(`${name}/${what}`, Verdict.Discard, [ErrorCode.Update, UpdateError.InvalidNetworkField], rfc);
