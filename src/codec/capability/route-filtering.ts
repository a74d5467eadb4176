import { type CapabilitySpec, wrongLength } from "../capability.js";
import { afiOf, type Family, family, safiOf } from "../iana.js";
import { setU8, setU16, u8, u16, within } from "../octets.js";

/** What the sender can do with filters of one type: 1 receive, 2 send, 3 both (RFC 5291 §5). Other values are kept. */
export interface OrfType {
  readonly type: number;
  readonly mode: number;
}

/** Filters for routes of one family. */
export interface OrfFamily {
  readonly family: Family;
  readonly types: readonly OrfType[];
}

/** AFI, reserved octet, SAFI and the number of types. */
const HEAD = 5;

/**
 * A capability that lists route filters, RFC 5291 §5.
 *
 *     | AFI (2) | reserved (1) | SAFI (1) | count (1) | count × | type (1) | send/receive (1) | |   repeated to the end
 *
 * The reserved octet is ignored when received.
 */
export const routeFiltering = (code: number, name: string, id: string): CapabilitySpec<readonly OrfFamily[]> => {
  const length = wrongLength(id);
  return {
    code,
    name,
    repeated: "all",
    faults: [length],
    partial: [],

    check(msg, start, end) {
      let at = start;
      while (end - at >= HEAD) at += HEAD + 2 * u8(msg, at + 4);
      return at === end && end > start ? null : length;
    },

    read(msg, start, end) {
      const list: OrfFamily[] = [];
      for (let at = start; at < end; ) {
        const of = family(u16(msg, at), u8(msg, at + 3));
        const next = at + HEAD + 2 * u8(msg, at + 4);
        const types: OrfType[] = [];
        for (at += HEAD; at < next; at += 2) types.push({ type: u8(msg, at), mode: u8(msg, at + 1) });
        list.push({ family: of, types });
      }
      return list;
    },

    size: (list) => list.reduce((size, { types }) => size + HEAD + 2 * types.length, 0),

    encode(list, out, start) {
      if (list.length === 0) throw new RangeError(`${name} lists one family or more`);
      let at = start;
      for (const { family: of, types } of list) {
        within(0xffffff, of, "the family");
        at = setU8(out, setU8(out, setU16(out, at, afiOf(of)), 0), safiOf(of));
        at = setU8(out, at, within(0xff, types.length, "the number of filter types"));
        for (const { type, mode } of types) {
          const next = setU8(out, at, within(0xff, type, "the filter type"));
          at = setU8(out, next, within(0xff, mode, "the send/receive value"));
        }
      }
      return at;
    },
  };
};
