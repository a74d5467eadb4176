import { type Family, MessageType } from "../../src/codec/iana.js";
import { u8, u16 } from "../../src/codec/octets.js";
import { type PeeringConfig, State } from "../../src/session/types.js";
import { type Agreement, agree, type ReadOpen, readOpen } from "./session-agreement.js";

const OFF = Number.POSITIVE_INFINITY;
const LARGE_HOLD_MS = 240_000;

/** One connection as RFC 4271 §8.2.2 has it; `waiting`: it carries octets, and the DelayOpenTimer runs. */
interface Connection {
  readonly number: number;
  readonly incoming: boolean;
  phase: "connecting" | "waiting" | "OpenSent" | "OpenConfirm" | "Established";
  openAt: number;
  holdAt: number;
  keepaliveAt: number;
  sendHoldAt: number;
  establishedAt: number;
  agreement: Agreement | null;
}

/** How a connection ends, and the peering with it when no other one is up. */
interface End {
  readonly notification?: string;
  /** The transport is closed already. */
  readonly gone?: boolean;
  readonly graceful?: boolean;
  /** Goes on in Active instead of Idle. */
  readonly active?: boolean;
  readonly counts?: boolean;
  readonly damps?: boolean;
}

/** Effects in words, `send 1 OPEN`, `close 1`; where documents leave a choice, all that are right, none at all among them. */
export type Expected = string | readonly string[];
export const NOTHING = "";

/**
 * What a peering must do, event for event: RFC 4271 §6, §8 and the documents that amend them, read a second time, with the
 * departures that src/session/README.md owns up to. It shares no code with the machine. `jitter` is the factor that all
 * timers are drawn down by (§10), `now` is in milliseconds.
 */
export class SessionModel {
  connectRetryCounter = 0;
  readonly #config: PeeringConfig;
  readonly #jitter: number;
  readonly #ours: ReadOpen;
  readonly #connections: Connection[] = [];
  #started = false;
  #idle = true;
  #connectRetryAt = OFF;
  #idleHoldAt = OFF;
  #doublings = 0;
  #lastConnection = 0;
  #expected: Expected[] = [];

  constructor(config: PeeringConfig, ours: Uint8Array, jitter: number) {
    this.#config = config;
    this.#ours = readOpen(ours);
    this.#jitter = jitter;
  }

