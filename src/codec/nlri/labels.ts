import type { Fault } from "../fault.js";
import type { RouteForm } from "../nlri.js";
import { setU24, u8, u24, within } from "../octets.js";
import { unparsable } from "./fault.js";

/** An MPLS label bound to a prefix, RFC 8277 §2.2. */
export interface Label {
  /** 20 bits. */
  readonly label: number;
  /** The 3 bits of Rsrv: sent as 0 and ignored (RFC 8277 §2.2), but kept as they came. RFC 3107 left them open. */
  readonly rsrv: number;
}

/** The two ways in which no labels can be told in front of a prefix. */
export interface LabelFaults {
  /** The route's bits are fewer than those of a label, or of the Compatibility field of a withdrawal. */
  readonly noLabel: Fault;
  /** No label in the route's bits has the S bit. */
  readonly unendingStack: Fault;
}

export const labelFaults = (name: string): LabelFaults => ({
  noLabel: unparsable(name, "no-label"),
  // RFC 8277 §2.3: without the S bit in the last label the NLRI can't be parsed; RFC 7606 §3 (j).
  unendingStack: unparsable(name, "unending-stack", "RFC 8277 §2.3"),
});

const LABEL_BITS = 24;
const LABEL_OCTETS = 3;

/** RFC 8277 §2.4: what stands where the label was when a route is withdrawn. */
const COMPATIBILITY = 0x800000;

/** The octets of the labels at `at`, in a route whose `bits` bits are all there; or why there are none. */
export const measureLabels = (
  msg: Uint8Array,
  at: number,
  bits: number,
  form: RouteForm,
  { noLabel, unendingStack }: LabelFaults,
): number | Fault => {
  if (bits < LABEL_BITS) return noLabel;
  // RFC 8277 §2.2: the S bit of a single label is ignored; §2.4: so is all of the Compatibility field.
  if (form !== "stack") return LABEL_OCTETS;
  // RFC 8277 §2.3. The length in bits is one octet, so there are ten labels at most.
  for (let octets = LABEL_OCTETS; octets * 8 <= bits; octets += LABEL_OCTETS) {
    if (isBottom(msg, at + octets - LABEL_OCTETS)) return octets;
  }
  return unendingStack;
};

/** Labels that were measured. A withdrawal has none, whatever stands in its Compatibility field. */
export const readLabels = (msg: Uint8Array, start: number, form: RouteForm): readonly Label[] => {
  if (form === "withdrawn") return [];
  for (let at = start, labels: Label[] = []; ; at += LABEL_OCTETS) {
    const octets = u24(msg, at);
    labels.push({ label: octets >>> 4, rsrv: (octets >>> 1) & 7 });
    if (form === "single" || isBottom(msg, at)) return labels;
  }
};

/** Octets of labels in this form. A withdrawal has one field of three octets, whatever was bound. */
export const sizeLabels = (labels: readonly Label[], form: RouteForm): number =>
  form === "withdrawn" ? LABEL_OCTETS : labels.length * LABEL_OCTETS;

/**
 * Writes labels, the last with its S bit, and gives the offset after. What is withdrawn may have its labels still: they
 * are not written. Throws RangeError for no labels, or several where one is all that was agreed on.
 */
export const writeLabels = (labels: readonly Label[], out: Uint8Array, start: number, form: RouteForm): number => {
  if (form === "withdrawn") return setU24(out, start, COMPATIBILITY);
  if (labels.length === 0 || (form === "single" && labels.length > 1)) {
    throw new RangeError(`${labels.length} labels for a prefix in a session with ${form} labels`);
  }
  let at = start;
  for (const [i, { label, rsrv }] of labels.entries()) {
    const bottom = i === labels.length - 1 ? 1 : 0;
    at = setU24(out, at, (within(0xfffff, label, "a label") << 4) | (within(7, rsrv, "Rsrv") << 1) | bottom);
  }
  return at;
};

/** Whether the label at `at` has the S bit. */
const isBottom = (msg: Uint8Array, at: number): boolean => (u8(msg, at + 2) & 1) === 1;
