import { type Fault, type Found, Verdict } from "../../src/codec/fault.js";
import { Framer } from "../../src/codec/frame.js";
import { type Family, MessageType } from "../../src/codec/iana.js";
import { foundBy, UpdateWalk, walkUpdate } from "../../src/codec/message/update.js";
import { equalOctets, hex, u8, u16 } from "../../src/codec/octets.js";
import type { Peering } from "../../src/session/peering.js";
import { type Effect, type Negotiated, type SessionEvent, State } from "../../src/session/types.js";
import { disagreement } from "./session-agreement.js";
import { type Expected, NOTHING, type SessionModel } from "./session-model.js";
import { OracleViolation } from "./violation.js";

/** What an owner needs of a session machine. */
export type Machine = Pick<
  Peering,
  | "state"
  | "negotiated"
  | "connectRetryCounter"
  | "nextConnection"
  | "deadline"
  | "handle"
  | "updateReceived"
  | "updateSent"
>;

/** What an owner knows of one connection. */
interface Known {
  readonly connection: number;
  readonly incoming: boolean;
  readonly framer: Framer;
  up: boolean;
  open: boolean;
  /** Messages that mattered, either way. */
  sentOpen: boolean;
  sentNotification: boolean;
  heardOpen: boolean;
  heardKeepalive: boolean;
  negotiated: Negotiated | null;
}

/** How the messages of a chunk are handed on: as a speaker's driver does, or each as an event. */
export type Way = "driver" | "events";

/**
 * Owns a session machine as a speaker's driver does, and holds it to what must never happen whatever came before. With a
 * `model`, to what must happen as well.
 */
export class SessionOwner {
  /** Milliseconds. */
  now = 1_000_000;
  /** Effects in words, all that there were. */
  readonly told: string[] = [];
  /** The NOTIFICATION sent last, `2/2`; and whether the last one came from the peer. */
  notification: string | null = null;
  notified = false;
  readonly #machine: Machine;
  readonly #model: SessionModel | null;
  readonly #ours: Uint8Array;
  readonly #way: Way;
  readonly #known = new Map<number, Known>();
  #open: Known[] = [];
  #gone: Known | null = null;
  #established: Known | null = null;
  /** `told` up to here was compared with the model. */
  #compared = 0;

  constructor(machine: Machine, ours: Uint8Array, way: Way, model: SessionModel | null) {
    this.#machine = machine;
    this.#model = model;
    this.#ours = ours;
    this.#way = way;
  }

  get machine(): Machine {
    return this.#machine;
  }

  /** 0: the newest connection that is open, 1: the other, 2: the one closed last; null when there is none. */
  pick(which: number): Known | null {
    return which === 2 ? this.#gone : (this.#open.at(-1 - which) ?? null);
  }

  start(): void {
    this.#model?.start(this.now);
    this.#tell({ type: "start" });
  }

  stop(subcode: number, communication: string): void {
    this.#model?.stop(subcode, this.now);
    this.#tell({ type: "stop", subcode, communication });
  }

