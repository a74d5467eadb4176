import { originOf } from "../codec/attribute/01-origin.js";
import { asPathHas, asPathLength, neighbourAs } from "../codec/attribute/02-as-path.js";
import { multiExitDiscOf } from "../codec/attribute/04-multi-exit-disc.js";
import { localPrefOf } from "../codec/attribute/05-local-pref.js";
import { WellKnownCommunity } from "../codec/attribute/08-communities.js";
import { originatorIdOf } from "../codec/attribute/09-originator-id.js";
import { clusterListHops } from "../codec/attribute/10-cluster-list.js";
import { setU16, setU32, u8, u16, u32 } from "../codec/octets.js";
import type { SessionContext } from "../codec/session-context.js";
import { grown } from "./growable.js";

/** What an attribute set means for advertising and accepting its routes; bits of `AttributeStore.traits`. */
export const Trait = {
  /** RFC 1997: not to external peers (NO_EXPORT, NO_EXPORT_SUBCONFED), not to any peer (NO_ADVERTISE). */
  NoExport: 1,
  NoAdvertise: 2,
  /** The path names our own AS: RFC 4271 §9.1.2 leaves such routes out of the decision. */
  OwnAs: 4,
  /** The next hop is no address a packet can be sent to: RFC 4271 §5.1.3, §6.3. */
  BadNextHop: 8,
  /** The route carries OTC (RFC 9234 §5). */
  OnlyToCustomer: 16,
} as const;

/** Octets of a set in a full table: some 90 on average. */
const ORDINARY_SIZE = 128;

/** LOCAL_PREF of a route that came without one: what BIRD, FRR and others take. */
export const DEFAULT_LOCAL_PREF = 100;

/** How the octets of interned sets are to be read: AS numbers have four octets, whatever the peer sent. */
const CANONICAL = { asnSize: 4 } as SessionContext;

/**
 * Attribute sets, each held once.
 *
 * A set is the octets of its attributes in canonical form (see canonical.ts), found again by hash and comparison; its id
 * is a small number that paths carry. What the decision process compares is read once, when the set is new, and stands
 * in columns by id. Ids are counted by their users and reused; the octets lie in one arena that closes its gaps.
 */
export class AttributeStore {
  readonly #ownAs: number;
  /** Octets that the arena begins with, and does not fall below. */
  readonly #reserved: number;
  #arena: Uint8Array;
  #used = 0;
  #dead = 0;

  #capacity: number;
  #ids = 0;
  #free = -1;
  #live = 0;
  #offsets: Uint32Array;
  #sizes: Uint16Array;
  #references: Uint32Array;
  #hashes: Uint32Array;
  /** Open addressing with linear probing: id + 1, or 0 for an empty slot. */
  #index: Int32Array;
  /** Slots of `#index` in use, a power of two. */
  #slots = 1 << 11;

  #preferences: Float64Array;
  #meds: Uint32Array;
  #neighbours: Uint32Array;
  #originators: Uint32Array;
  #clusterLengths: Uint8Array;
  #traits: Uint8Array;

  /** `reserve` sets of ordinary size fit without growing; until they are there they take no memory to speak of. */
  constructor(ownAs: number, reserve: number = 1 << 10) {
    this.#ownAs = ownAs;
    this.#reserved = reserve * ORDINARY_SIZE;
    this.#arena = new Uint8Array(this.#reserved);
    this.#capacity = reserve;
    this.#index = new Int32Array(Math.max(this.#slots, reserve * 2));
    this.#offsets = new Uint32Array(reserve);
    this.#sizes = new Uint16Array(reserve);
    this.#references = new Uint32Array(reserve);
    this.#hashes = new Uint32Array(reserve);
    this.#preferences = new Float64Array(reserve);
    this.#meds = new Uint32Array(reserve);
    this.#neighbours = new Uint32Array(reserve);
    this.#originators = new Uint32Array(reserve);
    this.#clusterLengths = new Uint8Array(reserve);
    this.#traits = new Uint8Array(reserve);
  }

  /** Sets that are in use. */
  get count(): number {
    return this.#live;
  }

  /** One more than the highest id given out so far. */
  get idLimit(): number {
    return this.#ids;
  }

  /** The arena all sets lie in: valid until the next `intern` or `release`. */
  get octets(): Uint8Array {
    return this.#arena;
  }

  start(id: number): number {
    return this.#offsets[id] ?? 0;
  }

