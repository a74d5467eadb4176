import { connect as connectTcp, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type ConnectionOptions, connect as connectTls, TLSSocket } from "node:tls";
import { multiprotocol } from "../../src/codec/capability/01-multiprotocol.js";
import { fourOctetAs } from "../../src/codec/capability/65-four-octet-as.js";
import { capability } from "../../src/codec/capability/list.js";
import { describeFound } from "../../src/codec/fault.js";
import { Framer } from "../../src/codec/frame.js";
import { CeaseSubcode, ErrorCode, Ipv4Unicast, MessageType } from "../../src/codec/iana.js";
import { keepalive } from "../../src/codec/message/keepalive.js";
import {
  decodeNotification,
  describeNotification,
  encodeNotification,
  nameOf,
} from "../../src/codec/message/notification.js";
import { encodeOpen } from "../../src/codec/message/open.js";
import type { TlsOptions } from "../../src/transport/index.js";
import { ALPN, contextOf, expectServer } from "../../src/transport/tls-context.js";
import { type FailedAttempt, failed, failureOf } from "./handshake-failure.js";

/**
 * Peers that do nothing but set up sessions: connect, TLS handshake, OPEN, KEEPALIVE, and as soon as the session is Established a
 * Cease; then again. It drives sockets itself rather than through `src/transport` and the session machine: it must see when each phase
 * ends, and spend as little as it can, because its CPU competes with the target's.
 */
export interface ClientSetup {
  readonly address: string;
  readonly port: number;
  /** Null: plain TCP. */
  readonly tls: TlsOptions | null;
  /** Every connection after a peer's first offers the session it got last. */
  readonly resume: boolean;
  /** `tls`: hang up as soon as the handshake is finished. */
  readonly until: "established" | "tls";
  readonly peers: readonly ClientPeer[];
}

export interface ClientPeer {
  readonly address: string;
  readonly as: number;
  /** BGP Identifier. */
  readonly identifier: number;
  /** Where this peer connects to, if not where all do. */
  readonly port?: number;
}

/** Milliseconds of each session that came to its end, in the order in which they did. */
export interface Sessions {
  /** connect() until the TCP connection stands. */
  readonly tcpMs: number[];
  /** From there until the TLS handshake is finished; empty over TCP. */
  readonly tlsMs: number[];
  /** From there until Established; empty until `tls`. */
  readonly openMs: number[];
  /** All of it; in open loop from the moment the session was due. */
  readonly totalMs: number[];
  /** Open loop: from the moment it was due until connect(). */
  readonly waitMs: number[];
  /** Open loop: most sessions that were due and had not begun. */
  backlog: number;
  /** TLS handshakes that took up an earlier session. */
  resumed: number;
  /** Groups that TLS handshakes agreed on, as far as Node can tell. */
  groups: string[];
  /** Attempts that came to nothing, by kind. */
  readonly failures: Record<string, number>;
}

/** A peer could not get a session however often it tried; the text is fit for a user. */
export class HandshakeFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = "HandshakeFailed";
  }
}

export interface Patience {
  /** For one attempt. */
  readonly attemptMs: number;
  /** For one session, all its attempts together. */
  readonly sessionMs: number;
}

const PATIENCE: Patience = { attemptMs: 5000, sessionMs: 15_000 };

export class HandshakeClient {
  readonly #setup: ClientSetup;
  readonly #patience: Patience;
  readonly #peers: readonly Peer[];