  /** So many milliseconds go by, or as many as there are until a timer expires; then it ticks. */
  pass(ms: number | null): void {
    const due = this.#machine.deadline();
    if (ms !== null) this.now += ms;
    else if (due < Number.POSITIVE_INFINITY) this.now = Math.max(this.now, due);
    this.#model?.tick(this.now);
    this.#tell({ type: "tick" });
    if (this.#machine.deadline() <= this.now) violated("after a tick, another one is due at once");
  }

  /** The attempt succeeds; or one that was given up does, too late. */
  connected(): void {
    const attempt = this.#open.find(({ up }) => !up) ?? (this.#gone?.up === false ? this.#gone : null);
    if (attempt === null) return;
    attempt.up = true;
    if (!attempt.open) {
      attempt.open = true;
      this.#open.push(attempt);
    }
    this.#model?.connected(attempt.connection, this.now);
    this.#tell({ type: "connected", connection: attempt.connection, incoming: false });
  }

  /** The peer connects. */
  accept(): void {
    const connection = this.#machine.nextConnection();
    this.#model?.nextConnection();
    this.#opened(connection, true);
    this.#model?.accepted(connection, this.now);
    this.#tell({ type: "connected", connection, incoming: true });
  }

  /** The connection breaks, or the attempt fails. */
  lose(which: number): void {
    const known = this.pick(which);
    if (known === null) return;
    const type = known.up ? "closed" : "connect-failed";
    this.#closed(known);
    // An attempt that failed does not succeed later.
    known.up = true;
    this.#model?.failed(known.connection, this.now);
    this.#tell({ type, connection: known.connection, reason: "gone" });
  }

  blocked(which: number): void {
    const known = this.pick(which);
    if (known === null || !known.up) return;
    this.#model?.blocked(known.connection, this.now);
    this.#tell({ type: "blocked", connection: known.connection });
  }

  drained(which: number): void {
    const known = this.pick(which);
    if (known === null || !known.up) return;
    this.#model?.drained(known.connection);
    this.#tell({ type: "drained", connection: known.connection });
  }

  updateSent(which: number): void {
    const known = this.pick(which);
    if (known === null) return;
    this.#model?.updateSent(known.connection, this.now);
    this.#machine.updateSent(known.connection, this.now);
    this.#hold("an UPDATE of ours");
  }

  refresh(family: Family): void {
    this.#model?.ask(family, 0);
    this.#tell({ type: "refresh", family });
  }

  demarcate(family: Family, subtype: 1 | 2): void {
    this.#model?.ask(family, subtype);
    this.#tell({ type: "demarcate", family, subtype });
  }

  /** Octets from the peer, valid during the call only. */
  octets(known: Known, chunk: Uint8Array): void {
    if (!known.up) return;
    const found = known.framer.push(chunk, (msg, start, end, kind) => {
      this.#message(known, msg, start, end, kind);
      return known.open;
    });
    if (found === null) return;
    const [code, subcode] = found.fault.notify;
    if (code !== 1) violated("a header fault asks for another NOTIFICATION than 1/x", found.fault.id);
    this.#model?.badHeader(known.connection, subcode, this.now);
    this.#tell({ type: "fault", connection: known.connection, found, msg: chunk.subarray(0, 64) });
  }

  #message(known: Known, msg: Uint8Array, start: number, end: number, kind: number): void {
    const { connection } = known;
    if (kind === MessageType.Open) known.heardOpen = true;
    if (kind === MessageType.Keepalive) known.heardKeepalive ||= known.heardOpen;
    if (kind === MessageType.Notification && known.open) this.notified = true;
    const isInSession = kind === MessageType.Update && this.#established === known;
    this.#model?.message(connection, msg.subarray(start, end), this.now);
    if (this.#way === "driver" && kind === MessageType.Update && this.#machine.updateReceived(connection, this.now)) {
      this.#carryOut({ type: "update", connection });
      this.#hold(kind);
    } else this.#tell({ type: "message", connection, kind, msg, start, end }, kind);
    if (!isInSession || known.negotiated === null) return;
    const found = judged(msg, start, end, known.negotiated);
    if (found === null) return;
    this.#model?.badUpdate(connection, found.fault.notify.join("/"), this.now);
    this.#tell({ type: "fault", connection, found, msg: msg.subarray(start, end) });
  }

