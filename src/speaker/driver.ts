import type { Found } from "../codec/fault.js";
import { Framer } from "../codec/frame.js";
import { type Family, MessageType } from "../codec/iana.js";
import { nameOf } from "../codec/message/notification.js";
import { Peering } from "../session/peering.js";
import type { Effect, LastError, Negotiated, PeeringConfig, SessionEvent, State } from "../session/types.js";
import {
  type ConnectOptions,
  connect,
  describeTlsOnPlainPort,
  type FailureKind,
  type Pending,
  type Security,
  type Stream,
} from "../transport/index.js";
import { type Clock, systemClock } from "./clock.js";

export interface DriverConfig {
  readonly peering: PeeringConfig;
  /** Where to connect to; null for a peer that always connects to us. */
  readonly connect: ConnectOptions | null;
  /** Numbers in [0, 1) for the jitter of the timers; Math.random when left out. */
  readonly random?: () => number;
  /** The system's when left out. */
  readonly clock?: Clock;
}

export interface DriverHandlers {
  established(negotiated: Negotiated): void;
  /** A whole UPDATE, octets [start, end) of `msg`, valid during the call. A fault given back resets the session. */
  update(msg: Uint8Array, start: number, end: number): Found | null;
  /** The peer wants a family again (subtype 0), or marks the begin (1) or end (2) of its own answer. */
  refresh(family: Family, subtype: number): void;
  /** The established session is gone. */
  down(reason: string): void;
  /** After a `write` that gave false: there is room again. */
  drained(): void;
  log(line: string): void;
}

/** One connection of the peering, from the first attempt to its end. */
interface Link {
  readonly connection: number;
  readonly framer: Framer;
  pending: Pending | null;
  stream: Stream | null;
  /** Octets given to the stream, and how many of them had left it when we last looked. */
  written: number;
  taken: number;
}

/** Milliseconds after which a connection that does not end in good manners is cut. */
const CLOSE_MS = 5_000;

/**
 * The state machine of one peer with everything it does not do itself: connections, framing, timers.
 *
 * Octets go from the stream through the framer to the machine, UPDATEs of an established session past it straight to the
 * handler. The machine's effects are carried out in order. One timer follows its next deadline.
 */
export class PeerDriver {
  readonly #config: DriverConfig;
  readonly #handlers: DriverHandlers;
  readonly #peering: Peering;
  readonly #links = new Map<number, Link>();
  /** Streams that are closing in good manners, and what calls off the timer that would cut them. */
  readonly #closing = new Map<Stream, () => void>();
  #established: Link | null = null;
  #negotiated: Negotiated | null = null;
  readonly #clock: Clock;
  /** Calls the timer off; null when none runs. */
  #stopTimer: (() => void) | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #now: number;
  #lastFailure: string | null = null;
  #lastFailureKind: FailureKind | null = null;
  /** Where the octets that made `lastError` tell more than the machine could say of them: that, in words. */
  #hint: { readonly error: LastError | null; readonly text: string } | null = null;
  readonly #whenClosed: (() => void)[] = [];

  constructor(config: DriverConfig, handlers: DriverHandlers) {
    this.#config = config;
    this.#handlers = handlers;
    this.#clock = config.clock ?? systemClock;
    this.#now = this.#clock.now();
    this.#peering = new Peering(config.peering, config.random ?? Math.random);
  }

  get state(): State {
    return this.#peering.state;
  }

  get negotiated(): Negotiated | null {
    return this.#negotiated;
  }

  /** Why the last session or attempt ended; null when none has. */
  get lastError(): LastError | null {
    return this.#peering.lastError;
  }

