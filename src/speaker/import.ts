import { originatorIdOf } from "../codec/attribute/09-originator-id.js";
import { clusterListHas } from "../codec/attribute/10-cluster-list.js";
import { mpReachFamily, mpReachNlriStart } from "../codec/attribute/14-mp-reach-nlri.js";
import { mpUnreachFamily, mpUnreachNlriStart } from "../codec/attribute/15-mp-unreach-nlri.js";
import { otcOf } from "../codec/attribute/35-otc.js";
import { Role } from "../codec/capability/09-role.js";
import { type Fault, type Found, Verdict } from "../codec/fault.js";
import { type Family, Ipv4Unicast } from "../codec/iana.js";
import { foundBy, UpdateWalk, walkUpdate } from "../codec/message/update.js";
import type { SessionContext } from "../codec/session-context.js";
import { Trait } from "../rib/attribute-store.js";
import { Canonical } from "../rib/canonical.js";
import type { Rib } from "../rib/rib.js";
import type { Negotiated } from "../session/types.js";

/** What came of the UPDATEs of one session so far. */
export interface ImportCounts {
  updates: number;
  /** UPDATEs whose routes were withdrawn because of a fault, and the last such fault. */
  treatedAsWithdraw: number;
  /** UPDATEs of which an attribute was dropped. */
  discarded: number;
  /** UPDATEs whose routes may not be used here: loops, bad next hops, leaks. */
  ineligible: number;
  lastFault: Fault | null;
  /** Families whose End-of-RIB has come. */
  readonly endOfRib: Set<Family>;
}

const REACH = 14;
const UNREACH = 15;
/** Octets of an UPDATE without routes and attributes, and of the flags, code and length of an attribute. */
const EMPTY_UPDATE = 23;
const LONGEST_ATTRIBUTE_HEADER = 4;

/**
 * UPDATEs of one established session on their way into the RIB: judged (RFC 7606), brought into canonical form, kept out
 * when they may not be used (RFC 4271 §9.1.2; RFC 4456 §8; RFC 9234 §5).
 */
export class Importer {
  readonly counts: ImportCounts = {
    updates: 0,
    treatedAsWithdraw: 0,
    discarded: 0,
    ineligible: 0,
    lastFault: null,
    endOfRib: new Set(),
  };
  readonly #rib: Rib;
  readonly #peer: number;
  readonly #session: SessionContext;
  readonly #identifier: number;
  readonly #negotiated: Negotiated;
  readonly #addPath4: boolean;

  constructor(rib: Rib, peer: number, negotiated: Negotiated) {
    this.#rib = rib;
    this.#peer = peer;
    this.#negotiated = negotiated;
    this.#session = negotiated.receive;
    this.#identifier = negotiated.localIdentifier;
    this.#addPath4 = this.#session.addPath.has(Ipv4Unicast);
  }

