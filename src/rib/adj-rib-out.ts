import { Flag } from "../codec/attribute.js";
import { HEADER_LENGTH, setHeader } from "../codec/frame.js";
import { afiOf, Ipv4Unicast, MessageType, safiOf } from "../codec/iana.js";
import { encodeRouteRefresh } from "../codec/message/route-refresh.js";
import { setU8, setU16, setU32, u8 } from "../codec/octets.js";
import { Bits } from "./bits.js";
import type { LogReader } from "./change-log.js";
import { Exporter, type ExportTarget } from "./export.js";
import { grown } from "./growable.js";
import type { LocRib, PathWatcher } from "./loc-rib.js";

/** Octets that `fill` needs at least: a batch with one attribute set of the largest size must fit. */
export const FILL_CAPACITY: number = 256 * 1024;

/** Prefixes in one batch at most. */
const BATCH = 16 * 1024;

/**
 * What one peer is told about one family (RFC 4271 §9.2), made when its socket has room for it.
 *
 * It keeps no routes: one bit a prefix says whether the peer has been told of it, and the change log says where to look
 * again. `fill` takes the next changes, gathers the prefixes that share an attribute set, and writes UPDATEs that carry
 * as many of them as fit. The first walk goes over the whole table and ends with End-of-RIB (RFC 4724 §2); a route
 * refresh is another such walk.
 *
 * With ADD-PATH the unit is the path instead of the prefix; its number + 1 is the path identifier.
 */
export class AdjRibOut implements PathWatcher {
  readonly #rib: LocRib;
  readonly #exporter: Exporter;
  readonly #addPath: boolean;
  readonly #ipv4: boolean;
  readonly #maxMessage: number;
  readonly #reader: LogReader;
  /** Where the walk over the whole table stands, and where it ends; equal when there is none. */
  #walk = 0;
  #walkEnd: number;
  #owesEndOfRib = true;
  /** RFC 7313 §4: the marks around a re-advertisement that are still to be sent. */
  #owesBegin = false;
  #owesEnd = false;
  /** Another refresh was asked for while one is under way: a single one will answer all such requests. */
  #owesAnother = false;
  #demarcates = false;
  /** A bit per prefix, or per path with ADD-PATH. */
  readonly #told = new Bits();
  /** With ADD-PATH: paths told with the attributes they have now. */
  readonly #fresh = new Bits();
  /** With ADD-PATH: (path identifier, prefix) pairs that must be withdrawn before anything else is said. */
  #gone = new Uint32Array(0);
  #goneCount = 0;
  #sent = 0;
  #updates = 0;

