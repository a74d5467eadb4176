import { Ipv4Unicast, Ipv6Unicast } from "../../src/codec/iana.js";
import { systemClock } from "../../src/speaker/clock.js";
import { PeerDriver } from "../../src/speaker/driver.js";
import { listen, type TlsOptions } from "../../src/transport/index.js";
import { monotonicMs } from "./clock.js";

/** What a tester's session is made of; plain data, because it comes over IPC. */
export interface SessionOptions {
  readonly transport: "tcp" | "tls";
  /** Where we connect from, or listen. */
  readonly localAddress: string;
  readonly as: number;
  /** Dotted quad. */
  readonly routerId: string;
  readonly families: readonly ("ipv4" | "ipv6")[];
  /** Port 0: this end listens, and the remote connects. */
  readonly remote: { readonly address: string; readonly port: number; readonly as: number };
  readonly tls?: TlsOptions;
}

export interface SessionHandlers {
  /** Octets [start, end) of `msg` are a whole UPDATE, valid during the call. */
  update(msg: Uint8Array, start: number, end: number): void;
  /** After a `write` that gave false: there is room again. */
  drained(): void;
}

/** Seconds; the same for every session of every benchmark. */
const HOLD_TIME = 180;
const CONNECT_PATIENCE_MS = 20_000;

/** One BGP session of a tester process. It does not come back once it is lost. */
export class TesterSession {
  /** Rejects when it takes too long. */
  readonly established: Promise<void>;
  /** The port, where this end listens; 0 where it connects. */
  readonly listening: Promise<number>;
  /** Rejects when the established session ends before `close`; never resolves. */
  readonly lost: Promise<never>;
  readonly ipv6: boolean;
  /**
   * On the shared clock: when the octets came that the UPDATE at hand lies in. The driver reads its clock once for each
   * chunk, so that this costs nothing for an UPDATE.
   */
  readMs: number = monotonicMs();
  readonly #driver: PeerDriver;
  #closing = false;

  constructor(options: SessionOptions, handlers: SessionHandlers) {
    const { transport, localAddress, remote, families, tls } = options;
    this.ipv6 = families.includes("ipv6");
    const network = { transport, timeoutMs: CONNECT_PATIENCE_MS, ...(tls === undefined ? {} : { tls }) };
    let isUp: () => void = () => undefined;
    let isLost: (error: Error) => void = () => undefined;
    let lastLine = "no answer";
    this.lost = new Promise((_, reject) => {
      isLost = reject;
    });
    // Whoever waits for something races against it; alone it is no reason to end the process.
    this.lost.catch(() => undefined);
    this.established = new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`no session within ${CONNECT_PATIENCE_MS / 1000} s: ${lastLine}`)),
        CONNECT_PATIENCE_MS,
      );
      isUp = () => {
        clearTimeout(late);
        resolve();
      };
    });
    this.established.catch(() => undefined);
    this.#driver = new PeerDriver(
      {
        peering: {
          localAs: options.as,
          identifier: identifierOf(options.routerId),
          peerAs: remote.as,
          holdTime: HOLD_TIME,
          families: families.map((family) => (family === "ipv4" ? Ipv4Unicast : Ipv6Unicast)),
          // What is sent was packed for messages of 4096 octets, so what comes back shall be too.
          extendedMessages: false,
          passive: remote.port === 0,
          connectRetry: 1,
        },
        connect: remote.port === 0 ? null : { ...network, address: remote.address, port: remote.port, localAddress },
        clock: {
          ...systemClock,
          now: () => {
            this.readMs = monotonicMs();
            return this.readMs;
          },
        },
      },
      {
        established: () => isUp(),
        update(msg, start, end) {
          handlers.update(msg, start, end);
          return null;
        },
        refresh: () => undefined,
        down: (reason) => {
          if (!this.#closing) isLost(new Error(`the session was lost: ${reason}`));
        },
        drained: () => handlers.drained(),
        log: (line) => {
          lastLine = line;
        },
      },
    );
    this.listening =
      remote.port === 0 ? this.#listen({ ...network, address: localAddress, port: 0 }) : Promise.resolve(0);
    this.#driver.start();
  }

  /** False: wait for `drained`. */
  write(octets: Uint8Array): boolean {
    return this.#driver.write(octets);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#driver.stop();
  }

  /** One connection, then the door is closed. */
  async #listen(options: Parameters<typeof listen>[0]): Promise<number> {
    const listener = await listen(options, {
      accepted: (stream) => {
        this.#driver.accept(stream);
        void listener.close();
      },
    });
    return listener.address.port;
  }
}

const identifierOf = (dotted: string): number =>
  dotted.split(".").reduce((value, octet) => value * 256 + Number(octet), 0);