  #tell(event: SessionEvent, kind: number | string = event.type): void {
    for (const effect of this.#machine.handle(event, this.now)) this.#carryOut(effect);
    this.#hold(kind);
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case "connect":
        if (this.#known.has(effect.connection)) violated("a connection number is used twice");
        this.#opened(effect.connection, false);
        break;
      case "send":
        this.#sent(this.#live(effect.connection, "sends over a connection that carries nothing"), effect.octets);
        return;
      case "close": {
        const known = this.#known.get(effect.connection);
        if (known?.open !== true) violated("closes a connection that is not open");
        else this.#closed(known);
        break;
      }
      case "limit":
        this.#live(effect.connection, "sets a limit for a connection that carries nothing").framer.limit =
          effect.maxMessage;
        break;
      case "established":
        this.#begun(
          this.#live(effect.connection, "a session over a connection that carries nothing"),
          effect.negotiated,
        );
        break;
      case "down":
        if (this.#established?.connection !== effect.connection) violated("a session ends that was none");
        this.#established = null;
        break;
      case "update":
        if (this.#established?.connection !== effect.connection) violated("hands on an UPDATE without a session");
        break;
      case "refresh":
        if (this.#established === null) violated("hands on a ROUTE-REFRESH without a session");
        break;
      case "log":
        if (UNFIT_TO_PRINT.test(effect.line))
          violated("a log line has control characters", hex(Buffer.from(effect.line)));
        if (effect.line.length > LONGEST_LINE) violated("a log line is as long as the peer wants it");
        return;
    }
    this.told.push(inWords(effect));
  }

  #sent(known: Known, octets: Uint8Array): void {
    const type = u8(octets, 18);
    if (octets.length < 19 || u16(octets, 16) !== octets.length) violated("sends no whole message", hex(octets));
    if (known.sentNotification) violated("sends something after a NOTIFICATION");
    if (type === MessageType.Open) {
      if (known.sentOpen) violated("sends a second OPEN");
      if (!equalOctets(octets, this.#ours)) violated("sends an OPEN that is not the one it proposes", hex(octets));
      known.sentOpen = true;
    } else if (type === MessageType.Notification) {
      known.sentNotification = true;
      this.notification = `${octets[19]}/${octets[20]}`;
      this.notified = false;
    } else if (!known.sentOpen) violated("sends something before its OPEN", hex(octets));
    const most =
      known.negotiated?.send.maxMessage ?? this.#model?.agreementOf(known.connection)?.send.maxMessage ?? 4096;
    if (octets.length > most) violated("sends a message that is too long for the peer");
    if (MALFORMED[type]?.(octets.length) !== false) violated("sends a malformed message", hex(octets));
    this.told.push(`send ${known.connection} ${messageInWords(octets)}`);
  }

  #begun(known: Known, negotiated: Negotiated): void {
    if (this.#established !== null) violated("two sessions at once");
    if (!known.sentOpen || !known.heardOpen || !known.heardKeepalive) {
      violated("a session without OPENs both ways and a KEEPALIVE");
    }
    this.#established = known;
    known.negotiated = negotiated;
    const agreed = this.#model?.agreementOf(known.connection) ?? null;
    const field = agreed === null ? null : disagreement(agreed, negotiated);
    if (field !== null) violated(`the OPENs agree on another ${field}`);
  }

  #opened(connection: number, incoming: boolean): void {
    const known: Known = {
      connection,
      incoming,
      framer: new Framer(),
      up: incoming,
      open: true,
      sentOpen: false,
      sentNotification: false,
      heardOpen: false,
      heardKeepalive: false,
      negotiated: null,
    };
    this.#known.set(connection, known);
    this.#open.push(known);
  }

  #closed(known: Known): void {
    known.open = false;
    this.#open = this.#open.filter((one) => one !== known);
    this.#gone = known;
  }

  /** The connection, which must carry octets. */
  #live(connection: number, otherwise: string): Known {
    const known = this.#known.get(connection);
    if (known === undefined || !known.open || !known.up) throw new OracleViolation("session", otherwise);
    return known;
  }