  /** Takes a whole UPDATE, octets [start, end) of `msg`. Gives back a fault that resets the session. */
  take(msg: Uint8Array, start: number, end: number): Found | null {
    const walk = WALK;
    const fault = walkUpdate(msg, start, end, this.#session, walk);
    this.counts.updates++;
    if (fault !== null) {
      this.counts.lastFault = fault;
      // No fault of the codec asks for AFI/SAFI disable: where RFC 7606 leaves the choice it resets.
      if (fault.verdict >= Verdict.AfiSafiDisable) return foundBy(walk, msg, start);
      if (fault.verdict === Verdict.TreatAsWithdraw) this.counts.treatedAsWithdraw++;
      else this.counts.discarded++;
    }
    const usable = fault === null || fault.verdict === Verdict.Discard;
    this.#withdraw(msg, walk, end - start);
    if (walk.nlriEnd > walk.nlriStart) {
      this.#announce(msg, walk, "nlri", Ipv4Unicast, walk.nlriStart, walk.nlriEnd, usable);
    }
    const reach = walk.indexOf(REACH);
    if (reach >= 0) {
      const value = walk.start(reach);
      const from = mpReachNlriStart(msg, value);
      this.#announce(msg, walk, "mp-reach", mpReachFamily(msg, value), from, walk.end(reach), usable);
    }
    return null;
  }

  #withdraw(msg: Uint8Array, walk: UpdateWalk, length: number): void {
    const { withdrawnStart, withdrawnEnd } = walk;
    if (withdrawnEnd > withdrawnStart) {
      this.#rib.families.get(Ipv4Unicast)?.withdraw(this.#peer, msg, withdrawnStart, withdrawnEnd, this.#addPath4);
    } else if (length === EMPTY_UPDATE && this.#session.families.has(Ipv4Unicast)) {
      // RFC 4724 §2: an UPDATE with nothing in it ends the initial transfer of IPv4 unicast.
      this.counts.endOfRib.add(Ipv4Unicast);
    }
    const unreach = walk.indexOf(UNREACH);
    if (unreach < 0) return;
    const value = walk.start(unreach);
    const family = mpUnreachFamily(msg, value);
    const from = mpUnreachNlriStart(value);
    // RFC 4724 §2: of another family, one with an empty MP_UNREACH_NLRI and nothing else.
    const alone = length <= EMPTY_UPDATE + walk.end(unreach) - value + LONGEST_ATTRIBUTE_HEADER;
    if (from === walk.end(unreach) && alone) this.counts.endOfRib.add(family);
    this.#rib.families
      .get(family)
      ?.withdraw(this.#peer, msg, from, walk.end(unreach), this.#session.addPath.has(family));
  }

  #announce(
    msg: Uint8Array,
    walk: UpdateWalk,
    part: "nlri" | "mp-reach",
    family: Family,
    start: number,
    end: number,
    usable: boolean,
  ): void {
    const rib = this.#rib.families.get(family);
    if (rib === undefined) return;
    const addPath = family === Ipv4Unicast ? this.#addPath4 : this.#session.addPath.has(family);
    const canonical = CANONICAL;
    const { store } = this.#rib;
    if (usable && canonical.take(msg, walk, this.#session, part, this.#otcToAdd())) {
      const attributes = store.intern(canonical.octets, canonical.start, canonical.end);
      if (this.#isEligible(store.traits(attributes), msg, walk)) {
        rib.announce(this.#peer, attributes, msg, start, end, addPath);
        store.release(attributes);
        return;
      }
      store.release(attributes);
      this.counts.ineligible++;
    }
    // What may not be used replaces what was there before all the same.
    rib.withdraw(this.#peer, msg, start, end, addPath);
  }

  #isEligible(traits: number, msg: Uint8Array, walk: UpdateWalk): boolean {
    if ((traits & (Trait.OwnAs | Trait.BadNextHop)) !== 0) return false;
    if (!this.#session.external && this.#isReflected(msg, walk)) return false;
    return (traits & Trait.OnlyToCustomer) === 0 || !this.#isLeak(msg, walk);
  }

  /** RFC 4456 §8: our own route, or one that has passed our cluster, has come back. */
  #isReflected(msg: Uint8Array, walk: UpdateWalk): boolean {
    const originator = walk.indexOf(9);
    if (originator >= 0 && originatorIdOf(msg, walk.start(originator)) === this.#identifier) {
      return true;
    }
    const clusters = walk.indexOf(10);
    return clusters >= 0 && clusterListHas(msg, walk.start(clusters), walk.end(clusters), this.#identifier);
  }

  /** RFC 9234 §5, ingress: 1 and 2. The role is ours; a customer's or an RS-client's role means we are its provider or RS. */
  #isLeak(msg: Uint8Array, walk: UpdateWalk): boolean {
    const local = this.#negotiated.role;
    const otc = walk.indexOf(35);
    if (local === null || otc < 0) return false;
    if (local === Role.Provider || local === Role.RouteServer) return true;
    return local === Role.Peer && otcOf(msg, walk.start(otc)) !== this.#session.peerAs;
  }

  /** RFC 9234 §5, ingress: 3. From a provider, a peer or a route server the route is marked with its AS. */
  #otcToAdd(): number {
    const local = this.#negotiated.role;
    const marks = local === Role.Customer || local === Role.RouteServerClient || local === Role.Peer;
    return marks ? this.#session.peerAs : 0;
  }
}

/** One walk and one buffer serve all sessions: an UPDATE is taken in whole before the next one comes. */
const WALK = new UpdateWalk();
const CANONICAL = new Canonical();
