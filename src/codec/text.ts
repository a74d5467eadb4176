import { hex } from "./octets.js";

/** Text that a peer sent: decoded strictly, and shown so that it can do no harm to a terminal or a log. */

// fatal: RFC 9003 §2 and the Software Version draft §3 forbid to interpret invalid UTF-8. A leading U+FEFF is content.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The text of octets that are well-formed UTF-8 in its shortest form; null for all others. */
export const utf8 = (octets: Uint8Array): string | null => {
  try {
    return strict.decode(octets);
  } catch {
    return null;
  }
};

/** The octets of a text. Throws RangeError for a lone surrogate, which UTF-8 cannot carry. */
export const utf8Octets = (text: string): Uint8Array => {
  if (/\p{Cs}/u.test(text)) throw new RangeError("a lone surrogate has no UTF-8 form");
  return encoder.encode(text);
};

/**
 * A peer's octets for human eyes, on one line: what is not UTF-8 as hexadecimal digits, and of what is, all that could
 * move a cursor, start an escape sequence, feign a line of its own or turn the direction of writing as `\u{1b}`.
 */
export const displayText = (octets: Uint8Array): string => {
  const text = utf8(octets);
  if (text === null) return `(not UTF-8) ${hex(octets)}`;
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
};
