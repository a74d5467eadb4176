import type { SessionContext } from "../../../src/codec/session-context.js";
import { BAD, type Form, OTHER, UNSURE } from "./form.js";
import { u8, u16, u32 } from "./octets.js";

const AS_SET = 1;
const AS_CONFED_SET = 4;
/** RFC 5065 §3: 3 AS_CONFED_SEQUENCE, 4 AS_CONFED_SET. */
const FIRST_OF_CONFEDERATION = 3;

interface Segments extends Form {
  /** Whether no segment counts. */
  isEmpty(m: Uint8Array, at: number, end: number): boolean;
}

/**
 * RFC 4271 §4.3 (b), with AS numbers of `width` octets. `most`: the highest type of a segment; `kept`: the highest of
 * those whose segments count.
 */
const segments = (width: 2 | 4, least: number, most: number, kept: number): Segments => {
  const asAt = width === 2 ? u16 : u32;
  return {
    skip(m, at, end) {
      if (end - at < least) return BAD;
      for (let next = at; next < end; ) {
        // RFC 7606 §7.2: underrun, unrecognised type, no AS number, overrun.
        if (next + 2 > end) return BAD;
        const type = u8(m, next);
        const count = u8(m, next + 1);
        const stop = next + 2 + width * count;
        if (type < AS_SET || type > most || count === 0 || stop > end) return BAD;
        // RFC 7607 §2.
        for (let as = next + 2; as < stop; as += width) if (asAt(m, as) === 0) return BAD;
        next = stop;
      }
      return end;
    },
    says(m, at, end, value) {
      if (!Array.isArray(value)) return OTHER;
      let count = 0;
      for (let next = at; next < end; ) {
        const type = u8(m, next);
        const length = u8(m, next + 1);
        next += 2;
        if (type <= kept) {
          const { type: saidType, asns } = (value[count++] ?? {}) as {
            readonly type?: unknown;
            readonly asns?: unknown;
          };
          if (saidType !== type || !Array.isArray(asns) || asns.length !== length) return OTHER;
          for (let i = 0; i < length; i++) if (asns[i] !== asAt(m, next + width * i)) return OTHER;
        }
        next += width * length;
      }
      return count === value.length ? end : OTHER;
    },
    isEmpty(m, at, end) {
      for (let next = at; next < end; next += 2 + width * u8(m, next + 1)) if (u8(m, next) <= kept) return false;
      return true;
    },
  };
};

const OUTSIDE = FIRST_OF_CONFEDERATION - 1;
const ofTwo = { external: segments(2, 0, OUTSIDE, OUTSIDE), internal: segments(2, 0, AS_CONFED_SET, AS_CONFED_SET) };
const ofFour = { external: segments(4, 0, OUTSIDE, OUTSIDE), internal: segments(4, 0, AS_CONFED_SET, AS_CONFED_SET) };

/** AS_PATH. RFC 5065 §5: from outside a confederation its segments are malformed; an external peer is outside. */
export const asPath = ({ asnSize, external }: Pick<SessionContext, "asnSize" | "external">): Form => {
  const forms = asnSize === 2 ? ofTwo : ofFour;
  return external ? forms.external : forms.internal;
};

const as4Segments = segments(4, 6, AS_CONFED_SET, OUTSIDE);

/**
 * AS4_PATH, RFC 6793 §6: at least 6 octets; the segments of a confederation are no error, but discarded. When none is
 * left, an empty attribute stands or it goes as one too small for an AS number: to a receiver that is the same.
 */
export const as4Path: Form = {
  skip(m, at, end) {
    const next = as4Segments.skip(m, at, end);
    return next < 0 || !as4Segments.isEmpty(m, at, end) ? next : UNSURE;
  },
  says: as4Segments.says,
};
