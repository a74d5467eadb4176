import { isOctets, u8, u16, u24, u32, u64 } from "./octets.js";

/**
 * How octets are laid out and what value they stand for. Tables are made of these, row by row, as the figures of the
 * RFCs are; there is no other code that reads a field.
 */
export interface Form {
  /**
   * The offset behind the octets from `at`, which have to end by `end`; or `BAD` where they can't be as the RFC says,
   * `UNSURE` where this form knows too little to say either. See also `dropped`, `maybeDropped` and `maybeBad`.
   */
  skip(m: Uint8Array, at: number, end: number): number;
  /** The offset behind octets that are not `BAD` when `value` is what they stand for, else `OTHER`. */
  says(m: Uint8Array, at: number, end: number, value: unknown): number;
}

export const BAD = -1;
export const UNSURE = -2;
export const OTHER = -1;

/** Whether `skip` gave an offset and nothing beside it. */
export const isFine = (next: number): boolean => next >= 0;

const STEP = 1_000_000;

/** What ends at `next` is well located and to be left out (RFC 7606 §5.4). */
export const dropped = (next: number): number => next - STEP;
/** As `dropped`, if it is malformed, which is not known. */
export const maybeDropped = (next: number): number => next - 2 * STEP;
/** What ends at `next` may be malformed. */
export const maybeBad = (next: number): number => next - 3 * STEP;

export const isDropped = (next: number): boolean => next >= -STEP && next < -STEP / 2;
export const isMaybeDropped = (next: number): boolean => next >= -2 * STEP && next < -STEP - STEP / 2;
export const isMaybeBad = (next: number): boolean => next >= -3 * STEP && next < -2 * STEP - STEP / 2;
/** The offset within any of the three, or -1. */
export const offsetIn = (next: number): number => {
  if (next >= 0) return next;
  if (isDropped(next)) return next + STEP;
  if (isMaybeDropped(next)) return next + 2 * STEP;
  return isMaybeBad(next) ? next + 3 * STEP : -1;
};

const uint = (width: number, read: (m: Uint8Array, at: number) => number | bigint): Form => ({
  skip: (_, at, end) => (at + width <= end ? at + width : BAD),
  says: (m, at, _, value) => (read(m, at) === value ? at + width : OTHER),
});

export const octet: Form = uint(1, u8);
export const short: Form = uint(2, u16);
export const three: Form = uint(3, u24);
export const long: Form = uint(4, u32);
export const eight: Form = uint(8, u64);

/** An integer of `form` that is not 0. */
export const nonZero = (width: 2 | 4): Form => {
  const form = width === 2 ? short : long;
  return {
    skip: (m, at, end) => (at + width <= end && (width === 2 ? u16 : u32)(m, at) !== 0 ? at + width : BAD),
    says: form.says,
  };
};

/** An octet of at most `most`. */
export const upTo = (most: number): Form => ({
  skip: (m, at, end) => (at < end && u8(m, at) <= most ? at + 1 : BAD),
  says: octet.says,
});

/** Always so many octets, kept as they are. */
export const octets = (width: number): Form => ({
  skip: (_, at, end) => (at + width <= end ? at + width : BAD),
  says: (m, at, _, value) => (isOctets(m, at, at + width, value) ? at + width : OTHER),
});

/** All that is left, kept as it is. */
export const rest: Form = {
  skip: (_, __, end) => end,
  says: (m, at, end, value) => (isOctets(m, at, end, value) ? end : OTHER),
};

/** All that is left: whether it is well formed, and what it stands for, is not known here. */
export const anything: Form = { skip: () => UNSURE, says: (_, __, end) => end };

/** Octets that mean nothing to a receiver: reserved. */
export const ignored = (width: number): Form => ({
  skip: (_, at, end) => (at + width <= end ? at + width : BAD),
  says: (_, at) => at + width,
});

/** No octet at all; it says that it is there. */
export const nothing: Form = {
  skip: (_, at) => at,
  says: (_, at, __, value) => (value === true ? at : OTHER),
};

type Fields = readonly (readonly [name: string, form: Form])[];

/** One form behind the other, each the property of that name; an empty name says nothing of the value. */
export const record = (...fields: Fields): Form => ({
  skip(m, at, end) {
    let next = at;
    for (const [, form] of fields) {
      next = form.skip(m, next, end);
      if (next < 0) return next === BAD ? BAD : UNSURE;
    }
    return next;
  },
  says(m, at, end, value) {
    if (typeof value !== "object" || value === null) return OTHER;
    let next = at;
    for (const [name, form] of fields) {
      next = form.says(m, next, end, name === "" ? undefined : (value as Readonly<Record<string, unknown>>)[name]);
      if (next < 0) return OTHER;
    }
    return next;
  },
});

/** The same form over and over, to the end; at least `least` times. */
export const listOf = (form: Form, least = 0): Form => ({
  skip(m, at, end) {
    let next = at;
    let count = 0;
    let unsure = false;
    while (next < end) {
      next = form.skip(m, next, end);
      if (next === BAD) return BAD;
      if (next === UNSURE) return UNSURE;
      if (next < 0) {
        unsure = true;
        next = offsetIn(next);
      }
      count++;
    }
    if (count < least) return BAD;
    return unsure ? UNSURE : next;
  },
  says(m, at, end, value) {
    if (!Array.isArray(value)) return OTHER;
    let next = at;
    for (const item of value) {
      if (next >= end) return OTHER;
      next = form.says(m, next, end, item);
      if (next < 0) return OTHER;
    }
    return next === end ? next : OTHER;
  },
});

/** A length of `width` octets that counts itself and `more` octets before it, too; then `inner` in exactly that many. */
export const counted = (width: 1 | 2, inner: Form, more = 0): Form => {
  const endOf = (m: Uint8Array, at: number): number => at + width + (width === 1 ? u8(m, at) : u16(m, at)) - more;
  return {
    skip(m, at, end) {
      if (at + width > end) return BAD;
      const stop = endOf(m, at);
      if (stop < at + width || stop > end) return BAD;
      const next = inner.skip(m, at + width, stop);
      if (next === UNSURE) return maybeBad(stop);
      return next === stop || next < 0 ? next : BAD;
    },
    says(m, at, _, value) {
      const stop = endOf(m, at);
      return inner.says(m, at + width, stop, value) === stop ? stop : OTHER;
    },
  };
};

/** `form` where it takes all octets there are. */
export const whole = (form: Form): Form => ({
  skip(m, at, end) {
    const next = form.skip(m, at, end);
    return next >= 0 && next !== end ? BAD : next;
  },
  says: form.says,
});

/** The form that `choose` picks by looking ahead; null: malformed. */
export const either = (choose: (m: Uint8Array, at: number, end: number) => Form | null): Form => ({
  skip: (m, at, end) => choose(m, at, end)?.skip(m, at, end) ?? BAD,
  says: (m, at, end, value) => choose(m, at, end)?.says(m, at, end, value) ?? OTHER,
});

/** Well formed as long as `form` is; of its value only that there is one is known. */
export const unread = (form: Form): Form => ({ skip: form.skip, says: (_, __, end) => end });
