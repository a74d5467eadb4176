import { afiOf, type Family } from "../codec/iana.js";
import { u8, u32 } from "../codec/octets.js";
import type { AttributeStore } from "./attribute-store.js";
import { Bits } from "./bits.js";
import { ChangeLog } from "./change-log.js";
import { Decision } from "./decision.js";
import { grown } from "./growable.js";
import type { PeerTable } from "./peer-table.js";
import { PrefixTable } from "./prefix-table.js";

/** Wants to know of single paths, not only of the best one: an Adj-RIB-Out that sends with ADD-PATH. */
export interface PathWatcher {
  /** The attributes of this path are others now. */
  pathChanged(path: number): void;
  /** This path of `prefix` is gone; its number may soon be another's. */
  pathRemoved(path: number, prefix: number): void;
}

/**
 * The routes of one address family: what each peer announced (Adj-RIB-In) and the best of it (Loc-RIB).
 *
 * A path is a number that columns are indexed by: attribute set, next path of the prefix, peer, prefix. The paths of a
 * prefix are a linked list with the best one first. Every change of a best path goes into `bestLog`, every change of any path into
 * `pathLog` (kept up only while someone watches paths); Adj-RIB-Outs read those.
 */
export class LocRib {
  readonly family: Family;
  readonly store: AttributeStore;
  readonly peers: PeerTable;
  readonly prefixes: PrefixTable;
  readonly bestLog: ChangeLog;
  readonly pathLog: ChangeLog = new ChangeLog(MODEST);
  readonly #watchers = new Set<PathWatcher>();
  readonly #decision: Decision;
  /** By prefix id: the best path + 1, 0 when the prefix has none. */
  #heads: Int32Array;
  /** By path: attribute set, next path of the prefix + 1. */
  #pool: Int32Array;
  /** By path: its peer + 1, 0 for a free path. */
  #pathPeers: Uint16Array;
  /** By path: its prefix XOR its own number. In a table that came from one peer that is 0, and 0 is never written. */
  #pathPrefixes: Uint32Array;
  #poolEnd = 0;
  #freePath = -1;
  /** By path: the identifier its peer gave it (RFC 7911). Empty until a peer sends one. */
  #pathIds = new Uint32Array(0);
  readonly #received: number[] = [];
  #reachable = 0;
  /** Paths that their peer has not sent again since it began a refresh. */
  readonly #stale = new Bits();
  #staleCount = 0;
  /** One function for the life of the table, so that the hot path makes none. */
  readonly #reclaim = (prefix: number): void => this.#reclaimPrefix(prefix);

  /** `reserve`: prefixes that fit without growing, see PrefixTable. */
  constructor(family: Family, store: AttributeStore, peers: PeerTable, reserve: number = MODEST) {
    this.family = family;
    this.store = store;
    this.peers = peers;
    this.prefixes = new PrefixTable(afiOf(family) === 1 ? 1 : 4, reserve);
    this.bestLog = new ChangeLog(reserve);
    this.#heads = new Int32Array(reserve);
    this.#pool = new Int32Array(STRIDE * reserve);
    this.#pathPeers = new Uint16Array(reserve);
    this.#pathPrefixes = new Uint32Array(reserve);
    this.#decision = new Decision(store, peers);
  }

  /** Prefixes that have a best path. */
  get count(): number {
    return this.#reachable;
  }

  /** Paths that this peer has here. */
  received(peer: number): number {
    return this.#received[peer] ?? 0;
  }

