import { z } from "zod";
import { type TargetKey, targetKey } from "./bench.js";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";
import { type Distribution, distributionSchema, type Summary, summarySchema } from "./statistics.js";

export const tlsVersions = ["1.2", "1.3"] as const;
export const keyTypes = ["p256", "rsa2048", "ed25519"] as const;
export const authentications = ["server", "mutual"] as const;
/** As OpenSSL names them. The last one needs OpenSSL 3.5 on both sides, and TLS 1.3. */
export const keyExchangeGroups = ["X25519", "P-256", "X25519MLKEM768"] as const;
export const handshakeBottlenecks = ["target", "client", "pause", "unclear"] as const;
/** Where a session ends: once it is Established, or as soon as the TLS handshake is finished. */
export const handshakeEnds = ["established", "tls"] as const;
/** Open loop: at random as a Poisson process has it, or at equal distances. */
export const arrivalKinds = ["poisson", "even"] as const;

export type TlsVersionName = (typeof tlsVersions)[number];
export type KeyTypeName = (typeof keyTypes)[number];
export type Authentication = (typeof authentications)[number];
export type KeyExchangeGroup = (typeof keyExchangeGroups)[number];
export type HandshakeEnd = (typeof handshakeEnds)[number];
export type ArrivalKind = (typeof arrivalKinds)[number];

const count = z.int().nonnegative();

// ---- kiln.bench.handshake/2

export interface HandshakeKey extends TargetKey {
  /** Null over plain TCP. */
  readonly tls: {
    readonly version: TlsVersionName;
    readonly key: KeyTypeName;
    readonly authentication: Authentication;
    /** Every connection but a peer's first takes up a session from before (RFC 8446 §2.2, RFC 5077). */
    readonly resumed: boolean;
    /** What the client offers first, and alone but for P-256 where a TLS 1.2 certificate needs it (RFC 8422 §5.1). */
    readonly group: KeyExchangeGroup;
  } | null;
  readonly until: HandshakeEnd;
  /** Sessions of each run, all peers together. */
  readonly count: number;
  /** Sessions before them that are not measured: what a target compiles and caches it does then. */
  readonly warm_up: number;
  /** Peers, each with an address of its own and one session at a time. */
  readonly concurrency: number;
  /** Open loop: sessions that come due, per second. Null, closed loop: a peer comes back as soon as the target takes it. */
  readonly rate: number | null;
  /** Null in closed loop. */
  readonly arrivals: ArrivalKind | null;
}

export interface HandshakeFigures {
  /** Sessions that came to their end, per second of wall time. */
  readonly sessions_per_s: Summary;
  /** CPU of the target for one session, from SYN to close, user and system; attempts in vain are in it. */
  readonly cpu_ms_per_session: Summary;
  /** Of the tunnel in front of the target (`tls-stunnel`), which is not part of that. */
  readonly tunnel_cpu_ms_per_session?: Summary;
  /** connect() until the TCP connection stands. */
  readonly tcp_ms: Distribution;
  /** From there until the TLS handshake is finished; null over plain TCP. */
  readonly tls_ms: Distribution | null;
  /** From there, the OPEN sent, until the OPEN and the KEEPALIVE of the target have come: Established. Null until `tls`. */
  readonly open_ms: Distribution | null;
  /** All of it; in open loop from the moment the session was due, whether a peer was free then or not. */
  readonly total_ms: Distribution;
  /** Share of TLS handshakes that took up an earlier session, as the client saw it; null over plain TCP. */
  readonly resumed_share: number | null;
  /** Groups that the handshakes agreed on, as the client saw it: it can tell those of elliptic curves only. */
  readonly agreed_groups: readonly string[];
  /** Attempts that came to nothing, by kind: `refused`, `reset`, `alert certificate_required`, … Closed loop makes them again. */
  readonly failures: Readonly<Record<string, number>>;
  /** The longest pause a peer came to make between its sessions, because the target did not take it back before. */
  readonly pause_ms: number;
  /** Null in closed loop. */
  readonly open_loop: OpenLoop | null;
  /** What held the rate down; `pause`: neither side was busy, the peers waited to be taken back, or for sessions to come due. */
  readonly bottleneck: (typeof handshakeBottlenecks)[number];
}

export interface OpenLoop {
  /** From the moment a session was due until its connect(). Grows over a run when the target does not keep up. */
  readonly wait_ms: Distribution;
  /** Most sessions that were due and had not begun, in one tester process. */
  readonly backlog: number;
}

export type HandshakeRow = Row<HandshakeKey, HandshakeFigures>;
export type HandshakeDocument = ResultDocument<"kiln.bench.handshake/2", HandshakeRow>;

/** Of both versions. */
const figures = {
  sessions_per_s: summarySchema,
  cpu_ms_per_session: summarySchema,
  tcp_ms: distributionSchema,
  tls_ms: distributionSchema.nullable(),
  resumed_share: z.number().min(0).max(1).nullable(),
  pause_ms: z.number().nonnegative(),
  bottleneck: z.enum(handshakeBottlenecks),
};

const handshakeRow: z.ZodType<HandshakeRow> = rowOf(
  {
    ...targetKey,
    tls: z
      .strictObject({
        version: z.enum(tlsVersions),
        key: z.enum(keyTypes),
        authentication: z.enum(authentications),
        resumed: z.boolean(),
        group: z.enum(keyExchangeGroups),
      })
      .nullable(),
    until: z.enum(handshakeEnds),
    count,
    warm_up: count,
    concurrency: count,
    rate: z.number().positive().nullable(),
    arrivals: z.enum(arrivalKinds).nullable(),
  },
  {
    ...figures,
    tunnel_cpu_ms_per_session: summarySchema.exactOptional(),
    open_ms: distributionSchema.nullable(),
    total_ms: distributionSchema,
    agreed_groups: z.array(z.string()),
    failures: z.record(z.string(), z.int().positive()),
    open_loop: z.strictObject({ wait_ms: distributionSchema, backlog: count }).nullable(),
  },
);

export const handshakeDocument: z.ZodType<HandshakeDocument> = documentOf("kiln.bench.handshake/2", handshakeRow);

// ---- kiln.bench.handshake/1: closed loop up to Established, the group left to both sides. Read, no longer written.

export interface HandshakeKey1 extends TargetKey {
  readonly tls: {
    readonly version: TlsVersionName;
    readonly key: "p256" | "rsa2048";
    readonly authentication: Authentication;
    readonly resumed: boolean;
  } | null;
  readonly count: number;
  readonly concurrency: number;
}

export interface HandshakeFigures1
  extends Omit<HandshakeFigures, "total_ms" | "open_ms" | "agreed_groups" | "failures" | "open_loop"> {
  readonly open_ms: Distribution;
  readonly established_ms: Distribution;
  readonly retries: number;
}

export type HandshakeRow1 = Row<HandshakeKey1, HandshakeFigures1>;
export type HandshakeDocument1 = ResultDocument<"kiln.bench.handshake/1", HandshakeRow1>;

const handshakeRow1: z.ZodType<HandshakeRow1> = rowOf(
  {
    ...targetKey,
    tls: z
      .strictObject({
        version: z.enum(tlsVersions),
        key: z.enum(["p256", "rsa2048"]),
        authentication: z.enum(authentications),
        resumed: z.boolean(),
      })
      .nullable(),
    count,
    concurrency: count,
  },
  {
    ...figures,
    open_ms: distributionSchema,
    established_ms: distributionSchema,
    retries: count,
  },
);

export const handshakeDocument1: z.ZodType<HandshakeDocument1> = documentOf("kiln.bench.handshake/1", handshakeRow1);
