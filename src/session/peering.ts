import { decisive, describeFound, type Found } from "../codec/fault.js";
import { afiOf, CeaseSubcode, ErrorCode, type Family, MessageType, OpenError, safiOf } from "../codec/iana.js";
import { keepalive } from "../codec/message/keepalive.js";
import {
  decodeNotification,
  describeNotification,
  hardReset,
  type Notification,
  nameOf,
} from "../codec/message/notification.js";
import { decodeOpen, encodeOpen, type OpenToSend } from "../codec/message/open.js";
import { decodeRouteRefresh, encodeRouteRefresh, RefreshSubtype } from "../codec/message/route-refresh.js";
import { ORDINARY_MAX_MESSAGE } from "../codec/session-context.js";
import { Link, OFF, RANK } from "./link.js";
import { negotiate } from "./negotiate.js";
import { bare, cease, fitted, isFinal, notificationOf } from "./notify.js";
import { proposal } from "./proposal.js";
import { type Effect, type LastError, type Negotiated, type PeeringConfig, type SessionEvent, State } from "./types.js";

/** RFC 4271 §8.2.2 suggests four minutes for the HoldTimer until one is negotiated. */
const LARGE_HOLD_MS = 240_000;
/** RFC 9687 §3: the default SendHoldTime is at least this. */
const LEAST_SEND_HOLD_MS = 480_000;

const NOTHING: readonly Effect[] = Object.freeze([]);

/** RFC 6608 §3: Receive Unexpected Message in … State. */
const UNEXPECTED: Readonly<Partial<Record<State, number>>> = {
  [State.OpenSent]: 1,
  [State.OpenConfirm]: 2,
  [State.Established]: 3,
};

/** An event of one connection. When that is closed already the event is late, and means nothing. */
type LinkEvent = Extract<
  SessionEvent,
  { type: "connect-failed" | "closed" | "message" | "fault" | "blocked" | "drained" }
>;

/** How a connection ends, and what becomes of the peering when no other connection is up. */
interface Ending {
  readonly reason: string;
  /** Sent before the connection is closed. */
  readonly notification?: Notification;
  /** What the peer sent. */
  readonly received?: Notification;
  /** The transport is closed already. */
  readonly gone?: boolean;
  /** The peer's routes may be kept for a while (RFC 4724 §4.2, RFC 8538 §4). Default false. */
  readonly graceful?: boolean;
  /** Default Idle. */
  readonly next?: typeof State.Active;
  /** Increments the ConnectRetryCounter. Default true. */
  readonly counts?: boolean;
  /** Performs peer oscillation damping. Default true. */
  readonly damps?: boolean;
}

/**
 * The state machine of RFC 4271 §8 for one configured peer, with both connections it may have for a while (§6.8).
 *
 * It does no I/O: its owner tells it what happened and carries out the effects it answers with, in their order. `now` is
 * in milliseconds of a monotonic clock, `random` gives numbers in [0, 1). The same inputs give the same effects.
 *
 * Optional session attributes always on: SendNOTIFICATIONwithoutOPEN, DampPeerOscillations. By configuration:
 * PassiveTcpEstablishment, DelayOpen, CollisionDetectEstablishedState.
 *
 * Comments without a document's number quote RFC 4271 §8.2.2, by state or event.
 */
export class Peering {
  readonly config: PeeringConfig;
  /** What we propose. */
  readonly open: OpenToSend;
  /** ConnectRetryCounter: how often a session or attempt ended badly since the last start or stop. */
  connectRetryCounter = 0;
  lastError: LastError | null = null;
  readonly #random: () => number;
  readonly #openOctets: Uint8Array;
  /** At most two; one that is still being made is the first. */
  readonly #links: Link[] = [];
  /** What the administrator wants. */
  #started = false;
  /** In the Idle state, and then there is no link. Not idle and without a link, the state is Active. */
  #idle = true;
  #connectRetryAt = OFF;
  #idleHoldAt = OFF;
  /** How often IdleHoldTime was doubled. */
  #damped = 0;
  #lastConnection = 0;
  #effects: Effect[] = [];

