import type { Canonicalisation } from "../field.js";

/**
 * Typed routes of a kind that is not known are discarded, and the others stand. Every route is `typeOctets` of type, one
 * of length, and a body; `isKnown` looks at a route from its type on.
 */
const unknownLeftOut =
  (typeOctets: number, isKnown: (route: Uint8Array) => boolean) =>
  (addPath: boolean): Canonicalisation => ({
    name: "unknown-types-left-out",
    why: "RFC 7606 §5.4: routes of a type that is not recognised are discarded",
    apply(octets) {
      const lead = addPath ? 4 : 0;
      let out = octets;
      let kept = 0;
      for (let at = 0; at < octets.length; ) {
        const after = at + lead + typeOctets + 1 + (octets[at + lead + typeOctets] ?? 0);
        if (isKnown(octets.subarray(at + lead, after))) {
          if (kept !== at) {
            if (out === octets) out = octets.slice();
            out.copyWithin(kept, at, after);
          }
          kept += after - at;
        }
        at = after;
      }
      return kept === octets.length ? octets : out.subarray(0, kept);
    },
  });

/** RFC 7432 §7, RFC 9136 §3.1, RFC 9251 §9: types 1 to 8. */
export const unknownEvpnLeftOut: (addPath: boolean) => Canonicalisation = unknownLeftOut(
  1,
  ([type = 0]) => type >= 1 && type <= 8,
);

/** RFC 6514 §4: types 1 to 7; of type 4, those that answer a route of type 1 to 3. */
export const unknownMcastVpnLeftOut: (addPath: boolean) => Canonicalisation = unknownLeftOut(
  1,
  ([type = 0, , answered = 0]) => (type === 4 ? answered >= 1 && answered <= 3 : type >= 1 && type <= 7),
);

/** draft-ietf-bess-mup-safi §3.1: architecture 1, types 1 to 4. */
export const unknownMupLeftOut: (addPath: boolean) => Canonicalisation = unknownLeftOut(
  3,
  ([architecture, high, low = 0]) => architecture === 1 && high === 0 && low >= 1 && low <= 4,
);
