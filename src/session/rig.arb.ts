import { Ipv4Unicast, MessageType } from "../codec/iana.js";
import { keepalive } from "../codec/message/keepalive.js";
import { decodeNotification, encodeNotification } from "../codec/message/notification.js";
import { encodeOpen } from "../codec/message/open.js";
import { encodeRouteRefresh } from "../codec/message/route-refresh.js";
import { u8 } from "../codec/octets.js";
import { Peering } from "./peering.js";
import { proposal } from "./proposal.js";
import { type Effect, type PeeringConfig, type SessionEvent, State } from "./types.js";

export const CONFIG: PeeringConfig = { localAs: 65001, identifier: 0x0a000002, peerAs: 65002, holdTime: 90 };

/** The same, seen from the other side; its identifier is the lower one. */
export const PEER_CONFIG: PeeringConfig = { localAs: 65002, identifier: 0x0a000001, peerAs: 65001, holdTime: 90 };

const notification = (code: number, subcode: number): Uint8Array =>
  encodeNotification({ code, subcode, data: new Uint8Array(0) });

/** Messages as the peer of `CONFIG` may send them. */
export const messages: Readonly<
  Record<"open" | "wrongAs" | "keepalive" | "update" | "versionError" | "cease" | "refresh", Uint8Array>
> = {
  open: encodeOpen(proposal(PEER_CONFIG, 65001)),
  wrongAs: encodeOpen(proposal({ ...PEER_CONFIG, localAs: 65009 }, 65001)),
  keepalive,
  /** An End-of-RIB: all of an UPDATE that a session looks at is its type. */
  update: Uint8Array.of(...keepalive.subarray(0, 16), 0, 23, MessageType.Update, 0, 0, 0, 0),
  versionError: notification(2, 1),
  cease: notification(6, 2),
  refresh: encodeRouteRefresh({ family: Ipv4Unicast, subtype: 0 }),
};

/** One Peering on a bench of its own: a clock that the test moves, jitter off unless asked for. */
export class Rig {
  readonly peering: Peering;
  now = 1_000_000;
  /** The connection that was made last. */
  connection = 0;

  constructor(config: Partial<PeeringConfig> = {}, random: () => number = () => 1) {
    this.peering = new Peering({ ...CONFIG, ...config }, random);
  }

  get state(): State {
    return this.peering.state;
  }

  do(event: SessionEvent): readonly Effect[] {
    const effects = this.peering.handle(event, this.now);
    for (const effect of effects) if (effect.type === "connect") this.connection = effect.connection;
    return effects;
  }

  /** The peer connects to us. */
  accept(): readonly Effect[] {
    this.connection = this.peering.nextConnection();
    return this.do({ type: "connected", connection: this.connection, incoming: true });
  }

  /** Our own attempt succeeds. */
  connected(connection: number = this.connection): readonly Effect[] {
    return this.do({ type: "connected", connection, incoming: false });
  }

  receive(msg: Uint8Array, connection: number = this.connection): readonly Effect[] {
    return this.do({ type: "message", connection, kind: u8(msg, 18), msg, start: 0, end: msg.length });
  }

  closed(connection: number = this.connection): readonly Effect[] {
    return this.do({ type: "closed", connection, reason: "reset" });
  }

  /** Moves the clock to the next deadline, and ticks. */
  expire(): readonly Effect[] {
    this.now = this.peering.deadline();
    return this.do({ type: "tick" });
  }

  /** Moves the clock, ticking whenever a timer expires on the way. */
  pass(ms: number): readonly Effect[] {
    const until = this.now + ms;
    const effects: Effect[] = [];
    while (this.peering.deadline() <= until) effects.push(...this.expire());
    this.now = until;
    return effects;
  }

  /** As far as `state`, over a connection of our own; `Active` by being refused in OpenSent. */
  static in(state: State, config: Partial<PeeringConfig> = {}): Rig {
    const rig = new Rig(config);
    if (state === State.Idle) return rig;
    rig.do({ type: "start" });
    if (state === State.Connect || rig.state === state) return rig;
    rig.connected();
    if (state === State.Active) {
      rig.closed();
      return rig;
    }
    if (state === State.OpenSent) return rig;
    rig.receive(messages.open);
    if (state === State.OpenConfirm) return rig;
    rig.receive(messages.keepalive);
    return rig;
  }
}

/** Types of the messages sent, in their order; a NOTIFICATION as `code/subcode`. */
export const sent = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => {
    if (effect.type !== "send") return [];
    const { octets } = effect;
    const { value } = u8(octets, 18) === MessageType.Notification ? decodeNotification(octets, 0, octets.length) : NONE;
    return [value === null ? (NAMES[u8(octets, 18)] ?? "?") : `${value.code}/${value.subcode}`];
  });

/** All but sends and logs, by type. */
export const others = (effects: readonly Effect[]): readonly string[] =>
  effects.map(({ type }) => type).filter((type) => type !== "send" && type !== "log");

const NONE = { value: null };
const NAMES: Readonly<Record<number, string>> = { 1: "OPEN", 2: "UPDATE", 4: "KEEPALIVE", 5: "ROUTE-REFRESH" };
