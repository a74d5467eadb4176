import { u8, u16 } from "../../../src/codec/octets.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import type { Canonicalisation } from "../field.js";

/**
 * ATTR_SET: an AS (4), then attributes as in an UPDATE. Each keeps the upper three bits of its flags, has its length in as
 * few octets as it takes, and a value as its own canonicalisations have it in a session within an AS, with four octets.
 */
export const attrSetCanonical = (
  inner: (code: number, session: SessionContext) => readonly Canonicalisation[],
): Canonicalisation => ({
  name: "set-canonical",
  why: "RFC 4271 §4.3: unused flags are sent as zero; the length takes two octets only when it must",
  apply: (octets) => {
    const out: number[] = [...octets.subarray(0, 4)];
    for (let at = 4; at < octets.length; ) {
      const flags = u8(octets, at);
      const code = u8(octets, at + 1);
      const extended = (flags & 0x10) !== 0;
      const start = at + (extended ? 4 : 3);
      const end = start + (extended ? u16(octets, at + 2) : u8(octets, at + 2));
      let value: Uint8Array = octets.slice(start, end);
      for (const { apply } of inner(code, WITHIN_AS)) value = apply(value);
      const length = value.length > 255 ? [value.length >>> 8, value.length & 0xff] : [value.length];
      out.push((flags & 0xe0) | (length.length === 2 ? 0x10 : 0), code, ...length, ...value);
      at = end;
    }
    return Uint8Array.from(out);
  },
});

const WITHIN_AS: SessionContext = {
  asnSize: 4,
  localAs: 0,
  peerAs: 0,
  external: false,
  families: new Set(),
  addPath: new Set(),
  maxMessage: 65535,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};