  /** The same in one sentence for people: what a glance at the peer should tell. */
  get lastReason(): string | null {
    const error = this.lastError;
    if (this.#hint !== null && this.#hint.error === error) return this.#hint.text;
    if (error === null) return this.#lastFailure;
    const { notification, reason } = error;
    return notification?.sent ? `sent ${nameOf(notification.code, notification.subcode)}: ${reason}` : reason;
  }

  /** Why the last attempt to connect failed, one sentence; null when none has. */
  get lastFailure(): string | null {
    return this.#lastFailure;
  }

  get lastFailureKind(): FailureKind | null {
    return this.#lastFailureKind;
  }

  /** What TLS agreed on for the established session; null without one or without TLS. */
  get security(): Security | null {
    return this.#established?.stream?.security ?? null;
  }

  /** The stream of the established session, for its addresses and `pending`. */
  get stream(): Stream | null {
    return this.#established?.stream ?? null;
  }

  start(): void {
    this.#handle({ type: "start" });
  }

  /** Ends the session with a Cease (RFC 4486; `communication` by RFC 9003). Resolves when every connection is closed. */
  stop(communication?: string, subcode?: number): Promise<void> {
    const said = {
      ...(communication === undefined ? {} : { communication }),
      ...(subcode === undefined ? {} : { subcode }),
    };
    this.#handle({ type: "stop", ...said });
    this.#stopTimer?.();
    this.#stopTimer = null;
    if (this.#closing.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenClosed.push(resolve);
    });
  }

  /** A connection that the peer made. */
  accept(stream: Stream): void {
    const connection = this.#peering.nextConnection();
    this.#open(linkOf(connection, stream), stream);
    this.#handle({ type: "connected", connection, incoming: true });
  }

  /**
   * Sends whole messages over the established session; they are taken over, see `Stream.write`. False: wait for `drained`.
   * Without a session the octets are dropped, and the answer is false.
   */
  write(octets: Uint8Array): boolean {
    const link = this.#established;
    if (link === null || link.stream === null) return false;
    this.#watchSending(link);
    link.written += octets.length;
    const takesMore = link.stream.write(octets);
    this.#peering.updateSent(link.connection, this.#now);
    if (!takesMore) this.#handle({ type: "blocked", connection: link.connection });
    return takesMore;
  }

  /** Asks the peer to send a family again; nothing happens unless that was negotiated. */
  requestRefresh(family: Family): void {
    this.#handle({ type: "refresh", family });
  }