  /** Throws RangeError when the configuration makes no OPEN that the wire can carry, or has a time that is none. */
  constructor(config: PeeringConfig, random: () => number) {
    for (const name of ["connectRetry", "idleHold", "idleHoldMax"] as const) positive(config[name], name);
    for (const name of ["delayOpen", "sendHold"] as const) if (config[name] !== 0) positive(config[name], name);
    this.config = config;
    this.open = proposal(config, config.peerAs);
    this.#openOctets = encodeOpen(this.open);
    this.#random = random;
  }

  /** That of the connection that has come furthest. */
  get state(): State {
    let state: State = this.#idle ? State.Idle : State.Active;
    for (const link of this.#links) if (RANK[link.state] > RANK[state]) state = link.state;
    return state;
  }

  /** What the established session agreed on; null in every other state. */
  get negotiated(): Negotiated | null {
    return this.#established?.negotiated ?? null;
  }

  /** A number for a connection: the owner takes one before it tells of an incoming connection. */
  nextConnection(): number {
    return ++this.#lastConnection;
  }

  /** When a `tick` is due; Infinity when no timer runs. UPDATE and KEEPALIVE in Established only ever move it later. */
  deadline(): number {
    let at = Math.min(this.#connectRetryAt, this.#idleHoldAt);
    for (const link of this.#links) at = Math.min(at, link.deadline);
    return at;
  }

  /** For UPDATE and KEEPALIVE in Established nothing is allocated: their effects are shared and frozen. */
  handle(event: SessionEvent, now: number): readonly Effect[] {
    if (isLinkEvent(event)) {
      const link = this.#find(event.connection);
      if (link === null) return NOTHING;
      if (event.type === "message" && link.state === State.Established) {
        // Established, Events 26 and 27: restarts its HoldTimer, and remains in the Established state.
        if (event.kind === MessageType.Update || event.kind === MessageType.Keepalive) {
          link.holdAt = now + link.holdMs;
          return event.kind === MessageType.Update ? link.update : NOTHING;
        }
      }
      this.#effects = [];
      this.#handleOn(link, event, now);
    } else {
      this.#effects = [];
      this.#handle(event, now);
    }
    return this.#effects;
  }

  /**
   * Event 27 without an event object: true when the UPDATE is to be handed to the RIB. When false, give the message to
   * `handle` instead: it was not expected.
   */
  updateReceived(connection: number, now: number): boolean {
    const link = this.#find(connection);
    if (link === null || link.state !== State.Established) return false;
    link.holdAt = now + link.holdMs;
    return true;
  }

  /** The owner has sent UPDATEs of its own. Established: each time, the local system restarts its KeepaliveTimer. */
  updateSent(connection: number, now: number): void {
    const link = this.#find(connection);
    if (link !== null && link.state === State.Established) this.#restartKeepalive(link, now);
  }

  #handle(event: Exclude<SessionEvent, LinkEvent>, now: number): void {
    switch (event.type) {
      case "start":
        this.#start(now);
        break;
      case "stop":
        this.#stop(event.subcode ?? CeaseSubcode.AdministrativeShutdown, event.communication, now);
        break;
      case "tick":
        this.#tick(now);
        break;
      case "connected":
        if (event.incoming) this.#accepted(event.connection, now);
        else this.#connected(event.connection, now);
        break;
      case "refresh":
        this.#askRefresh(event.family);
        break;
      case "demarcate":
        this.#demarcate(event.family, event.subtype);
        break;
    }
  }

  #handleOn(link: Link, event: LinkEvent, now: number): void {
    switch (event.type) {
      case "connect-failed":
      case "closed":
        this.#failed(link, event.reason, now);
        break;
      case "message":
        this.#message(link, event.kind, event.msg.subarray(event.start, event.end), now);
        break;
      case "fault":
        this.#fault(link, event.found, event.msg, now);
        break;
      case "blocked":
        if (link.up && link.sendHoldAt === OFF) link.sendHoldAt = now + this.#sendHoldMs(link);
        break;
      case "drained":
        link.sendHoldAt = OFF;
        break;
    }
  }

  // Administrative events, RFC 4271 §8.1.2

  /** Events 1 and 4. */
  #start(now: number): void {
    this.#started = true;
    // Every state but Idle: the start events are ignored.
    if (!this.#idle) return;
    // Idle: sets ConnectRetryCounter to zero.
    this.connectRetryCounter = 0;
    this.#damped = 0;
    this.#leaveIdle(now);
  }

  /** Events 1 and 4 again, or what Events 6 and 7 are to us when the IdleHoldTimer has expired. */
  #leaveIdle(now: number): void {
    this.#idle = false;
    this.#idleHoldAt = OFF;
    // Event 4: listens for a connection that may be initiated by the remote peer, and changes its state to Active.
    // §8.2.1: who is configured to remain passive does not connect, so its ConnectRetryTimer has nothing to do.
    if (this.config.passive !== true) this.#connect(now);
  }

