import { type Effect, type Negotiated, State } from "./types.js";

/** A timer that does not run. */
export const OFF: number = Number.POSITIVE_INFINITY;

/** How far a connection has come: the peering is where its foremost connection is. */
export const RANK: Readonly<Record<State, number>> = {
  [State.Idle]: 0,
  [State.Active]: 1,
  [State.Connect]: 2,
  [State.OpenSent]: 3,
  [State.OpenConfirm]: 4,
  [State.Established]: 5,
};

/**
 * One transport connection of a peering, with the session attributes that RFC 4271 §8 keeps for each. Timers are the
 * milliseconds at which they expire.
 */
export class Link {
  readonly connection: number;
  readonly incoming: boolean;
  state: State;
  /** The transport carries octets. False only for an outgoing connection that is still being made. */
  up = false;
  delayOpenAt: number = OFF;
  holdAt: number = OFF;
  keepaliveAt: number = OFF;
  sendHoldAt: number = OFF;
  /** The negotiated hold time in milliseconds; OFF when that is 0. */
  holdMs: number = OFF;
  /** From OpenConfirm on. */
  negotiated: Negotiated | null = null;
  establishedAt = 0;
  /** The answer to every UPDATE, made once. */
  readonly update: readonly Effect[];

  constructor(connection: number, incoming: boolean) {
    this.connection = connection;
    this.incoming = incoming;
    this.state = incoming ? State.Active : State.Connect;
    this.update = Object.freeze([Object.freeze({ type: "update", connection } as const)]);
  }

  get deadline(): number {
    return Math.min(this.delayOpenAt, this.holdAt, this.keepaliveAt, this.sendHoldAt);
  }

  /** At least as far as `state`. */
  reached(state: State): boolean {
    return RANK[this.state] >= RANK[state];
  }

  /** RFC 4724 §5: the Graceful Restart Capability with one or more AFIs/SAFIs was received, and we sent ours. */
  get restartsGracefully(): boolean {
    return (this.negotiated?.gracefulRestart?.families.length ?? 0) > 0;
  }
}