  #handle(event: SessionEvent): void {
    this.#now = this.#clock.now();
    this.#carryOut(this.#peering.handle(event, this.#now));
    this.#arm();
  }

  #carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) this.#carryOutOne(effect);
  }

  #carryOutOne(effect: Effect): void {
    switch (effect.type) {
      case "connect":
        this.#connect(effect.connection);
        break;
      case "send":
        this.#send(effect.connection, effect.octets);
        break;
      case "close":
        this.#close(effect.connection);
        break;
      case "limit": {
        const link = this.#links.get(effect.connection);
        if (link !== undefined) link.framer.limit = effect.maxMessage;
        break;
      }
      case "established":
        this.#established = this.#links.get(effect.connection) ?? null;
        this.#negotiated = effect.negotiated;
        this.#handlers.established(effect.negotiated);
        break;
      case "down":
        this.#established = null;
        this.#negotiated = null;
        this.#handlers.down(effect.reason);
        break;
      case "refresh":
        this.#handlers.refresh(effect.family, effect.subtype);
        break;
      case "log":
        this.#handlers.log(effect.line);
        break;
      case "update":
        // UPDATEs take the short way, see `#message`.
        break;
    }
  }

  #send(connection: number, octets: Uint8Array): void {
    const link = this.#links.get(connection);
    if (!link?.stream) return;
    this.#watchSending(link);
    link.written += octets.length;
    link.stream.write(octets);
  }

  /**
   * Tells the machine whether the peer takes what we send (RFC 9687 §3). The stream speaks up only when much is waiting,
   * and again when all of that has left; here a little that stays counts too, and so does a part that has left.
   */
  #watchSending(link: Link): void {
    const { connection, stream } = link;
    if (stream === null) return;
    const { pending } = stream;
    const taken = link.written - pending;
    if (taken > link.taken) this.#peering.handle({ type: "drained", connection }, this.#now);
    link.taken = taken;
    if (pending > 0) this.#peering.handle({ type: "blocked", connection }, this.#now);
  }

  #connect(connection: number): void {
    const options = this.#config.connect;
    const link = linkOf(connection, null);
    this.#links.set(connection, link);
    if (options === null) {
      this.#clock.soon(() => this.#handle({ type: "connect-failed", connection, reason: "no address to connect to" }));
      return;
    }
    link.pending = connect(options, {
      connected: (stream) => {
        link.pending = null;
        link.stream = stream;
        this.#open(link, stream);
        this.#handle({ type: "connected", connection, incoming: false });
      },
      failed: (reason, kind) => {
        link.pending = null;
        this.#links.delete(connection);
        this.#lastFailure = reason;
        this.#lastFailureKind = kind;
        this.#handlers.log(`connection failed: ${reason}`);
        // A failed TLS handshake is no more than this to the machine: TcpConnectionFails (Event 18), no NOTIFICATION.
        this.#handle({ type: "connect-failed", connection, reason });
      },
    });
  }

  #open(link: Link, stream: Stream): void {
    const { connection } = link;
    this.#links.set(connection, link);
    const sink = (msg: Uint8Array, start: number, end: number, kind: number): boolean =>
      this.#message(link, msg, start, end, kind);
    stream.attach({
      data: (chunk) => {
        if (!this.#links.has(connection)) return;
        this.#now = this.#clock.now();
        const found = link.framer.push(chunk, sink);
        if (found !== null) this.#garbage(link, found, chunk);
      },
      drain: () => {
        this.#handle({ type: "drained", connection });
        if (this.#established === link) this.#handlers.drained();
      },
      closed: (reason) => {
        this.#closing.get(stream)?.();
        this.#closing.delete(stream);
        if (this.#links.delete(connection)) this.#handle({ type: "closed", connection, reason });
        if (this.#closing.size === 0) for (const resolve of this.#whenClosed.splice(0)) resolve();
      },
    });
  }

  /** False when the connection is over: what else lies in the chunk is not looked at. */
  #message(link: Link, msg: Uint8Array, start: number, end: number, kind: number): boolean {
    const { connection } = link;
    if (kind === MessageType.Update && this.#peering.updateReceived(connection, this.#now)) {
      const found = this.#handlers.update(msg, start, end);
      if (found !== null) this.#handle({ type: "fault", connection, found, msg: msg.subarray(start, end) });
    } else {
      this.#handle({ type: "message", connection, kind, msg, start, end });
    }
    return this.#links.has(connection);
  }

  #garbage(link: Link, found: Found, chunk: Uint8Array): void {
    const hint = link.stream?.security === null ? describeTlsOnPlainPort(chunk) : null;
    if (hint !== null) {
      this.#lastFailure = hint;
      this.#lastFailureKind = "garbage";
      this.#handlers.log(hint);
    }
    this.#handle({ type: "fault", connection: link.connection, found, msg: chunk.subarray(0, 64) });
    if (hint !== null) this.#hint = { error: this.lastError, text: hint };
  }

  /** What was sent leaves first; a peer that takes nothing is cut off after a while. */
  #close(connection: number): void {
    const link = this.#links.get(connection);
    if (link === undefined) return;
    this.#links.delete(connection);
    link.pending?.cancel();
    const { stream } = link;
    if (stream === null) return;
    this.#closing.set(
      stream,
      this.#clock.after(CLOSE_MS, () => stream.destroy(), false),
    );
    stream.end();
  }

  #tick(): void {
    this.#stopTimer = null;
    this.#now = this.#clock.now();
    if (this.#established !== null) this.#watchSending(this.#established);
    this.#handle({ type: "tick" });
  }

  /** Sets the timer when the machine wants to be called earlier than it is set for; late ones are harmless. */
  #arm(): void {
    const at = this.#peering.deadline();
    if (this.#stopTimer !== null && this.#timerAt <= at) return;
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.#timerAt = at;
    if (at === Number.POSITIVE_INFINITY) return;
    // After a stall the timers come before what the sockets have for us, and a HoldTimer must not expire over messages that
    // are there to be read: the tick waits until they have been.
    this.#stopTimer = this.#clock.after(Math.min(Math.max(1, at - this.#clock.now()), 0x7fffffff), () => {
      this.#clock.soon(() => this.#tick());
    });
  }
}

const linkOf = (connection: number, stream: Stream | null): Link => ({
  connection,
  framer: new Framer(),
  pending: null,
  stream,
  written: 0,
  taken: 0,
});
