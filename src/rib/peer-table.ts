import { grown } from "./growable.js";

/** What the decision process and the export rules need to know of a peer. */
export interface RibPeer {
  /** In another AS. */
  readonly external: boolean;
  /** BGP Identifier. */
  readonly identifier: number;
  /** Its address as 16 octets, IPv4 in the last four: the last tie-break (RFC 4271 §9.1.2.2 g). */
  readonly address: Uint8Array;
  /** A client of ours when we reflect (RFC 4456 §6). */
  readonly reflectorClient: boolean;
}

/** Paths carry the number of their peer in 16 bits. */
const MOST_PEERS = 65_535;

/** The peers that have routes here, by small numbers that paths carry. A number is free again once `remove`d. */
export class PeerTable {
  readonly #peers: (RibPeer | null)[] = [];
  #external = new Uint8Array(64);
  #identifiers = new Uint32Array(64);

  add(peer: RibPeer): number {
    const free = this.#peers.indexOf(null);
    const index = free >= 0 ? free : this.#peers.length;
    if (index >= MOST_PEERS) throw new RangeError(`no more than ${MOST_PEERS} peers can have routes at once`);
    if (index >= this.#external.length) {
      this.#external = grown(this.#external, index * 2);
      this.#identifiers = grown(this.#identifiers, index * 2);
    }
    this.#peers[index] = peer;
    this.#external[index] = peer.external ? 1 : 0;
    this.#identifiers[index] = peer.identifier;
    return index;
  }

  /** Its routes must be gone. */
  remove(index: number): void {
    this.#peers[index] = null;
  }

  at(index: number): RibPeer {
    const peer = this.#peers[index];
    if (!peer) throw new RangeError(`there is no peer ${index}`);
    return peer;
  }

  external(index: number): boolean {
    return this.#external[index] === 1;
  }

  identifier(index: number): number {
    return this.#identifiers[index] ?? 0;
  }

  /** Below zero when the address of `a` is the lower one. */
  compareAddresses(a: number, b: number): number {
    const left = this.at(a).address;
    const right = this.at(b).address;
    for (let i = 0; i < 16; i++) {
      const difference = (left[i] ?? 0) - (right[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}
