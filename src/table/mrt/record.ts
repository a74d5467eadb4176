import { type Decoded, declareFault, type Fault, type Found, Verdict } from "../../codec/fault.js";
import { Afi, type Family, family, Ipv4Unicast, Ipv6Unicast, MessageType } from "../../codec/iana.js";
import { u8, u16, u32 } from "../../codec/octets.js";

/** RFC 6396 §4, the types that hold routes. */
export const MrtType = { TableDump: 12, TableDumpV2: 13, Bgp4mp: 16, Bgp4mpEt: 17 } as const;

/** Every type of the IANA registry, deprecated ones too: what else stands in the type field was not written by an MRT dumper. */
export const MRT_TYPES: ReadonlySet<number> = new Set([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 32, 33, 48, 49,
]);

/** Timestamp, type, subtype and length, RFC 6396 §2. */
export const MRT_HEADER_LENGTH = 12;

/** What earlier records of the file said that later ones refer to. */
export interface MrtContext {
  /** The PEER_INDEX_TABLE, or null before it (RFC 6396 §4.3.1). */
  readonly peers: readonly MrtPeer[] | null;
}

export interface MrtPeer {
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  readonly as: number;
  readonly identifier: number;
}

interface Dated {
  /** Seconds since 1970. */
  readonly time: number;
}

/** PEER_INDEX_TABLE, RFC 6396 §4.3.1. */
export interface PeerIndexTable extends Dated {
  readonly kind: "peer-index-table";
  readonly collector: number;
  readonly peers: readonly MrtPeer[];
}

/** One RIB entry: what one peer says of the prefix. Offsets of the path attributes into the octets that were decoded. */
export interface RibEntry {
  readonly peer: MrtPeer;
  readonly originated: number;
  readonly pathId: number;
  readonly attributes: number;
  readonly attributesEnd: number;
}

/** RIB_IPV4_UNICAST and its siblings, RIB_GENERIC among them: RFC 6396 §4.3.2, §4.3.3; RFC 8050 §4. */
export interface RibRecord extends Dated {
  readonly kind: "rib";
  readonly generic: boolean;
  readonly addPath: boolean;
  readonly sequence: number;
  readonly family: Family;
  /** Offset of the NLRI: the prefix length in bits, then its octets; of a family that is not unicast or multicast, all. */
  readonly nlri: number;
  readonly entries: readonly RibEntry[];
}

/** TABLE_DUMP, RFC 6396 §4.2: AS numbers have two octets. */
export interface TableDumpRecord extends Dated {
  readonly kind: "table-dump";
  readonly afi: number;
  /** Offset of the address of the prefix, 4 or 16 octets. */
  readonly prefix: number;
  readonly length: number;
  readonly peer: MrtPeer;
  readonly originated: number;
  readonly attributes: number;
  readonly attributesEnd: number;
}

interface Bgp4mp extends Dated {
  /** Of BGP4MP_ET (RFC 6396 §3), else null. */
  readonly microseconds: number | null;
  readonly peerAs: number;
  readonly localAs: number;
  /** Offset and size of the peer's address; the local address follows it. */
  readonly addresses: number;
  readonly addressSize: 4 | 16;
}

/** BGP4MP_STATE_CHANGE and BGP4MP_STATE_CHANGE_AS4, RFC 6396 §4.4.1. */
export interface StateChange extends Bgp4mp {
  readonly kind: "state-change";
  readonly from: number;
  readonly to: number;
}

/** BGP4MP_MESSAGE and its AS4, LOCAL and ADDPATH variants: RFC 6396 §4.4.2 ff., RFC 8050 §3. */
export interface MessageRecord extends Bgp4mp {
  readonly kind: "message";
  readonly asnSize: 2 | 4;
  /** Sent by the collector rather than received. */
  readonly local: boolean;
  readonly addPath: boolean;
  readonly type: number;
  /** The BGP message, its header included. */
  readonly start: number;
  readonly end: number;
}

