import { isCapture, readCapture } from "./capture.js";
import { markerIn, octetsOfText } from "./hex-dump.js";
import { directionsOf } from "./tcp.js";

/** Octets that look like a BGP message, from where they came. */
export interface RawMessage {
  /** `192.0.2.1:179`; null for octets that were pasted. */
  readonly from: string | null;
  readonly to: string | null;
  /** The packet in which it begins, counted from 1; 0 outside of captures. */
  readonly packet: number;
  /** As many octets as its length says, fewer when the input ends before; with a senseless length, all up to the next. */
  readonly octets: Uint8Array;
}

export interface Input {
  readonly messages: readonly RawMessage[];
  /** What was left out, and why: for people. */
  readonly notes: readonly string[];
  /** The input ends too early; what it held up to there is in `messages`. */
  readonly trouble: string | null;
}

/**
 * The BGP messages in a file: a pcap or pcapng capture, a text with hexadecimal digits, or the octets themselves. Null
 * when it is none of these.
 */
export const readInput = (file: Uint8Array): Input | null => {
  if (isCapture(file)) return inCapture(file);
  // Digits and dumps are ASCII; a marker in raw octets is not.
  if (markerIn(file) >= 0) return pasted([file]);
  const runs = octetsOfText(new TextDecoder("utf-8").decode(file));
  return runs === null ? null : pasted(runs);
};

/** The BGP messages in hexadecimal digits; null when the text has none. */
export const readHex = (text: string): Input | null => {
  const runs = octetsOfText(text);
  return runs === null ? null : pasted(runs);
};

const pasted = (runs: readonly Uint8Array[]): Input => {
  const notes: string[] = [];
  const messages = runs.flatMap((octets) => {
    const first = markerIn(octets);
    if (first < 0) {
      notes.push(`${octets.length} octets without the marker of a BGP message (16 octets of ff) were left out`);
      return [];
    }
    if (first > 0) notes.push(`${first} octets in front of the first message were left out`);
    return messagesIn(octets).map(({ start, end }) => ({
      from: null,
      to: null,
      packet: 0,
      octets: octets.subarray(start, end),
    }));
  });
  return { messages, notes, trouble: null };
};

const inCapture = (file: Uint8Array): Input => {
  const { packets, trouble } = readCapture(file);
  const directions = directionsOf(packets);
  const notes: string[] = [];
  let encrypted = 0;
  const messages: { readonly message: RawMessage; readonly whole: number }[] = [];
  for (const { from, to, chunks } of directions) {
    let whole = 0;
    // TLS, RFC 8446 §5.1: a handshake record of version 3.x.
    if (chunks[0]?.octets[0] === 0x16 && chunks[0].octets[1] === 3) encrypted++;
    for (const [i, { octets, packetOf }] of chunks.entries()) {
      const found = messagesIn(octets);
      if (i > 0 && found.length > 0) notes.push(`${from} > ${to}: octets are missing before packet ${packetOf(0)}`);
      for (const { start, end } of found) {
        // The receiver has it when its last octet is there, and all that came before.
        whole = Math.max(whole, packetOf(end - 1));
        const message = { from, to, packet: packetOf(start), octets: octets.subarray(start, end) };
        messages.push({ message, whole });
      }
    }
  }
  if (encrypted > 0) {
    notes.push(
      `${encrypted} directions of TLS can't be read: have tshark decrypt them (tls.keylog_file), then explain its -x output`,
    );
  }
  if (directions.length === 0) {
    notes.push(
      packets.length === 0 ? "it has no packets" : `none of the ${packets.length} packets has TCP over IP in it`,
    );
  }
  messages.sort((a, b) => a.whole - b.whole);
  return { messages: messages.map(({ message }) => message), notes, trouble };
};

/** Where messages lie: each begins with a marker, and goes as far as its length says, or to the next when that is senseless. */
const messagesIn = (octets: Uint8Array): { readonly start: number; readonly end: number }[] => {
  const places: { start: number; end: number }[] = [];
  for (let start = markerIn(octets); start >= 0; ) {
    const length = start + 18 <= octets.length ? ((octets[start + 16] ?? 0) << 8) | (octets[start + 17] ?? 0) : 0;
    const next = length >= HEADER ? start + length : -1;
    const following = next >= 0 ? next : markerIn(octets, start + 16);
    const end = following < 0 ? octets.length : Math.min(following, octets.length);
    places.push({ start, end });
    start = end >= octets.length ? -1 : markerIn(octets, end);
  }
  return places;
};

const HEADER = 19;
