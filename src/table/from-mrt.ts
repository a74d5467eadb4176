import { attributeOf } from "../codec/attribute/index.js";
import { Flag } from "../codec/attribute.js";
import { type Fault, Verdict } from "../codec/fault.js";
import { Afi, Ipv4Unicast, Ipv6Unicast, MessageType, Safi } from "../codec/iana.js";
import { setOctets, setU8, setU16, setU32, u8, u16 } from "../codec/octets.js";
import { ORDINARY_MAX_MESSAGE, type SessionContext } from "../codec/session-context.js";
import { aggregatorOf, fourOctetPath, soundPath } from "./mrt/as4.js";
import { AttributeIndex } from "./mrt/attribute-index.js";
import { type MrtOutcome, readMrt } from "./mrt/reader.js";
import type { MessageRecord, MrtPeer, MrtRecord } from "./mrt/record.js";
import { Text } from "./mrt/text.js";
import { UpdatePacker } from "./pack.js";
import { PrefixIndex } from "./prefix-index.js";
import type { PreparedTable } from "./prepared.js";

/** The table of one peer out of an MRT file. */
export interface MrtTable extends PreparedTable {
  /** Address and AS of the peer. */
  readonly peer: string;
  readonly peerAs: number;
  /** Routes left out because their attributes would be faulted by a receiver (RFC 7606). */
  readonly skipped: number;
  readonly outcome: MrtOutcome;
}

export interface MrtTableOptions {
  /** Address of the peer whose routes are wanted; the one that announces most when absent. */
  readonly peer?: string;
  readonly signal?: AbortSignal;
}

/** The file has no such table in it; the message says why. */
export class MrtTableError extends Error {
  override readonly name: string = "MrtTableError";
}

/**
 * The routes that one peer had announced at the end of an MRT file, as it would send them to a new peer.
 *
 * Of UPDATEs (BGP4MP) each prefix keeps its last announcement unless it was withdrawn since, and stays in the UPDATE, in
 * the order and company in which it came. Of a RIB dump routes with equal attributes share UPDATEs. Paths with two-octet
 * AS numbers are rewritten with four (RFC 6793 §4.2.3), path identifiers taken off. Reads the file twice, unless the
 * peer is named.
 */
export const tableFromMrt = async (path: string, options: MrtTableOptions = {}): Promise<MrtTable> => {
  const peer = options.peer ?? (await busiestPeer(path, options.signal));
  const gatherer = new RouteGatherer(peer);
  const outcome = await readMrt(path, (record, octets) => gatherer.record(record, octets), options.signal);
  const table = gatherer.finish();
  if (table.prefixes === 0) {
    throw new MrtTableError(outcome.mrt ? `${path} has no routes of a peer ${peer}` : `${path} is no MRT file`);
  }
  return { ...table, peer, peerAs: gatherer.peerAs, skipped: gatherer.skipped, outcome };
};

/** The address of the peer with the most routes. */
const busiestPeer = async (path: string, signal?: AbortSignal): Promise<string> => {
  const routes = new Map<string, number>();
  const byPeer = new Map<MrtPeer, number>();
  const index = new AttributeIndex();
  const visit = (record: MrtRecord, octets: Uint8Array): undefined => {
    if (record.kind === "rib") {
      for (const { peer } of record.entries) byPeer.set(peer, (byPeer.get(peer) ?? 0) + 1);
    } else if (record.kind === "table-dump") {
      const peer = addressText(record.peer.address, 0, record.peer.address.length);
      routes.set(peer, (routes.get(peer) ?? 0) + 1);
    } else if (isReceivedUpdate(record)) {
      const span = updateSpan(octets, record);
      if (span === null) return undefined;
      index.scan(octets, span.attributes, span.nlri);
      // Octets of NLRI say as much as a count of them, and are at hand.
      const size = record.end - span.nlri + index.size(14);
      if (size === 0) return undefined;
      const peer = addressText(octets, record.addresses, record.addressSize);
      routes.set(peer, (routes.get(peer) ?? 0) + size);
    }
    return undefined;
  };
  await readMrt(path, visit, signal);
  for (const [{ address }, count] of byPeer) {
    const peer = addressText(address, 0, address.length);
    routes.set(peer, (routes.get(peer) ?? 0) + count);
  }
  let busiest = "";
  for (const [peer, count] of routes) if (count > (routes.get(busiest) ?? 0)) busiest = peer;
  if (busiest === "") throw new MrtTableError(`${path} announces no route`);
  return busiest;
};