  /** The best path of a prefix, or -1. */
  best(prefix: number): number {
    return (this.#heads[prefix] ?? 0) - 1;
  }

  /** The next path of the same prefix, or -1. */
  nextPath(path: number): number {
    return (this.#pool[path * STRIDE + NEXT] ?? 0) - 1;
  }

  attributesOf(path: number): number {
    return this.#pool[path * STRIDE + ATTRIBUTES] ?? 0;
  }

  peerOf(path: number): number {
    return (this.#pathPeers[path] ?? 0) - 1;
  }

  watch(watcher: PathWatcher): void {
    this.#watchers.add(watcher);
  }

  unwatch(watcher: PathWatcher): void {
    this.#watchers.delete(watcher);
  }

  /** Takes in the routes at [start, end), which the codec has checked, with one attribute set for all of them. */
  announce(peer: number, attributes: number, msg: Uint8Array, start: number, end: number, addPath: boolean): void {
    for (let at = start; at < end; ) {
      let pathId = 0;
      if (addPath) {
        pathId = u32(msg, at);
        at += 4;
      }
      const length = u8(msg, at);
      const prefix = this.prefixes.add(msg, at + 1, length);
      this.#announceOne(peer, attributes, prefix, pathId);
      at += 1 + ((length + 7) >>> 3);
    }
  }

  /**
   * Takes out the routes at [start, end) as far as this peer announced them. Prefixes are looked up together before the
   * first path is touched: those look-ups wait for memory, and not for each other.
   */
  withdraw(peer: number, msg: Uint8Array, start: number, end: number, addPath: boolean): void {
    for (let at = start; at < end; ) {
      let count = 0;
      for (; at < end && count < SOUGHT; count++) {
        if (addPath) {
          FOUND_IDS[count] = u32(msg, at);
          at += 4;
        }
        const length = u8(msg, at);
        FOUND[count] = this.prefixes.find(msg, at + 1, length);
        at += 1 + ((length + 7) >>> 3);
      }
      for (let i = 0; i < count; i++) {
        const prefix = FOUND[i] ?? -1;
        if (prefix >= 0) this.#withdrawOne(peer, prefix, addPath ? (FOUND_IDS[i] ?? 0) : 0);
      }
    }
  }

  /** Takes out all routes of a peer. One pass over the pool, whatever the size of the table. */
  dropPeer(peer: number): void {
    for (let path = 0; path < this.#poolEnd && this.received(peer) > 0; path++) {
      if (this.peerOf(path) === peer) this.#remove(path, this.#prefixOf(path));
    }
  }

  /** RFC 7313 §4, BoRR: the peer is about to send all of its routes again. */
  markStale(peer: number): void {
    for (let path = 0; path < this.#poolEnd; path++) {
      if (this.peerOf(path) === peer && this.#stale.set(path)) this.#staleCount++;
    }
  }

  /** RFC 7313 §4, EoRR: takes out what the peer has not sent again, and says how many paths that were. */
  purgeStale(peer: number): number {
    let purged = 0;
    for (let path = 0; path < this.#poolEnd && this.#staleCount > 0; path++) {
      if (this.peerOf(path) !== peer || !this.#stale.has(path)) continue;
      this.#remove(path, this.#prefixOf(path));
      purged++;
    }
    return purged;
  }

  #announceOne(peer: number, attributes: number, prefix: number, pathId: number): void {
    if (prefix >= this.#heads.length) this.#heads = grown(this.#heads, Math.max(prefix + 1, this.prefixes.capacity));
    const path = this.#find(prefix, peer, pathId);
    if (path >= 0) {
      if (this.#staleCount > 0) this.#freshen(path);
      this.#replace(path, prefix, attributes);
      return;
    }
    this.store.retain(attributes);
    this.#received[peer] = (this.#received[peer] ?? 0) + 1;
    const added = this.#allocate(attributes, prefix, peer, pathId);
    const head = this.best(prefix);
    if (head < 0) {
      this.#setHead(prefix, added);
      this.#reachable++;
      this.#note(prefix, true);
      return;
    }
    // Behind the best one, until it proves to be better.
    this.#setNext(added, this.nextPath(head));
    this.#setNext(head, added);
    this.#note(prefix, this.#judge(prefix, head, added));
  }

  /** An implicit withdrawal (RFC 4271 §3.1): the new route takes the place of the old. */
  #replace(path: number, prefix: number, attributes: number): void {
    const old = this.attributesOf(path);
    if (old === attributes) return;
    this.store.retain(attributes);
    this.#pool[path * STRIDE + ATTRIBUTES] = attributes;
    if (this.#watchers.size > 0) this.#tellChanged(path);
    const head = this.best(prefix);
    let changed: boolean;
    if (path === head) changed = this.#decide(prefix, true);
    else if (this.#mattered(head, old)) changed = this.#decide(prefix, false);
    else changed = this.#judge(prefix, head, path);
    this.store.release(old);
    this.#note(prefix, changed);
  }

  /** Apart from the hot path: a loop over a set makes an iterator, also over an empty one. */
  #tellRemoved(path: number, prefix: number): void {
    for (const watcher of this.#watchers) watcher.pathRemoved(path, prefix);
  }

  #tellChanged(path: number): void {
    for (const watcher of this.#watchers) watcher.pathChanged(path);
  }

  #withdrawOne(peer: number, prefix: number, pathId: number): void {
    const path = this.#find(prefix, peer, pathId);
    if (path >= 0) this.#remove(path, prefix);
  }

  #remove(path: number, prefix: number): void {
    const peer = this.peerOf(path);
    this.#received[peer] = (this.#received[peer] ?? 0) - 1;
    if (this.#watchers.size > 0) this.#tellRemoved(path, prefix);
    const head = this.best(prefix);
    let changed = false;
    if (path === head) {
      this.#heads[prefix] = this.nextPath(path) + 1;
      if (this.best(prefix) < 0) this.#reachable--;
      else this.#decide(prefix, true);
      changed = true;
    } else {
      let before = head;
      while (this.nextPath(before) !== path) before = this.nextPath(before);
      this.#setNext(before, this.nextPath(path));
      if (this.#mattered(head, this.attributesOf(path))) changed = this.#decide(prefix, false);
    }
    this.store.release(this.attributesOf(path));
    this.#free(path);
    this.#note(prefix, changed);
  }

  /**
   * Whether the best path is another one now that `challenger` is new. A clear win or loss in the first steps needs no
   * look at the other paths: MED can only matter between paths of equal preference.
   */
  #judge(prefix: number, head: number, challenger: number): boolean {
    const theirs = this.store.preference(this.attributesOf(challenger));
    const ours = this.store.preference(this.attributesOf(head));
    if (theirs > ours) return false;
    if (theirs === ours) return this.#decide(prefix, false);
    this.#promote(prefix, challenger);
    return true;
  }

  /** Whether a path with these attributes may have kept another of its AS from being best, by MED. */
  #mattered(head: number, attributes: number): boolean {
    return this.store.preference(attributes) === this.store.preference(this.attributesOf(head));
  }

  /** The whole decision process; true when the best path is another one than before, or `changed` to begin with. */
  #decide(prefix: number, changed: boolean): boolean {
    const head = this.best(prefix);
    if (this.nextPath(head) < 0) return changed;
    const decision = this.#decision;
    decision.clear();
    for (let path = head; path >= 0; path = this.nextPath(path)) {
      decision.add(path, this.attributesOf(path), this.peerOf(path), this.#pathIds[path] ?? 0);
    }
    const best = decision.best();
    if (best === head) return changed;
    this.#promote(prefix, best);
    return true;
  }

  /** Puts a path of the list first. */
  #promote(prefix: number, path: number): void {
    let before = this.best(prefix);
    while (this.nextPath(before) !== path) before = this.nextPath(before);
    this.#setNext(before, this.nextPath(path));
    this.#setNext(path, this.best(prefix));
    this.#setHead(prefix, path);
  }

  #note(prefix: number, bestChanged: boolean): void {
    if (bestChanged) this.bestLog.push(prefix, this.#reclaim);
    if (this.#watchers.size > 0) this.pathLog.push(prefix, this.#reclaim);
  }

  /** Frees the id of a prefix without paths once every Adj-RIB-Out has seen that it has none. */
  #reclaimPrefix(prefix: number): void {
    if (this.best(prefix) >= 0 || !this.prefixes.has(prefix)) return;
    if (!this.bestLog.isPending(prefix) && !this.pathLog.isPending(prefix)) this.prefixes.remove(prefix);
  }

  #find(prefix: number, peer: number, pathId: number): number {
    for (let path = this.best(prefix); path >= 0; path = this.nextPath(path)) {
      if (this.peerOf(path) === peer && (this.#pathIds[path] ?? 0) === pathId) return path;
    }
    return -1;
  }

  #allocate(attributes: number, prefix: number, peer: number, pathId: number): number {
    let path = this.#freePath;
    if (path >= 0) {
      this.#freePath = this.nextPath(path);
    } else {
      if (this.#poolEnd === this.#pathPeers.length) this.#grow();
      path = this.#poolEnd++;
    }
    if (pathId !== 0 && this.#pathIds.length <= path) this.#pathIds = grown(this.#pathIds, this.#pathPeers.length);
    if (this.#pathIds.length > path) this.#pathIds[path] = pathId;
    this.#pool[path * STRIDE + ATTRIBUTES] = attributes;
    this.#setNext(path, -1);
    this.#pathPeers[path] = peer + 1;
    if (this.#prefixOf(path) !== prefix) this.#pathPrefixes[path] = prefix ^ path;
    return path;
  }

  #freshen(path: number): void {
    if (this.#stale.clear(path)) this.#staleCount--;
  }

  #free(path: number): void {
    if (this.#staleCount > 0) this.#freshen(path);
    this.#pathPeers[path] = 0;
    this.#setNext(path, this.#freePath);
    this.#freePath = path;
  }

  #prefixOf(path: number): number {
    return ((this.#pathPrefixes[path] ?? 0) ^ path) >>> 0;
  }

  #grow(): void {
    const paths = this.#pathPeers.length * 2;
    this.#pool = grown(this.#pool, paths * STRIDE);
    this.#pathPeers = grown(this.#pathPeers, paths);
    this.#pathPrefixes = grown(this.#pathPrefixes, paths);
  }

  #setHead(prefix: number, path: number): void {
    this.#heads[prefix] = path + 1;
  }

  #setNext(path: number, next: number): void {
    this.#pool[path * STRIDE + NEXT] = next + 1;
  }
}

/** A path's words in the pool; a list ends with 0. */
const STRIDE = 2;
const ATTRIBUTES = 0;
const NEXT = 1;

/** Prefixes that are looked up together, and what was found of them; a path identifier only where routes have one. */
const SOUGHT = 64;
const FOUND = new Int32Array(SOUGHT);
const FOUND_IDS = new Uint32Array(SOUGHT);

/** Prefixes that a table has room for at first when nobody expects many. */
const MODEST = 1 << 10;
