import { SegmentType } from "../codec/attribute/02-as-path.js";
import { narrowAsPath, needsAs4Path, withoutConfederations } from "../codec/attribute/17-as4-path.js";
import { attributeOf } from "../codec/attribute/index.js";
import { Flag } from "../codec/attribute.js";
import { AS_TRANS } from "../codec/iana.js";
import { setU8, setU16, setU32, u8, u16, u32 } from "../codec/octets.js";
import type { SessionContext } from "../codec/session-context.js";
import { type AttributeStore, DEFAULT_LOCAL_PREF, Trait } from "./attribute-store.js";
import { write } from "./canonical.js";
import type { PeerTable } from "./peer-table.js";

/** The peer an Adj-RIB-Out is for, and how we stand to it. */
export interface ExportTarget {
  /** Its number in the PeerTable. */
  readonly peer: number;
  readonly session: SessionContext;
  /** Our BGP Identifier, which is our CLUSTER_ID too (RFC 4456 §7). */
  readonly identifier: number;
  /** Our own addresses, for NEXT_HOP to external peers: 4 and 16 octets. */
  readonly nextHop4: Uint8Array;
  readonly nextHop6: Uint8Array;
  /** The peer is our provider, our peer or a route server: RFC 9234 §5 keeps routes with OTC from it. */
  readonly blocksOtc: boolean;
  /** The peer is our customer, our peer or a client of our route server: RFC 9234 §5 has us add OTC. */
  readonly addsOtc: boolean;
}

/** What becomes of attribute sets on their way out to one peer (RFC 4271 §5.1, §9.2; RFC 4456; RFC 1997; RFC 9234). */
export class Exporter {
  readonly target: ExportTarget;
  readonly #store: AttributeStore;
  readonly #peers: PeerTable;
  readonly #external: boolean;
  readonly #toClient: boolean;
  #ipv4HopAt = -1;

  constructor(store: AttributeStore, peers: PeerTable, target: ExportTarget) {
    this.#store = store;
    this.#peers = peers;
    this.target = target;
    this.#external = target.session.external;
    this.#toClient = peers.at(target.peer).reflectorClient;
  }