  /** What holds after each event; `kind`, of a message its type, for what came. */
  #hold(kind: number | string): void {
    const machine = this.#machine;
    if (this.#open.length > 2) violated("more than two connections");
    if ((machine.state === State.Established) !== (this.#established !== null)) {
      violated("the state is not that of the session", machine.state);
    }
    if (machine.negotiated !== (this.#established?.negotiated ?? null)) {
      violated("what was negotiated is not the session's");
    }
    if (machine.state === State.Idle && this.#open.length > 0) violated("a connection in Idle");
    if (this.#model !== null) this.#compare(this.#model, kind);
  }

  #compare(model: SessionModel, kind: number | string): void {
    const expected = model.take();
    const { told } = this;
    let at = this.#compared;
    const same = (one: Expected): boolean => {
      const actual = told[at] ?? NOTHING;
      if (typeof one === "string" ? one !== actual : !one.includes(actual)) {
        return typeof one !== "string" && one.includes(NOTHING);
      }
      if (actual !== NOTHING) at++;
      return true;
    };
    const what = typeof kind === "number" ? `a message of type ${kind}` : kind;
    if (!expected.every(same) || at !== told.length) {
      violated(
        `${what}: the effects are not those of RFC 4271 §8`,
        `${told.slice(this.#compared).join(", ") || "none"}; not ${expected.join(", ") || "none"}`,
      );
    }
    this.#compared = told.length;
    const { state, connectRetryCounter } = this.#machine;
    if (state !== model.state) violated(`${what}: the state is another`, `${state}, not ${model.state}`);
    if (connectRetryCounter !== model.connectRetryCounter) violated(`${what}: the ConnectRetryCounter is another`);
    const deadline = this.#machine.deadline();
    if (deadline !== model.deadline && !(Math.abs(deadline - model.deadline) < 1)) {
      violated(`${what}: the next timer is another`, `${deadline - this.now} ms, not ${model.deadline - this.now}`);
    }
  }
}

/** The fault that makes an UPDATE reset its session, or null; as the speaker's import has it. */
const judged = (msg: Uint8Array, start: number, end: number, { receive }: Negotiated): Found | null => {
  const fault: Fault | null = walkUpdate(msg, start, end, receive, WALK);
  return fault === null || fault.verdict < Verdict.AfiSafiDisable ? null : foundBy(WALK, msg, start);
};

const WALK = new UpdateWalk();

const UNFIT_TO_PRINT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** Each of 255 octets may be a control character, and is then shown as `\u{1b}`. */
const LONGEST_LINE = 4096;

/** Whether a message that the machine makes itself has a length that its type does not have. UPDATEs are not its own. */
const MALFORMED: Readonly<Record<number, (length: number) => boolean>> = {
  1: (length) => length < 29,
  3: (length) => length < 21,
  4: (length) => length !== 19,
  5: (length) => length !== 23,
};

const inWords = (effect: Exclude<Effect, { type: "send" | "log" }>): string => {
  switch (effect.type) {
    case "limit":
      return `limit ${effect.connection} ${effect.maxMessage}`;
    case "down":
      return `down ${effect.connection}${effect.graceful ? " graceful" : ""}`;
    case "refresh":
      return `refresh ${effect.family} ${effect.subtype}`;
    default:
      return `${effect.type} ${effect.connection}`;
  }
};

const messageInWords = (octets: Uint8Array): string => {
  switch (u8(octets, 18)) {
    case MessageType.Open:
      return "OPEN";
    case MessageType.Keepalive:
      return "KEEPALIVE";
    case MessageType.RouteRefresh:
      return `ROUTE-REFRESH ${(u16(octets, 19) << 8) | u8(octets, 22)} ${u8(octets, 21)}`;
    default: {
      const said = `${u8(octets, 19)}/${u8(octets, 20)}`;
      // RFC 6608 §4: the data is the type of the message.
      return `NOTIFICATION ${said}${u8(octets, 19) === 5 ? ` of ${u8(octets, 21)}` : ""}`;
    }
  }
};

const violated = (what: string, shown = ""): never => {
  throw new OracleViolation("session", what, shown);
};
