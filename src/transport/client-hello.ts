/** A ClientHello takes a few KiB at most, mostly in one record. More than this would be read only to waste our time. */
const LONGEST_HELLO = 0x4000;
const MOST_RECORDS = 8;
/** RFC 5246 §6.2.1, RFC 8446 §5.1: the longest plaintext record. */
const LONGEST_RECORD = 0x4000;

const RECORD_HEADER = 5;
const HANDSHAKE_RECORD = 0x16;
const ALERT_RECORD = 0x15;
const CLIENT_HELLO = 1;
const ALPN_EXTENSION = 16;

/** The first octets of a connection on a TLS port, judged. */
export type FirstOctets =
  /** Undecided before `need` octets are there. */
  | { readonly is: "more"; readonly need: number }
  /** A marker of RFC 4271 §4.1: sixteen octets of ones. */
  | { readonly is: "plain-bgp" }
  | { readonly is: "garbage" }
  /** TLS all right; what is in it only OpenSSL can tell. */
  | { readonly is: "unreadable" }
  /** The names that the ALPN extension offers (RFC 7301 §3.1), null without the extension. */
  | { readonly is: "hello"; readonly alpn: readonly string[] | null };

/** Judges what a connection began with. Gives an answer, at the latest, for as many octets as `more` asked for. */
export const judgeFirstOctets = (octets: Uint8Array): FirstOctets => {
  if (octets.length === 0) return { is: "more", need: 1 };
  if (octets[0] === 0xff)
    return { is: octets.subarray(0, 16).every((octet) => octet === 0xff) ? "plain-bgp" : "garbage" };
  if (octets[0] !== HANDSHAKE_RECORD) return { is: "garbage" };
  return gatherHello(octets);
};

/** A TLS client began to speak, on a port without TLS. Three octets are enough to tell. */
export const looksLikeClientHello = (octets: Uint8Array): boolean =>
  octets[0] === HANDSHAKE_RECORD &&
  octets[1] === 3 &&
  (octets[2] ?? 5) <= 4 &&
  (octets[5] ?? CLIENT_HELLO) === CLIENT_HELLO;

/**
 * For the log when the framer finds no BGP marker: the sentence when the octets are TLS, null when they are not.
 *
 * On a listener's side the peer began with a ClientHello; as a client we were answered with an alert.
 */
export const describeTlsOnPlainPort = (octets: Uint8Array): string | null => {
  if (looksLikeClientHello(octets))
    return "the peer sent a TLS ClientHello: it expects TLS, this side speaks plain BGP";
  if (octets[0] === ALERT_RECORD && octets[1] === 3 && (octets[2] ?? 5) <= 4) {
    return "the peer answered with a TLS alert: it expects TLS on this port, this side speaks plain BGP";
  }
  return null;
};

/** Joins the handshake message out of its records (RFC 8446 §5.1 lets it be cut anywhere). */
const gatherHello = (octets: Uint8Array): FirstOctets => {
  let hello: Uint8Array = new Uint8Array(0);
  let at = 0;
  for (let records = 0; records < MOST_RECORDS; records++) {
    if (octets.length < at + RECORD_HEADER) return { is: "more", need: at + RECORD_HEADER };
    if (octets[at] !== HANDSHAKE_RECORD || octets[at + 1] !== 3) return { is: "garbage" };
    const length = u16(octets, at + 3);
    if (length === 0 || length > LONGEST_RECORD) return { is: "garbage" };
    const end = at + RECORD_HEADER + length;
    if (octets.length < end) return { is: "more", need: end };
    hello = Buffer.concat([hello, octets.subarray(at + RECORD_HEADER, end)]);
    at = end;

    if (hello[0] !== CLIENT_HELLO) return { is: "garbage" };
    if (hello.length < 4) continue;
    const whole = 4 + ((u8(hello, 1) << 16) | u16(hello, 2));
    if (whole > LONGEST_HELLO) return { is: "garbage" };
    if (hello.length >= whole) return readHello(hello.subarray(0, whole));
  }
  return { is: "garbage" };
};

/** RFC 8446 §4.1.2 (the same fields as in RFC 5246 §7.4.1.2). */
const readHello = (hello: Uint8Array): FirstOctets => {
  // Message header, legacy_version, random.
  let at = 4 + 2 + 32;
  at += 1 + u8(hello, at); // legacy_session_id
  at += 2 + u16(hello, at); // cipher_suites
  at += 1 + u8(hello, at); // legacy_compression_methods
  if (at === hello.length) return { is: "hello", alpn: null };
  const end = at + 2 + u16(hello, at);
  at += 2;
  if (end !== hello.length) return { is: "unreadable" };
  while (at + 4 <= end) {
    const type = u16(hello, at);
    const next = at + 4 + u16(hello, at + 2);
    if (next > end) return { is: "unreadable" };
    if (type === ALPN_EXTENSION) return readAlpn(hello.subarray(at + 4, next));
    at = next;
  }
  return at === end ? { is: "hello", alpn: null } : { is: "unreadable" };
};

/** RFC 7301 §3.1: a list of names, each with its length before it. */
const readAlpn = (extension: Uint8Array): FirstOctets => {
  if (extension.length < 2 || u16(extension, 0) !== extension.length - 2) return { is: "unreadable" };
  const alpn: string[] = [];
  for (let at = 2; at < extension.length; ) {
    const end = at + 1 + u8(extension, at);
    if (end > extension.length || end === at + 1) return { is: "unreadable" };
    alpn.push(Buffer.from(extension.subarray(at + 1, end)).toString("latin1"));
    at = end;
  }
  return { is: "hello", alpn };
};

// Past the end both read 0; what a length then leads to is compared with the message's own.
const u8 = (octets: Uint8Array, at: number): number => octets[at] ?? 0;
const u16 = (octets: Uint8Array, at: number): number => (u8(octets, at) << 8) | u8(octets, at + 1);