  /** Starts the ConnectRetryTimer with the initial value, initiates a TCP connection, changes its state to Connect. */
  #connect(now: number): void {
    this.#startConnectRetry(now);
    const link = new Link(this.nextConnection(), false);
    this.#links.push(link);
    this.#effects.push({ type: "connect", connection: link.connection });
  }

  /** Event 2. */
  #stop(subcode: number, communication: string | undefined, now: number): void {
    this.#started = false;
    const notification = cease(subcode, communication);
    const reason = `stopped: ${describeNotification(notification)}`;
    for (const link of [...this.#links]) {
      // Connect: drops the TCP connection. Other states: sends a NOTIFICATION with a Cease first.
      if (link.state === State.Connect) this.#end(link, { reason }, now);
      // RFC 8538 §3.1: where the N bit is in force, an ordinary Cease would make the peer keep our routes.
      else if (link.negotiated?.notificationRestart === true && isFinal(subcode)) {
        this.#end(link, { reason, notification: hardReset(notification) }, now);
      } else this.#end(link, { reason, notification }, now);
    }
    // Every state: sets ConnectRetryCounter to zero, stops the ConnectRetryTimer, and changes its state to Idle.
    this.#becomeIdle();
    this.connectRetryCounter = 0;
    this.#damped = 0;
  }

  // Timer events, RFC 4271 §8.1.3

  #tick(now: number): void {
    for (const link of [...this.#links]) {
      // Event 12 in Connect and Active.
      if (link.delayOpenAt <= now) this.#sendOpen(link, now);
      if (link.holdAt <= now) this.#holdTimerExpires(link, now);
      else if (link.sendHoldAt <= now) this.#sendHoldTimerExpires(link, now);
      else if (link.keepaliveAt <= now) {
        // Event 11 in OpenConfirm and Established: sends a KEEPALIVE message, and restarts its KeepaliveTimer.
        this.#send(link, keepalive);
        this.#restartKeepalive(link, now);
      }
    }
    if (this.#connectRetryAt <= now) this.#connectRetryTimerExpires(now);
    // Event 13.
    if (this.#idleHoldAt <= now) this.#leaveIdle(now);
  }

  /** Event 9. It cannot be in OpenSent and beyond, where the timer does not run. */
  #connectRetryTimerExpires(now: number): void {
    const attempt = this.#links.find(({ up }) => !up);
    // Connect: drops the TCP connection.
    if (attempt !== undefined) this.#close(attempt, { reason: "ConnectRetryTimer expired" });
    this.#connectRetryAt = OFF;
    // Connect and Active: restarts the ConnectRetryTimer, initiates a TCP connection. Not while a connection of the
    // peer's own is getting on: should that fail, the timer starts again (OpenSent, Event 18).
    if (this.#links.length === 0) this.#connect(now);
  }

  /** Event 10. OpenSent, OpenConfirm, Established: sends a NOTIFICATION with the error code Hold Timer Expired. */
  #holdTimerExpires(link: Link, now: number): void {
    const reason = `HoldTimer expired in ${link.state}`;
    this.#end(link, { reason, notification: bare(ErrorCode.HoldTimerExpired), ...keeping(link) }, now);
  }

  /** Event 29, RFC 9687 §3: the NOTIFICATION is for a peer that begins to read again. */
  #sendHoldTimerExpires(link: Link, now: number): void {
    const reason = "SendHoldTimer expired: the peer takes no octets";
    this.#end(link, { reason, notification: bare(ErrorCode.SendHoldTimerExpired), ...keeping(link) }, now);
  }

  // Connection events, RFC 4271 §8.1.4

  /** Event 16. */
  #connected(connection: number, now: number): void {
    const link = this.#find(connection);
    if (link === null) {
      // The attempt was given up while its success was on the way.
      this.#effects.push({ type: "close", connection, reason: "not wanted any more" });
    } else if (!link.up) {
      // Connect: stops the ConnectRetryTimer (if running).
      this.#connectRetryAt = OFF;
      this.#begin(link, now);
    }
  }

  /** Event 17. */
  #accepted(connection: number, now: number): void {
    if (this.#find(connection) !== null) return;
    const refusal = this.#refusal();
    if (refusal !== null) {
      const { reason, notification } = refusal;
      if (notification !== undefined) {
        this.#effects.push({ type: "send", connection, octets: fitted(notification, ORDINARY_MAX_MESSAGE) });
      }
      this.#effects.push({ type: "close", connection, reason });
      return;
    }
    const established = this.#established;
    // RFC 4724 §5: drops the TCP connection associated with the Established session, retains all routes, sets
    // ConnectRetryCounter to zero. Otherwise the second connection SHALL be tracked until it sends an OPEN message.
    if (established?.restartsGracefully) {
      this.#close(established, { reason: "the peer has restarted", graceful: true });
      this.connectRetryCounter = 0;
    }
    const link = new Link(connection, true);
    this.#links.push(link);
    // Active: sets the ConnectRetryTimer to zero. In Connect our own attempt goes on beside it, and its timer with it:
    // if both sides gave theirs up for the other's, none would be left.
    if (this.#links.length === 1) this.#connectRetryAt = OFF;
    this.#begin(link, now);
  }

  /** Why another connection of the peer's cannot be taken now, or null. */
  #refusal(): Pick<Ending, "reason" | "notification"> | null {
    // RFC 4486 §4: who disallows a connection after it was accepted SHOULD say Connection Rejected.
    const notification = cease(CeaseSubcode.ConnectionRejected);
    // Idle: refuses all incoming BGP connections for this peer.
    if (!this.#started) return { reason: "the peer is stopped", notification };
    // Silently while the IdleHoldTimer runs: a NOTIFICATION would send the peer into an Idle of its own, a closed
    // connection makes it listen (OpenSent, Event 18). Two that hold each other off so would not meet again.
    if (this.#idle) return { reason: "the peer is held in Idle" };
    // One connection from each side is what a collision is made of (§6.8), or a second one beside the established.
    const crowded =
      this.#links.length > 1 || this.#links.some((one) => one.incoming && !one.reached(State.Established));
    return crowded ? { reason: "the peer has a connection on the way already", notification } : null;
  }

  /** Connect and Active, success of a TCP connection: checks the DelayOpen attribute. */
  #begin(link: Link, now: number): void {
    link.up = true;
    const delay = this.config.delayOpen ?? 0;
    // If it is TRUE: sets the DelayOpenTimer to the initial value, and stays.
    if (delay > 0) link.delayOpenAt = now + delay * 1000;
    else this.#sendOpen(link, now);
  }

  /** Sends an OPEN message to its peer, sets the HoldTimer to a large value, and changes its state to OpenSent. */
  #sendOpen(link: Link, now: number): void {
    link.delayOpenAt = OFF;
    this.#send(link, this.#openOctets);
    link.holdAt = now + LARGE_HOLD_MS;
    link.state = State.OpenSent;
  }

  /** Event 18, TcpConnectionFails; a TLS handshake that failed is one too. */
  #failed(link: Link, why: string, now: number): void {
    const ending = { reason: `connection ${link.up ? "lost" : "failed"} in ${link.state}: ${why}`, gone: true };
    switch (link.state) {
      case State.Connect:
        // If the DelayOpenTimer is running: restarts the ConnectRetryTimer, and changes its state to Active.
        if (link.up) this.#end(link, { ...ending, next: State.Active, counts: false, damps: false }, now);
        // If it is not running: stops the ConnectRetryTimer, and changes its state to Idle.
        else this.#end(link, { ...ending, counts: false, damps: false }, now);
        break;
      case State.OpenSent:
        // Restarts the ConnectRetryTimer, continues to listen, and changes its state to Active.
        this.#end(link, { ...ending, next: State.Active, counts: false, damps: false }, now);
        break;
      case State.Established:
        // Increments the ConnectRetryCounter by 1, changes its state to Idle. RFC 4724 §5: retains all routes.
        this.#end(link, { ...ending, damps: false, graceful: link.restartsGracefully }, now);
        break;
      default:
        // Active and OpenConfirm: increments the ConnectRetryCounter by 1, damping, changes its state to Idle.
        this.#end(link, ending, now);
    }
  }

  // Message events, RFC 4271 §8.1.5

  #message(link: Link, kind: number, msg: Uint8Array, now: number): void {
    if (kind === MessageType.Notification) this.#notification(link, msg, now);
    else if (kind === MessageType.Open && !link.reached(State.OpenConfirm)) this.#openMessage(link, msg, now);
    else if (kind === MessageType.Keepalive && link.state === State.OpenConfirm) this.#establish(link, now);
    else if (kind === MessageType.RouteRefresh && link.state === State.Established) this.#routeRefresh(link, msg, now);
    else this.#unexpected(link, kind, now);
  }

  /** Event 19, or Event 20 while the DelayOpenTimer runs. */
  #openMessage(link: Link, msg: Uint8Array, now: number): void {
    const { value: remote, found } = decodeOpen(msg, 0, msg.length);
    if (remote === null) {
      this.#badOpen(link, found, msg, now);
      return;
    }
    this.#logIgnored(found, msg);
    const { value: negotiated, found: refused } = negotiate(this.open, remote, this.config);
    if (negotiated === null) {
      this.#badOpen(link, refused, msg, now);
      return;
    }
    // OpenSent: collision detection mechanisms need to be applied when a valid BGP OPEN message is received.
    if (!this.#survives(link, negotiated, now)) return;

    // Connect and Active: sends an OPEN message, sends a KEEPALIVE message. OpenSent: sends a KEEPALIVE message.
    if (!link.reached(State.OpenSent)) this.#sendOpen(link, now);
    this.#send(link, keepalive);
    link.negotiated = negotiated;
    link.state = State.OpenConfirm;
    if (negotiated.holdTime > 0) {
      // Sets a KeepaliveTimer, sets the HoldTimer according to the negotiated value.
      link.holdMs = negotiated.holdTime * 1000;
      link.holdAt = now + link.holdMs;
      this.#restartKeepalive(link, now);
    } else {
      // If the negotiated hold time value is zero, the two are not started. The large HoldTimer runs on until the peer
      // confirms: else one that never does would keep this connection, and with it the peering, for ever.
      // RFC 9687 §3: nor is the SendHoldTimer.
      link.sendHoldAt = OFF;
    }
    const { maxMessage } = negotiated.receive;
    if (maxMessage > ORDINARY_MAX_MESSAGE) {
      this.#effects.push({ type: "limit", connection: link.connection, maxMessage });
    }
  }

  /** Event 22: sends a NOTIFICATION message with the appropriate error code (§6.2), changes its state to Idle. */
  #badOpen(link: Link, found: readonly Found[], msg: Uint8Array, now: number): void {
    const worst = decisive(found);
    if (worst === null) return;
    this.#end(link, { reason: `bad OPEN: ${describe(worst, msg)}`, notification: notificationOf(worst) }, now);
  }

  /** RFC 4271 §6.8; false when `link`, which the OPEN came over, had to be closed. */
  #survives(link: Link, negotiated: Negotiated, now: number): boolean {
    const other = this.#links.find((one) => one !== link);
    if (other === undefined) return true;
    if (!other.up) {
      // A collision cannot be detected with a connection in Connect; but now that the peer is there, it would be one.
      this.#close(other, { reason: "the peer's own connection came first" });
      return true;
    }
    if (!other.reached(State.OpenConfirm)) return true;
    const loser = this.#loser(link, other, negotiated);
    // Closing the connection is accomplished by sending the NOTIFICATION with the Error Code Cease; RFC 4486 §4: 7.
    const ending = { reason: "lost a connection collision", notification: cease(CeaseSubcode.CollisionResolution) };
    this.#end(loser, { ...ending, ...keeping(loser) }, now);
    return loser !== link;
  }

  /** Which of two connections a collision ends. */
  #loser(link: Link, existing: Link, { localIdentifier, remoteIdentifier, localAs, peerAs }: Negotiated): Link {
    // Unless allowed via configuration, a collision with an Established connection causes closing of the newly created.
    if (existing.state === State.Established && this.config.collideEstablished !== true) return link;
    // Both from the peer: no collision as §6.8 defines it, and no reason to give up the one that works.
    if (existing.incoming === link.incoming) return link;
    // Retain only the connection initiated by the BGP speaker with the higher-valued BGP Identifier. (Steps 2 and 3
    // take for granted that the existing one is ours.) RFC 6286 §2.3: of equal ones, with the larger AS number.
    const remoteWins = localIdentifier === remoteIdentifier ? localAs < peerAs : localIdentifier < remoteIdentifier;
    return link.incoming === remoteWins ? existing : link;
  }

  /** Event 26 in OpenConfirm: restarts the HoldTimer and changes its state to Established. */
  #establish(link: Link, now: number): void {
    const { connection, negotiated } = link;
    if (negotiated === null) return;
    link.state = State.Established;
    link.holdAt = now + link.holdMs;
    link.establishedAt = now;
    this.#effects.push({ type: "established", connection, negotiated });
  }

  /** Events 24 and 25. */
  #notification(link: Link, msg: Uint8Array, now: number): void {
    // §6.4: an error in a NOTIFICATION cannot be reported back.
    const received = decodeNotification(msg, 0, msg.length).value ?? bare(0);
    const established = link.state === State.Established;
    const versionError = received.code === ErrorCode.Open && received.subcode === OpenError.UnsupportedVersion;
    const hard = received.code === ErrorCode.Cease && received.subcode === CeaseSubcode.HardReset;
    this.#end(
      link,
      {
        reason: `the peer sent ${describeNotification(received)}`,
        received,
        // RFC 8538 §4: as if the connection had failed, unless it is a Hard Reset.
        graceful: keeping(link).graceful && !hard,
        // Connect to OpenConfirm, Event 24: neither counts nor damps. Established: counts, whichever it is.
        // OpenSent, Event 25: an FSM error is to be sent, but what §6.4 says of faulty NOTIFICATIONs holds for all: they
        // are not answered.
        counts: established || !versionError,
        damps: !established && !versionError,
      },
      now,
    );
  }

  #routeRefresh(link: Link, msg: Uint8Array, now: number): void {
    const { negotiated } = link;
    if (negotiated === null) return;
    const { value, found } = decodeRouteRefresh(msg, 0, msg.length, negotiated.enhancedRefresh);
    const [first] = found;
    if (value === null) {
      // RFC 7313 §5: MUST send ROUTE-REFRESH Message Error / Invalid Message Length.
      if (first !== undefined) this.#fault(link, first, msg, now);
    } else if (first !== undefined) {
      // RFC 7313 §5: another subtype MUST be ignored, and SHOULD be logged.
      this.#log(`ignored a ROUTE-REFRESH: ${describe(first, msg)}`);
    } else if (!negotiated.routeRefresh || !negotiated.receive.families.has(value.family)) {
      // RFC 2918 §4: ignores an <AFI, SAFI> that it didn't advertise.
      this.#log(`ignored a ROUTE-REFRESH of family ${named(value.family)}: not negotiated`);
    } else this.#effects.push({ type: "refresh", family: value.family, subtype: value.subtype });
  }

  /** Events 21 and 28, and every other fault that resets a session. */
  #fault(link: Link, found: Found, msg: Uint8Array, now: number): void {
    const [code] = found.fault.notify;
    // OpenSent and OpenConfirm, Event 28: an UPDATE is not expected, whatever is wrong with it.
    if (code === ErrorCode.Update && link.state !== State.Established) this.#unexpected(link, MessageType.Update, now);
    // Sends a NOTIFICATION message with the appropriate error code. In Established, too, where Event 21 is among those
    // that mean an FSM error: §6.1 says MUST of the header's own.
    else this.#end(link, { reason: describe(found, msg), notification: notificationOf(found), ...keeping(link) }, now);
  }

  /** In response to any other event. */
  #unexpected(link: Link, kind: number, now: number): void {
    const reason = `unexpected message of type ${kind} in ${link.state}`;
    const subcode = UNEXPECTED[link.state];
    // Connect and Active: drops the TCP connection.
    if (subcode === undefined) this.#end(link, { reason }, now);
    else {
      // OpenSent to Established: sends the NOTIFICATION with the Error Code Finite State Machine Error. RFC 6608 §4: the
      // subcode tells the state, the data is the type of the unexpected message.
      const notification = { code: ErrorCode.FiniteStateMachine, subcode, data: Uint8Array.of(kind) };
      this.#end(link, { reason, notification, ...keeping(link) }, now);
    }
  }

  // Route refresh, RFC 2918 and RFC 7313

  #askRefresh(family: Family): void {
    const link = this.#established;
    if (link?.negotiated?.routeRefresh === true && link.negotiated.receive.families.has(family)) {
      this.#send(link, encodeRouteRefresh({ family, subtype: RefreshSubtype.Request }));
    } else this.#log(`cannot ask for a refresh of family ${named(family)}: not negotiated`);
  }

  #demarcate(family: Family, subtype: 1 | 2): void {
    const link = this.#established;
    // RFC 7313 §4: applicable only if the capability was received.
    if (link?.negotiated?.enhancedRefresh === true && link.negotiated.send.families.has(family)) {
      this.#send(link, encodeRouteRefresh({ family, subtype }));
    }
  }

  // How connections end

  #end(link: Link, ending: Ending, now: number): void {
    const { reason, notification, received, counts = true, damps = true } = ending;
    if (notification === undefined || !link.up) this.#log(reason);
    else {
      this.#log(`sent ${nameOf(notification.code, notification.subcode)}: ${reason}`);
      this.#send(link, fitted(notification, link.negotiated?.send.maxMessage ?? ORDINARY_MAX_MESSAGE));
    }
    const steady = link.state === State.Established && now - link.establishedAt >= this.#idleHoldMaxMs;
    this.#close(link, ending);

    const [other] = this.#links;
    // §8.2.1.2: the FSM for the connection that is closed is disposed; the other one goes on.
    if (other?.up) return;
    this.lastError = { reason, notification: exchanged(notification, received) };
    if (ending.next === State.Active) {
      // Restarts the ConnectRetryTimer; that of an attempt that is on its way runs.
      if (other === undefined) this.#startConnectRetry(now);
      return;
    }
    // Releases all BGP resources: an attempt of our own as well.
    if (other !== undefined) this.#close(other, { reason });
    if (counts) this.connectRetryCounter++;
    if (steady) this.#damped = 0;
    this.#becomeIdle();
    if (this.#started) this.#idleHoldAt = now + this.#idleHoldMs(damps) * this.#jitter();
  }

  /** Drops the TCP connection and forgets it. */
  #close(link: Link, { reason, gone = false, graceful = false }: Pick<Ending, "reason" | "gone" | "graceful">): void {
    const { connection } = link;
    this.#links.splice(this.#links.indexOf(link), 1);
    if (!link.up) this.#connectRetryAt = OFF;
    if (!gone) this.#effects.push({ type: "close", connection, reason });
    if (link.state === State.Established) this.#effects.push({ type: "down", connection, reason, graceful });
  }

  #becomeIdle(): void {
    this.#idle = true;
    this.#connectRetryAt = OFF;
    this.#idleHoldAt = OFF;
  }

  // Timers

  /** RFC 4271 §10: a factor uniformly distributed from 0.75 to 1.0, drawn anew each time a timer is set. */
  #jitter(): number {
    return 0.75 + 0.25 * this.#random();
  }

  #startConnectRetry(now: number): void {
    if (this.config.passive !== true) {
      this.#connectRetryAt = now + (this.config.connectRetry ?? 120) * 1000 * this.#jitter();
    }
  }

  /** RFC 4271 §10: KeepaliveTime is a third of the HoldTime. */
  #restartKeepalive(link: Link, now: number): void {
    if (link.holdMs !== OFF) link.keepaliveAt = now + (link.holdMs / 3) * this.#jitter();
  }

  /** RFC 9687 §3: stopped when the SendHoldTime or the negotiated HoldTime is zero. */
  #sendHoldMs({ negotiated }: Link): number {
    const { sendHold } = this.config;
    const holdTime = negotiated?.holdTime ?? this.open.holdTime;
    if (sendHold === 0 || holdTime === 0) return OFF;
    return sendHold === undefined ? Math.max(LEAST_SEND_HOLD_MS, 2000 * holdTime) : sendHold * 1000;
  }

  /** RFC 4271 §8.1.1, option 3: IdleHoldTime grows when a peer oscillates. */
  #idleHoldMs(damps: boolean): number {
    const first = (this.config.idleHold ?? 5) * 1000;
    if (!damps) return first;
    const held = first * 2 ** this.#damped;
    if (held >= this.#idleHoldMaxMs) return Math.max(first, this.#idleHoldMaxMs);
    this.#damped++;
    return held;
  }

  get #idleHoldMaxMs(): number {
    return (this.config.idleHoldMax ?? 120) * 1000;
  }

  // The rest

  #find(connection: number): Link | null {
    for (const link of this.#links) if (link.connection === connection) return link;
    return null;
  }

  get #established(): Link | null {
    for (const link of this.#links) if (link.state === State.Established) return link;
    return null;
  }

  #send({ connection }: Link, octets: Uint8Array): void {
    this.#effects.push({ type: "send", connection, octets });
  }

  #log(line: string): void {
    this.#effects.push({ type: "log", line });
  }

  /** What the codec ignored in an OPEN, on one line however much it was. */
  #logIgnored(found: readonly Found[], msg: Uint8Array): void {
    const [first] = found;
    if (first === undefined) return;
    const more = found.length > 1 ? ` and ${found.length - 1} more` : "";
    this.#log(`ignored in the peer's OPEN: ${describe(first, msg)}${more}`);
  }
}

