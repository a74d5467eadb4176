import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets, setU24, u24, within } from "../octets.js";
import { isListOf } from "./shape.js";

export interface PeLabel {
  /** The address of a PE: 4 octets or 16. */
  readonly address: Uint8Array;
  /** All 24 bits, the label being the upper 20. */
  readonly label: number;
}

/** Labels of PEs that have addresses of one family; or octets, when their number leaves open of which. */
export type PeDistinguisherLabels = readonly PeLabel[] | Uint8Array;

export const peDistinguisherLabelsFlags: Fault = wrongFlags("pe-distinguisher-labels");
export const peDistinguisherLabelsLength: Fault = treatAsWithdraw(
  "pe-distinguisher-labels/bad-length",
  "RFC 6514 §8",
  UpdateError.AttributeLength,
);

const OF_IPV4 = 7;
const OF_IPV6 = 19;

/**
 * PE Distinguisher Labels, RFC 6514 §8.
 *
 *     | PE address (4 or 16) | label (3) |   repeated to the end
 *
 * Which addresses it has depends on the MCAST-VPN route that it comes with. The length tells as well, unless it is a
 * multiple of both 7 and 19.
 */
export const peDistinguisherLabels: AttributeSpec<PeDistinguisherLabels> = {
  code: 27,
  name: "PE Distinguisher Labels",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: peDistinguisherLabelsFlags,
  faults: [peDistinguisherLabelsFlags, peDistinguisherLabelsLength],

  check(_msg, start, end) {
    return isListOf(OF_IPV4, start, end) || isListOf(OF_IPV6, start, end) ? null : peDistinguisherLabelsLength;
  },

  read(msg, start, end) {
    if (isListOf(OF_IPV4 * OF_IPV6, start, end)) return copyOctets(msg, start, end);
    const width = isListOf(OF_IPV4, start, end) ? OF_IPV4 : OF_IPV6;
    const labels: PeLabel[] = [];
    for (let at = start; at < end; at += width) {
      const label = at + width - 3;
      labels.push({ address: copyOctets(msg, at, label), label: u24(msg, label) });
    }
    return labels;
  },

  size(value) {
    return value instanceof Uint8Array ? value.length : value.reduce((sum, one) => sum + one.address.length + 3, 0);
  },

  encode(value, out, start) {
    if (value instanceof Uint8Array) {
      if (isListOf(OF_IPV4 * OF_IPV6, 0, value.length)) return setOctets(out, start, value);
      throw new RangeError(`${value.length} octets of PE Distinguisher Labels are given as labels`);
    }
    const width = value[0]?.address.length;
    if (width !== 4 && width !== 16) throw new RangeError("PE Distinguisher Labels are of one address or more");
    let at = start;
    for (const { address, label } of value) {
      if (address.length !== width) throw new RangeError("PE Distinguisher Labels are of one address family");
      at = setU24(out, setOctets(out, at, address), within(0xffffff, label, "the label of a PE"));
    }
    return at;
  },
};
