import { faultyLabels, type HeadArb, headedPrefixArb, labelsArb } from "./headed-prefix.arb.js";
import { ipv4Labeled, ipv6Labeled, type LabeledRoute } from "./labeled.js";
import type { NlriArb } from "./nlri.arb.js";

/** Ten labels fill the 255 bits of a route but for 15. */
const MOST_LABELS = 10;

const heads: Omit<HeadArb<Pick<LabeledRoute, "labels">>, "nextHopLengths"> = {
  head: (form) => labelsArb(form, MOST_LABELS).map((labels) => ({ labels })),
  short: (form) => labelsArb(form === "stack" ? "single" : form, 1).map((labels) => ({ labels })),
  faulty: faultyLabels,
};

export const ipv4LabeledArb: NlriArb<LabeledRoute> = headedPrefixArb(ipv4Labeled, {
  ...heads,
  nextHopLengths: (extended) => (extended ? [4, 16, 32] : [4]),
});
export const ipv6LabeledArb: NlriArb<LabeledRoute> = headedPrefixArb(ipv6Labeled, {
  ...heads,
  nextHopLengths: () => [16, 32],
});
