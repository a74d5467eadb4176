import { Afi, type Family, family, Safi } from "../../../src/codec/iana.js";
import type { RouteForm } from "../../../src/codec/nlri.js";
import { u8 } from "../../../src/codec/octets.js";
import type { Canonicalisation } from "../field.js";

/** How a run of routes comes back, by family; of a family without an entry, as it went in. Without help of the decoder. */
export const nlriCanonicalisations = (of: Family, addPath: boolean, form: RouteForm): readonly Canonicalisation[] =>
  (BY_FAMILY.get(of) ?? []).map((make) => make(addPath, form));

/** What makes the canonicalisation of a family's routes. */
export type NlriCanonical = (addPath: boolean, form: RouteForm) => Canonicalisation;

/** The bits behind a prefix's length are irrelevant (RFC 4271 §4.3); we send them as zero. */
export const hostBitsCleared: NlriCanonical = (addPath) => ({
  name: "host-bits-cleared",
  why: "RFC 4271 §4.3: the value of the trailing bits of a prefix is irrelevant",
  apply: (octets) => {
    const out = octets.slice();
    for (let at = 0; at < out.length; ) {
      if (addPath) at += 4;
      const length = u8(out, at);
      at += 1 + Math.ceil(length / 8);
      const spare = (8 - (length % 8)) % 8;
      if (spare > 0) out[at - 1] = (u8(out, at - 1) >> spare) << spare;
    }
    return out;
  },
});

const BY_FAMILY: ReadonlyMap<Family, readonly NlriCanonical[]> = new Map([
  [family(Afi.Ipv4, Safi.Unicast), [hostBitsCleared]],
  [family(Afi.Ipv6, Safi.Unicast), [hostBitsCleared]],
  [family(Afi.Ipv4, Safi.Multicast), [hostBitsCleared]],
  [family(Afi.Ipv6, Safi.Multicast), [hostBitsCleared]],
]);
