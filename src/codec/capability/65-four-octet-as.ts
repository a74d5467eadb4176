import { type CapabilitySpec, wrongLength } from "../capability.js";
import { declareFault, type Fault, Verdict } from "../fault.js";
import { ErrorCode, OpenError } from "../iana.js";
import { setU32, u32, within } from "../octets.js";

export const fourOctetAsLength: Fault = wrongLength("four-octet-as");

// RFC 6793 §4.1 makes this the peer's AS number, and RFC 7607 §2 refuses a peer in AS 0.
export const fourOctetAsZero: Fault = declareFault(
  "four-octet-as/as-zero",
  Verdict.SessionReset,
  [ErrorCode.Open, OpenError.BadPeerAs],
  "RFC 7607 §2",
);

/** Support for four-octet AS numbers, RFC 6793 §3: the speaker's own AS number, four octets. */
export const fourOctetAs: CapabilitySpec<number> = {
  code: 65,
  name: "Four-Octet AS Number",
  repeated: "last",
  faults: [fourOctetAsLength, fourOctetAsZero],
  partial: [],

  check(msg, start, end) {
    if (end - start !== 4) return fourOctetAsLength;
    return u32(msg, start) === 0 ? fourOctetAsZero : null;
  },

  read: (msg, start) => u32(msg, start),
  size: () => 4,

  encode(value, out, at) {
    if (value === 0) throw new RangeError("AS 0 must not be a speaker's AS number (RFC 7607)");
    return setU32(out, at, within(0xffffffff, value, "the AS number"));
  },
};
