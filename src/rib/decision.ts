import type { AttributeStore } from "./attribute-store.js";
import { grown } from "./growable.js";
import type { PeerTable } from "./peer-table.js";

/**
 * The decision process over the paths of one prefix, RFC 4271 §9.1.2.2, in this order:
 *
 *  1. highest LOCAL_PREF, shortest AS_PATH, lowest ORIGIN (one number, see AttributeStore.preference)
 *  2. lowest MULTI_EXIT_DISC among paths of the same neighbouring AS. A path that has a better one of its own AS is out
 *     whatever the others are ("deterministic MED"): the outcome doesn't depend on the order of arrival
 *  3. external before internal
 *  4. lowest interior cost to the next hop: we have no IGP, all are equal
 *  5. lowest BGP Identifier, or ORIGINATOR_ID where there is one (RFC 4456 §9)
 *  6. shortest CLUSTER_LIST (RFC 4456 §9)
 *  7. lowest peer address; then, of one peer's paths, the lowest path identifier
 *
 * Use: `clear`, `add` each candidate, `best`.
 */
export class Decision {
  readonly #store: AttributeStore;
  readonly #peers: PeerTable;
  #count = 0;
  #paths = new Int32Array(16);
  #attributes = new Uint32Array(16);
  #candidatePeers = new Uint32Array(16);
  #pathIds = new Uint32Array(16);

  constructor(store: AttributeStore, peers: PeerTable) {
    this.#store = store;
    this.#peers = peers;
  }

  clear(): void {
    this.#count = 0;
  }

  /** A path with its attribute set, its peer and the identifier its peer gave it (0 when none). */
  add(path: number, attributes: number, peer: number, pathId: number): void {
    const i = this.#count++;
    if (i === this.#paths.length) {
      this.#paths = grown(this.#paths, i * 2);
      this.#attributes = grown(this.#attributes, i * 2);
      this.#candidatePeers = grown(this.#candidatePeers, i * 2);
      this.#pathIds = grown(this.#pathIds, i * 2);
    }
    this.#paths[i] = path;
    this.#attributes[i] = attributes;
    this.#candidatePeers[i] = peer;
    this.#pathIds[i] = pathId;
  }

  /** The winner among the paths added; -1 when there are none. */
  best(): number {
    this.#keepPreferred();
    if (this.#count > 1) this.#dropWorseMeds();
    let best = 0;
    for (let i = 1; i < this.#count; i++) if (this.#tieBreak(i, best) < 0) best = i;
    return this.#count === 0 ? -1 : (this.#paths[best] ?? -1);
  }

  /** Steps 1: only the paths with the best preference stay. */
  #keepPreferred(): void {
    const store = this.#store;
    let preferred = Number.POSITIVE_INFINITY;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const preference = store.preference(this.#attributes[i] ?? 0);
      if (preference > preferred) continue;
      if (preference < preferred) kept = 0;
      preferred = preference;
      this.#move(i, kept++);
    }
    this.#count = kept;
  }

  /** Step 2, as RFC 4271 §9.1.2.2 c has it: for each pair of the same neighbouring AS the higher one goes. */
  #dropWorseMeds(): void {
    const store = this.#store;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const med = store.med(this.#attributes[i] ?? 0);
      const neighbour = store.neighbour(this.#attributes[i] ?? 0);
      let beaten = false;
      // Those before `kept` are survivors, those from `i` on are untouched: a beaten one can beat nobody a survivor doesn't.
      for (let j = 0; j < this.#count && !beaten; j++) {
        if (j >= kept && j <= i) continue;
        const other = this.#attributes[j] ?? 0;
        beaten = store.neighbour(other) === neighbour && store.med(other) < med;
      }
      if (!beaten) this.#move(i, kept++);
    }
    this.#count = kept;
  }

  /** Steps 3 to 7: below zero when candidate `a` goes before `b`. */
  #tieBreak(a: number, b: number): number {
    const store = this.#store;
    const peerA = this.#candidatePeers[a] ?? 0;
    const peerB = this.#candidatePeers[b] ?? 0;
    const attributesA = this.#attributes[a] ?? 0;
    const attributesB = this.#attributes[b] ?? 0;
    const external = Number(this.#peers.external(peerB)) - Number(this.#peers.external(peerA));
    if (external !== 0) return external;
    const identifierA = store.originator(attributesA) || this.#peers.identifier(peerA);
    const identifierB = store.originator(attributesB) || this.#peers.identifier(peerB);
    if (identifierA !== identifierB) return identifierA - identifierB;
    const clusters = store.clusterLength(attributesA) - store.clusterLength(attributesB);
    if (clusters !== 0) return clusters;
    if (peerA !== peerB) {
      const address = this.#peers.compareAddresses(peerA, peerB);
      if (address !== 0) return address;
    }
    return (this.#pathIds[a] ?? 0) - (this.#pathIds[b] ?? 0);
  }

  #move(from: number, to: number): void {
    if (from === to) return;
    this.#paths[to] = this.#paths[from] ?? 0;
    this.#attributes[to] = this.#attributes[from] ?? 0;
    this.#candidatePeers[to] = this.#candidatePeers[from] ?? 0;
    this.#pathIds[to] = this.#pathIds[from] ?? 0;
  }
}
