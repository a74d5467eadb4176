// Apart from config.ts, so that a running speaker does not carry the schema library.

export interface SpeakerConfig {
  readonly localAs: number;
  /** Our BGP Identifier, a dotted quad. */
  readonly routerId: string;
  /** Seconds that we propose to peers without one of their own. */
  readonly holdTime: number;
  readonly listen: readonly ListenConfig[];
  readonly tls?: TlsConfig | undefined;
  /** Path of a unix socket to ask for the status on. */
  readonly control?: string | undefined;
  readonly peers: readonly PeerConfig[];
}

export interface ListenConfig {
  readonly address: string;
  readonly port: number;
  readonly transport: "tcp" | "tls";
}

export interface TlsConfig {
  readonly profile: "draft-00" | "draft-05";
  /** PEM files: our certificate chain and its key, and the certificates that we trust. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
  readonly mutual?: boolean | undefined;
  /** False takes a peer that knows no ALPN, such as a TLS terminator in front of a plain speaker. True when left out. */
  readonly requireAlpn?: boolean | undefined;
  readonly minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  readonly maxVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  /** Key exchange groups, best first, with colons between. */
  readonly groups?: string | undefined;
}

export interface PeerConfig {
  /** Its address when left out. */
  readonly name?: string | undefined;
  readonly address: string;
  /** Where we connect to; 179 when left out. */
  readonly port?: number | undefined;
  readonly as: number;
  readonly passive: boolean;
  readonly localAddress?: string | undefined;
  readonly transport: "tcp" | "tls";
  /** The name that the peer's certificate must carry; its address when left out. */
  readonly serverName?: string | undefined;
  readonly families: readonly ("ipv4" | "ipv6")[];
  readonly addPath?: { readonly [family in "ipv4" | "ipv6"]?: "receive" | "send" | "both" | undefined } | undefined;
  /** Next hop of IPv6 routes that we send; our end of the connection (IPv4-mapped if need be) when left out. */
  readonly nextHop6?: string | undefined;
  readonly extendedMessages: boolean;
  readonly routeRefresh: boolean;
  /** Ours towards this peer (RFC 9234). */
  readonly role?: "provider" | "rs" | "rs-client" | "customer" | "peer" | undefined;
  readonly strictRole?: boolean | undefined;
  /** Send our version to this peer (Software Version capability). */
  readonly softwareVersion: boolean;
  /**
   * EXPERIMENTAL: say to this peer that we support TCP-AO, at capability code 239 or, of 239 to 254, the one given. No
   * session starts over with TCP-AO because of it. False when left out.
   */
  readonly tcpAoCapability?: boolean | number | undefined;
  readonly routeReflectorClient: boolean;
  readonly holdTime?: number | undefined;
  /** Seconds. */
  readonly connectRetry?: number | undefined;
  readonly idleHold?: number | undefined;
  readonly idleHoldMax?: number | undefined;
}

/** What is wrong with a configuration: one line a fault, each naming the key and what is allowed. */
export class ConfigError extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.name = "ConfigError";
  }
}
