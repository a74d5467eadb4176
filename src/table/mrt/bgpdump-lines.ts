import { SegmentType } from "../../codec/attribute/02-as-path.js";
import { Afi, Ipv4Unicast, Ipv6Unicast, MessageType } from "../../codec/iana.js";
import { u8, u16, u32 } from "../../codec/octets.js";
import { aggregatorOf, fourOctetPath, soundPath } from "./as4.js";
import { AttributeIndex } from "./attribute-index.js";
import type { MessageRecord, MrtRecord, RibRecord, StateChange, TableDumpRecord } from "./record.js";
import { Text } from "./text.js";

/** Takes a chunk of whole lines; the promise, when there is one, says when the next is welcome. */
export type TakeLines = (chunk: Uint8Array) => Promise<void> | undefined;

const Code = {
  Origin: 1,
  AsPath: 2,
  NextHop: 3,
  Med: 4,
  LocalPref: 5,
  AtomicAggregate: 6,
  Communities: 8,
  MpReach: 14,
  MpUnreach: 15,
  As4Path: 17,
} as const;

const BAR = 0x7c;
const SLASH = 0x2f;
const SPACE = 0x20;
const NEWLINE = 0x0a;

/** Lines go out in chunks of about this many octets. */
const CHUNK_SIZE = 1 << 18;

/** bgpdump cuts the text of a path and of communities at buffers of its own; so do we, to print the same. */
const LONGEST_PATH_TEXT = 7900;
const LONGEST_COMMUNITIES_TEXT = 8190;

/**
 * MRT records as the lines of `bgpdump -m` (1.6.2), one per route:
 *
 *     BGP4MP|time|A|peer|AS|prefix|path|origin|next hop|LOCAL_PREF|MED|communities|AG or NAG|aggregator|
 *     BGP4MP|time|W|peer|AS|prefix      BGP4MP|time|STATE|peer|AS|from|to      TABLE_DUMP2|time|B|…
 *
 * Where bgpdump is odd, so is this; a comment says so.
 */
export class BgpdumpLines {
  readonly #take: TakeLines;
  readonly #index: AttributeIndex = new AttributeIndex();
  readonly #head: Text = new Text(256);
  readonly #tail: Text = new Text(1024);
  readonly #path: Uint8Array = new Uint8Array(3 * 65536);
  #out: Text = new Text(CHUNK_SIZE + 65536);

  constructor(take: TakeLines) {
    this.#take = take;
  }

  /** Writes the lines of one record. A promise says when the next one is welcome. */
  record(record: MrtRecord, octets: Uint8Array): Promise<void> | undefined {
    switch (record.kind) {
      case "message":
        if (record.type === MessageType.Update) this.#update(record, octets);
        break;
      case "state-change":
        this.#stateChange(record, octets);
        break;
      case "rib":
        // bgpdump passes over multicast and RIB_GENERIC.
        if (!record.generic && (record.family === Ipv4Unicast || record.family === Ipv6Unicast))
          this.#rib(record, octets);
        break;
      case "table-dump":
        this.#tableDump(record, octets);
        break;
    }
    return this.#out.size >= CHUNK_SIZE ? this.flush() : undefined;
  }