  /** That of the connection that has come furthest (README). */
  get state(): State {
    const phases = this.#connections.map(({ phase }) => phase);
    for (const one of ["Established", "OpenConfirm", "OpenSent"] as const) if (phases.includes(one)) return one;
    if (this.#connections.some(({ incoming }) => !incoming)) return State.Connect;
    return this.#idle ? State.Idle : State.Active;
  }

  get deadline(): number {
    let at = Math.min(this.#connectRetryAt, this.#idleHoldAt);
    for (const one of this.#connections) {
      at = Math.min(at, one.openAt, one.holdAt, one.keepaliveAt, one.sendHoldAt);
    }
    return at;
  }

  /** How far a connection is: what a message over it means. `closed` when there is none. */
  phaseOf(connection: number): Connection["phase"] | "closed" {
    return this.#find(connection)?.phase ?? "closed";
  }

  agreementOf(connection: number): Agreement | null {
    return this.#find(connection)?.agreement ?? null;
  }

  /** Ours and the peer's connections are counted together. */
  nextConnection(): number {
    return ++this.#lastConnection;
  }

  /** What was expected since it was last asked for. */
  take(): readonly Expected[] {
    const expected = this.#expected;
    this.#expected = [];
    return expected;
  }

  /** Events 1 and 4. */
  start(now: number): void {
    this.#started = true;
    if (!this.#idle) return;
    this.connectRetryCounter = 0;
    this.#doublings = 0;
    this.#leaveIdle(now);
  }

  /** Event 2. */
  stop(subcode: number, now: number): void {
    this.#started = false;
    for (const one of [...this.#connections]) {
      // RFC 8538 §3.1, §5.1: what is final is a Hard Reset where an ordinary Cease would keep the routes.
      const hard = one.agreement?.notificationRestart === true && subcode >= 1 && subcode <= 3;
      if (this.#isConnect(one)) this.#end(one, {}, now);
      else this.#end(one, { notification: `6/${hard ? 9 : subcode}` }, now);
    }
    this.#becomeIdle();
    this.connectRetryCounter = 0;
    this.#doublings = 0;
  }

  /** Events 9 to 13 and 29, whichever are due. */
  tick(now: number): void {
    for (const one of [...this.#connections]) {
      if (one.openAt <= now) this.#sendOpen(one, now);
      if (one.holdAt <= now) this.#end(one, { notification: "4/0", graceful: kept(one) }, now);
      else if (one.sendHoldAt <= now) this.#end(one, { notification: "8/0", graceful: kept(one) }, now);
      else if (one.keepaliveAt <= now) {
        this.#expect(`send ${one.number} KEEPALIVE`);
        this.#restartKeepalive(one, now);
      }
    }
    if (this.#connectRetryAt <= now) {
      const attempt = this.#connections.find(({ phase }) => phase === "connecting");
      if (attempt !== undefined) this.#close(attempt, {});
      this.#connectRetryAt = OFF;
      if (this.#connections.length === 0) this.#connect(now);
    }
    if (this.#idleHoldAt <= now) this.#leaveIdle(now);
  }

  /** Event 16. */
  connected(connection: number, now: number): void {
    const one = this.#find(connection);
    if (one === null) this.#expect(`close ${connection}`);
    else if (one.phase === "connecting") {
      this.#connectRetryAt = OFF;
      this.#begin(one, now);
    }
  }

  /** Event 17. */
  accepted(connection: number, now: number): void {
    const established = this.#connections.find(({ phase }) => phase === "Established");
    const crowded =
      this.#connections.length > 1 || this.#connections.some((one) => one.incoming && one.phase !== "Established");
    if (!this.#started || this.#idle || crowded) {
      // RFC 4486 §4, Connection Rejected; in silence while the IdleHoldTimer runs (README).
      if (!this.#started || !this.#idle) this.#expect(`send ${connection} NOTIFICATION 6/5`);
      this.#expect(`close ${connection}`);
      return;
    }
    // RFC 4724 §5.
    if (established !== undefined && restarts(established)) {
      this.#close(established, { graceful: true });
      this.connectRetryCounter = 0;
    }
    const one = fresh(connection, true);
    this.#connections.push(one);
    if (this.#connections.length === 1) this.#connectRetryAt = OFF;
    this.#begin(one, now);
  }

  /** Event 18. */
  failed(connection: number, now: number): void {
    const one = this.#find(connection);
    if (one === null) return;
    const gone = { gone: true };
    if (this.#isConnect(one)) {
      this.#end(one, { ...gone, active: one.phase === "waiting", counts: false, damps: false }, now);
    } else if (one.phase === "OpenSent") this.#end(one, { ...gone, active: true, counts: false, damps: false }, now);
    else if (one.phase === "Established") this.#end(one, { ...gone, damps: false, graceful: restarts(one) }, now);
    else this.#end(one, gone, now);
  }

  /** RFC 9687 §3. */
  blocked(connection: number, now: number): void {
    const one = this.#find(connection);
    if (one === null || one.phase === "connecting" || one.sendHoldAt !== OFF) return;
    const holdTime = one.agreement?.holdTime ?? this.#ours.holdTime;
    if (holdTime !== 0) one.sendHoldAt = now + Math.max(8 * 60, 2 * holdTime) * 1000;
  }

  drained(connection: number): void {
    const one = this.#find(connection);
    if (one !== null) one.sendHoldAt = OFF;
  }

  /** RFC 4271 §10: UPDATEs of our own stand in for KEEPALIVEs. */
  updateSent(connection: number, now: number): void {
    const one = this.#find(connection);
    if (one?.phase === "Established") this.#restartKeepalive(one, now);
  }

  /** RFC 2918 §4, RFC 7313 §4: subtype 0 asks, 1 and 2 say where an answer of ours begins and ends. */
  ask(family: Family, subtype: number): void {
    const one = this.#connections.find(({ phase }) => phase === "Established");
    const agreed = one?.agreement;
    if (one === undefined || agreed === null || agreed === undefined) return;
    if ((subtype === 0 ? agreed.routeRefresh : agreed.enhancedRefresh) && agreed.receive.families.has(family)) {
      this.#expect(`send ${one.number} ROUTE-REFRESH ${family} ${subtype}`);
    }
  }

  /** A header that is none (RFC 4271 §6.1), Event 21. */
  badHeader(connection: number, subcode: number, now: number): void {
    const one = this.#find(connection);
    if (one !== null) this.#end(one, { notification: `1/${subcode}`, graceful: kept(one) }, now);
  }

  /** Event 28: an UPDATE of the established session whose fault resets it. */
  badUpdate(connection: number, notification: string, now: number): void {
    const one = this.#find(connection);
    if (one !== null) this.#end(one, { notification, graceful: kept(one) }, now);
  }

  /** A whole message, header included. */
  message(connection: number, msg: Uint8Array, now: number): void {
    const one = this.#find(connection);
    if (one === null) return;
    const type = u8(msg, 18);
    const early = one.phase === "waiting" || one.phase === "OpenSent";
    if (type === MessageType.Notification) this.#notification(one, u8(msg, 19), u8(msg, 20), now);
    else if (type === MessageType.Open && early) this.#open(one, msg, now);
    else if (type === MessageType.Keepalive && one.phase === "OpenConfirm") {
      one.phase = "Established";
      one.establishedAt = now;
      this.#restartHold(one, now);
      this.#expect(`established ${connection}`);
    } else if (one.phase === "Established" && type === MessageType.RouteRefresh) this.#refresh(one, msg, now);
    else if (one.phase === "Established" && type !== MessageType.Open) {
      this.#restartHold(one, now);
      if (type === MessageType.Update) this.#expect(`update ${connection}`);
    } else if (one.phase === "waiting") this.#end(one, {}, now);
    else {
      // RFC 6608 §4.
      const subcode = { connecting: 0, OpenSent: 1, OpenConfirm: 2, Established: 3 }[one.phase];
      this.#end(one, { notification: `5/${subcode} of ${type}`, graceful: kept(one) }, now);
    }
  }

  /** Events 19, 20 and 22. */
  #open(one: Connection, msg: Uint8Array, now: number): void {
    const { agreement, refusals } = agree(this.#ours, readOpen(msg), this.#config);
    if (refusals !== null) {
      this.#end(one, { notification: [...new Set(refusals)].join(" ") }, now);
      return;
    }
    if (!this.#survives(one, agreement, now)) return;
    if (one.phase === "waiting") this.#sendOpen(one, now);
    this.#expect(`send ${one.number} KEEPALIVE`);
    one.phase = "OpenConfirm";
    one.agreement = agreement;
    // RFC 9687 §3: with a hold time of zero there is no SendHoldTimer; the HoldTimer of OpenSent runs on (README).
    if (agreement.holdTime === 0) one.sendHoldAt = OFF;
    else {
      this.#restartHold(one, now);
      this.#restartKeepalive(one, now);
    }
    if (agreement.receive.maxMessage > 4096) this.#expect(`limit ${one.number} ${agreement.receive.maxMessage}`);
  }

  /** RFC 4271 §6.8 and RFC 6286 §2.3; false when it is `one` that has to go. */
  #survives(one: Connection, agreement: Agreement, now: number): boolean {
    const other = this.#connections.find((each) => each !== one);
    if (other === undefined) return true;
    if (other.phase === "connecting") {
      this.#close(other, {});
      return true;
    }
    if (other.phase === "waiting" || other.phase === "OpenSent") return true;
    const { localIdentifier, remoteIdentifier, localAs, peerAs } = agreement;
    const theirs = localIdentifier === remoteIdentifier ? peerAs > localAs : remoteIdentifier > localIdentifier;
    const spared = other.phase === "Established" && this.#config.collideEstablished !== true;
    const stays = spared || other.incoming === one.incoming || other.incoming === theirs ? other : one;
    const loser = stays === one ? other : one;
    this.#end(loser, { notification: "6/7", graceful: kept(loser) }, now);
    return loser !== one;
  }

  /** Events 24 and 25: never answered (§6.4). */
  #notification(one: Connection, code: number, subcode: number, now: number): void {
    const version = code === 2 && subcode === 1;
    const established = one.phase === "Established";
    this.#end(
      one,
      {
        // RFC 8538 §4: but for a Hard Reset.
        graceful: kept(one) && !(code === 6 && subcode === 9),
        counts: established || !version,
        damps: !established && !version,
      },
      now,
    );
  }

  #refresh(one: Connection, msg: Uint8Array, now: number): void {
    const agreed = one.agreement;
    if (agreed === null) return;
    const subtype = agreed.enhancedRefresh ? u8(msg, 21) : 0;
    const family = (u16(msg, 19) << 8) | u8(msg, 22);
    // RFC 7313 §5: 7/1 for a length of BoRR or EoRR that is wrong; other subtypes are ignored.
    if ((subtype === 1 || subtype === 2) && msg.length !== 23) {
      this.#end(one, { notification: "7/1", graceful: kept(one) }, now);
    } else if (subtype <= 2 && agreed.routeRefresh && agreed.receive.families.has(family)) {
      const effect = `refresh ${family} ${subtype}`;
      // RFC 5291 §4: whether what stands behind a request are filters, and sound ones, is for the codec to say.
      this.#expect(msg.length === 23 ? effect : [effect, NOTHING]);
    }
  }

  #leaveIdle(now: number): void {
    this.#idle = false;
    this.#idleHoldAt = OFF;
    if (this.#config.passive !== true) this.#connect(now);
  }

  #connect(now: number): void {
    this.#startConnectRetry(now);
    const connection = this.nextConnection();
    this.#connections.push(fresh(connection, false));
    this.#expect(`connect ${connection}`);
  }

  #begin(one: Connection, now: number): void {
    const delay = this.#config.delayOpen ?? 0;
    one.phase = "waiting";
    if (delay > 0) one.openAt = now + delay * 1000;
    else this.#sendOpen(one, now);
  }

  #sendOpen(one: Connection, now: number): void {
    one.openAt = OFF;
    one.phase = "OpenSent";
    one.holdAt = now + LARGE_HOLD_MS;
    this.#expect(`send ${one.number} OPEN`);
  }

  #end(one: Connection, end: End, now: number): void {
    const { notification, active = false, counts = true, damps = true } = end;
    if (notification !== undefined) {
      const choices = notification.split(" ");
      const said = notification.includes(" of ") ? [notification] : choices;
      this.#expect(said.map((each) => `send ${one.number} NOTIFICATION ${each}`));
    }
    const most = (this.#config.idleHoldMax ?? 120) * 1000;
    const steady = one.phase === "Established" && now - one.establishedAt >= most;
    this.#close(one, end);
    const [other] = this.#connections;
    if (other !== undefined && other.phase !== "connecting") return;
    if (active) {
      if (other === undefined) this.#startConnectRetry(now);
      return;
    }
    if (other !== undefined) this.#close(other, {});
    if (counts) this.connectRetryCounter++;
    if (steady) this.#doublings = 0;
    this.#becomeIdle();
    if (this.#started) this.#idleHoldAt = now + this.#idleHold(damps) * this.#jitter;
  }

  /** README, DampPeerOscillations: it doubles up to a limit. */
  #idleHold(damps: boolean): number {
    const first = (this.#config.idleHold ?? 5) * 1000;
    const most = Math.max(first, (this.#config.idleHoldMax ?? 120) * 1000);
    const held = damps ? first * 2 ** this.#doublings : first;
    if (damps && held < most) this.#doublings++;
    return Math.min(held, most);
  }

  #close(one: Connection, { gone = false, graceful = false }: End): void {
    this.#connections.splice(this.#connections.indexOf(one), 1);
    if (one.phase === "connecting") this.#connectRetryAt = OFF;
    if (!gone) this.#expect(`close ${one.number}`);
    if (one.phase === "Established") this.#expect(`down ${one.number}${graceful ? " graceful" : ""}`);
  }

  #becomeIdle(): void {
    this.#idle = true;
    this.#connectRetryAt = OFF;
    this.#idleHoldAt = OFF;
  }

  #startConnectRetry(now: number): void {
    if (this.#config.passive !== true) {
      this.#connectRetryAt = now + (this.#config.connectRetry ?? 120) * 1000 * this.#jitter;
    }
  }

  #restartHold(one: Connection, now: number): void {
    const holdTime = one.agreement?.holdTime ?? 0;
    one.holdAt = holdTime === 0 ? OFF : now + holdTime * 1000;
  }

  #restartKeepalive(one: Connection, now: number): void {
    const holdTime = one.agreement?.holdTime ?? 0;
    if (holdTime > 0) one.keepaliveAt = now + ((holdTime * 1000) / 3) * this.#jitter;
  }

  /** RFC 4271 §8.2.2, Connect state: ours, and no OPEN is on its way. */
  #isConnect({ phase, incoming }: Connection): boolean {
    return phase === "connecting" || (phase === "waiting" && !incoming);
  }

  #find(connection: number): Connection | null {
    return this.#connections.find(({ number }) => number === connection) ?? null;
  }

  #expect(one: Expected): void {
    this.#expected.push(one);
  }
}

const fresh = (number: number, incoming: boolean): Connection => ({
  number,
  incoming,
  phase: "connecting",
  openAt: OFF,
  holdAt: OFF,
  keepaliveAt: OFF,
  sendHoldAt: OFF,
  establishedAt: 0,
  agreement: null,
});

/** RFC 8538 §4: with N from both sides routes outlive a NOTIFICATION and the HoldTimer. */
const kept = ({ agreement }: Connection): boolean => agreement?.notificationRestart === true;

/** RFC 4724 §5: the peer named a family in its Graceful Restart Capability. */
const restarts = ({ agreement }: Connection): boolean => (agreement?.restarts?.length ?? 0) > 0;