/** No announcement: the prefix was withdrawn. */
const NONE = 0xffffffff;

/** Gathers the routes of one peer. A group is what shares attributes: an UPDATE, or the entries of a RIB alike. */
class RouteGatherer {
  peerAs = 0;
  skipped = 0;
  readonly #peer: string;
  readonly #index: AttributeIndex = new AttributeIndex();
  readonly #v4: Family = new Family(4);
  readonly #v6: Family = new Family(6);
  readonly #groupsByKey = new Map<string, number>();
  readonly #groups: { attributes: Uint8Array; nextHop6: Uint8Array | null }[] = [];
  readonly #scratch: Uint8Array = new Uint8Array(4 * 65536);
  readonly #path: Uint8Array = new Uint8Array(3 * 65536);

  constructor(peer: string) {
    this.#peer = peer;
  }

  record(record: MrtRecord, octets: Uint8Array): undefined {
    if (isReceivedUpdate(record)) {
      if (addressText(octets, record.addresses, record.addressSize) !== this.#peer) return undefined;
      this.peerAs = record.peerAs;
      this.#update(record, octets);
    } else if (record.kind === "rib" && (record.family === Ipv4Unicast || record.family === Ipv6Unicast)) {
      for (const { peer, attributes, attributesEnd } of record.entries) {
        if (addressText(peer.address, 0, peer.address.length) !== this.#peer) continue;
        this.peerAs = peer.as;
        const nlri = octets.subarray(record.nlri, record.nlri + 17);
        this.#entry(octets, attributes, attributesEnd, 4, record.family === Ipv6Unicast, nlri);
      }
    } else if (record.kind === "table-dump") {
      if (addressText(record.peer.address, 0, record.peer.address.length) !== this.#peer) return undefined;
      this.peerAs = record.peer.as;
      const isV6 = record.afi === Afi.Ipv6;
      const address = octets.subarray(record.prefix, record.prefix + (isV6 ? 16 : 4));
      const nlri = Uint8Array.of(record.length, ...address);
      this.#entry(octets, record.attributes, record.attributesEnd, 2, isV6, nlri);
    }
    return undefined;
  }

  finish(): PreparedTable {
    const packer = new UpdatePacker(this.#v4.octets + this.#v6.octets + this.#groups.length * 96);
    const v4 = this.#v4.byGroup(this.#groups.length);
    const v6 = this.#v6.byGroup(this.#groups.length);
    this.#groups.forEach(({ attributes, nextHop6 }, group) => {
      const [family, { order, first }] = nextHop6 === null ? [this.#v4, v4] : [this.#v6, v6];
      const [from, to] = [first[group] ?? 0, first[group + 1] ?? 0];
      if (from === to) return;
      if (!packer.begin(attributes, nextHop6)) {
        this.skipped += to - from;
        return;
      }
      for (let i = from; i < to; i++) packer.add(family.nlri, family.offsetOf(order[i] ?? 0));
    });
    return packer.finish();
  }

  #update(record: MessageRecord, octets: Uint8Array): void {
    const span = updateSpan(octets, record);
    if (span === null) return;
    const { addPath, asnSize, end } = record;
    const index = this.#index;
    index.scan(octets, span.attributes, span.nlri);
    this.#v4.withdraw(octets, span.withdrawn, span.withdrawnEnd, addPath);
    const unreach = index.start(15);
    if (index.size(15) >= 3) {
      const family = this.#familyOf(octets, unreach);
      family?.withdraw(octets, unreach + 3, index.end(15), addPath);
    }
    if (span.nlri < end)
      this.#announce(octets, span.attributes, span.nlri, asnSize, null, this.#v4, span.nlri, end, addPath);
    if (index.size(14) < 5) return;
    const reach = index.start(14);
    const nextHop = octets.slice(reach + 4, Math.min(reach + 4 + u8(octets, reach + 3), index.end(14)));
    const routes = reach + 5 + u8(octets, reach + 3);
    if (this.#familyOf(octets, reach) !== this.#v6 || routes > index.end(14)) return;
    this.#announce(octets, span.attributes, span.nlri, asnSize, nextHop, this.#v6, routes, index.end(14), addPath);
  }

  #familyOf(octets: Uint8Array, at: number): Family | null {
    if (u8(octets, at + 2) !== Safi.Unicast) return null;
    const afi = u16(octets, at);
    return afi === Afi.Ipv4 ? this.#v4 : afi === Afi.Ipv6 ? this.#v6 : null;
  }

  #announce(
    octets: Uint8Array,
    attributes: number,
    attributesEnd: number,
    asnSize: 2 | 4,
    nextHop6: Uint8Array | null,
    family: Family,
    start: number,
    end: number,
    addPath: boolean,
  ): void {
    const size = this.#normalise(octets, attributes, attributesEnd, asnSize, nextHop6);
    if (size < 0) {
      // RFC 7606 §2: a receiver would treat these as withdrawn.
      this.skipped += family.withdraw(octets, start, end, addPath);
      return;
    }
    this.#groups.push({ attributes: this.#scratch.slice(0, size), nextHop6 });
    family.announce(octets, start, end, addPath, this.#groups.length - 1);
  }

  /** An entry of a RIB; `nlri` begins with the prefix. */
  #entry(
    octets: Uint8Array,
    attributes: number,
    attributesEnd: number,
    asnSize: 2 | 4,
    isV6: boolean,
    nlri: Uint8Array,
  ): void {
    const index = this.#index;
    index.scan(octets, attributes, attributesEnd);
    let nextHop6: Uint8Array | null = null;
    if (isV6) {
      // RFC 6396 §4.3.4: the length of the next hop and the next hop; some write all of MP_REACH_NLRI.
      const reach = index.start(14);
      const at = index.size(14) > 0 && u8(octets, reach) === 0 ? reach + 3 : reach;
      nextHop6 = octets.slice(at + 1, Math.min(at + 1 + u8(octets, at), index.end(14)));
    }
    const size = this.#normalise(octets, attributes, attributesEnd, asnSize, nextHop6);
    if (size < 0) {
      this.skipped++;
      return;
    }
    const alike = this.#scratch.subarray(0, size);
    const key = `${text(alike)}/${nextHop6 === null ? "" : text(nextHop6)}`;
    let group = this.#groupsByKey.get(key);
    if (group === undefined) {
      group = this.#groups.push({ attributes: alike.slice(), nextHop6 }) - 1;
      this.#groupsByKey.set(key, group);
    }
    (isV6 ? this.#v6 : this.#v4).announce(nlri, 0, 1 + ((u8(nlri, 0) + 7) >>> 3), false, group);
  }

  /**
   * Writes the attributes as a four-octet speaker sends them, without those that hold routes, to the scratch buffer, and
   * gives their size; -1 when a receiver would treat the routes as withdrawn. What it would discard is left out.
   */
  #normalise(octets: Uint8Array, start: number, end: number, asnSize: 2 | 4, nextHop6: Uint8Array | null): number {
    const index = this.#index;
    const out = this.#scratch;
    if (!index.has(1) || !index.has(2) || !soundPath(octets, index.start(2), index.end(2), asnSize)) return -1;
    if (nextHop6 === null ? !index.has(3) : nextHop6.length !== 16 && nextHop6.length !== 32) return -1;
    let written = 0;
    for (let at = start; at < end; ) {
      const head = u8(octets, at) & Flag.ExtendedLength ? 4 : 3;
      const code = u8(octets, at + 1);
      const value = at + head;
      const next = value + (at + head > end ? end : head === 4 ? u16(octets, at + 2) : u8(octets, at + 2));
      if (next > end) return -1;
      const begin = written;
      // RFC 6793 §4.1: who knows four octets sends no AS4 attributes. NEXT_HOP means nothing for MP_REACH_NLRI.
      const leave = code === 14 || code === 15 || code === 17 || code === 18 || (code === 3 && nextHop6 !== null);
      if (!leave && index.start(code) === value) {
        written = this.#attribute(octets, at, next, code, asnSize, written);
        const fault = written > begin ? faultOf(out, begin, written, code) : null;
        if (fault?.verdict === Verdict.Discard) written = begin;
        else if (fault !== null) return -1;
      }
      at = next;
    }
    return written;
  }

