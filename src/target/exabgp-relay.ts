import type { PeerCounts } from "./target.js";

/** What passes routes on between the peers of an ExaBGP; plain data, because it comes in a file. */
export interface RelayOptions {
  readonly as: number;
  readonly nextHop4: string;
  readonly nextHop6: string;
  /** Addresses of the peers, all of them external. */
  readonly peers: readonly string[];
}

interface Peer {
  established: boolean;
  /** Prefixes held from it. */
  held: number;
}

/** Routes with one set of attributes, on their way from one peer to all others. */
interface Batch {
  readonly from: string;
  readonly announce: boolean;
  readonly attributes: string;
  readonly prefixes: string[];
}

/**
 * ExaBGP decodes and encodes, but keeps no routes to pass on: that is left to a program behind its API. This is that
 * program: it takes the lines of the text encoder and gives commands. It does to a route what RFC 4271 §5.1 asks of a
 * speaker that passes it on to another AS; it does not choose between routes, and says so when it would have to.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #command: (line: string) => void;
  readonly #fail: (reason: string) => void;
  readonly #peers = new Map<string, Peer>();
  /** Who announced a prefix. */
  readonly #routes = new Map<string, string>();
  #batch: Batch | null = null;
  #failed = false;
  #lastAttributes = "";
  #lastForwarded = "";

  /** `command` is called with each command for ExaBGP, `fail` once, when routes cannot be passed on any more. */
  constructor(options: RelayOptions, command: (line: string) => void, fail: (reason: string) => void) {
    this.#options = options;
    this.#command = command;
    this.#fail = fail;
    for (const address of options.peers) this.#peers.set(address, { established: false, held: 0 });
  }

  /** One line of the text encoder. */
  take(line: string): void {
    if (this.#failed || !line.startsWith(NEIGHBOR)) return;
    const space = line.indexOf(" ", NEIGHBOR.length);
    const address = line.slice(NEIGHBOR.length, space);
    const peer = this.#peers.get(address);
    if (peer === undefined) return;
    if (line.startsWith(UPDATE, space)) this.#update(address, peer, line, space + UPDATE.length);
    else if (line.startsWith(" up", space)) peer.established = true;
    else if (line.startsWith(" down", space)) this.#down(address, peer);
  }

  /** By the peer's address. What has been given to ExaBGP for a peer counts as sent. */
  counts(): Record<string, PeerCounts> {
    const counts: Record<string, PeerCounts> = {};
    for (const [address, { established, held }] of this.#peers) {
      const sent = established ? this.#routes.size - held : 0;
      counts[address] = { state: established ? "Established" : "Idle", received: held, accepted: held, sent };
    }
    return counts;
  }

  #update(address: string, peer: Peer, line: string, at: number): void {
    const announce = line.startsWith(ANNOUNCED, at);
    if (!announce && !line.startsWith(WITHDRAWN, at)) {
      this.#flush();
      return;
    }
    const start = at + (announce ? ANNOUNCED : WITHDRAWN).length;
    const end = line.indexOf(" ", start);
    const prefix = end < 0 ? line.slice(start) : line.slice(start, end);
    const attributes = announce && end >= 0 ? line.slice(end) : "";
    const holder = this.#routes.get(prefix);
    if (holder !== undefined && holder !== address) {
      // A withdrawal of what was never taken from it has nothing to say.
      if (announce)
        this.#refuse(`${holder} and ${address} both announce ${prefix}, and ExaBGP has no decision process`);
      return;
    }
    if (announce && holder === undefined) {
      this.#routes.set(prefix, address);
      peer.held++;
    } else if (!announce) {
      if (holder === undefined) return;
      this.#routes.delete(prefix);
      peer.held--;
    }
    this.#add(address, announce, attributes, prefix);
  }

  #add(from: string, announce: boolean, attributes: string, prefix: string): void {
    const batch = this.#batch;
    const fits =
      batch !== null &&
      batch.from === from &&
      batch.announce === announce &&
      batch.attributes === attributes &&
      isIpv6(batch.prefixes[0] ?? "") === isIpv6(prefix);
    if (fits) batch.prefixes.push(prefix);
    else {
      this.#flush();
      this.#batch = { from, announce, attributes, prefixes: [prefix] };
    }
  }

  #flush(): void {
    const batch = this.#batch;
    this.#batch = null;
    if (batch === null) return;
    const others = this.#options.peers.filter((address) => address !== batch.from);
    if (others.length === 0) return;
    const to = others.map((address) => `${NEIGHBOR}${address}`).join(" , ");
    const nextHop = isIpv6(batch.prefixes[0] ?? "") ? this.#options.nextHop6 : this.#options.nextHop4;
    const what = batch.announce ? "announce" : "withdraw";
    const attributes = batch.announce ? this.#forwarded(batch.attributes) : "";
    this.#command(`${to} ${what} attributes next-hop ${nextHop}${attributes} nlri ${batch.prefixes.join(" ")}`);
  }

  /** Most UPDATEs of a table share their attributes with the one before, in all that matters here. */
  #forwarded(attributes: string): string {
    if (attributes !== this.#lastAttributes) {
      this.#lastAttributes = attributes;
      this.#lastForwarded = forwarded(attributes, this.#options.as);
    }
    return this.#lastForwarded;
  }

  /** RFC 4271 §9.1.4 and §3.1: what was learnt in a session goes with it. */
  #down(address: string, peer: Peer): void {
    peer.established = false;
    this.#flush();
    for (const [prefix, holder] of this.#routes) {
      if (holder !== address) continue;
      this.#routes.delete(prefix);
      this.#add(address, false, "", prefix);
      if ((this.#batch?.prefixes.length ?? 0) >= LONGEST_COMMAND) this.#flush();
    }
    this.#flush();
    peer.held = 0;
  }

  #refuse(reason: string): void {
    this.#failed = true;
    this.#batch = null;
    this.#fail(reason);
  }
}

const NEIGHBOR = "neighbor ";
const UPDATE = " receive update ";
const ANNOUNCED = "announced ";
const WITHDRAWN = "withdrawn ";
/** Prefixes. */
const LONGEST_COMMAND = 500;

const isIpv6 = (prefix: string): boolean => prefix.includes(":");

/** RFC 4271 §5.1.4 and §5.1.5, RFC 4456 §8, RFC 7311 §3: these do not leave the AS. The next hop is set anew. */
const LEFT_OUT =
  / (?:next-hop|med|local-preference|originator-id|aigp) \S+| cluster-list (?:\[[^\]]*\]|\S+)| attribute \[ 0x\w+ 0x(\w+) [^\]]*\]/gi;
const TRANSITIVE = 0x40;

/** The attributes of ExaBGP's text encoder as an external speaker of this AS passes them on, in the same words. */
export const forwarded = (attributes: string, as: number): string => {
  const kept = attributes.replace(LEFT_OUT, (text, flags?: string) =>
    flags !== undefined && (Number.parseInt(flags, 16) & TRANSITIVE) !== 0 ? text : "",
  );
  // RFC 4271 §5.1.2 (b): our own AS in front.
  return kept.includes(" as-path [") ? kept.replace(" as-path [", ` as-path [ ${as}`) : `${kept} as-path [ ${as} ]`;
};
