import { u8 } from "../../../src/codec/octets.js";
import type { NlriCanonical } from "./nlri.js";

/** RFC 8277 §2.2: where one label is agreed on, its S bit is ignored; we send it set, as that clause says. */
export const bottomBitSet: NlriCanonical = (addPath, form) => ({
  name: "bottom-of-stack-bit-set",
  why: "RFC 8277 §2.2: the S bit MUST be set to one on transmission and MUST be ignored on reception",
  apply: (octets) =>
    form === "single" ? inEachRoute(octets, addPath, (label) => label.set([u8(label, 2) | 1], 2)) : octets,
});

/** RFC 8277 §2.4: the Compatibility field of a withdrawal is ignored; we send what that clause recommends. */
export const compatibilityFieldSet: NlriCanonical = (addPath, form) => ({
  name: "compatibility-field-set",
  why: "RFC 8277 §2.4: the field SHOULD be set to 0x800000 and MUST be ignored upon reception",
  apply: (octets) => (form === "withdrawn" ? inEachRoute(octets, addPath, (label) => label.set([0x80, 0, 0])) : octets),
});

/** Octets in which `change` has gone over the three octets behind each length. */
const inEachRoute = (octets: Uint8Array, addPath: boolean, change: (label: Uint8Array) => void): Uint8Array => {
  const out = Uint8Array.from(octets);
  for (let at = 0; at < out.length; ) {
    if (addPath) at += 4;
    change(out.subarray(at + 1, at + 4));
    at += 1 + Math.ceil(u8(out, at) / 8);
  }
  return out;
};
