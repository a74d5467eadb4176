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
import { decodeNotification, describeNotification, encodeNotification } from "../../src/codec/message/notification.js";
import { encodeOpen } from "../../src/codec/message/open.js";
import type { TlsOptions } from "../../src/transport/index.js";
import { ALPN, contextOf, expectServer } from "../../src/transport/tls-context.js";

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
  readonly peers: readonly ClientPeer[];
}

export interface ClientPeer {
  readonly address: string;
  readonly as: number;
  /** BGP Identifier. */
  readonly identifier: number;
}

/** Milliseconds of each session, in the order in which they ended. */
export interface Sessions {
  /** connect() until the TCP connection stands. */
  readonly tcpMs: number[];
  /** From there until the TLS handshake is finished; empty over TCP. */
  readonly tlsMs: number[];
  /** From there until Established. */
  readonly openMs: number[];
  readonly establishedMs: number[];
  /** TLS handshakes that took up an earlier session. */
  resumed: number;
  /** Attempts that came to nothing and were made again. */
  retries: number;
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

  /** So many sessions in all, each peer one after the other, the peers at the same time. Rejects with HandshakeFailed. */
  async run(count: number): Promise<Sessions> {
    const sessions: Sessions = { tcpMs: [], tlsMs: [], openMs: [], establishedMs: [], resumed: 0, retries: 0 };
    let left = count;
    let failed = false;
    const work = async (peer: Peer): Promise<void> => {
      while (left > 0 && !failed) {
        left--;
        await this.#session(peer, sessions);
      }
    };
    await Promise.all(
      this.#peers.map((peer) =>
        work(peer).catch((error: unknown) => {
          failed = true;
          throw error;
        }),
      ),
    );
    return sessions;
  }

  /** One session, however many attempts it takes. */
  async #session(peer: Peer, sessions: Sessions): Promise<void> {
    const deadline = performance.now() + this.#patience.sessionMs;
    for (;;) {
      const rest = peer.lastEndMs + peer.pauseMs - performance.now();
      if (rest > 0) await wait(rest);
      const outcome = await attempt(peer, this.#setup, this.#patience.attemptMs);
      peer.lastEndMs = performance.now();
      if (typeof outcome !== "string") {
        note(outcome, sessions);
        if (this.#setup.resume && outcome.ticket !== null && peer.tls !== null) peer.tls.session = outcome.ticket;
        return;
      }
      if (performance.now() + peer.pauseMs > deadline) {
        throw new HandshakeFailed(
          `no session within ${this.#patience.sessionMs / 1000} s; at the last try: ${outcome}`,
        );
      }
      sessions.retries++;
      // Speakers hold a peer off after its session has ended. An attempt in vain costs the target a whole handshake, so learn to wait.
      peer.pauseMs = Math.max(2, peer.pauseMs * 1.5);
    }
  }
}

interface Peer {
  readonly open: Uint8Array;
  readonly address: string;
  readonly tls: (TlsOptions & { session?: Uint8Array }) | null;
  /** Between the end of a session and the next attempt. */
  pauseMs: number;
  lastEndMs: number;
}

interface Times {
  readonly start: number;
  tcp: number;
  tls: number;
  established: number;
  resumed: boolean;
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

/** One connection from connect() until it is gone. Its times, or in one sentence why it did not get to Established. */
const attempt = (peer: Peer, { address, port }: ClientSetup, patienceMs: number): Promise<Times | string> =>
  new Promise((resolve) => {
    const times: Times = { start: performance.now(), tcp: 0, tls: 0, established: 0, resumed: false, ticket: null };
    let reason = "";
    const socket = open(peer, address, port);
    const late = setTimeout(() => {
      reason ||= times.established > 0 ? "" : `nothing came of it for ${patienceMs / 1000} s`;
      socket.destroy();
    }, patienceMs);
    const give = (why: string): void => {
      reason ||= why;
      socket.destroy();
    };

    const framer = new Framer();
    const take = (msg: Uint8Array, start: number, end: number, type: number): boolean => {
      if (type === MessageType.Open) socket.write(keepalive);
      else if (type === MessageType.Keepalive && times.established === 0) {
        times.established = performance.now();
        socket.end(goodbye);
      } else if (type === MessageType.Notification && times.established === 0) {
        const { value } = decodeNotification(msg, start, end);
        give(`the target sent ${value === null ? "a malformed NOTIFICATION" : describeNotification(value)}`);
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
      if (tls.alpnProtocol === ALPN) begin();
      else give(`the target did not select "${ALPN}"`);
    });
    socket.on("session", (ticket: Uint8Array) => {
      times.ticket = ticket;
    });
    socket.on("data", (chunk: Uint8Array) => {
      const found = framer.push(chunk, take);
      if (found !== null) give(`the target sent no BGP: ${describeFound(found, chunk)}`);
    });
    socket.on("error", (error: Error) => {
      reason ||= error.message;
    });
    socket.once("close", () => {
      clearTimeout(late);
      if (times.established > 0) resolve(times);
      else resolve(reason || "the target closed the connection");
    });
  });

const open = ({ address: localAddress, tls }: Peer, host: string, port: number): Socket => {
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

const note = (times: Times, sessions: Sessions): void => {
  const ready = times.tls > 0 ? times.tls : times.tcp;
  sessions.tcpMs.push(times.tcp - times.start);
  if (times.tls > 0) sessions.tlsMs.push(times.tls - times.tcp);
  sessions.openMs.push(times.established - ready);
  sessions.establishedMs.push(times.established - times.start);
  if (times.resumed) sessions.resumed++;
};
