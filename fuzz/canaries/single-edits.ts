/**
 * Every input that is one edit away from this one: an octet has another value, two or four in a row have a value at some
 * limit, an octet is put in, a stretch of any length is taken out, or stands there twice. That is what AFL's
 * deterministic stages try, and more; of 100 octets there are some 70,000. Each is valid until the next.
 */
export function* singleEdits(input: Uint8Array): Generator<Uint8Array> {
  const { length } = input;
  const copy = input.slice();
  for (let at = 0; at < length; at++) {
    for (let by = 1; by < 256; by++) {
      copy[at] = (input[at] ?? 0) ^ by;
      yield copy;
    }
    copy[at] = input[at] ?? 0;
  }
  for (const [width, limits] of LIMITS) {
    for (let at = 0; at + width <= length; at++) {
      for (const limit of limits) {
        for (let i = 0; i < width; i++) copy[at + i] = limit >>> (8 * (width - 1 - i));
        yield copy;
      }
      copy.set(input.subarray(at, at + width), at);
    }
  }
  for (let at = 0; at <= length; at++) {
    const longer = joined(input.subarray(0, at), Uint8Array.of(0), input.subarray(at));
    for (let value = 0; value < 256; value++) {
      longer[at] = value;
      yield longer;
    }
  }
  for (let from = 0; from < length; from++) {
    for (let to = from + 1; to <= length; to++) {
      yield joined(input.subarray(0, from), input.subarray(to));
      yield joined(input.subarray(0, to), input.subarray(from));
    }
  }
}

/** By octets: where signs, widths and usual lengths end. */
const LIMITS: readonly (readonly [number, readonly number[]])[] = [
  [2, [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x3e8, 0x400, 0x1000, 0x7fff, 0x8000, 0xffff]],
  [4, [0, 1, 0xff, 0x100, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]],
];

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