  /** Hands on what is left. */
  flush(): Promise<void> | undefined {
    if (this.#out.size === 0) return undefined;
    const chunk = this.#out.octets.subarray(0, this.#out.size);
    this.#out = new Text(CHUNK_SIZE + 65536);
    return this.#take(chunk);
  }

  #update(record: MessageRecord, octets: Uint8Array): void {
    const { end, asnSize, addPath } = record;
    const withdrawn = record.start + 21;
    // Lengths that reach past the message are cut to it: what is there is shown.
    const attributesLength = Math.min(withdrawn + u16(octets, withdrawn - 2), end);
    const attributes = Math.min(attributesLength + 2, end);
    const nlri = attributes < end ? Math.min(attributes + u16(octets, attributesLength), end) : end;
    const index = this.#index;
    index.scan(octets, attributes, nlri);
    this.#withdrawn(record, octets, withdrawn, attributesLength, addPath);
    const reach = index.size(Code.MpReach) >= 5 ? index.start(Code.MpReach) : -1;
    if (nlri === end && reach < 0) return;
    this.#bgp4mpHead(record, octets, "A");
    if (nlri < end) {
      this.#attributesTail(octets, asnSize, false, -1, 0);
      this.#prefixLines(octets, nlri, end, Afi.Ipv4, addPath);
    }
    if (reach < 0) return;
    const afi = u16(octets, reach);
    const safi = u8(octets, reach + 2);
    const nextHop = reach + 4;
    const routes = nextHop + u8(octets, reach + 3) + 1;
    // bgpdump knows IPv4 and IPv6, unicast and multicast.
    if ((afi !== Afi.Ipv4 && afi !== Afi.Ipv6) || safi < 1 || safi > 3 || routes > index.end(Code.MpReach)) return;
    this.#attributesTail(octets, asnSize, afi === Afi.Ipv4, nextHop, u8(octets, reach + 3));
    this.#prefixLines(octets, routes, index.end(Code.MpReach), afi, addPath);
  }

