import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";

/** One domain that the route has come through. */
export interface Domain {
  readonly globalAdministrator: number;
  readonly localAdministrator: number;
  /** The SAFI by which the route came into the gateway, 70 or 128; 0 when it is the gateway's own. */
  readonly isfSafiType: number;
}

/** Segments of domains, the latest first. */
export type DPath = readonly (readonly Domain[])[];

const malformed = (what: string, subcode: number = UpdateError.OptionalAttribute): Fault =>
  treatAsWithdraw(`d-path/${what}`, "RFC 10039 §4", subcode);

export const dPathFlags: Fault = wrongFlags("d-path");
export const dPathTooShort: Fault = malformed("too-short", UpdateError.AttributeLength);
export const dPathEmptySegment: Fault = malformed("empty-segment");
export const dPathOverrun: Fault = malformed("overrun");

const DOMAIN = 7;

/**
 * D-PATH, RFC 10039 §4 (draft-ietf-bess-evpn-ipvpn-interworking).
 *
 *     | count of domains (1) | domains |   repeated to the end
 *     domain  | global administrator (4) | local administrator (2) | ISF_SAFI_TYPE (1) |
 *
 * An ISF_SAFI_TYPE is information, so none is a fault; neither is a domain that stands there twice: the receiver that
 * finds its own has found a loop.
 */
export const dPath: AttributeSpec<DPath> = {
  code: 36,
  name: "D-PATH",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: dPathFlags,
  faults: [dPathFlags, dPathTooShort, dPathEmptySegment, dPathOverrun],

  check(msg, start, end) {
    if (end - start < 1 + DOMAIN) return dPathTooShort;
    let at = start;
    while (at < end) {
      const count = u8(msg, at);
      if (count === 0) return dPathEmptySegment;
      at += 1 + count * DOMAIN;
    }
    return at === end ? null : dPathOverrun;
  },

  read(msg, start, end) {
    const path: (readonly Domain[])[] = [];
    for (let at = start; at < end; ) {
      const next = at + 1 + u8(msg, at) * DOMAIN;
      const segment: Domain[] = [];
      for (at += 1; at < next; at += DOMAIN) {
        segment.push({
          globalAdministrator: u32(msg, at),
          localAdministrator: u16(msg, at + 4),
          isfSafiType: u8(msg, at + 6),
        });
      }
      path.push(segment);
    }
    return path;
  },

  size(path) {
    return path.reduce((sum, segment) => sum + 1 + segment.length * DOMAIN, 0);
  },

  encode(path, out, start) {
    if (path.length === 0) throw new RangeError("D-PATH has at least one segment, or is left out");
    let at = start;
    for (const segment of path) {
      if (segment.length === 0) throw new RangeError("a segment of D-PATH has at least one domain");
      at = setU8(out, at, within(0xff, segment.length, "the domains of a segment"));
      for (const { globalAdministrator, localAdministrator, isfSafiType } of segment) {
        at = setU32(out, at, within(0xffffffff, globalAdministrator, "a global administrator"));
        at = setU16(out, at, within(0xffff, localAdministrator, "a local administrator"));
        at = setU8(out, at, within(0xff, isfSafiType, "an ISF_SAFI_TYPE"));
      }
    }
    return at;
  },
};