  end(id: number): number {
    return (this.#offsets[id] ?? 0) + (this.#sizes[id] ?? 0);
  }

  /**
   * The first three steps of the decision as one number, lower is better: LOCAL_PREF (higher first), AS_PATH length,
   * ORIGIN (RFC 4271 §9.1.2.2 a, b; §9.1.1). 32 + 16 + 2 bits: exact in a double.
   */
  preference(id: number): number {
    return this.#preferences[id] ?? 0;
  }

  /** MULTI_EXIT_DISC, 0 when absent: the lowest possible value (RFC 4271 §9.1.2.2 c). */
  med(id: number): number {
    return this.#meds[id] ?? 0;
  }

  neighbour(id: number): number {
    return this.#neighbours[id] ?? 0;
  }

  /** ORIGINATOR_ID, 0 when absent. */
  originator(id: number): number {
    return this.#originators[id] ?? 0;
  }

  clusterLength(id: number): number {
    return this.#clusterLengths[id] ?? 0;
  }

  traits(id: number): number {
    return this.#traits[id] ?? 0;
  }

  /** The id of the set whose canonical octets are [start, end) of `from`, counted once more: pair with `release`. */
  intern(from: Uint8Array, start: number, end: number): number {
    const hash = hashOf(from, start, end);
    const mask = this.#slots - 1;
    let slot = hash & mask;
    for (;;) {
      const id = (this.#index[slot] ?? 0) - 1;
      if (id < 0) break;
      if (this.#hashes[id] === hash && this.#equals(id, from, start, end)) {
        this.retain(id);
        return id;
      }
      slot = (slot + 1) & mask;
    }
    return this.#add(hash, slot, from, start, end);
  }

  retain(id: number): void {
    this.#references[id] = (this.#references[id] ?? 0) + 1;
  }

  /** One user less; the last one's leaving frees the id. */
  release(id: number): void {
    const left = (this.#references[id] ?? 0) - 1;
    this.#references[id] = left;
    if (left > 0) return;
    this.#unlink(id);
    this.#dead += LEAD + (this.#sizes[id] ?? 0);
    this.#sizes[id] = 0;
    this.#offsets[id] = this.#free + 1;
    this.#free = id;
    this.#live--;
    if (this.#dead > 1 << 20 && this.#dead > this.#used >>> 1) this.#compact();
  }

  #equals(id: number, from: Uint8Array, start: number, end: number): boolean {
    const size = end - start;
    if (this.#sizes[id] !== size) return false;
    const arena = this.#arena;
    const offset = this.#offsets[id] ?? 0;
    for (let i = 0; i < size; i++) if (arena[offset + i] !== from[start + i]) return false;
    return true;
  }

  #add(hash: number, slot: number, from: Uint8Array, start: number, end: number): number {
    let id = this.#free;
    if (id >= 0) {
      this.#free = (this.#offsets[id] ?? 0) - 1;
    } else {
      if (this.#ids === this.#capacity) this.#grow();
      id = this.#ids++;
    }
    const size = end - start;
    if (this.#used + LEAD + size > this.#arena.length) this.#makeRoom(LEAD + size);
    const offset = setU16(this.#arena, setU32(this.#arena, this.#used, id), size);
    this.#used = offset + size;
    copyOctets(from, start, end, this.#arena, offset);
    this.#offsets[id] = offset;
    this.#sizes[id] = size;
    this.#references[id] = 1;
    this.#hashes[id] = hash;
    this.#live++;
    // Growing or closing gaps leaves the index as it was, but a larger one has other slots.
    if (this.#live * 2 > this.#slots) this.#reindex();
    else this.#index[slot] = id + 1;
    this.#readKeys(id, offset, offset + size);
    return id;
  }

  #readKeys(id: number, start: number, end: number): void {
    const arena = this.#arena;
    let localPref = DEFAULT_LOCAL_PREF;
    let pathLength = 0;
    let origin = 0;
    this.#meds[id] = 0;
    this.#neighbours[id] = 0;
    this.#originators[id] = 0;
    this.#clusterLengths[id] = 0;
    let traits = 0;
    for (let at = start; at < end; ) {
      const code = u8(arena, at + 1);
      const long = (u8(arena, at) & 0x10) !== 0;
      const value = at + (long ? 4 : 3);
      const next = value + (long ? u16(arena, at + 2) : u8(arena, at + 2));
      switch (code) {
        case 1:
          origin = originOf(arena, value);
          break;
        case 2:
          pathLength = asPathLength(arena, value, next, CANONICAL);
          this.#neighbours[id] = neighbourAs(arena, value, next, CANONICAL);
          if (asPathHas(arena, value, next, CANONICAL, this.#ownAs)) traits |= Trait.OwnAs;
          break;
        case 3:
          if (isUnusableIpv4(u8(arena, value))) traits |= Trait.BadNextHop;
          break;
        case 4:
          this.#meds[id] = multiExitDiscOf(arena, value);
          break;
        case 5:
          localPref = localPrefOf(arena, value);
          break;
        case 8:
          traits |= communityTraits(arena, value, next);
          break;
        case 9:
          this.#originators[id] = originatorIdOf(arena, value);
          break;
        case 10:
          this.#clusterLengths[id] = Math.min(255, clusterListHops(value, next));
          break;
        case 14:
          if (isUnusableNextHop(arena, value)) traits |= Trait.BadNextHop;
          break;
        case 35:
          traits |= Trait.OnlyToCustomer;
          break;
      }
      at = next;
    }
    this.#preferences[id] = (0xffffffff - localPref) * 0x40000 + Math.min(pathLength, 0xffff) * 4 + origin;
    this.#traits[id] = traits;
  }

  /** Takes the id out of the index and closes the gap, so that no probe sequence is broken. */
  #unlink(id: number): void {
    const index = this.#index;
    const mask = this.#slots - 1;
    let gap = (this.#hashes[id] ?? 0) & mask;
    while (index[gap] !== id + 1) gap = (gap + 1) & mask;
    for (let slot = (gap + 1) & mask; ; slot = (slot + 1) & mask) {
      const other = (index[slot] ?? 0) - 1;
      if (other < 0) break;
      const home = (this.#hashes[other] ?? 0) & mask;
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        index[gap] = other + 1;
        gap = slot;
      }
    }
    index[gap] = 0;
  }

  /** Twice the slots, in place while the array is long enough. */
  #reindex(): void {
    this.#slots *= 2;
    if (this.#slots > this.#index.length) this.#index = new Int32Array(this.#slots);
    else this.#index.fill(0, 0, this.#slots / 2);
    const index = this.#index;
    const mask = this.#slots - 1;
    for (let id = 0; id < this.#ids; id++) {
      if (this.#references[id] === 0) continue;
      let slot = (this.#hashes[id] ?? 0) & mask;
      while (index[slot] !== 0) slot = (slot + 1) & mask;
      index[slot] = id + 1;
    }
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#offsets = grown(this.#offsets, this.#capacity);
    this.#sizes = grown(this.#sizes, this.#capacity);
    this.#references = grown(this.#references, this.#capacity);
    this.#hashes = grown(this.#hashes, this.#capacity);
    this.#preferences = grown(this.#preferences, this.#capacity);
    this.#meds = grown(this.#meds, this.#capacity);
    this.#neighbours = grown(this.#neighbours, this.#capacity);
    this.#originators = grown(this.#originators, this.#capacity);
    this.#clusterLengths = grown(this.#clusterLengths, this.#capacity);
    this.#traits = grown(this.#traits, this.#capacity);
  }

  #makeRoom(size: number): void {
    if (this.#dead > this.#used >>> 2) this.#compact();
    let length = this.#arena.length;
    while (this.#used + size > length) length *= 2;
    if (length > this.#arena.length) this.#arena = grown(this.#arena, length);
  }

  /** Moves the live sets together, in the order they lie in: no second arena is needed. A much too large one shrinks. */
  #compact(): void {
    const arena = this.#arena;
    let to = 0;
    for (let at = 0; at < this.#used; ) {
      const id = u32(arena, at);
      const octets = at + LEAD;
      const next = octets + u16(arena, at + 4);
      // A freed id may be another set's by now; then it lies elsewhere.
      if (this.#references[id] !== 0 && this.#offsets[id] === octets) {
        if (to < at) arena.copyWithin(to, at, next);
        this.#offsets[id] = to + LEAD;
        to += next - at;
      }
      at = next;
    }
    this.#used = to;
    this.#dead = 0;
    let length = arena.length;
    while (length > this.#reserved && to * 4 < length) length >>>= 1;
    if (length < arena.length) this.#arena = arena.slice(0, length);
  }
}

/** In the arena each set is led by its id (4) and size (2). */
const LEAD = 6;

/** Sets are short: a plain loop beats the set-up cost of `set(subarray)`. */
const copyOctets = (from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void => {
  for (let i = start, j = at; i < end; i++, j++) to[j] = u8(from, i);
};

/** FNV-1a over 32-bit words, then a final mix: sets differ in few octets, and slots are taken from the low bits. */
const hashOf = (octets: Uint8Array, start: number, end: number): number => {
  let hash = 0x811c9dc5 ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(
      hash ^ (u8(octets, at) | (u8(octets, at + 1) << 8) | (u8(octets, at + 2) << 16) | (u8(octets, at + 3) << 24)),
      0x01000193,
    );
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ u8(octets, at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
};

/** RFC 1997; one walk for all of them. */
const communityTraits = (octets: Uint8Array, start: number, end: number): number => {
  let traits = 0;
  for (let at = start; at < end; at += 4) {
    switch (u32(octets, at)) {
      case WellKnownCommunity.NoExport:
      case WellKnownCommunity.NoExportSubconfed:
        traits |= Trait.NoExport;
        break;
      case WellKnownCommunity.NoAdvertise:
        traits |= Trait.NoAdvertise;
        break;
    }
  }
  return traits;
};

/** 0/8 and classes D and E hold no host. Loopback is left to policy: a laboratory lives there. */
const isUnusableIpv4 = (first: number): boolean => first === 0 || first >= 224;

/** In MP_REACH_NLRI's canonical form: an IPv6 next hop that is unspecified or multicast. */
const isUnusableNextHop = (octets: Uint8Array, value: number): boolean => {
  const length = u8(octets, value + 3);
  const at = value + 4;
  if (length === 4) return isUnusableIpv4(u8(octets, at));
  if (u8(octets, at) === 0xff) return true;
  for (let i = 0; i < 15; i++) if (u8(octets, at + i) !== 0) return false;
  return u8(octets, at + 15) === 0;
};