  constructor(setup: ClientSetup, patience: Patience = PATIENCE) {
    this.#setup = setup;
    this.#patience = patience;
    this.#peers = setup.peers.map((peer) => ({
      open: openOf(peer),
      address: peer.address,
      port: peer.port ?? setup.port,
      // Contexts are kept by the options object, so each peer has one of its own whose `session` changes.
      tls: setup.tls === null ? null : { ...setup.tls },
      pauseMs: 0,
      lastEndMs: Number.NEGATIVE_INFINITY,
    }));
  }

  /** The longest pause that a peer has come to make between its sessions, because the target does not take it back before. */
  get pauseMs(): number {
    return Math.max(...this.#peers.map(({ pauseMs }) => pauseMs));
  }

  /**
   * Closed loop: so many sessions in all, each peer one after the other, the peers at the same time. What fails is tried
   * again. Rejects with HandshakeFailed when that leads to nothing.
   */
  async run(count: number): Promise<Sessions> {
    const sessions = noSessions();
    let left = count;
    let gaveUp = false;
    const work = async (peer: Peer): Promise<void> => {
      while (left > 0 && !gaveUp) {
        left--;
        await this.#session(peer, sessions);
      }
    };
    await Promise.all(
      this.#peers.map((peer) =>
        work(peer).catch((error: unknown) => {
          gaveUp = true;
          throw error;
        }),
      ),
    );
    return sessions;
  }

  /**
   * Open loop: a session at each of these times (milliseconds from now, ascending), whatever became of those before. One that
   * finds no free peer waits in line, and that counts: its time runs from when it was due. What fails is counted and not
   * tried again; so is what has not begun a while after the last was due (`backlog`).
   */
  runAt(dueMs: readonly number[]): Promise<Sessions> {
    const sessions = noSessions();
    const start = performance.now();
    const free = [...this.#peers];
    const closes = start + (dueMs.at(-1) ?? 0) + this.#patience.sessionMs;
    let begun = 0;
    let ended = 0;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const turn = (): void => {
        clearTimeout(timer);
        const now = performance.now();
        if (now > closes && begun < dueMs.length) {
          const rest = dueMs.length - begun;
          fail(sessions, "backlog", rest);
          begun += rest;
          ended += rest;
        }
        if (ended === dueMs.length) {
          resolve(sessions);
          return;
        }
        let due = begun;
        while (due < dueMs.length && start + (dueMs[due] ?? 0) <= now) due++;
        for (let at = 0; at < free.length && begun < due; ) {
          const peer = free[at];
          if (peer === undefined || restOf(peer) > 0) at++;
          else {
            free.splice(at, 1);
            begin(peer, start + (dueMs[begun++] ?? 0));
          }
        }
        sessions.backlog = Math.max(sessions.backlog, due - begun);
        // Until the next is due, or the next peer rested. A session that ends comes here by itself.
        const nextDue = begun < due || begun === dueMs.length ? Number.POSITIVE_INFINITY : start + (dueMs[due] ?? 0);
        const nextRested = begun < due ? performance.now() + Math.min(...free.map(restOf)) : Number.POSITIVE_INFINITY;
        const next = Math.min(nextDue, nextRested, closes + 1) - performance.now();
        timer = setTimeout(turn, Math.max(0, next));
      };
      const begin = (peer: Peer, due: number): void => {
        this.#attempt(peer)
          .then((outcome) => {
            if ("kind" in outcome) {
              fail(sessions, outcome.kind);
              peer.pauseMs = longer(peer.pauseMs);
            } else note(outcome, sessions, due);
            ended++;
            free.push(peer);
            turn();
          })
          .catch(reject);
      };
      turn();
    });
  }

  /** One session, however many attempts it takes. */
  async #session(peer: Peer, sessions: Sessions): Promise<void> {
    const deadline = performance.now() + this.#patience.sessionMs;
    for (;;) {
      const rest = restOf(peer);
      if (rest > 0) await wait(rest);
      const outcome = await this.#attempt(peer);
      if (!("kind" in outcome)) {
        note(outcome, sessions, null);
        return;
      }
      if (performance.now() + peer.pauseMs > deadline) {
        throw new HandshakeFailed(
          `no session within ${this.#patience.sessionMs / 1000} s; at the last try: ${outcome.reason}`,
        );
      }
      fail(sessions, outcome.kind);
      // Speakers hold a peer off after its session has ended. An attempt in vain costs the target a whole handshake, so learn to wait.
      peer.pauseMs = longer(peer.pauseMs);
    }
  }

  async #attempt(peer: Peer): Promise<Times | FailedAttempt> {
    const outcome = await attempt(peer, this.#setup, this.#patience.attemptMs);
    peer.lastEndMs = performance.now();
    if (!("kind" in outcome) && this.#setup.resume && outcome.ticket !== null && peer.tls !== null) {
      peer.tls.session = outcome.ticket;
    }
    return outcome;
  }
}

const noSessions = (): Sessions => ({
  tcpMs: [],
  tlsMs: [],
  openMs: [],
  totalMs: [],
  waitMs: [],
  backlog: 0,
  resumed: 0,
  groups: [],
  failures: {},
});

const fail = ({ failures }: Sessions, kind: string, times = 1): void => {
  failures[kind] = (failures[kind] ?? 0) + times;
};

const restOf = ({ lastEndMs, pauseMs }: Peer): number => lastEndMs + pauseMs - performance.now();

const longer = (pauseMs: number): number => Math.min(Math.max(2, pauseMs * 1.5), LONGEST_PAUSE_MS);

const LONGEST_PAUSE_MS = 60_000;

interface Peer {
  readonly open: Uint8Array;
  readonly address: string;
  readonly port: number;
  readonly tls: (TlsOptions & { session?: Uint8Array }) | null;
  /** Between the end of a session and the next attempt. */
  pauseMs: number;
  lastEndMs: number;
}

interface Times {
  readonly start: number;
  tcp: number;
  tls: number;
  /** Established, or with `until` tls the end of the handshake. */
  done: number;
  established: boolean;
  resumed: boolean;
  group: string | null;
  ticket: Uint8Array | null;
}

const openOf = ({ as, identifier }: ClientPeer): Uint8Array =>
  encodeOpen({
    as,
    holdTime: 180,
    identifier,
    capabilities: [capability(multiprotocol, Ipv4Unicast), capability(fourOctetAs, as)],
  });

