/** What is under test, behind one interface: a speaker that runs as a process of its own on a loopback address. */
export interface Target {
  /** As users write it: `self`, `bird`. */
  readonly name: string;
  readonly transports: readonly Transport[];
  readonly comparability: Comparability;
  /** Null when it can be started here; else what is missing and how to get it, in one line without the target's name. */
  available(): Promise<string | null>;
  /**
   * Starts a fresh process and resolves when it takes connections. Rejects with a `TargetError` when it does not; nothing
   * is left behind then.
   */
  start(setup: TargetSetup): Promise<RunningTarget>;
}

/**
 * What stands as next hop of IPv6 routes in a session over IPv4: RFC 4760 §3 wants an IPv6 address, the loopback has none
 * that would do, and BIRD takes an IPv4-mapped one for IPv4.
 */
export const NEXT_HOP6 = "2001:db8::2:1";

/** `tls-stunnel`: the target speaks TCP, a tunnel in front of it TLS; the tunnel's cost is reported apart. */
export type Transport = "tcp" | "tls" | "tls-stunnel";

/** What makes a target's figures other than the next one's, in words of one line each; reports print it. */
export interface Comparability {
  /** Minimum route advertisement interval, RFC 4271 §9.2.1.1. */
  readonly mrai: string;
  /** Route flap damping, RFC 2439, and how a peer is held off after its session has ended. */
  readonly damping: string;
  /** Threads or processes that do its work. */
  readonly threads: string;
  /** What its routes pass on their way in and out. */
  readonly policy: string;
  /** Where best paths go beside the peers. */
  readonly fib: string;
  /** Anything else that a reader must know, such as a thing that this target does not do at all. */
  readonly notes: readonly string[];
}
export type AddressFamily = "ipv4" | "ipv6";

/** Equal for every target, so that figures compare: hold time 180 s, keepalive 60 s, no MRAI, no damping, no filters. */
export interface TargetSetup {
  readonly transport: Transport;
  readonly as: number;
  /** Dotted quad. */
  readonly routerId: string;
  /** Loopback address to listen on; 127.0.0.1 when absent. */
  readonly address?: string;
  /** A free port is chosen when absent. */
  readonly port?: number;
  readonly peers: readonly TargetPeer[];
  /** PEM texts; needed for `tls`. */
  readonly tls?: TargetTls;
  /** What to run in place of `node ...argv`: a profiler. Heeded by targets that are Node programs. */
  readonly launch?: (argv: readonly string[]) => Launch;
  /** Another program than the installed one: two builds of a daemon are compared by it. Heeded by daemons. */
  readonly program?: string;
}

/** How a process is started and ended. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** On top of our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take to end once the program in it has. */
  readonly patienceMs: number;
}

export interface TargetTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  /** Ask the peers for a certificate too. */
  readonly mutual: boolean;
}

export interface TargetPeer {
  /** A letter, then letters, digits and underscores; names the peer in `counts`. */
  readonly name: string;
  /** Where its sessions come from. */
  readonly address: string;
  readonly as: number;
  readonly families: readonly AddressFamily[];
  /** The target connects to this port of the peer; it waits for the peer to connect when absent. */
  readonly dial?: number;
  /** Offer to send and to receive several paths for a prefix (RFC 7911). */
  readonly addPath?: boolean;
}

export interface PeerCounts {
  /** As the target names it, `Established`. */
  readonly state: string;
  /** Prefixes that the target holds from this peer. */
  readonly received: number;
  /** Those of them that passed its checks. */
  readonly accepted: number;
  /** Prefixes it advertises to this peer; null where it would have to walk its table to tell. */
  readonly sent: number | null;
}

export interface Usage {
  /** User and system time since the start, all threads; in steps of 10 ms where the kernel shows nothing finer. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

export interface RunningTarget {
  readonly name: string;
  /** Null where it is not to be found out: a process that we did not start. */
  readonly pid: number | null;
  readonly address: string;
  readonly port: number;
  /** Where the peer of that name must connect to instead, for a target that needs a port for each. */
  portFor?(peer: string): number;
  /** Its AS, where it is not the one of the setup. */
  readonly as?: number;
  /** PEM text of the authority to trust in its stead, where it has a certificate that is not the setup's. */
  readonly ca?: string;
  /** What the process says of itself, `BIRD 2.0.12`; null where it can't be asked. */
  readonly version: string | null;
  /** SHA-256 of the program that runs, in hexadecimal digits; null where it is a script or bundle whose version says it all. */
  readonly binaryDigest?: string | null;
  /** What can't be seen of it, and why, in words that fit a table; absent where nothing is hidden. */
  readonly unseen?: Unseen;
  /**
   * By the target's own counters, by the peer's name; rejects with TargetError where they are unseen. Each call costs the
   * target some work: ask sparingly.
   */
  counts(): Promise<ReadonlyMap<string, PeerCounts>>;
  /** Throws TargetError where it is unseen. */
  usage(): Usage;
  /** Of the tunnel in front of it, where there is one; not part of `usage`. */
  tunnelUsage?(): Usage;
  /** Resolves, with the reason in one line, if the process ends though nobody called `stop`. */
  readonly died: Promise<string>;
  /**
   * Which of its processes, a tunnel's too, is stopped or has ended, as a part of a sentence; null when none is that can be seen. A
   * target of several may hang so, and still be there and use CPU.
   */
  halted(): string | null;
  /** SIGTERM, then SIGKILL when that does not help. Resolves when the process is gone and its files are removed. */
  stop(): Promise<void>;
}

export interface Unseen {
  /** `counts` can't be asked. */
  readonly counts: boolean;
  /** `usage` can't be asked. */
  readonly usage: boolean;
  readonly why: string;
  /** What a user should look at when no session comes up: it was not us who set it up. */
  readonly advice: string;
}

/** Counts by the address of a peer as counts by its name; addresses that no peer has are left out. */
export const byName = (
  peers: readonly TargetPeer[],
  byAddress: ReadonlyMap<string, PeerCounts>,
): Map<string, PeerCounts> =>
  new Map(
    peers.flatMap(({ name, address }): [string, PeerCounts][] => {
      const counts = byAddress.get(address);
      return counts === undefined ? [] : [[name, counts]];
    }),
  );

/** A target could not be started or asked: the text says what happened and is fit for a user. */
export class TargetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TargetError";
  }
}

export const checkSetup = ({ peers, transport, tls }: TargetSetup): void => {
  for (const { name } of peers) {
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`"${name}" cannot name a peer`);
  }
  if (new Set(peers.map(({ name }) => name)).size !== peers.length) throw new RangeError("two peers have one name");
  if (transport !== "tcp" && tls === undefined) throw new RangeError("TLS needs a certificate");
};