/** A type or subtype that holds no routes for us: OSPF, IS-IS, deprecated ones. */
export interface OtherRecord extends Dated {
  readonly kind: "other";
  readonly type: number;
  readonly subtype: number;
}

export type MrtRecord = PeerIndexTable | RibRecord | TableDumpRecord | StateChange | MessageRecord | OtherRecord;

const bad = (what: string, rfc: string): Fault => declareFault(`mrt/${what}`, Verdict.Discard, [0, 0], rfc);

/** A record is a file's, not a peer's: the worst of its faults drops it and goes on with the next. No NOTIFICATION. */
export const shortRecord: Fault = bad("short-record", "RFC 6396 §2");
export const unknownFamily: Fault = bad("unknown-address-family", "RFC 6396 §4.4.1");
export const badPrefixLength: Fault = bad("bad-prefix-length", "RFC 6396 §4.3.2");
export const noPeerTable: Fault = bad("rib-before-peer-index-table", "RFC 6396 §4.3.1");
export const unknownPeer: Fault = bad("unknown-peer-index", "RFC 6396 §4.3.4");
export const shortAttributes: Fault = bad("attributes-overrun", "RFC 6396 §4.3.4");
export const badMarker: Fault = bad("bad-bgp-marker", "RFC 4271 §4.1");
export const badMessageLength: Fault = bad("bad-bgp-length", "RFC 6396 §4.4.2");

export const mrtRecordFaults: readonly Fault[] = [
  shortRecord,
  unknownFamily,
  badPrefixLength,
  noPeerTable,
  unknownPeer,
  shortAttributes,
  badMarker,
  badMessageLength,
];

/**
 * Octets [start, end), one whole MRT record with its header, as a record. Never throws.
 *
 * The record refers to the octets by offset and is good as long as they are. A fault drops the record (`value` is null),
 * but a RIB record keeps the entries before the faulty one.
 */
export const decodeMrtRecord = (
  octets: Uint8Array,
  start: number,
  end: number,
  context: MrtContext,
): Decoded<MrtRecord> => {
  if (end - start < MRT_HEADER_LENGTH) return dropped(shortRecord, start, end);
  const time = u32(octets, start);
  const type = u16(octets, start + 4);
  const subtype = u16(octets, start + 6);
  const body = start + MRT_HEADER_LENGTH;
  switch (type) {
    case MrtType.TableDump:
      return tableDump(octets, body, end, time, subtype);
    case MrtType.TableDumpV2:
      return tableDumpV2(octets, body, end, time, subtype, context);
    case MrtType.Bgp4mp:
      return bgp4mp(octets, body, end, time, subtype, null);
    case MrtType.Bgp4mpEt:
      // RFC 6396 §3: the microseconds come first and count as part of the message.
      if (end - body < 4) return dropped(shortRecord, body, end);
      return bgp4mp(octets, body + 4, end, time, subtype, u32(octets, body));
    default:
      return read({ kind: "other", time, type, subtype });
  }
};

const NOTHING_FOUND: readonly Found[] = Object.freeze([]);

const read = (value: MrtRecord): Decoded<MrtRecord> => ({ value, found: NOTHING_FOUND });

const dropped = (fault: Fault, start: number, end: number): Decoded<MrtRecord> => ({
  value: null,
  found: [{ fault, start, end }],
});

/** RFC 6396 §4.2; the subtype is the address family. */
const tableDump = (octets: Uint8Array, start: number, end: number, time: number, afi: number): Decoded<MrtRecord> => {
  if (afi !== Afi.Ipv4 && afi !== Afi.Ipv6) return read({ kind: "other", time, type: MrtType.TableDump, subtype: afi });
  const size = afi === Afi.Ipv4 ? 4 : 16;
  const prefix = start + 4;
  const length = prefix + size;
  const peer = length + 6;
  const attributes = peer + size + 4;
  if (attributes > end) return dropped(shortRecord, start, end);
  if (u8(octets, length) > size * 8) return dropped(badPrefixLength, length, length + 1);
  const attributesEnd = attributes + u16(octets, attributes - 2);
  if (attributesEnd > end) return dropped(shortAttributes, attributes - 2, end);
  return read({
    kind: "table-dump",
    time,
    afi,
    prefix,
    length: u8(octets, length),
    peer: { address: octets.slice(peer, peer + size), as: u16(octets, peer + size), identifier: 0 },
    originated: u32(octets, length + 2),
    attributes,
    attributesEnd,
  });
};

