import { mpReachNextHopSize } from "../codec/attribute/14-mp-reach-nlri.js";
import { mergeAsPath, mergedAsPathSize } from "../codec/attribute/17-as4-path.js";
import { makesAs4Stale, mergeAggregator } from "../codec/attribute/18-as4-aggregator.js";
import { attributeOf } from "../codec/attribute/index.js";
import { Flag } from "../codec/attribute.js";
import type { UpdateWalk } from "../codec/message/update.js";
import { setU8, setU16, setU32, u8 } from "../codec/octets.js";
import type { SessionContext } from "../codec/session-context.js";

/**
 * The attributes of an UPDATE in the one form that the store interns, whatever the session they came by:
 *
 *  - only attributes that were kept (RFC 7606) and that we may hold: an unknown non-transitive one goes (RFC 4271 §5)
 *  - AS numbers have four octets; AS4_PATH and AS4_AGGREGATOR have gone into AS_PATH and AGGREGATOR (RFC 6793 §4.2.3)
 *  - the next hop is that of the routes in question: NEXT_HOP for the NLRI field, or MP_REACH_NLRI without its routes
 *  - OTC is there when the peer's role asks for it (RFC 9234 §5)
 *
 * For most messages that is what lies in the message already, and then nothing is copied.
 */
export class Canonical {
  /** Where the octets are after `take`: the message itself or a buffer that the next `take` overwrites. */
  octets: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  readonly #buffer = new Uint8Array(3 * 65536);
  readonly #path = new Uint8Array(3 * 65536);

  /**
   * Takes the attributes of a walked UPDATE for its NLRI field, or for the routes of MP_REACH_NLRI. `addOtc` is the AS
   * number of the OTC to add where there is none, or 0. False when no message could carry them.
   */
  take(msg: Uint8Array, walk: UpdateWalk, session: SessionContext, part: "nlri" | "mp-reach", addOtc: number): boolean {
    if (part === "nlri" && addOtc === 0 && isCanonical(walk, session)) {
      this.octets = msg;
      this.start = walk.attributesStart;
      this.end = walk.attributesEnd;
      return true;
    }
    this.octets = this.#buffer;
    this.start = 0;
    this.end = this.#rewrite(msg, walk, session, part, addOtc);
    return this.end <= 0xffff;
  }

  #rewrite(
    msg: Uint8Array,
    walk: UpdateWalk,
    session: SessionContext,
    part: "nlri" | "mp-reach",
    addOtc: number,
  ): number {
    const out = this.#buffer;
    const narrow = session.asnSize === 2;
    const aggregator = narrow ? walk.indexOf(7) : -1;
    const as4Aggregator = narrow ? walk.indexOf(18) : -1;
    const stale = as4Aggregator >= 0 && aggregator >= 0 && makesAs4Stale(msg, walk.start(aggregator));
    let at = 0;
    for (let i = 0; i < walk.count; i++) {
      const code = walk.code(i);
      const flags = walk.flags(i);
      const start = walk.start(i);
      const end = walk.end(i);
      if (!belongs(code, flags, part)) continue;
      if (code === 2 && narrow) {
        const as4 = stale ? -1 : walk.indexOf(17);
        const as4Start = as4 < 0 ? 0 : walk.start(as4);
        const as4End = as4 < 0 ? 0 : walk.end(as4);
        if (mergedAsPathSize(end - start, as4End - as4Start) > this.#path.length) return TOO_LONG;
        const length = mergeAsPath(msg, start, end, as4Start, as4End, this.#path, 0);
        at = write(out, at, flags, code, this.#path, 0, length);
      } else if (code === 7 && narrow) {
        const length = mergeAggregator(msg, start, as4Aggregator < 0 ? -1 : walk.start(as4Aggregator), this.#path, 0);
        at = write(out, at, flags, code, this.#path, 0, length);
      } else if (code === 14) {
        // AFI, SAFI, next hop and the reserved octet: all but the routes.
        at = write(out, at, flags, code, msg, start, start + 5 + mpReachNextHopSize(msg, start));
        out[at - 1] = 0;
      } else {
        at = write(out, at, flags, code, msg, start, end);
      }
      if (at > 0xffff) return TOO_LONG;
    }
    if (addOtc !== 0 && walk.indexOf(35) < 0) {
      at = setU8(out, setU8(out, setU8(out, at, Flag.Optional | Flag.Transitive), 35), 4);
      at = setU32(out, at, addOtc);
    }
    return at;
  }
}

const TOO_LONG = 0x10000;

/** Whether the attributes section can be interned as it lies there. */
const isCanonical = (walk: UpdateWalk, session: SessionContext): boolean => {
  if (!walk.intact || session.asnSize === 2) return false;
  for (let i = 0; i < walk.count; i++) {
    const code = walk.code(i);
    if (code > 10 && !belongs(code, walk.flags(i), "nlri")) return false;
  }
  return true;
};

const belongs = (code: number, flags: number, part: "nlri" | "mp-reach"): boolean => {
  switch (code) {
    case 3:
      return part === "nlri";
    case 14:
      return part === "mp-reach";
    case 15:
    case 17:
    case 18:
      return false;
    default:
      // RFC 4271 §5: unrecognised and non-transitive is quietly ignored and not passed along.
      return (flags & Flag.Transitive) !== 0 || code <= 10 || attributeOf(code) !== undefined;
  }
};

/** One attribute with octets [start, end) of `from` as its value. The Extended Length bit is set when it must be. */
export const write = (
  out: Uint8Array,
  start: number,
  flags: number,
  code: number,
  from: Uint8Array,
  valueStart: number,
  valueEnd: number,
): number => {
  const size = valueEnd - valueStart;
  const kept = flags & (Flag.Optional | Flag.Transitive | Flag.Partial);
  let at = setU8(out, start, size > 255 ? kept | Flag.ExtendedLength : kept);
  at = setU8(out, at, code);
  at = size > 255 ? setU16(out, at, size) : setU8(out, at, size);
  for (let i = valueStart; i < valueEnd; i++) out[at++] = u8(from, i);
  return at;
};
