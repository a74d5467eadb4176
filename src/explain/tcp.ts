import { addressText } from "../codec/fields.js";
import { u8, u16, u32 } from "../codec/octets.js";
import type { Packet } from "./capture.js";

/** Octets of one direction of a TCP connection, without a hole in them. */
export interface Chunk {
  readonly octets: Uint8Array;
  /** Number of the packet that brought the octet at `at`. */
  packetOf(at: number): number;
}

/** One direction of a TCP connection, in order of its sequence numbers. */
export interface Direction {
  readonly from: string;
  readonly to: string;
  /** Between two of them octets are missing. */
  readonly chunks: readonly Chunk[];
}

/** The directions of all TCP connections in a capture (RFC 9293 §3.4): retransmissions once, what came late in its place. */
export const directionsOf = (packets: readonly Packet[]): Direction[] => {
  const flows = new Map<string, Flow>();
  const directions: Flow[] = [];
  for (const packet of packets) {
    const segment = segmentOf(packet);
    if (segment === null) continue;
    const key = `${segment.from}>${segment.to}`;
    let flow = flows.get(key);
    // A SYN with another number is a new connection on the same ports.
    if (flow === undefined || (segment.syn && flow.next !== null && segment.sequence !== flow.first)) {
      flow = new Flow(segment.from, segment.to);
      flows.set(key, flow);
      directions.push(flow);
    }
    flow.add(segment, packet.number);
  }
  return directions.map((flow) => ({ from: flow.from, to: flow.to, chunks: flow.chunks() }));
};

interface Segment {
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
  readonly syn: boolean;
  readonly octets: Uint8Array;
}

interface Piece {
  /** Octets after the first of the direction; negative when it came before what was captured first. */
  readonly place: number;
  readonly octets: Uint8Array;
  readonly packet: number;
}

class Flow {
  readonly from: string;
  readonly to: string;
  first = 0;
  /** Sequence number and place of the segment before, to count on from across the wrap at 2^32. */
  next: { readonly sequence: number; readonly place: number } | null = null;
  readonly #pieces: Piece[] = [];

  constructor(from: string, to: string) {
    this.from = from;
    this.to = to;
  }

  add({ sequence, syn, octets }: Segment, packet: number): void {
    // RFC 9293 §3.4: a SYN takes one number.
    const start = syn ? (sequence + 1) >>> 0 : sequence;
    if (this.next === null) this.first = sequence;
    const place = this.next === null ? 0 : this.next.place + ((start - this.next.sequence) | 0);
    this.next = { sequence: start, place };
    if (octets.length > 0) this.#pieces.push({ place, octets, packet });
  }

  chunks(): Chunk[] {
    const pieces = [...this.#pieces].sort((a, b) => a.place - b.place || a.packet - b.packet);
    const runs: Piece[][] = [];
    let expected = Number.NEGATIVE_INFINITY;
    for (const { place, octets, packet } of pieces) {
      const known = Math.max(0, Math.min(octets.length, expected - place));
      if (known === octets.length) continue;
      const piece = { place: place + known, octets: octets.subarray(known), packet };
      const run = runs.at(-1);
      if (run === undefined || piece.place > expected) runs.push([piece]);
      else run.push(piece);
      expected = piece.place + piece.octets.length;
    }
    return runs.map(chunkOf);
  }
}

const chunkOf = (pieces: readonly Piece[]): Chunk => {
  const base = pieces[0]?.place ?? 0;
  const octets = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.octets.length, 0));
  for (const piece of pieces) octets.set(piece.octets, piece.place - base);
  return {
    octets,
    packetOf(at) {
      let low = 0;
      let high = pieces.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if ((pieces[middle]?.place ?? 0) - base <= at) low = middle;
        else high = middle - 1;
      }
      return pieces[low]?.packet ?? 0;
    },
  };
};

const TCP = 6;

const segmentOf = ({ linkType, octets }: Packet): Segment | null => {
  const at = networkLayer(linkType, octets);
  if (at < 0 || at >= octets.length) return null;
  const version = u8(octets, at) >>> 4;
  if (version === 4) return ipv4Segment(octets, at);
  return version === 6 ? ipv6Segment(octets, at) : null;
};

/** Where the IP packet begins, or -1 when there is none. */
const networkLayer = (linkType: number, octets: Uint8Array): number => {
  switch (linkType) {
    case 0: // BSD loopback: family in the order of the machine.
    case 108:
      return 4;
    case 1: {
      let at = 12;
      // IEEE 802.1Q and 802.1ad tags.
      while (at + 2 <= octets.length && (u16(octets, at) === 0x8100 || u16(octets, at) === 0x88a8)) at += 4;
      return isIp(octets, at) ? at + 2 : -1;
    }
    case 12: // Raw IP; 14 on OpenBSD.
    case 14:
    case 101:
    case 228:
    case 229:
      return 0;
    case 113: // Linux "cooked" captures.
      return isIp(octets, 14) ? 16 : -1;
    case 276:
      return isIp(octets, 0) ? 20 : -1;
    default:
      return -1;
  }
};

const isIp = (octets: Uint8Array, at: number): boolean =>
  at + 2 <= octets.length && (u16(octets, at) === 0x0800 || u16(octets, at) === 0x86dd);

/** RFC 791 §3.1. Fragments are left out: BGP's segments fit their paths. */
const ipv4Segment = (octets: Uint8Array, at: number): Segment | null => {
  if (at + 20 > octets.length) return null;
  const header = (u8(octets, at) & 15) * 4;
  const isFragment = (u16(octets, at + 6) & 0x3fff) !== 0;
  if (header < 20 || isFragment || u8(octets, at + 9) !== TCP) return null;
  // Zero with segmentation offload: the packet goes to the end of what was captured.
  const total = u16(octets, at + 2);
  const end = total === 0 ? octets.length : Math.min(octets.length, at + total);
  return tcpSegment(octets, at + header, end, octets.subarray(at + 12, at + 16), octets.subarray(at + 16, at + 20));
};

/** Extension headers that say their own length, RFC 8200 §4. */
const EXTENSIONS: readonly number[] = [0, 43, 60];

/** RFC 8200 §3. */
const ipv6Segment = (octets: Uint8Array, start: number): Segment | null => {
  if (start + 40 > octets.length) return null;
  const payload = u16(octets, start + 4);
  const end = payload === 0 ? octets.length : Math.min(octets.length, start + 40 + payload);
  let next = u8(octets, start + 6);
  let at = start + 40;
  while (EXTENSIONS.includes(next) && at + 8 <= end) {
    next = u8(octets, at);
    at += 8 * (u8(octets, at + 1) + 1);
  }
  if (next !== TCP) return null;
  return tcpSegment(octets, at, end, octets.subarray(start + 8, start + 24), octets.subarray(start + 24, start + 40));
};

/** RFC 9293 §3.1. */
const tcpSegment = (octets: Uint8Array, at: number, end: number, from: Uint8Array, to: Uint8Array): Segment | null => {
  if (at + 20 > end) return null;
  const header = (u8(octets, at + 12) >>> 4) * 4;
  if (header < 20 || at + header > end) return null;
  return {
    from: endpoint(from, u16(octets, at)),
    to: endpoint(to, u16(octets, at + 2)),
    sequence: u32(octets, at + 4),
    syn: (u8(octets, at + 13) & 2) !== 0,
    octets: octets.subarray(at + header, end),
  };
};

const endpoint = (address: Uint8Array, port: number): string =>
  address.length === 16 ? `[${addressText(address)}]:${port}` : `${addressText(address)}:${port}`;