/** RFC 6396 §4.3 and RFC 8050 §4: what each subtype holds. Family 0: the record says it itself. */
const RIB_SUBTYPES: readonly (readonly [family: Family, addPath: boolean] | undefined)[] = [
  undefined,
  undefined,
  [Ipv4Unicast, false],
  [family(Afi.Ipv4, 2), false],
  [Ipv6Unicast, false],
  [family(Afi.Ipv6, 2), false],
  [0, false],
  undefined,
  [Ipv4Unicast, true],
  [family(Afi.Ipv4, 2), true],
  [Ipv6Unicast, true],
  [family(Afi.Ipv6, 2), true],
  [0, true],
];

const tableDumpV2 = (
  octets: Uint8Array,
  start: number,
  end: number,
  time: number,
  subtype: number,
  { peers }: MrtContext,
): Decoded<MrtRecord> => {
  if (subtype === 1) return peerIndexTable(octets, start, end, time);
  const kind = RIB_SUBTYPES[subtype];
  if (kind === undefined) return read({ kind: "other", time, type: MrtType.TableDumpV2, subtype });
  if (peers === null) return dropped(noPeerTable, start, end);
  const [declared, addPath] = kind;
  const generic = declared === 0;
  let at = start + (generic ? 7 : 4);
  if (at >= end) return dropped(shortRecord, start, end);
  const of = generic ? family(u16(octets, start + 4), u8(octets, start + 6)) : declared;
  // RFC 6396 §4.3.3: a RIB_GENERIC has one NLRI. Families without a mere prefix are beyond us.
  const bits = ribBits(of);
  if (bits === 0) return dropped(unknownFamily, start, end);
  const nlri = at;
  const length = u8(octets, at);
  if (length > bits) return dropped(badPrefixLength, at, at + 1);
  at += 1 + ((length + 7) >>> 3);
  if (at + 2 > end) return dropped(shortRecord, start, end);
  const entries: RibEntry[] = [];
  const found: Found[] = [];
  const count = u16(octets, at);
  at += 2;
  const head = addPath ? 12 : 8;
  for (let i = 0; i < count; i++) {
    if (at + head > end) {
      found.push({ fault: shortRecord, start: at, end });
      break;
    }
    const attributes = at + head;
    const attributesEnd = attributes + u16(octets, attributes - 2);
    if (attributesEnd > end) {
      found.push({ fault: shortAttributes, start: attributes - 2, end });
      break;
    }
    const peer = peers[u16(octets, at)];
    const pathId = addPath ? u32(octets, at + 6) : 0;
    if (peer === undefined) found.push({ fault: unknownPeer, start: at, end: at + 2 });
    else entries.push({ peer, originated: u32(octets, at + 2), pathId, attributes, attributesEnd });
    at = attributesEnd;
  }
  return {
    value: { kind: "rib", generic, addPath, time, sequence: u32(octets, start), family: of, nlri, entries },
    found,
  };
};

/** Longest prefix of a family whose NLRI is a mere prefix, in bits; 0 for the others. */
const ribBits = (of: Family): number => {
  const safi = of & 0xff;
  if (safi !== 1 && safi !== 2) return 0;
  if (of >>> 8 === Afi.Ipv4) return 32;
  return of >>> 8 === Afi.Ipv6 ? 128 : 0;
};

