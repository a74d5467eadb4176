import { Afi, type Family, family, Safi } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { type Head, headedPrefixes, type Prefix } from "./headed-prefix.js";
import { type Label, labelFaults, measureLabels, readLabels, sizeLabels, writeLabels } from "./labels.js";

/** A prefix and the labels bound to it, the top of the stack first. */
export interface LabeledRoute extends Prefix {
  /** One; or several where capability 8 was agreed on; none in what is withdrawn. */
  readonly labels: readonly Label[];
}

/** RFC 8277 §2.2 to §2.4: labels, or the Compatibility field of a withdrawal, in front of the prefix. */
const labeledHead = (name: string): Head<Pick<LabeledRoute, "labels">> => {
  const faults = labelFaults(name);
  return {
    faults: [faults.noLabel, faults.unendingStack],
    measure: (msg, at, bits, form) => measureLabels(msg, at, bits, form, faults),
    read: (msg, at, form) => ({ labels: readLabels(msg, at, form) }),
    size: ({ labels }, form) => sizeLabels(labels, form),
    write: ({ labels }, out, at, form) => writeLabels(labels, out, at, form),
  };
};

/**
 * Prefixes with MPLS labels, RFC 8277 §2.
 *
 *     [ path identifier (4) ] | length in bits (1) | label (3) ... | prefix |   repeated to the end
 *     label: | label (20 bits) | Rsrv (3 bits) | S (1 bit) |
 */
const labeled = (
  of: Family,
  name: string,
  isNextHopLength: NlriSpec<LabeledRoute>["isNextHopLength"],
): NlriSpec<LabeledRoute> => headedPrefixes(of, name, labeledHead(name), isNextHopLength);

const isIpv6 = (length: number): boolean => length === 16 || length === 32;

// RFC 8950 §3: an IPv6 next hop only where its capability says so.
export const ipv4Labeled: NlriSpec<LabeledRoute> = labeled(
  family(Afi.Ipv4, Safi.Labeled),
  "ipv4-labeled",
  (length, extended) => length === 4 || (extended && isIpv6(length)),
);

// RFC 2545 §3; a speaker that has only IPv4 maps its address into 16 octets (RFC 4798 §2).
export const ipv6Labeled: NlriSpec<LabeledRoute> = labeled(family(Afi.Ipv6, Safi.Labeled), "ipv6-labeled", isIpv6);
