import { readFileSync } from "node:fs";
import { FULL_TABLE, Rib } from "../rib/rib.js";
import { type Listener, listen, type Stream, type TlsOptions } from "../transport/index.js";
import { sameAddress } from "./address.js";
import { ConfigError, type SpeakerConfig, type TlsConfig } from "./settings.js";
import { SpeakerPeer } from "./speaker-peer.js";
import type { SpeakerStatus } from "./status.js";

/** Milliseconds that a TLS client has for its handshake with us. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Milliseconds that peers have to take our goodbye. */
const STOP_TIMEOUT_MS = 3_000;

export interface SpeakerOptions {
  /** Kiln's own version. */
  readonly version: string;
  readonly log: (line: string) => void;
}

/**
 * A BGP speaker: sessions with all its peers, one RIB, best paths re-advertised.
 *
 * All of it runs in one thread. Routes are taken in as they are read; what that changes is sent when the event loop has
 * read what there was, one buffer a peer and turn, so that no peer waits for another one's table.
 */
export class Speaker {
  readonly #config: SpeakerConfig;
  readonly #options: SpeakerOptions;
  readonly #rib: Rib;
  readonly #peers: readonly SpeakerPeer[];
  /** By the address as it is configured, which is mostly how it comes too. */
  readonly #byAddress: ReadonlyMap<string, SpeakerPeer>;
  readonly #tls: TlsOptions | undefined;
  readonly #listeners: { listener: Listener; transport: string }[] = [];
  readonly #startedAt = performance.now();
  #awake = false;
  #stopped: Promise<void> | null = null;

  /** Throws ConfigError when a file that the configuration names can't be read, RangeError for values that can't be sent. */
  constructor(config: SpeakerConfig, options: SpeakerOptions) {
    this.#config = config;
    this.#options = options;
    this.#rib = new Rib(config.localAs, FULL_TABLE);
    this.#tls = config.tls === undefined ? undefined : readTls(config.tls);
    const surroundings = {
      config,
      tls: this.#tls,
      rib: this.#rib,
      softwareVersion: `Kiln ${options.version}`,
      wake: () => this.#wake(),
      log: options.log,
    };
    this.#peers = config.peers.map((peer) => new SpeakerPeer(peer, surroundings));
    this.#byAddress = new Map(this.#peers.map((peer) => [peer.config.address, peer]));
  }

  /** Listens and begins to connect. Rejects, with nothing left open, when an address can't be listened on or connected from. */
  async start(): Promise<void> {
    try {
      for (const one of this.#config.listen) {
        const listener = await listen(
          {
            address: one.address,
            port: one.port,
            transport: one.transport,
            timeoutMs: HANDSHAKE_TIMEOUT_MS,
            ...(one.transport === "tls" && this.#tls !== undefined ? { tls: this.#tls } : {}),
          },
          {
            accepted: (stream) => this.#accepted(stream, one.transport),
            failed: (reason, remote) => this.#options.log(`${remote.address}: ${reason}`),
          },
        );
        this.#listeners.push({ listener, transport: one.transport });
      }
      // Settings that can never work, such as a certificate that is none, show here.
      for (const peer of this.#peers) peer.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Tells every peer goodbye and closes everything. */
  stop(communication = "the speaker stops"): Promise<void> {
    this.#stopped ??= this.#stop(communication);
    return this.#stopped;
  }

  status(): SpeakerStatus {
    const { user, system } = process.cpuUsage();
    return {
      schema: "kiln.speaker.status/1",
      version: this.#options.version,
      localAs: this.#config.localAs,
      routerId: this.#config.routerId,
      uptimeSeconds: Math.round((performance.now() - this.#startedAt) / 1000),
      listening: this.#listeners.map(({ listener, transport }) => ({ ...listener.address, transport })),
      routes: this.#rib.count,
      attributeSets: this.#rib.store.count,
      cpuSeconds: (user + system) / 1e6,
      rssBytes: process.memoryUsage.rss(),
      peers: this.#peers.map((peer) => peer.status()),
    };
  }

  async #stop(communication: string): Promise<void> {
    const goodbyes = Promise.all(this.#peers.map((peer) => peer.stop(communication)));
    await Promise.all(this.#listeners.map(({ listener }) => listener.close()));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_TIMEOUT_MS);
    });
    await Promise.race([goodbyes, patience]);
    clearTimeout(timer);
  }

  #accepted(stream: Stream, transport: string): void {
    const { address } = stream.remote;
    const peer = this.#byAddress.get(address) ?? this.#peers.find(({ config }) => sameAddress(config.address, address));
    if (peer === undefined || peer.config.transport !== transport) {
      // RFC 4271 §8.2.1: connections from whom we don't know are not answered.
      this.#options.log(
        peer === undefined
          ? `${address}: refused: no peer is configured with this address`
          : `${address}: refused: ${peer.name} is to come over ${peer.config.transport}, not ${transport}`,
      );
      stream.attach({ data: () => undefined, drain: () => undefined, closed: () => undefined });
      stream.destroy();
      return;
    }
    peer.accept(stream);
  }

  #wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#awake = false;
    let more = false;
    for (const peer of this.#peers) {
      if (!peer.isPending) continue;
      peer.flush();
      more ||= peer.isPending;
    }
    if (more) this.#wake();
  }
}

const readTls = (config: TlsConfig): TlsOptions => {
  const { cert, key, ca, profile, mutual, requireAlpn, minVersion, maxVersion, groups } = config;
  return {
    profile,
    ...(cert === undefined ? {} : { cert: readPem("tls.cert", cert) }),
    ...(key === undefined ? {} : { key: readPem("tls.key", key) }),
    ...(ca === undefined ? {} : { ca: readPem("tls.ca", ca) }),
    ...(mutual === undefined ? {} : { mutual }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(requireAlpn === undefined ? {} : { requireAlpn }),
    ...(groups === undefined ? {} : { groups }),
  };
};

const readPem = (key: string, path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError([`${key}: cannot read ${path}: ${error instanceof Error ? error.message : error}`]);
  }
};