  constructor(rib: LocRib, target: ExportTarget) {
    this.#rib = rib;
    this.#exporter = new Exporter(rib.store, rib.peers, target);
    this.#addPath = target.session.addPath.has(rib.family);
    this.#ipv4 = rib.family === Ipv4Unicast;
    this.#maxMessage = target.session.maxMessage;
    if (this.#addPath) rib.watch(this);
    this.#reader = this.#log.open();
    this.#walkEnd = rib.prefixes.idLimit;
  }

  /** Routes that the peer has been told of and not told to forget. */
  get sent(): number {
    return this.#sent;
  }

  /** UPDATE messages written so far. */
  get updates(): number {
    return this.#updates;
  }

  /** Whether `fill` has something to write. May say yes when all that is left turns out to need no message. */
  get isPending(): boolean {
    return this.#isTelling || this.#goneCount > 0 || this.#reader.cursor < this.#log.end;
  }

  close(): void {
    this.#rib.unwatch(this);
    this.#log.close(this.#reader);
  }

  /**
   * Tells everything once more (RFC 2918); with `demarcated` between BoRR and EoRR (RFC 7313 §4). Requests that come
   * while the table is being told are answered together, when that has ended: a flood of them costs no more than a walk.
   */
  refresh(demarcated: boolean): void {
    if (!this.#isTelling) this.#restart(demarcated);
    else if (this.#walk > 0 || this.#owesBegin !== demarcated) this.#owesAnother = true;
    this.#demarcates = demarcated;
  }

  /**
   * Writes the next messages into `out`, which has FILL_CAPACITY octets, and gives their length; 0 when there is nothing
   * to say. Whole messages only.
   */
  fill(out: Uint8Array): number {
    let at = 0;
    while (at <= MARK_LENGTH && this.isPending) {
      if (this.#owesBegin) {
        this.#owesBegin = false;
        at = this.#writeRefreshMark(1, out, at);
      }
      const batch = BATCH_OF_ALL;
      batch.begin(out.length, this.#maxMessage, this.#rib.store.idLimit);
      this.#gather(batch);
      at = this.#writeWithdrawals(batch, out, at);
      at = this.#writeGroups(batch, out, at);
      if (batch.isExhausted) at = this.#writeEnds(out, at);
    }
    return at;
  }

  pathChanged(path: number): void {
    this.#fresh.clear(path);
  }

  pathRemoved(path: number, prefix: number): void {
    this.#fresh.clear(path);
    if (!this.#told.clear(path)) return;
    this.#sent--;
    if (this.#goneCount * 2 === this.#gone.length) this.#gone = grown(this.#gone, Math.max(256, this.#gone.length * 2));
    this.#gone[this.#goneCount * 2] = path + 1;
    this.#gone[this.#goneCount * 2 + 1] = prefix;
    this.#goneCount++;
  }

  /** A walk over the whole table is under way, or its end has not been told. */
  get #isTelling(): boolean {
    return this.#walk < this.#walkEnd || this.#owesEndOfRib || this.#owesEnd;
  }

  #restart(demarcated: boolean): void {
    this.#walk = 0;
    this.#walkEnd = this.#rib.prefixes.idLimit;
    this.#fresh.clearAll();
    this.#owesBegin = demarcated;
    this.#owesEnd = demarcated;
    this.#owesAnother = false;
  }

  get #log(): LocRib["bestLog"] {
    return this.#addPath ? this.#rib.pathLog : this.#rib.bestLog;
  }

  #gather(batch: Batch): void {
    batch.isExhausted = false;
    if (this.#goneCount > 0) this.#gatherGone(batch);
    if (this.#goneCount > 0) return;
    while (this.#walk < this.#walkEnd) {
      if (!this.#look(this.#walk, batch)) return;
      this.#walk++;
    }
    for (;;) {
      const prefix = this.#log.next(this.#reader);
      if (prefix < 0) {
        batch.isExhausted = true;
        return;
      }
      if (!this.#look(prefix, batch)) {
        this.#log.unread(this.#reader);
        return;
      }
    }
  }

  /** Puts what the peer must hear about a prefix into the batch; false when the batch is full. */
  #look(prefix: number, batch: Batch): boolean {
    return this.#addPath ? this.#lookAtPaths(prefix, batch) : this.#lookAtBest(prefix, batch);
  }

  #lookAtBest(prefix: number, batch: Batch): boolean {
    const rib = this.#rib;
    const best = rib.best(prefix);
    const octets = 1 + ((rib.prefixes.length(prefix) + 7) >>> 3);
    if (best >= 0) {
      const attributes = rib.attributesOf(best);
      const source = rib.peerOf(best);
      if (this.#exporter.permits(source, attributes)) {
        const fits = batch.announce(this.#exporter, this.#ipv4, attributes, source, prefix, 0, octets);
        if (fits === Fit.Full) return false;
        if (fits === Fit.Yes) {
          if (this.#told.set(prefix)) this.#sent++;
          return true;
        }
      }
    }
    // Nothing to tell, or nothing the peer may see: what it was told before is no longer so.
    if (!this.#told.has(prefix)) return true;
    if (!batch.withdraw(prefix, 0, octets)) return false;
    this.#told.clear(prefix);
    this.#sent--;
    return true;
  }

  #lookAtPaths(prefix: number, batch: Batch): boolean {
    const rib = this.#rib;
    const octets = 5 + ((rib.prefixes.length(prefix) + 7) >>> 3);
    for (let path = rib.best(prefix); path >= 0; path = rib.nextPath(path)) {
      if (this.#fresh.has(path)) continue;
      const attributes = rib.attributesOf(path);
      const source = rib.peerOf(path);
      const fits = this.#exporter.permits(source, attributes)
        ? batch.announce(this.#exporter, this.#ipv4, attributes, source, prefix, path + 1, octets)
        : Fit.Never;
      if (fits === Fit.Full) return false;
      if (fits === Fit.Yes) {
        this.#fresh.set(path);
        if (this.#told.set(path)) this.#sent++;
      } else if (this.#told.has(path)) {
        if (!batch.withdraw(prefix, path + 1, octets)) return false;
        this.#told.clear(path);
        this.#sent--;
      }
    }
    return true;
  }

  #gatherGone(batch: Batch): void {
    while (this.#goneCount > 0) {
      const at = (this.#goneCount - 1) * 2;
      const prefix = this.#gone[at + 1] ?? 0;
      const octets = 5 + ((this.#rib.prefixes.length(prefix) + 7) >>> 3);
      if (!batch.withdraw(prefix, this.#gone[at] ?? 0, octets)) return;
      this.#goneCount--;
    }
  }

  #writeWithdrawals(batch: Batch, out: Uint8Array, start: number): number {
    let at = start;
    for (let i = 0; i < batch.withdrawn; ) {
      const begin = at;
      // IPv4: the withdrawn routes field. Others: MP_UNREACH_NLRI with an extended length (RFC 4760 §4).
      const field = at + HEADER_LENGTH + (this.#ipv4 ? 2 : 2 + 2 + 4 + 3);
      const limit = begin + this.#maxMessage - (this.#ipv4 ? 2 : 0);
      at = field;
      for (; i < batch.withdrawn; i++) {
        if (at + batch.widthOf(batch.gonePrefix(i), this.#rib, this.#addPath) > limit) break;
        at = this.#writeRoute(batch.gonePrefix(i), batch.gonePath(i), out, at);
      }
      if (this.#ipv4) {
        setU16(out, begin + HEADER_LENGTH, at - field);
        at = setU16(out, at, 0);
      } else {
        this.#writeUnreachHead(out, begin + HEADER_LENGTH, at - field);
      }
      this.#writeHeader(out, begin, at);
    }
    return at;
  }

  #writeGroups(batch: Batch, out: Uint8Array, start: number): number {
    let at = start;
    for (let group = 0; group < batch.groups; group++) {
      let route = batch.firstRoute(group);
      while (route >= 0) {
        const begin = at;
        if (this.#ipv4) {
          at = setU16(out, begin + HEADER_LENGTH, 0);
          at = batch.writeAttributes(group, out, setU16(out, at, batch.attributesSize(group)));
          const limit = begin + this.#maxMessage;
          for (; route >= 0; route = batch.nextRoute(route)) {
            if (at + batch.widthOf(batch.prefix(route), this.#rib, this.#addPath) > limit) break;
            at = this.#writeRoute(batch.prefix(route), batch.pathId(route), out, at);
          }
        } else {
          // RFC 7606 §5.1: MP_REACH_NLRI is the first attribute.
          const reach = begin + HEADER_LENGTH + 4;
          at = setU8(out, setU8(out, reach, Flag.Optional | Flag.ExtendedLength), 14) + 2;
          at = setU8(out, setU16(out, at, afiOf(this.#rib.family)), safiOf(this.#rib.family));
          at = batch.writeNextHop(group, out, setU8(out, at, 16));
          at = setU8(out, at, 0);
          const limit = begin + this.#maxMessage - batch.attributesSize(group);
          for (; route >= 0; route = batch.nextRoute(route)) {
            if (at + batch.widthOf(batch.prefix(route), this.#rib, this.#addPath) > limit) break;
            at = this.#writeRoute(batch.prefix(route), batch.pathId(route), out, at);
          }
          setU16(out, reach + 2, at - reach - 4);
          at = batch.writeAttributes(group, out, at);
          setU16(out, setU16(out, begin + HEADER_LENGTH, 0), at - reach);
        }
        this.#writeHeader(out, begin, at);
      }
    }
    return at;
  }

  #writeRoute(prefix: number, pathId: number, out: Uint8Array, at: number): number {
    return this.#rib.prefixes.write(prefix, out, this.#addPath ? setU32(out, at, pathId) : at);
  }

  /** What a walk over the table ends with: End-of-RIB (RFC 4724 §2) the first time, EoRR (RFC 7313 §4) after that. */
  #writeEnds(out: Uint8Array, start: number): number {
    let at = start;
    if (this.#owesEndOfRib) {
      this.#owesEndOfRib = false;
      const begin = at;
      at += HEADER_LENGTH;
      at = this.#ipv4 ? setU16(out, setU16(out, at, 0), 0) : this.#writeUnreachHead(out, at, 0);
      this.#writeHeader(out, begin, at);
    }
    if (this.#owesEnd) {
      this.#owesEnd = false;
      at = this.#writeRefreshMark(2, out, at);
    }
    if (this.#owesAnother) this.#restart(this.#demarcates);
    return at;
  }

  #writeRefreshMark(subtype: 1 | 2, out: Uint8Array, at: number): number {
    const mark = encodeRouteRefresh({ family: this.#rib.family, subtype });
    out.set(mark, at);
    return at + mark.length;
  }

  /** No withdrawn routes, and MP_UNREACH_NLRI up to its routes, `size` octets of them. */
  #writeUnreachHead(out: Uint8Array, start: number, size: number): number {
    let at = setU16(out, setU16(out, start, 0), 4 + 3 + size);
    at = setU16(out, setU8(out, setU8(out, at, Flag.Optional | Flag.ExtendedLength), 15), 3 + size);
    return setU8(out, setU16(out, at, afiOf(this.#rib.family)), safiOf(this.#rib.family));
  }

  #writeHeader(out: Uint8Array, begin: number, end: number): void {
    setHeader(out, begin, end - begin, MessageType.Update);
    this.#updates++;
  }
}

/** Octets of a ROUTE-REFRESH: as long as there is no more in the buffer, nothing of the batch is. */
const MARK_LENGTH = HEADER_LENGTH + 4;

const Fit = { Yes: 0, Full: 1, Never: 2 } as const;
type Fit = (typeof Fit)[keyof typeof Fit];

/**
 * One batch of routes on their way out, gathered by attribute set. It counts the octets they will take as they come, so
 * that what was gathered always fits. Lives for one `fill`; one object serves all Adj-RIB-Outs.
 */
class Batch {
  withdrawn = 0;
  groups = 0;
  /** Every change there was has been gathered. */
  isExhausted = false;
  #routes = 0;
  #octets = 0;
  #capacity = 0;
  #maxMessage = 0;
  #withdrawRoom = 0;
  readonly #gonePrefixes = new Uint32Array(BATCH);
  readonly #gonePaths = new Uint32Array(BATCH);
  readonly #prefixes = new Uint32Array(BATCH);
  readonly #pathIds = new Uint32Array(BATCH);
  readonly #nexts = new Int32Array(BATCH);
  readonly #firsts = new Int32Array(BATCH);
  readonly #lasts = new Int32Array(BATCH);
  readonly #variants = new Uint32Array(BATCH);
  readonly #siblings = new Int32Array(BATCH);
  /** Octets left for routes in the last message of the group. */
  readonly #rooms = new Int32Array(BATCH);
  readonly #starts = new Uint32Array(BATCH);
  readonly #ends = new Uint32Array(BATCH);
  /** By attribute set: its group + 1 as of batch `#stamps`. */
  #groupOf = new Uint32Array(1 << 10);
  #stamps = new Uint32Array(1 << 10);
  #stamp = 0;
  /** The attributes of all groups as they go out, each led by 16 octets of IPv6 next hop. */
  #scratch: Uint8Array = new Uint8Array(2 * FILL_CAPACITY);
  #scratchEnd = 0;
  #lastGroup = -1;
  #lastAttributes = 0;
  #lastSource = 0;

  begin(capacity: number, maxMessage: number, idLimit: number): void {
    this.withdrawn = 0;
    this.groups = 0;
    this.#routes = 0;
    // Room for the marks before and behind it.
    this.#octets = 128;
    this.#capacity = capacity;
    this.#maxMessage = maxMessage;
    this.#withdrawRoom = 0;
    this.#scratchEnd = 0;
    this.#lastGroup = -1;
    this.#stamp = (this.#stamp + 1) >>> 0;
    if (idLimit > this.#groupOf.length) {
      this.#groupOf = grown(this.#groupOf, Math.max(idLimit, this.#groupOf.length * 2));
      this.#stamps = grown(this.#stamps, this.#groupOf.length);
    }
    if (this.#stamp === 0) {
      this.#stamps.fill(0);
      this.#stamp = 1;
    }
  }

  /** False when there is no room for one more. */
  withdraw(prefix: number, path: number, width: number): boolean {
    if (this.withdrawn === BATCH) return false;
    if (width > this.#withdrawRoom) {
      if (this.#octets + this.#maxMessage > this.#capacity) return false;
      this.#octets += this.#maxMessage;
      this.#withdrawRoom = this.#maxMessage - HEADER_LENGTH - 11;
    }
    this.#withdrawRoom -= width;
    this.#gonePrefixes[this.withdrawn] = prefix;
    this.#gonePaths[this.withdrawn++] = path;
    return true;
  }

  announce(
    exporter: Exporter,
    ipv4: boolean,
    attributes: number,
    source: number,
    prefix: number,
    pathId: number,
    width: number,
  ): Fit {
    if (this.#routes === BATCH) return Fit.Full;
    // Routes of one UPDATE follow each other as a rule: the last group serves most.
    let group = this.#lastGroup;
    if (group < 0 || this.#lastAttributes !== attributes || this.#lastSource !== source) {
      const variant = exporter.variant(source);
      group = this.#find(attributes, variant);
      if (group < 0) {
        group = this.#open(exporter, ipv4, attributes, source, variant);
        if (group < 0) return Fit.Full;
      }
      this.#lastGroup = group;
      this.#lastAttributes = attributes;
      this.#lastSource = source;
    }
    const overhead = this.attributesSize(group) + HEADER_LENGTH + 4 + (ipv4 ? 0 : 4 + 3 + 1 + 16 + 1);
    // RFC 4271 §4.1, RFC 8654: attributes that leave no room for a route can't be told to this peer at all.
    if (overhead + width > this.#maxMessage) return Fit.Never;
    const fresh = width > (this.#rooms[group] ?? 0);
    const cost = fresh ? overhead + width : width;
    if (this.#octets + cost > this.#capacity) return Fit.Full;
    this.#octets += cost;
    this.#rooms[group] = (fresh ? this.#maxMessage - overhead : (this.#rooms[group] ?? 0)) - width;
    const route = this.#routes++;
    this.#prefixes[route] = prefix;
    this.#pathIds[route] = pathId;
    this.#nexts[route] = -1;
    if ((this.#firsts[group] ?? -1) < 0) this.#firsts[group] = route;
    else this.#nexts[this.#lasts[group] ?? 0] = route;
    this.#lasts[group] = route;
    return Fit.Yes;
  }

  gonePrefix(i: number): number {
    return this.#gonePrefixes[i] ?? 0;
  }

  gonePath(i: number): number {
    return this.#gonePaths[i] ?? 0;
  }

  firstRoute(group: number): number {
    return this.#firsts[group] ?? -1;
  }

  nextRoute(route: number): number {
    return this.#nexts[route] ?? -1;
  }

  prefix(route: number): number {
    return this.#prefixes[route] ?? 0;
  }

  pathId(route: number): number {
    return this.#pathIds[route] ?? 0;
  }

  /** Octets of a route as NLRI. */
  widthOf(prefix: number, rib: LocRib, addPath: boolean): number {
    return (addPath ? 5 : 1) + ((rib.prefixes.length(prefix) + 7) >>> 3);
  }

  attributesSize(group: number): number {
    return (this.#ends[group] ?? 0) - (this.#starts[group] ?? 0);
  }

  writeAttributes(group: number, out: Uint8Array, start: number): number {
    const scratch = this.#scratch;
    const end = this.#ends[group] ?? 0;
    let at = start;
    for (let from = this.#starts[group] ?? 0; from < end; from++) out[at++] = u8(scratch, from);
    return at;
  }

  writeNextHop(group: number, out: Uint8Array, at: number): number {
    const from = (this.#starts[group] ?? 0) - 16;
    for (let i = 0; i < 16; i++) out[at + i] = u8(this.#scratch, from + i);
    return at + 16;
  }

  #find(attributes: number, variant: number): number {
    if (this.#stamps[attributes] !== this.#stamp) return -1;
    let group = (this.#groupOf[attributes] ?? 0) - 1;
    while (group >= 0 && this.#variants[group] !== variant) group = this.#siblings[group] ?? -1;
    return group;
  }

  #open(exporter: Exporter, ipv4: boolean, attributes: number, source: number, variant: number): number {
    // Sets are at most 65535 octets; what is added on the way out fits into the margin.
    if (this.groups === BATCH || this.#scratchEnd + 65536 + 1024 > this.#scratch.length) return -1;
    const group = this.groups++;
    const start = ipv4 ? this.#scratchEnd : exporter.nextHop6(attributes, this.#scratch, this.#scratchEnd);
    this.#starts[group] = start;
    this.#scratchEnd = exporter.write(attributes, source, ipv4, this.#scratch, start);
    this.#ends[group] = this.#scratchEnd;
    this.#firsts[group] = -1;
    this.#variants[group] = variant;
    this.#rooms[group] = 0;
    this.#siblings[group] = this.#stamps[attributes] === this.#stamp ? (this.#groupOf[attributes] ?? 0) - 1 : -1;
    this.#groupOf[attributes] = group + 1;
    this.#stamps[attributes] = this.#stamp;
    return group;
  }
}

/** `fill` runs to its end before another begins. */
const BATCH_OF_ALL = new Batch();