const isLinkEvent = (event: SessionEvent): event is LinkEvent => {
  switch (event.type) {
    case "message":
    case "closed":
    case "connect-failed":
    case "fault":
    case "blocked":
    case "drained":
      return true;
    default:
      return false;
  }
};

/** RFC 8538 §4: with the N bit from both sides, routes are kept over a NOTIFICATION and an expired HoldTimer too. */
const keeping = ({ negotiated }: Link): { readonly graceful: boolean } => ({
  graceful: negotiated?.notificationRestart === true,
});

const exchanged = (sent: Notification | undefined, received: Notification | undefined): LastError["notification"] => {
  const one = sent ?? received;
  return one === undefined ? null : { code: one.code, subcode: one.subcode, sent: sent !== undefined };
};

/** A header that was cut short has fewer octets than there are to blame. */
const describe = (found: Found, msg: Uint8Array): string =>
  describeFound({ ...found, start: Math.min(found.start, msg.length), end: Math.min(found.end, msg.length) }, msg);

const named = (family: Family): string => `${afiOf(family)}/${safiOf(family)}`;

const positive = (seconds: number | undefined, name: string): void => {
  if (seconds !== undefined && !(seconds > 0 && Number.isFinite(seconds))) {
    throw new RangeError(`${name} must be a positive number of seconds, not ${seconds}`);
  }
};