  /** Whether a path of `source` with these attributes may be advertised to the target at all. */
  permits(source: number, attributes: number): boolean {
    if (source === this.target.peer) return false;
    const traits = this.#store.traits(attributes);
    if ((traits & (Trait.NoAdvertise | Trait.NoExport | Trait.OnlyToCustomer)) !== 0) {
      if ((traits & Trait.NoAdvertise) !== 0) return false;
      if ((traits & Trait.NoExport) !== 0 && this.#external) return false;
      if ((traits & Trait.OnlyToCustomer) !== 0 && this.target.blocksOtc) return false;
    }
    if (this.#external || this.#peers.external(source)) return true;
    // RFC 4271 §9.2.1: internal routes stay where they are, unless we reflect them (RFC 4456 §6).
    return this.#toClient || this.#peers.at(source).reflectorClient;
  }

  /** Sources that need attributes of their own for the same set: 0 for all but reflected routes (ORIGINATOR_ID). */
  variant(source: number): number {
    return this.#external || this.#peers.external(source) ? 0 : source + 1;
  }

  /**
   * Writes the attributes of a set as the target is to see them, in the order they came in (MP_REACH_NLRI is left to the
   * packer, see `nextHop6`). `out` must have room for the set and 64 octets. Gives the offset after.
   */
  write(attributes: number, source: number, ipv4: boolean, out: Uint8Array, start: number): number {
    const from = this.#store.octets;
    const end = this.#store.end(attributes);
    const reflects = this.variant(source) !== 0;
    // RFC 4271 §5: a sender should order attributes by type code, but need not. What is there anywhere is not added.
    const present = this.#presentIn(attributes);
    let at = start;
    let wantsNextHop = ipv4 && (present & Present.NextHop) === 0;
    let hop = this.target.nextHop4;
    let hopAt = 0;
    let wantsLocalPref = !this.#external && (present & Present.LocalPref) === 0;
    let wantsOriginator = reflects && (present & Present.OriginatorId) === 0;
    let wantsCluster = reflects && (present & Present.ClusterList) === 0;
    let wantsOtc = this.target.addsOtc && (present & Present.Otc) === 0;
    // IPv4 routes may come in MP_REACH_NLRI too (RFC 4760 §3): inside our AS their next hop stays what it is (RFC 4271 §5.1.3).
    if (!this.#external && wantsNextHop && this.#ipv4HopAt >= 0) {
      hop = from;
      hopAt = this.#ipv4HopAt;
    }
    for (let next = this.#store.start(attributes); next < end; ) {
      const flags = u8(from, next);
      const code = u8(from, next + 1);
      const long = (flags & Flag.ExtendedLength) !== 0;
      const value = next + (long ? 4 : 3);
      next = value + (long ? u16(from, next + 2) : u8(from, next + 2));
      // Its next hop goes out by way of `nextHop6`.
      if (code === 14) continue;
      // What must be added goes in by ascending type code (RFC 4271 §5), where the others are in that order.
      if (code > 3 && wantsNextHop) {
        at = write(out, at, Flag.Transitive, 3, hop, hopAt, hopAt + 4);
        wantsNextHop = false;
      }
      if (code > 5 && wantsLocalPref) {
        at = writeU32(out, at, Flag.Transitive, 5, DEFAULT_LOCAL_PREF);
        wantsLocalPref = false;
      }
      if (code > 9 && wantsOriginator) {
        at = this.#writeOriginator(source, out, at);
        wantsOriginator = false;
      }
      if (code > 10 && wantsCluster) {
        at = this.#writeClusterList(true, from, 0, 0, out, at);
        wantsCluster = false;
      }
      if (code > 35 && wantsOtc) {
        at = this.#writeOtc(out, at);
        wantsOtc = false;
      }
      switch (code) {
        case 2:
          at = this.#writePath(from, value, next, out, at);
          break;
        case 3:
          if (!ipv4) break;
          if (this.#external) at = write(out, at, Flag.Transitive, 3, hop, 0, 4);
          else at = write(out, at, flags, code, from, value, next);
          break;
        case 4:
          // RFC 4271 §5.1.4: the MED of one neighbouring AS is not for another.
          if (!this.#external) at = write(out, at, flags, code, from, value, next);
          break;
        case 5:
          if (!this.#external) at = write(out, at, flags, code, from, value, next);
          break;
        case 7:
          at = this.#writeAggregator(flags, from, value, next, out, at);
          break;
        case 9:
          if (!this.#external) at = write(out, at, flags, code, from, value, next);
          break;
        case 10:
          if (!this.#external) at = this.#writeClusterList(reflects, from, value, next, out, at);
          break;
        default:
          at = write(out, at, passedOn(code, flags), code, from, value, next);
      }
    }
    if (wantsNextHop) at = write(out, at, Flag.Transitive, 3, hop, hopAt, hopAt + 4);
    if (wantsLocalPref) at = writeU32(out, at, Flag.Transitive, 5, DEFAULT_LOCAL_PREF);
    if (wantsOriginator) at = this.#writeOriginator(source, out, at);
    if (wantsCluster) at = this.#writeClusterList(true, from, 0, 0, out, at);
    if (wantsOtc) at = this.#writeOtc(out, at);
    return at;
  }

  /** Which of the attributes that may have to be added a set has; where its MP_REACH_NLRI has an IPv4 next hop goes to `#ipv4HopAt`. */
  #presentIn(attributes: number): number {
    const from = this.#store.octets;
    const end = this.#store.end(attributes);
    let present = 0;
    this.#ipv4HopAt = -1;
    for (let next = this.#store.start(attributes); next < end; ) {
      const code = u8(from, next + 1);
      const long = (u8(from, next) & Flag.ExtendedLength) !== 0;
      const value = next + (long ? 4 : 3);
      next = value + (long ? u16(from, next + 2) : u8(from, next + 2));
      if (code === 3) present |= Present.NextHop;
      else if (code === 5) present |= Present.LocalPref;
      else if (code === 9) present |= Present.OriginatorId;
      else if (code === 10) present |= Present.ClusterList;
      else if (code === 14 && u8(from, value + 3) === 4) this.#ipv4HopAt = value + 4;
      else if (code === 35) present |= Present.Otc;
    }
    return present;
  }

  /** Writes the 16 octets of the next hop for IPv6 routes and gives the offset after. */
  nextHop6(attributes: number, out: Uint8Array, at: number): number {
    if (!this.#external) {
      const from = this.#store.octets;
      for (let next = this.#store.start(attributes); next < this.#store.end(attributes); ) {
        const long = (u8(from, next) & Flag.ExtendedLength) !== 0;
        const value = next + (long ? 4 : 3);
        // Of a global and a link-local address only the global one means something to others (RFC 2545 §3).
        if (u8(from, next + 1) === 14 && u8(from, value + 3) >= 16) {
          for (let i = 0; i < 16; i++) out[at + i] = u8(from, value + 4 + i);
          return at + 16;
        }
        next = value + (long ? u16(from, next + 2) : u8(from, next + 2));
      }
    }
    out.set(this.target.nextHop6, at);
    return at + 16;
  }

  #writeOriginator(source: number, out: Uint8Array, at: number): number {
    return writeU32(out, at, Flag.Optional, 9, this.#peers.identifier(source));
  }

  #writeOtc(out: Uint8Array, at: number): number {
    return writeU32(out, at, Flag.Optional | Flag.Transitive, 35, this.target.session.localAs);
  }

  /** RFC 4456 §8: a reflector puts its CLUSTER_ID in front. */
  #writeClusterList(
    reflects: boolean,
    from: Uint8Array,
    start: number,
    end: number,
    out: Uint8Array,
    at: number,
  ): number {
    if (!reflects) return write(out, at, Flag.Optional, 10, from, start, end);
    const list = PATH;
    let length = setU32(list, 0, this.target.identifier);
    for (let i = start; i < end; i++) length = setU8(list, length, u8(from, i));
    return write(out, at, Flag.Optional, 10, list, 0, length);
  }

  #writePath(from: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
    if (!this.#external && this.target.session.asnSize === 4)
      return write(out, at, Flag.Transitive, 2, from, start, end);
    const path = PATH;
    const length = this.#external
      ? prepend(this.target.session.localAs, from, start, end, path)
      : copy(from, start, end, path);
    if (this.target.session.asnSize === 4) return write(out, at, Flag.Transitive, 2, path, 0, length);
    const narrow = narrowAsPath(path, 0, length, NARROW, 0);
    const next = write(out, at, Flag.Transitive, 2, NARROW, 0, narrow);
    if (!needsAs4Path(path, 0, length)) return next;
    const as4 = withoutConfederations(path, 0, length, NARROW, 0);
    return write(out, next, Flag.Optional | Flag.Transitive, 17, NARROW, 0, as4);
  }

  #writeAggregator(flags: number, from: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
    if (this.target.session.asnSize === 4) return write(out, at, passedOn(7, flags), 7, from, start, end);
    const as = u32(from, start);
    const narrow = NARROW;
    const length = setU32(narrow, setU16(narrow, 0, as > 0xffff ? AS_TRANS : as), u32(from, start + 4));
    const next = write(out, at, passedOn(7, flags), 7, narrow, 0, length);
    return as > 0xffff ? write(out, next, Flag.Optional | Flag.Transitive, 18, from, start, end) : next;
  }
}

/** Room for values that are written anew. It serves all exporters: a set is written to its end before another begins. */
const PATH = new Uint8Array(65536 + 8);
const NARROW = new Uint8Array(65536 + 8);

/** Attributes that we add where they are not. */
const Present = { NextHop: 1, LocalPref: 2, OriginatorId: 4, ClusterList: 8, Otc: 16 } as const;

/** RFC 4271 §5: who passes on an optional transitive attribute that he does not recognise sets the Partial bit. */
const passedOn = (code: number, flags: number): number =>
  attributeOf(code) === undefined ? flags | Flag.Partial : flags;

/** RFC 4271 §5.1.2 b: our AS goes first, in a sequence of its own when the first one is full or none. */
const prepend = (as: number, from: Uint8Array, start: number, end: number, out: Uint8Array): number => {
  const joins = end > start && u8(from, start) === SegmentType.Sequence && u8(from, start + 1) < 255;
  let at = setU8(out, 0, SegmentType.Sequence);
  at = setU8(out, at, joins ? u8(from, start + 1) + 1 : 1);
  at = setU32(out, at, as);
  for (let i = joins ? start + 2 : start; i < end; i++) out[at++] = u8(from, i);
  return at;
};

const copy = (from: Uint8Array, start: number, end: number, out: Uint8Array): number => {
  for (let i = start; i < end; i++) out[i - start] = u8(from, i);
  return end - start;
};

const writeU32 = (out: Uint8Array, start: number, flags: number, code: number, value: number): number =>
  setU32(out, setU8(out, setU8(out, setU8(out, start, flags), code), 4), value);