  /** The Withdrawn Routes field, then MP_UNREACH_NLRI. */
  #withdrawn(record: MessageRecord, octets: Uint8Array, start: number, end: number, addPath: boolean): void {
    const index = this.#index;
    const unreach = index.size(Code.MpUnreach) >= 3 ? index.start(Code.MpUnreach) : -1;
    if (start === end && unreach < 0) return;
    this.#bgp4mpHead(record, octets, "W");
    this.#tail.size = 0;
    this.#tail.char(NEWLINE);
    this.#prefixLines(octets, start, end, Afi.Ipv4, addPath);
    if (unreach < 0) return;
    const afi = u16(octets, unreach);
    const safi = u8(octets, unreach + 2);
    if ((afi !== Afi.Ipv4 && afi !== Afi.Ipv6) || safi < 1 || safi > 3) return;
    // bgpdump takes the IPv4 address of such a session for the first octets of an IPv6 address.
    const mistaken = afi === Afi.Ipv6 && record.local && !addPath && record.addressSize === 4;
    if (mistaken) this.#bgp4mpHead(record, octets, "W", true);
    this.#prefixLines(octets, unreach + 3, index.end(Code.MpUnreach), afi, addPath);
  }

  #stateChange(record: StateChange, octets: Uint8Array): void {
    this.#bgp4mpHead(record, octets, "STATE");
    const out = this.#out;
    out.append(this.#head);
    out.decimal(record.from);
    out.char(BAR);
    out.decimal(record.to);
    out.char(NEWLINE);
  }

  #rib({ time, addPath, family, nlri, entries }: RibRecord, octets: Uint8Array): void {
    const afi = family === Ipv4Unicast ? Afi.Ipv4 : Afi.Ipv6;
    const head = this.#head;
    for (const { peer, pathId, attributes, attributesEnd } of entries) {
      head.size = 0;
      head.ascii(addPath ? "TABLE_DUMP2_AP|" : "TABLE_DUMP2|");
      head.decimal(time);
      head.ascii("|B|");
      address(head, peer.address, 0, peer.address.length);
      head.char(BAR);
      head.decimal(peer.as);
      head.char(BAR);
      this.#index.scan(octets, attributes, attributesEnd);
      this.#ribTail(octets, 4);
      this.#line(octets, nlri + 1, u8(octets, nlri), afi, addPath ? pathId : -1);
    }
  }

  #tableDump(record: TableDumpRecord, octets: Uint8Array): void {
    const head = this.#head;
    head.size = 0;
    head.ascii("TABLE_DUMP|");
    head.decimal(record.time);
    head.ascii("|B|");
    address(head, record.peer.address, 0, record.peer.address.length);
    head.char(BAR);
    head.decimal(record.peer.as);
    head.char(BAR);
    this.#index.scan(octets, record.attributes, record.attributesEnd);
    this.#ribTail(octets, 2);
    // The address stands in full here, so that no octet of it may be cut off.
    this.#line(octets, record.prefix, record.length, record.afi, -1, true);
  }

  /** RFC 6396 §4.3.4: in a RIB entry MP_REACH_NLRI is its next hop only; some dumpers write all of it. */
  #ribTail(octets: Uint8Array, asnSize: 2 | 4): void {
    const index = this.#index;
    const size = index.size(Code.MpReach);
    const start = index.start(Code.MpReach);
    if (size === 0) this.#attributesTail(octets, asnSize, false, -1, 0);
    else if (u8(octets, start) !== 0) this.#attributesTail(octets, asnSize, false, start + 1, u8(octets, start));
    else if (size >= 5 && u16(octets, start) === Afi.Ipv6 && u8(octets, start + 2) === 1) {
      this.#attributesTail(octets, asnSize, false, start + 4, u8(octets, start + 3));
    } else this.#attributesTail(octets, asnSize, false, -1, 0);
  }

  #bgp4mpHead(record: MessageRecord | StateChange, octets: Uint8Array, what: string, asIpv6 = false): void {
    const head = this.#head;
    head.size = 0;
    head.ascii(record.microseconds === null ? "BGP4MP" : "BGP4MP_ET");
    const message = record.kind === "message";
    // bgpdump marks what the collector sent itself, unless it has path identifiers: then it shows the local side instead.
    if (message && record.local && !record.addPath) head.ascii("_LOCAL");
    if (message && record.addPath) head.ascii("_AP");
    head.char(BAR);
    head.decimal(record.time);
    if (record.microseconds !== null) {
      head.char(0x2e);
      head.decimal(record.microseconds, 6);
    }
    head.char(BAR);
    head.ascii(what);
    head.char(BAR);
    const localSide = message && record.local && record.addPath;
    const { addresses, addressSize } = record;
    if (asIpv6) {
      for (let i = 0; i < 16; i++) PADDED[i] = i < 4 ? u8(octets, addresses + i) : 0;
      head.ipv6(PADDED, 0);
    } else address(head, octets, localSide ? addresses + addressSize : addresses, addressSize);
    head.char(BAR);
    head.decimal(localSide ? record.localAs : record.peerAs);
    head.char(BAR);
  }

  /** What follows the prefix. `signed`: LOCAL_PREF and MED as signed numbers, which bgpdump does for IPv4 in MP_REACH_NLRI. */
  #attributesTail(octets: Uint8Array, asnSize: 2 | 4, signed: boolean, nextHop: number, nextHopSize: number): void {
    const index = this.#index;
    const tail = this.#tail;
    tail.size = 0;
    tail.char(BAR);
    this.#asPath(octets, asnSize);
    const origin = index.size(Code.Origin) > 0 ? u8(octets, index.start(Code.Origin)) : 255;
    tail.ascii(origin === 0 ? "|IGP|" : origin === 1 ? "|EGP|" : "|INCOMPLETE|");
    if (nextHop >= 0) address(tail, octets, nextHop, signed ? 4 : nextHopSize);
    else if (index.size(Code.NextHop) >= 4) tail.ipv4(octets, index.start(Code.NextHop));
    else tail.ascii("255.255.255.255");
    tail.char(BAR);
    this.#number(octets, Code.LocalPref, signed);
    this.#number(octets, Code.Med, signed);
    this.#communities(octets);
    tail.ascii(index.has(Code.AtomicAggregate) ? "|AG|" : "|NAG|");
    const aggregator = aggregatorOf(octets, index, asnSize);
    // bgpdump takes 255.255.255.255 for "none".
    if (aggregator !== null && u32(octets, aggregator.address) !== 0xffffffff) {
      tail.decimal(aggregator.as);
      tail.char(SPACE);
      tail.ipv4(octets, aggregator.address);
    }
    tail.char(BAR);
    tail.char(NEWLINE);
  }

  #number(octets: Uint8Array, code: number, signed: boolean): void {
    const value = this.#index.size(code) >= 4 ? u32(octets, this.#index.start(code)) : 0;
    if (signed && value > 0x7fffffff) this.#tail.ascii(String(value | 0));
    else this.#tail.decimal(value);
    this.#tail.char(BAR);
  }

  #asPath(octets: Uint8Array, asnSize: 2 | 4): void {
    const index = this.#index;
    const start = index.start(Code.AsPath);
    const end = start + index.size(Code.AsPath);
    if (!soundPath(octets, start, end, asnSize)) this.#tail.ascii("! Error !");
    else if (asnSize === 2 && index.has(Code.As4Path)) {
      this.#segments(this.#path, 0, fourOctetPath(octets, index, this.#path), 4);
    } else this.#segments(octets, start, end, asnSize);
  }

  #segments(octets: Uint8Array, start: number, end: number, asnSize: 2 | 4): void {
    const tail = this.#tail;
    const begin = tail.size;
    for (let at = start; at < end; ) {
      const type = u8(octets, at);
      const next = at + 2 + u8(octets, at + 1) * asnSize;
      if (at > start) tail.char(SPACE);
      const between = type === SegmentType.Set || type === SegmentType.ConfedSet ? 0x2c : SPACE;
      if (type !== SegmentType.Sequence) tail.char(OPENING[type] ?? 0);
      for (at += 2; at < next; at += asnSize) {
        tail.decimal(asnSize === 4 ? u32(octets, at) : u16(octets, at));
        if (tail.size - begin > LONGEST_PATH_TEXT) {
          tail.ascii("...");
          return;
        }
        if (at + asnSize < next) tail.char(between);
      }
      if (type !== SegmentType.Sequence) tail.char(CLOSING[type] ?? 0);
    }
  }

  #communities(octets: Uint8Array): void {
    const index = this.#index;
    if (!index.has(Code.Communities)) return;
    const tail = this.#tail;
    const begin = tail.size;
    for (let at = index.start(Code.Communities); at + 4 <= index.end(Code.Communities); at += 4) {
      if (tail.size > begin) tail.char(SPACE);
      const value = u32(octets, at);
      const name = value >= 0xffffff01 ? COMMUNITY_NAMES[value - 0xffffff01] : undefined;
      if (name !== undefined) tail.ascii(name);
      else {
        tail.decimal(value >>> 16);
        tail.char(0x3a);
        tail.decimal(value & 0xffff);
      }
    }
    tail.size = Math.min(tail.size, begin + LONGEST_COMMUNITIES_TEXT);
  }

  /** One line for each prefix of octets [start, end); what is cut off at the end gives none. */
  #prefixLines(octets: Uint8Array, start: number, end: number, afi: number, addPath: boolean): void {
    for (let at = start; at < end; ) {
      const pathId = addPath ? u32(octets, at) : -1;
      if (addPath) at += 4;
      if (at >= end) return;
      const length = u8(octets, at++);
      const next = at + ((length + 7) >>> 3);
      if (next > end) return;
      this.#line(octets, at, length, afi, pathId);
      at = next;
    }
  }

  #line(octets: Uint8Array, at: number, length: number, afi: number, pathId: number, whole = false): void {
    const out = this.#out;
    out.reserve(this.#head.size + this.#tail.size + 80);
    out.append(this.#head);
    const size = afi === Afi.Ipv4 ? 4 : 16;
    if (whole) address(out, octets, at, size);
    else {
      // Bits behind the prefix length stay as they came, but octets behind it belong to something else.
      const used = Math.min((length + 7) >>> 3, size);
      for (let i = 0; i < size; i++) PADDED[i] = i < used ? u8(octets, at + i) : 0;
      address(out, PADDED, 0, size);
    }
    out.char(SLASH);
    out.decimal(length);
    if (pathId >= 0) {
      out.char(BAR);
      out.decimal(pathId);
    }
    out.append(this.#tail);
  }
}

const PADDED = new Uint8Array(16);
const OPENING: readonly number[] = [0, 0x7b, 0, 0x28, 0x5b];
const CLOSING: readonly number[] = [0, 0x7d, 0, 0x29, 0x5d];

/** RFC 1997 "Well-known Communities", as bgpdump writes them. */
const COMMUNITY_NAMES: readonly string[] = ["no-export", "no-advertise", "local-AS"];

const address = (text: Text, octets: Uint8Array, at: number, size: number): void => {
  if (size === 4) text.ipv4(octets, at);
  else text.ipv6(octets, at);
};
