import { readFileSync } from "node:fs";
import { CeaseSubcode, Ipv4Unicast, Ipv6Unicast } from "../../src/codec/iana.js";
import { PeerDriver } from "../../src/speaker/driver.js";
import type { TlsOptions } from "../../src/transport/index.js";
import { monotonicMs } from "./clock.js";
import { endOfRib4, endOfRib6, payloadOf } from "./payload.js";
import { serve } from "./worker.js";

/** Many peers in one process that go down and come up together, each with a part of a table. */

export interface StormPeer {
  readonly address: string;
  readonly as: number;
  /** BGP Identifier. */
  readonly identifier: number;
  /** Its part of the table's octets: whole UPDATEs. */
  readonly from: number;
  readonly to: number;
}

export interface StormOptions {
  readonly transport: "tcp" | "tls";
  readonly families: readonly ("ipv4" | "ipv6")[];
  readonly remote: { readonly address: string; readonly as: number };
  /** Of the remote, one for each peer in their order. */
  readonly ports: readonly number[];
  readonly tls?: TlsOptions;
  /** How long all of them together may take until they are Established. */
  readonly patienceMs: number;
}

/** How one session came up, on the shared clock. */
export interface CameUp {
  readonly establishedMs: number;
  /** When the last attempt in vain had ended; null when there was none. */
  readonly lastFailureMs: number | null;
  readonly retries: number;
}

export interface StormUp {
  /** Just before the first connect(). */
  readonly firstMs: number;
  readonly sessions: readonly CameUp[];
}

/**
 * Seconds. A target that holds a peer off is asked again so often: much more often, and two hundred that are refused have no
 * time left for their handshakes.
 */
const RETRY = { connectRetry: 0.2, idleHold: 0.2, idleHoldMax: 0.4 } as const;
const HOLD_TIME = 180;
const ATTEMPT_MS = 20_000;

let peers: readonly { readonly peer: StormPeer; readonly chunks: readonly Uint8Array[] }[] = [];
let sessions: Session[] = [];
let cpu = process.cpuUsage();

const actions = {
  load({ file, peers: all }: { file: string; peers: readonly StormPeer[] }): void {
    const table = new Uint8Array(readFileSync(file));
    peers = all.map((peer) => ({ peer, chunks: payloadOf(table.subarray(peer.from, peer.to), "packed").chunks }));
  },

  /** Resolves when all are Established; each sends its part of the table as soon as it is. */
  async up(options: StormOptions): Promise<StormUp> {
    cpu = process.cpuUsage();
    const firstMs = monotonicMs();
    const { families, ports } = options;
    sessions = peers.map(
      ({ peer, chunks }, n) => new Session(peer, [...chunks, ...endsOfRib(families)], ports[n] ?? 0, options),
    );
    let late: NodeJS.Timeout | undefined;
    const patience = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error(tooLate(options.patienceMs))), options.patienceMs);
    });
    try {
      const came = await Promise.race([Promise.all(sessions.map(({ established }) => established)), patience]);
      return { firstMs, sessions: came };
    } finally {
      clearTimeout(late);
    }
  },

  /** Ends all sessions with a Cease, one right after the other. */
  async down(): Promise<{ firstMs: number }> {
    const firstMs = monotonicMs();
    const ending = sessions.splice(0);
    await Promise.all(ending.map((session) => session.close()));
    return { firstMs };
  },

  /** Seconds of this process since `up` began. */
  cpuSeconds(): number {
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 1e6;
  },
};

export type StormActions = typeof actions;

const endsOfRib = (families: StormOptions["families"]): Uint8Array[] =>
  families.map((family) => (family === "ipv4" ? endOfRib4 : endOfRib6));

const tooLate = (patienceMs: number): string => {
  const waiting = sessions.filter(({ up }) => !up);
  const [one] = waiting;
  return (
    `${waiting.length} of ${sessions.length} sessions were not Established within ${patienceMs / 1000} s; ` +
    `of one of them: ${one?.lastLine ?? "no answer"}`
  );
};

class Session {
  readonly established: Promise<CameUp>;
  lastLine: string | null = null;
  up = false;
  readonly #driver: PeerDriver;
  readonly #chunks: readonly Uint8Array[];
  /** Chunks that have been written. */
  #written = 0;

  constructor(
    { address: localAddress, as, identifier }: StormPeer,
    chunks: readonly Uint8Array[],
    port: number,
    options: StormOptions,
  ) {
    const { transport, families, remote, tls } = options;
    this.#chunks = chunks;
    let lastFailureMs: number | null = null;
    let retries = 0;
    let resolve: (came: CameUp) => void = () => undefined;
    this.established = new Promise((settle) => {
      resolve = settle;
    });
    this.#driver = new PeerDriver(
      {
        peering: {
          localAs: as,
          identifier,
          peerAs: remote.as,
          holdTime: HOLD_TIME,
          families: families.map((family) => (family === "ipv4" ? Ipv4Unicast : Ipv6Unicast)),
          // As the tables are packed: see `TesterSession`.
          extendedMessages: false,
          ...RETRY,
        },
        connect: {
          transport,
          timeoutMs: ATTEMPT_MS,
          address: remote.address,
          port,
          localAddress,
          ...(tls === undefined ? {} : { tls }),
        },
      },
      {
        established: () => {
          this.up = true;
          this.#written = 0;
          resolve({ establishedMs: monotonicMs(), lastFailureMs, retries });
          // Within this call the driver is still carrying out what brought the session up.
          setImmediate(() => this.#write());
        },
        update: () => null,
        refresh: () => undefined,
        down: (reason) => {
          this.up = false;
          this.lastLine = reason;
        },
        drained: () => this.#write(),
        log: (line) => {
          this.lastLine = line;
          // A failed connect() is told twice, by the driver and by the machine.
          if (this.up || /^(ignored|connection failed:)/.test(line)) return;
          lastFailureMs = monotonicMs();
          retries++;
        },
      },
    );
    this.#driver.start();
  }

  async close(): Promise<void> {
    this.up = false;
    await this.#driver.stop(undefined, CeaseSubcode.AdministrativeReset);
  }

  /** Goes on until the socket takes no more; `drained` comes back here. */
  #write(): void {
    while (this.up) {
      const chunk = this.#chunks[this.#written];
      if (chunk === undefined) return;
      this.#written++;
      if (!this.#driver.write(chunk)) return;
    }
  }
}

serve(actions);
