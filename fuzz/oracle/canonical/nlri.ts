import { Afi, type Family, family, Safi } from "../../../src/codec/iana.js";
import type { RouteForm } from "../../../src/codec/nlri.js";
import { u8 } from "../../../src/codec/octets.js";
import type { Canonicalisation } from "../field.js";
import { malformedLeftOut } from "./nlri-bgp-ls.js";
import { lengthShortened, paddingCleared } from "./nlri-flowspec.js";
import { bottomBitSet, compatibilityFieldSet } from "./nlri-labels.js";
import { unknownEvpnLeftOut, unknownMcastVpnLeftOut, unknownMupLeftOut } from "./nlri-typed.js";

/** How a run of routes comes back, by family; of a family without an entry, as it went in. Without help of the decoder. */
export const nlriCanonicalisations = (of: Family, addPath: boolean, form: RouteForm): readonly Canonicalisation[] => {
  const key = 6 * of + 2 * FORMS.indexOf(form) + (addPath ? 1 : 0);
  let known = made.get(key);
  if (known === undefined) {
    known = (BY_FAMILY.get(of) ?? []).map((make) => make(addPath, form));
    made.set(key, known);
  }
  return known;
};

const FORMS: readonly RouteForm[] = ["single", "stack", "withdrawn"];
const made = new Map<number, readonly Canonicalisation[]>();

/** What makes the canonicalisation of a family's routes. */
export type NlriCanonical = (addPath: boolean, form: RouteForm) => Canonicalisation;

/** The bits behind a prefix's length are irrelevant (RFC 4271 §4.3); we send them as zero. */
export const hostBitsCleared: NlriCanonical = (addPath) => ({
  name: "host-bits-cleared",
  why: "RFC 4271 §4.3: the value of the trailing bits of a prefix is irrelevant",
  apply: (octets) => {
    let out = octets;
    for (let at = 0; at < octets.length; ) {
      if (addPath) at += 4;
      const length = u8(octets, at);
      at += 1 + Math.ceil(length / 8);
      const spare = (8 - (length % 8)) % 8;
      const cleared = (u8(octets, at - 1) >> spare) << spare;
      if (spare === 0 || octets[at - 1] === cleared) continue;
      if (out === octets) out = octets.slice();
      out[at - 1] = cleared;
    }
    return out;
  },
});

const BY_FAMILY: ReadonlyMap<Family, readonly NlriCanonical[]> = new Map([
  [family(Afi.Ipv4, Safi.Unicast), [hostBitsCleared]],
  [family(Afi.Ipv6, Safi.Unicast), [hostBitsCleared]],
  [family(Afi.Ipv4, Safi.Multicast), [hostBitsCleared]],
  [family(Afi.Ipv6, Safi.Multicast), [hostBitsCleared]],
  [family(Afi.Ipv4, Safi.Labeled), [hostBitsCleared, bottomBitSet, compatibilityFieldSet]],
  [family(Afi.Ipv6, Safi.Labeled), [hostBitsCleared, bottomBitSet, compatibilityFieldSet]],
  [family(Afi.Ipv4, Safi.Vpn), [hostBitsCleared, bottomBitSet, compatibilityFieldSet]],
  [family(Afi.Ipv6, Safi.Vpn), [hostBitsCleared, bottomBitSet, compatibilityFieldSet]],
  [family(Afi.Ipv4, Safi.VpnMulticast), [hostBitsCleared]],
  [family(Afi.Ipv6, Safi.VpnMulticast), [hostBitsCleared]],
  [family(Afi.Ipv4, Safi.RouteTarget), [hostBitsCleared]],
  [family(Afi.Ipv4, Safi.FlowSpec), [lengthShortened, paddingCleared(4, 0)]],
  [family(Afi.Ipv6, Safi.FlowSpec), [lengthShortened, paddingCleared(6, 0)]],
  [family(Afi.Ipv4, Safi.FlowSpecVpn), [lengthShortened, paddingCleared(4, 8)]],
  [family(Afi.Ipv6, Safi.FlowSpecVpn), [lengthShortened, paddingCleared(6, 8)]],
  [family(Afi.LinkState, Safi.LinkState), [malformedLeftOut(0)]],
  [family(Afi.LinkState, Safi.LinkStateVpn), [malformedLeftOut(8)]],
  [family(Afi.L2vpn, Safi.Evpn), [unknownEvpnLeftOut]],
  [family(Afi.Ipv4, Safi.McastVpn), [unknownMcastVpnLeftOut]],
  [family(Afi.Ipv6, Safi.McastVpn), [unknownMcastVpnLeftOut]],
  [family(Afi.Ipv4, Safi.Mup), [unknownMupLeftOut]],
  [family(Afi.Ipv6, Safi.Mup), [unknownMupLeftOut]],
]);
