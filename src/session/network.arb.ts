import { Framer } from "../codec/frame.js";
import { Peering } from "./peering.js";
import type { Effect, Negotiated, PeeringConfig, SessionEvent } from "./types.js";

/** A random number in [0, 1); the same ones for the same seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

/** One side's end of a connection. */
interface End {
  readonly node: Node;
  readonly connection: number;
  readonly framer: Framer;
  far: End | null;
  open: boolean;
  /** Nothing on its way to this end arrives before. */
  after: number;
}

/** One Peering, and what it was told and said. */
export class Node {
  readonly peering: Peering;
  readonly ends: Map<number, End> = new Map();
  readonly seen: Effect[] = [];

  constructor(config: PeeringConfig, random: () => number) {
    this.peering = new Peering(config, random);
  }

  /** The sessions that were established, in their order. */
  get sessions(): readonly Negotiated[] {
    return this.seen.flatMap((effect) => (effect.type === "established" ? [effect.negotiated] : []));
  }

  count(type: Effect["type"]): number {
    return this.seen.filter((effect) => effect.type === type).length;
  }
}

/**
 * Two speakers and what lies between them: connections that take time to come about, octets that take time to arrive,
 * both in the order they were sent. Throws when a Peering does something that no transport can do.
 */
export class Network {
  now = 0;
  readonly left: Node;
  readonly right: Node;
  /** Milliseconds one way. */
  latency: () => number;
  /** False: attempts are refused. */
  reachable = true;
  /** False: what is sent vanishes, and nobody hears of it. */
  carries = true;
  readonly #queue: { readonly at: number; readonly run: () => void }[] = [];

  constructor(left: PeeringConfig, right: PeeringConfig, latency: () => number, random: () => number) {
    this.latency = latency;
    this.left = new Node(left, random);
    this.right = new Node(right, random);
  }

  /** Tells a node of an event, and does what it wants done. */
  tell(node: Node, event: SessionEvent): void {
    for (const effect of node.peering.handle(event, this.now)) {
      node.seen.push(effect);
      this.#perform(node, effect);
    }
  }

  /** Lets time pass: everything that is on its way arrives, every timer that is due fires. */
  run(ms: number): void {
    const until = this.now + ms;
    for (let steps = 0; steps < 100_000; steps++) {
      this.#queue.sort((a, b) => a.at - b.at);
      const arrival = this.#queue[0]?.at ?? Number.POSITIVE_INFINITY;
      const ticking = [this.left, this.right].sort((a, b) => a.peering.deadline() - b.peering.deadline())[0] as Node;
      const timer = ticking.peering.deadline();
      const next = Math.min(arrival, timer);
      if (next > until) {
        this.now = until;
        return;
      }
      this.now = Math.max(this.now, next);
      if (arrival <= timer) this.#queue.shift()?.run();
      else this.tell(ticking, { type: "tick" });
    }
    throw new Error("the two are busy without end");
  }

  /** Both ends of every connection break, as when a cable is cut and a reset comes. */
  breakAll(): void {
    for (const node of [this.left, this.right]) {
      for (const end of [...node.ends.values()].filter(({ open }) => open)) {
        end.open = false;
        this.tell(node, { type: "closed", connection: end.connection, reason: "reset" });
      }
    }
  }

  #perform(node: Node, effect: Effect): void {
    switch (effect.type) {
      case "connect":
        this.#connect(node, effect.connection);
        break;
      case "send":
        this.#send(this.#end(node, effect.connection), effect.octets);
        break;
      case "limit":
        this.#end(node, effect.connection).framer.limit = effect.maxMessage;
        break;
      case "close": {
        const end = node.ends.get(effect.connection);
        if (end === undefined) throw new Error("closed a connection that never was");
        end.open = false;
        if (end.far !== null) this.#arrive(end.far, () => this.#closed(end.far));
        break;
      }
    }
  }

  #connect(node: Node, connection: number): void {
    const other = node === this.left ? this.right : this.left;
    const near: End = { node, connection, framer: new Framer(), far: null, open: true, after: 0 };
    if (node.ends.has(connection)) throw new Error("two connections of one number");
    node.ends.set(connection, near);
    const oneWay = this.latency();
    this.#at(2 * oneWay, () => {
      if (!near.open) return;
      if (!this.reachable || !this.carries) {
        near.open = false;
        this.tell(node, { type: "connect-failed", connection, reason: "refused" });
        return;
      }
      const number = other.peering.nextConnection();
      const far: End = { node: other, connection: number, framer: new Framer(), far: near, open: true, after: 0 };
      near.far = far;
      other.ends.set(number, far);
      this.#arrive(far, () => this.tell(other, { type: "connected", connection: number, incoming: true }));
      this.tell(node, { type: "connected", connection, incoming: false });
    });
  }

  #send(end: End, octets: Uint8Array): void {
    if (!end.open || end.far === null) throw new Error("sent over a connection that is closed");
    const { far } = end;
    if (!this.carries) return;
    this.#arrive(far, () => {
      if (!far.open) return;
      const found = far.framer.push(octets.slice(), (msg, start, stop, kind) => {
        const { node, connection } = far;
        if (far.open) this.tell(node, { type: "message", connection, kind, msg, start, end: stop });
        return far.open;
      });
      if (found !== null && far.open) {
        this.tell(far.node, { type: "fault", connection: far.connection, found, msg: octets });
      }
    });
  }

  #closed(end: End | null): void {
    if (end?.open !== true || !this.carries) return;
    end.open = false;
    this.tell(end.node, { type: "closed", connection: end.connection, reason: "FIN" });
  }

  #end(node: Node, connection: number): End {
    const end = node.ends.get(connection);
    if (end === undefined) throw new Error("used a connection that never was");
    return end;
  }

  #arrive(end: End, run: () => void): void {
    end.after = Math.max(end.after + 0.001, this.now + this.latency());
    this.#queue.push({ at: end.after, run });
  }

  #at(delay: number, run: () => void): void {
    this.#queue.push({ at: this.now + delay, run });
  }
}
