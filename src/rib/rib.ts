import { type Family, Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { AttributeStore } from "./attribute-store.js";
import { LocRib } from "./loc-rib.js";
import { PeerTable } from "./peer-table.js";

/** How much a RIB is made for. More is no harm: it grows. */
export interface Reserve {
  readonly ipv4: number;
  readonly ipv6: number;
  readonly attributeSets: number;
}

/**
 * A full table of today and some years to come. The system gives memory page by page as it is written, so what is
 * reserved and not used costs nothing, while growing would hold the old and the new columns at once.
 */
export const FULL_TABLE: Reserve = { ipv4: 1 << 21, ipv6: 1 << 19, attributeSets: 1 << 19 };
const SMALL: Reserve = { ipv4: 1 << 10, ipv6: 1 << 10, attributeSets: 1 << 10 };

/** The routes of a speaker: one table per family over one store of attribute sets and one table of peers. */
export class Rib {
  readonly store: AttributeStore;
  readonly peers: PeerTable = new PeerTable();
  readonly families: ReadonlyMap<Family, LocRib>;

  constructor(ownAs: number, reserve: Reserve = SMALL) {
    this.store = new AttributeStore(ownAs, reserve.attributeSets);
    this.families = new Map([
      [Ipv4Unicast, new LocRib(Ipv4Unicast, this.store, this.peers, reserve.ipv4)],
      [Ipv6Unicast, new LocRib(Ipv6Unicast, this.store, this.peers, reserve.ipv6)],
    ]);
  }

  /** Prefixes with a best path, over all families. */
  get count(): number {
    let count = 0;
    for (const rib of this.families.values()) count += rib.count;
    return count;
  }
}
