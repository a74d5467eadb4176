import { type CapabilitySpec, ignored } from "../capability.js";
import type { Fault } from "../fault.js";
import type { Family } from "../iana.js";
import { setU8, u8, within } from "../octets.js";
import { readFamily, writeFamily } from "./family.js";
import { tuples } from "./tuples.js";

/** How many labels the sender can take with a route of one family. */
export interface MultipleLabels {
  readonly family: Family;
  /** 2 to 254; 255 sets no limit. */
  readonly count: number;
}

/** No limit to the labels of a route. */
export const UNLIMITED = 255;

export const multipleLabelsLength: Fault = ignored("multiple-labels/wrong-length", "RFC 8277 §2.1");
// A triple with Count 0 or 1 MUST be ignored.
export const tooFewLabels: Fault = ignored("multiple-labels/too-few", "RFC 8277 §2.1");

/**
 * Multiple Labels, RFC 8277 §2.1.
 *
 *     | AFI (2) | SAFI (1) | count (1) |   repeated to the end
 *
 * All triples are kept in their order; of those of one family, the first counts: see session/negotiate.
 */
export const multipleLabels: CapabilitySpec<readonly MultipleLabels[]> = tuples({
  code: 8,
  name: "Multiple Labels",
  wrongLength: multipleLabelsLength,
  // RFC 8277 §2.1: only the first copy is significant.
  repeated: "first",
  least: 1,
  width: 4,
  ignoredTuple: { fault: tooFewLabels, is: (msg, at) => u8(msg, at + 3) < 2 },
  read: (msg, at) => ({ family: readFamily(msg, at), count: u8(msg, at + 3) }),
  write({ family, count }, out, at) {
    if (count < 2) throw new RangeError(`a count of labels is 2 or more, not ${count} (RFC 8277 §2.1)`);
    return setU8(out, writeFamily(family, out, at), within(0xff, count, "the count of labels"));
  },
});