const peerIndexTable = (octets: Uint8Array, start: number, end: number, time: number): Decoded<MrtRecord> => {
  if (start + 6 > end) return dropped(shortRecord, start, end);
  let at = start + 6 + u16(octets, start + 4);
  if (at + 2 > end) return dropped(shortRecord, start, end);
  const count = u16(octets, at);
  at += 2;
  const peers: MrtPeer[] = [];
  for (let i = 0; i < count; i++) {
    if (at >= end) return dropped(shortRecord, start, end);
    // RFC 6396 §4.3.1: bit 0 says IPv6, bit 1 a four-octet AS number.
    const type = u8(octets, at);
    const size = type & 1 ? 16 : 4;
    const as = at + 5 + size;
    const next = as + (type & 2 ? 4 : 2);
    if (next > end) return dropped(shortRecord, at, end);
    peers.push({
      identifier: u32(octets, at + 1),
      address: octets.slice(at + 5, as),
      as: type & 2 ? u32(octets, as) : u16(octets, as),
    });
    at = next;
  }
  return read({ kind: "peer-index-table", time, collector: u32(octets, start), peers });
};

/** RFC 6396 §4.4 and RFC 8050 §3. */
const Subtype = { StateChange: 0, StateChangeAs4: 5 } as const;

/** Message subtypes: size of AS numbers, whether the collector sent it, whether NLRI have path identifiers. */
const MESSAGE_SUBTYPES: readonly (readonly [asnSize: 2 | 4, local: boolean, addPath: boolean] | undefined)[] = [
  undefined,
  [2, false, false],
  undefined,
  undefined,
  [4, false, false],
  undefined,
  [2, true, false],
  [4, true, false],
  [2, false, true],
  [4, false, true],
  [2, true, true],
  [4, true, true],
];

const bgp4mp = (
  octets: Uint8Array,
  start: number,
  end: number,
  time: number,
  subtype: number,
  microseconds: number | null,
): Decoded<MrtRecord> => {
  const message = MESSAGE_SUBTYPES[subtype];
  const stateChange = subtype === Subtype.StateChange || subtype === Subtype.StateChangeAs4;
  if (message === undefined && !stateChange) {
    return read({ kind: "other", time, type: microseconds === null ? MrtType.Bgp4mp : MrtType.Bgp4mpEt, subtype });
  }
  const asnSize = message?.[0] ?? (subtype === Subtype.StateChangeAs4 ? 4 : 2);
  const addresses = start + 2 * asnSize + 4;
  if (addresses > end) return dropped(shortRecord, start, end);
  const afi = u16(octets, addresses - 2);
  if (afi !== Afi.Ipv4 && afi !== Afi.Ipv6) return dropped(unknownFamily, addresses - 2, addresses);
  const addressSize = afi === Afi.Ipv4 ? 4 : 16;
  const peerAs = asnSize === 4 ? u32(octets, start) : u16(octets, start);
  const localAs = asnSize === 4 ? u32(octets, start + 4) : u16(octets, start + 2);
  const rest = addresses + 2 * addressSize;
  const common = { time, microseconds, peerAs, localAs, addresses, addressSize } as const;
  if (message === undefined) {
    if (rest + 4 > end) return dropped(shortRecord, start, end);
    return read({ kind: "state-change", ...common, from: u16(octets, rest), to: u16(octets, rest + 2) });
  }
  if (rest + 19 > end) return dropped(shortRecord, start, end);
  for (let at = rest; at < rest + 16; at++) if (octets[at] !== 0xff) return dropped(badMarker, rest, rest + 16);
  const messageEnd = rest + u16(octets, rest + 16);
  if (messageEnd < rest + 19 || messageEnd > end) return dropped(badMessageLength, rest + 16, rest + 18);
  const type = u8(octets, rest + 18);
  if (type === MessageType.Update && messageEnd < rest + 23) return dropped(badMessageLength, rest + 16, rest + 18);
  const [, local, addPath] = message;
  return read({ kind: "message", ...common, asnSize, local, addPath, type, start: rest, end: messageEnd });
};