  #attribute(octets: Uint8Array, at: number, next: number, code: number, asnSize: 2 | 4, written: number): number {
    const out = this.#scratch;
    if (asnSize === 2 && code === 2) {
      const size = fourOctetPath(octets, this.#index, this.#path);
      let to = setU8(out, written, Flag.Transitive | Flag.ExtendedLength);
      to = setU8(out, to, code);
      to = setU16(out, to, size);
      return setOctets(out, to, this.#path.subarray(0, size));
    }
    if (asnSize === 2 && code === 7) {
      const aggregator = aggregatorOf(octets, this.#index, 2);
      // RFC 7606 §7.7: of the wrong size it is discarded.
      if (aggregator === null) return written;
      let to = setU8(out, written, u8(octets, at) & ~Flag.ExtendedLength);
      to = setU8(out, to, code);
      to = setU8(out, to, 8);
      to = setU32(out, to, aggregator.as);
      return setOctets(out, to, octets.subarray(aggregator.address, aggregator.address + 4));
    }
    return setOctets(out, written, octets.subarray(at, next));
  }
}

/** Routes of one family: what was announced last of each prefix. */
class Family {
  /** NLRI octets of all announcements, without path identifiers. */
  nlri: Uint8Array = new Uint8Array(1 << 16);
  octets = 0;
  readonly #bits: number;
  readonly #index: PrefixIndex;
  #count = 0;
  /** By announcement: where its NLRI starts, and its group. */
  #offsets: Uint32Array = new Uint32Array(1 << 12);
  #groups: Uint32Array = new Uint32Array(1 << 12);
  /** By prefix: its last announcement, NONE when withdrawn. */
  #last: Uint32Array = new Uint32Array(1 << 12).fill(NONE);

  constructor(family: 4 | 6) {
    this.#bits = family === 4 ? 32 : 128;
    this.#index = new PrefixIndex(family);
  }

  offsetOf(announcement: number): number {
    return this.#offsets[announcement] ?? 0;
  }

  announce(octets: Uint8Array, start: number, end: number, addPath: boolean, group: number): void {
    this.#each(octets, start, end, addPath, (at, next, prefix) => {
      if (this.#count === this.#offsets.length) {
        this.#offsets = doubled(this.#offsets);
        this.#groups = doubled(this.#groups);
      }
      if (this.octets + 17 > this.nlri.length) {
        const roomier = new Uint8Array(this.nlri.length * 2);
        roomier.set(this.nlri);
        this.nlri = roomier;
      }
      this.#offsets[this.#count] = this.octets;
      this.#groups[this.#count] = group;
      for (let i = at; i < next; i++) this.nlri[this.octets++] = u8(octets, i);
      this.#last[prefix] = this.#count++;
    });
  }

