/** One end of a byte pipe, whatever carries it: TCP, TLS or memory. */
export interface Stream {
  /**
   * Takes `octets` over: they are not copied and must not change until they have left (`pending` fell below them, or
   * `closed`). False: enough is waiting, go on after `drain`. What is written after `end`, `destroy` or `closed` is
   * dropped.
   */
  write(octets: Uint8Array): boolean;
  /** Sends what is pending, then says goodbye (close_notify in TLS, FIN). The other direction stays open a while. */
  end(): void;
  /** Cuts the connection at once; what is pending is lost. */
  destroy(): void;
  /** Asks for no more chunks. Octets that had already been read when this was called may still be handed on. */
  pause(): void;
  resume(): void;
  /**
   * Sets the handlers, once; a second call is a RangeError. Until then nothing is read, and nothing is lost: what came
   * early is handed on, and a stream that is closed by now says so, after this call returned.
   */
  attach(handlers: StreamHandlers): void;
  /** Octets written that the system (or, in memory, the other end) has not taken yet. */
  readonly pending: number;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  /** What the TLS handshake agreed on; null without TLS. */
  readonly security: Security | null;
}

export interface StreamHandlers {
  /** The chunk is valid during the call only: its buffer is used again for the next one. */
  data(chunk: Uint8Array): void;
  /** After a `write` that gave false: there is room again. */
  drain(): void;
  /** The last call, exactly once, whoever ended the connection; never from within a call of ours into the stream. */
  closed(reason: string): void;
}

export interface Endpoint {
  /** An IP address as text, without brackets. */
  readonly address: string;
  readonly port: number;
}

export interface Security {
  readonly protocol: TlsVersion;
  /** Name of the suite as OpenSSL writes it. */
  readonly cipher: string;
  readonly alpn: string;
  /** The session was resumed: no certificate was checked in this handshake. */
  readonly resumed: boolean;
  /** Null when the peer showed none. */
  readonly peerCertificate: PeerCertificate | null;
}

export interface PeerCertificate {
  /** Common name of the subject, or "" when it has none. */
  readonly subject: string;
  /** Subject alternative names as Node writes them: `DNS:router.example, IP Address:192.0.2.1`. */
  readonly names: string;
  /** SHA-256 over the certificate, hex with colons. */
  readonly fingerprint: string;
  readonly validTo: string;
}

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

export interface TlsOptions {
  /** `draft-00` (default): TLS 1.2 or 1.3, mutual on request. `draft-05`: TLS 1.3 and mutual, or a RangeError. */
  readonly profile?: "draft-00" | "draft-05";
  /** PEM: our certificate and, after it, intermediate ones. A server needs it; a client shows it when it is asked. */
  readonly cert?: string;
  /** PEM: the private key to `cert`. */
  readonly key?: string;
  /** PEM: whom we trust. A client without it trusts the authorities that Node brings along. */
  readonly ca?: string;
  /** A server asks for the client's certificate and refuses a client without a trusted one. */
  readonly mutual?: boolean;
  /**
   * False accepts a peer that knows no ALPN at all, such as a TLS terminator in front of a plain speaker; one that
   * chooses another protocol is refused all the same. Default true: `botls` or nothing.
   */
  readonly requireAlpn?: boolean;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /** Key exchange groups, best first, with colons between: `X25519:P-256`. */
  readonly groups?: string;
  /** Client: the name or IP address that the server's certificate must carry. Default: the address we connect to. */
  readonly serverName?: string;
  /** Client: a session to resume, as `onSession` gave it. Not in `draft-05`, which has every handshake validate. */
  readonly session?: Uint8Array;
  /** Client: called for each session (TLS 1.2) or ticket (TLS 1.3) that the server lets us resume later. */
  readonly onSession?: (session: Uint8Array) => void;
}

interface CommonOptions {
  /** An IP address, without brackets. */
  readonly address: string;
  /** 0 to 65535; 0 listens on a port that the system chooses. */
  readonly port: number;
  readonly transport: "tcp" | "tls";
  /** Needed for `tls` on a listener; ignored for `tcp`. */
  readonly tls?: TlsOptions;
}

export interface ConnectOptions extends CommonOptions {
  /** Source address to connect from. */
  readonly localAddress?: string;
  /** Milliseconds for TCP connection and TLS handshake together. */
  readonly timeoutMs: number;
}

export interface ConnectHandlers {
  connected(stream: Stream): void;
  /** One sentence for people. Called at most once, and never before `connect` returned. */
  failed(reason: string, kind: FailureKind): void;
}

/** An attempt under way. */
export interface Pending {
  /** Gives it up in silence: neither handler is called any more. */
  cancel(): void;
}

export interface ListenOptions extends CommonOptions {
  /** Milliseconds a TLS peer has for its handshake. */
  readonly timeoutMs: number;
  /** TLS handshakes that may be under way at once; one more waits for its turn. Default 64. */
  readonly maxPending?: number;
  /** Connections that may wait for their turn, each for `timeoutMs`; one more is refused. Default 256. */
  readonly maxWaiting?: number;
}

export interface ListenHandlers {
  accepted(stream: Stream): void;
  /** A connection that came to nothing: one sentence for people. The listener goes on. */
  failed?(reason: string, remote: Endpoint, kind: FailureKind): void;
}

export interface Listener {
  readonly address: Endpoint;
  /** Stops listening and cuts handshakes under way. Streams that were handed over live on. */
  close(): Promise<void>;
}

/** Why a connection came to nothing. */
export type FailureKind =
  /** Nobody listens there, or a filter says no. */
  | "refused"
  | "unreachable"
  /** Neither a connection nor, with TLS, a finished handshake in time. */
  | "timeout"
  /** The peer closed or reset the connection before it was ready. */
  | "closed"
  /** The peer ended the handshake with a TLS alert. */
  | "alert"
  /** The peers have no TLS version, suite or group in common, or the peer breaks TLS. */
  | "protocol"
  /** The peer's certificate has no trusted issuer. */
  | "untrusted"
  /** The peer's certificate is not valid yet, or no longer. */
  | "expired"
  /** The peer's certificate is for someone else. */
  | "name"
  /** The peer showed no certificate. */
  | "no-certificate"
  /** The peer does not offer, or did not select, `botls`. */
  | "alpn"
  /** The peer speaks BGP without TLS. */
  | "plain-bgp"
  /** Octets that are neither TLS nor BGP. */
  | "garbage"
  /** Too many handshakes under way. */
  | "limit"
  /** Our own system said no: an address that is not ours, no descriptors left. */
  | "local";