/** RFC 4486: the session is to come back. */
const goodbye: Uint8Array = encodeNotification({
  code: ErrorCode.Cease,
  subcode: CeaseSubcode.AdministrativeReset,
  data: new Uint8Array(0),
});

/** One connection from connect() until it is gone: its times, or why it did not come to its end. */
const attempt = (peer: Peer, { address, until }: ClientSetup, patienceMs: number): Promise<Times | FailedAttempt> =>
  new Promise((resolve) => {
    const times: Times = {
      start: performance.now(),
      tcp: 0,
      tls: 0,
      done: 0,
      established: false,
      resumed: false,
      group: null,
      ticket: null,
    };
    let failure: FailedAttempt | null = null;
    const socket = open(peer, address);
    const give = (kind: string, reason: string): void => {
      failure ??= failed(kind, reason);
      socket.destroy();
    };
    const late = setTimeout(() => {
      if (times.done > 0) socket.destroy();
      else give("timeout", `nothing came of it for ${patienceMs / 1000} s`);
    }, patienceMs);

    const framer = new Framer();
    const take = (msg: Uint8Array, start: number, end: number, type: number): boolean => {
      if (type === MessageType.Open) socket.write(keepalive);
      else if (type === MessageType.Keepalive && times.done === 0) {
        times.done = performance.now();
        times.established = true;
        socket.end(goodbye);
      } else if (type === MessageType.Notification && times.done === 0) {
        const { value } = decodeNotification(msg, start, end);
        if (value === null) give("NOTIFICATION malformed", "the target sent a malformed NOTIFICATION");
        else {
          const kind = `NOTIFICATION ${value.code}/${value.subcode} ${nameOf(value.code, value.subcode)}`;
          give(kind, `the target sent ${describeNotification(value)}`);
        }
      }
      return true;
    };
    const begin = (): void => {
      socket.setNoDelay(true);
      socket.write(peer.open);
    };

    socket.once("connect", () => {
      times.tcp = performance.now();
      if (!(socket instanceof TLSSocket)) begin();
    });
    socket.once("secureConnect", () => {
      times.tls = performance.now();
      const tls = socket as TLSSocket;
      times.resumed = tls.isSessionReused();
      times.group = groupOf(tls);
      if (tls.alpnProtocol !== ALPN) give("alpn", `the target did not select "${ALPN}"`);
      else if (until === "established") begin();
      else {
        times.done = times.tls;
        // The target's end is waited for: in TLS 1.3 it may still refuse us (RFC 8446 §4.4.4), and tickets come now.
        socket.end();
      }
    });
    socket.on("session", (ticket: Uint8Array) => {
      times.ticket = ticket;
    });
    socket.on("data", (chunk: Uint8Array) => {
      if (until === "tls") return;
      const found = framer.push(chunk, take);
      if (found !== null) give("no BGP", `the target sent no BGP: ${describeFound(found, chunk)}`);
    });
    socket.on("error", (error: Error) => {
      failure ??= failureOf(error, { address, port: peer.port });
    });
    socket.once("close", () => {
      clearTimeout(late);
      // What breaks after a session was Established has broken its end only.
      if (times.established || (times.done > 0 && failure === null)) resolve(times);
      else resolve(failure ?? failed("closed", "the target closed the connection"));
    });
  });

/** The group of a key exchange over an elliptic curve, as TLS names it; of others Node tells nothing. */
const groupOf = (socket: TLSSocket): string | null => {
  const { name } = (socket.getEphemeralKeyInfo() ?? {}) as { name?: string };
  return name === undefined ? null : (TLS_NAMES[name] ?? name);
};

const TLS_NAMES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

const open = ({ address: localAddress, port, tls }: Peer, host: string): Socket => {
  if (tls === null) return connectTcp({ host, port, localAddress });
  const options: ConnectionOptions & { localAddress: string } = {
    host,
    port,
    localAddress,
    ...expectServer(tls, host),
    secureContext: contextOf(tls, "client"),
    ALPNProtocols: [ALPN],
    ...(tls.session === undefined ? {} : { session: Buffer.from(tls.session) }),
  };
  return connectTls(options);
};

const note = (times: Times, sessions: Sessions, due: number | null): void => {
  const ready = times.tls > 0 ? times.tls : times.tcp;
  sessions.tcpMs.push(times.tcp - times.start);
  if (times.tls > 0) sessions.tlsMs.push(times.tls - times.tcp);
  if (times.established) sessions.openMs.push(times.done - ready);
  sessions.totalMs.push(times.done - (due ?? times.start));
  if (due !== null) sessions.waitMs.push(times.start - due);
  if (times.resumed) sessions.resumed++;
  if (times.group !== null && !sessions.groups.includes(times.group)) sessions.groups.push(times.group);
};
