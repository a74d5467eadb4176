import { type Family, Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { AttributeStore } from "./attribute-store.js";
import { LocRib } from "./loc-rib.js";
import { PeerTable } from "./peer-table.js";

/** The routes of a speaker: one table per family over one store of attribute sets and one table of peers. */
export class Rib {
  readonly store: AttributeStore;
  readonly peers: PeerTable = new PeerTable();
  readonly families: ReadonlyMap<Family, LocRib>;

  constructor(ownAs: number) {
    this.store = new AttributeStore(ownAs);
    this.families = new Map(
      [Ipv4Unicast, Ipv6Unicast].map((family) => [family, new LocRib(family, this.store, this.peers)]),
    );
  }

  /** Prefixes with a best path, over all families. */
  get count(): number {
    let count = 0;
    for (const rib of this.families.values()) count += rib.count;
    return count;
  }
}