  /** Gives how many prefixes these octets name. */
  withdraw(octets: Uint8Array, start: number, end: number, addPath: boolean): number {
    let count = 0;
    this.#each(octets, start, end, addPath, (_at, _next, prefix) => {
      this.#last[prefix] = NONE;
      count++;
    });
    return count;
  }

  /** The announcements that stand at the end, those of group g at `first[g]` to `first[g + 1]`, in the order they came. */
  byGroup(groups: number): { order: Uint32Array; first: Uint32Array } {
    const first = new Uint32Array(groups + 2);
    const stands = this.#last
      .subarray(0, this.#index.size)
      .filter((announcement) => announcement !== NONE)
      .sort();
    for (const announcement of stands) {
      const slot = (this.#groups[announcement] ?? 0) + 2;
      first[slot] = (first[slot] ?? 0) + 1;
    }
    for (let i = 1; i < first.length; i++) first[i] = (first[i] ?? 0) + (first[i - 1] ?? 0);
    const order = new Uint32Array(stands.length);
    for (const announcement of stands) {
      const slot = (this.#groups[announcement] ?? 0) + 1;
      const place = first[slot] ?? 0;
      order[place] = announcement;
      first[slot] = place + 1;
    }
    return { order, first };
  }

  #each(
    octets: Uint8Array,
    start: number,
    end: number,
    addPath: boolean,
    take: (at: number, next: number, prefix: number) => void,
  ): void {
    for (let at = start; at < end; ) {
      if (addPath) at += 4;
      const length = at < end ? u8(octets, at) : 255;
      const next = at + 1 + ((length + 7) >>> 3);
      // RFC 7606 §5.3: what follows a prefix that is no prefix can't be told.
      if (length > this.#bits || next > end) return;
      const prefix = this.#index.add(octets, at + 1, length);
      if (prefix === this.#last.length) this.#last = doubled(this.#last, NONE);
      take(at, next, prefix);
      at = next;
    }
  }
}

const doubled = (array: Uint32Array, filler = 0): Uint32Array => {
  const roomier = new Uint32Array(array.length * 2);
  if (filler !== 0) roomier.fill(filler, array.length);
  roomier.set(array);
  return roomier;
};

/** What a receiver with four-octet AS numbers holds against the attribute at `start`: the codec says. Unknown ones pass. */
const faultOf = (octets: Uint8Array, start: number, end: number, code: number): Fault | null => {
  const spec = attributeOf(code);
  if (spec === undefined) return null;
  const flags = u8(octets, start);
  if ((flags & (Flag.Optional | Flag.Transitive)) !== spec.flags) return spec.flagFault;
  return spec.check(octets, start + (flags & Flag.ExtendedLength ? 4 : 3), end, RECEIVER);
};

const RECEIVER: SessionContext = {
  asnSize: 4,
  localAs: 1,
  peerAs: 1,
  // An internal peer: what of LOCAL_PREF and the like must not leave an AS, `forPeer` takes off.
  external: false,
  families: new Set([Ipv4Unicast, Ipv6Unicast]),
  addPath: new Set(),
  maxMessage: ORDINARY_MAX_MESSAGE,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};

const isReceivedUpdate = (record: MrtRecord): record is MessageRecord =>
  record.kind === "message" && record.type === MessageType.Update && !record.local;

/** The fields of an UPDATE, or null when their lengths don't fit it. */
const updateSpan = (
  octets: Uint8Array,
  { start, end }: MessageRecord,
): { withdrawn: number; withdrawnEnd: number; attributes: number; nlri: number } | null => {
  const withdrawn = start + 21;
  const withdrawnEnd = withdrawn + u16(octets, withdrawn - 2);
  const attributes = withdrawnEnd + 2;
  if (attributes > end) return null;
  const nlri = attributes + u16(octets, withdrawnEnd);
  return nlri > end ? null : { withdrawn, withdrawnEnd, attributes, nlri };
};

const text = (octets: Uint8Array): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("latin1");

const addressText = (octets: Uint8Array, at: number, size: number): string => {
  const address = new Text(48);
  if (size === 4) address.ipv4(octets, at);
  else address.ipv6(octets, at);
  return text(address.octets.subarray(0, address.size));
};
