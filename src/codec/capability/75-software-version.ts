import { type CapabilitySpec, ignored } from "../capability.js";
import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU8, u8 } from "../octets.js";
import { displayText, utf8, utf8Octets } from "../text.js";

/** A version for display only. To show it, use `displayVersion`: the peer chose every character. */
export interface SoftwareVersion {
  /** Drafts up to -14 lead the text with its length, -18 sends the bare text. */
  readonly encoding: "length-prefixed" | "bare";
  /** The text's octets. */
  readonly octets: Uint8Array;
  /** The text, or null when the octets are not UTF-8. Encoding goes by `octets`. */
  readonly text: string | null;
}

export const emptyVersion: Fault = ignored("software-version/empty", "draft-abraitis-bgp-version-capability-08 §3");

/**
 * Software Version, draft-abraitis-bgp-version-capability.
 *
 *     | length of the text (1) | text |   up to -14 (FRR 10, ExaBGP 5)
 *     | text |                            -18
 *
 * Read as the older form when the first octet is one less than the capability's length.
 */
export const softwareVersion: CapabilitySpec<SoftwareVersion> = {
  code: 75,
  name: "Software Version",
  repeated: "last",
  faults: [emptyVersion],
  partial: [],

  // §3: a length of zero is an encoding error and the capability is ignored; so is the older form of an empty text.
  check: (msg, start, end) => (end === start || (end - start === 1 && u8(msg, start) === 0) ? emptyVersion : null),

  read(msg, start, end) {
    const prefixed = isPrefixed(u8(msg, start), end - start);
    const octets = copyOctets(msg, prefixed ? start + 1 : start, end);
    return { encoding: prefixed ? "length-prefixed" : "bare", octets, text: utf8(octets) };
  },

  size: ({ encoding, octets }) => octets.length + (encoding === "length-prefixed" ? 1 : 0),

  encode({ encoding, octets }, out, at) {
    const prefixed = encoding === "length-prefixed";
    const room = prefixed ? 254 : 255;
    if (octets.length === 0 || octets.length > room) {
      throw new RangeError(`a software version has 1 to ${room} octets, not ${octets.length}`);
    }
    if (prefixed) return setOctets(out, setU8(out, at, octets.length), octets);
    if (isPrefixed(u8(octets, 0), octets.length)) {
      throw new RangeError("this bare software version would be read as the length-prefixed form");
    }
    return setOctets(out, at, octets);
  },
};

/**
 * The value to send for a text of 1 to 254 octets of UTF-8 (the draft asks for 64 at most). In the bare form where no
 * other is asked for, unless that would be taken for the older one.
 */
export const versionToSend = (text: string, encoding?: SoftwareVersion["encoding"]): SoftwareVersion => {
  const octets = utf8Octets(text);
  const ambiguous = octets.length > 0 && isPrefixed(u8(octets, 0), octets.length);
  return { encoding: encoding ?? (ambiguous ? "length-prefixed" : "bare"), octets, text };
};

/** The version on one line, safe to print whatever the peer sent. */
export const displayVersion = ({ octets }: SoftwareVersion): string => displayText(octets);

const isPrefixed = (first: number, length: number): boolean => first + 1 === length;
