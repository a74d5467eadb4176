import { availableParallelism } from "node:os";
import {
  type ArrivalKind,
  type Authentication,
  distribution,
  type HandshakeEnd,
  type HandshakeFigures,
  type HandshakeKey,
  type HandshakeRow,
  type KeyExchangeGroup,
  type KeyTypeName,
  type Summary,
  summary,
  type TlsVersionName,
} from "../../src/results/index.js";
import type { Target, TargetPeer, Transport } from "../../src/target/target.js";
import { type Certificates, makeCertificates } from "../../src/transport/certificates.js";
import type { TlsOptions } from "../../src/transport/index.js";
import { arrivalTimes } from "../tester/arrival-times.js";
import type { HandshakeActions, SessionsRun } from "../tester/handshake.js";
import type { ClientPeer } from "../tester/handshake-client.js";
import { TesterError, Worker } from "../tester/worker.js";
import { busiest } from "./bottleneck.js";
import { Cell, measureCells, cellsOf as plainCells } from "./cells.js";
import { type Cost, costSince, seen } from "./cost.js";
import { type Around, withTarget } from "./with-target.js";

export interface HandshakeOptions {
  readonly targets: readonly Target[];
  readonly transports: readonly Transport[];
  readonly versions: readonly TlsVersionName[];
  readonly keys: readonly KeyTypeName[];
  readonly authentications: readonly Authentication[];
  /** Which kinds of handshake. */
  readonly resumed: readonly boolean[];
  /** Key exchange groups; each has rows of its own. */
  readonly groups: readonly KeyExchangeGroup[];
  readonly until: HandshakeEnd;
  /** Fresh processes of each target for each row. */
  readonly runs: number;
  /** Sessions of each run. */
  readonly count: number;
  /** Sessions before them that are not measured. */
  readonly warmUp: number;
  /** Peers that connect at the same time: at most MAX_PEERS. */
  readonly concurrency: number;
  /** Open loop, sessions a second, one row for each; null: closed loop. */
  readonly rates: readonly (number | null)[];
  readonly arrivals: ArrivalKind;
  /** Of the arrivals. */
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export const MAX_PEERS = 200;

/**
 * How many BGP sessions a second a speaker sets up, and what one costs it: TCP, TLS, OPEN and KEEPALIVE until
 * Established, then a Cease; or until the end of the TLS handshake only. Each peer has an address of its own. In closed loop
 * it comes back as soon as the target takes it; in open loop sessions come due at a rate, however the target gets on.
 *
 * Yields all rows after each run. A daemon without TLS has one row that says so.
 */
export async function* handshake(options: HandshakeOptions): AsyncGenerator<readonly HandshakeRow[]> {
  const cells = await cellsOf(options);
  const certificates = new Map<string, Certificates>();
  for (const key of options.keys) {
    if (options.transports.some((transport) => transport !== "tcp")) {
      certificates.set(key, await makeCertificates({ key, names: ["127.0.0.1"] }));
    }
  }
  const rows = (): HandshakeRow[] => cells.map((cell) => rowOf(cell, options));
  yield rows();
  const measure = (cell: Cell<Sample>): Promise<Sample> => measureOnce(cell as HandshakeCell, certificates, options);
  for await (const _ of measureCells(cells, options.runs, measure, options.progress)) yield rows();
}

type Tls = NonNullable<HandshakeKey["tls"]>;

/** One fresh target: what its sessions took. */
interface Sample {
  readonly seconds: number;
  readonly cost: Cost;
  readonly clients: readonly SessionsRun[];
}

class HandshakeCell extends Cell<Sample> {
  readonly tls: Tls | null;
  readonly rate: number | null;
  constructor(target: Target, transport: Transport, tls: Tls | null, rate: number | null) {
    super(target, transport);
    this.tls = tls;
    this.rate = rate;
  }
}

const cellsOf = async (options: HandshakeOptions): Promise<HandshakeCell[]> => {
  const cells: HandshakeCell[] = [];
  for (const { target, transport, skipped } of await plainCells(options.targets, options.transports)) {
    const isSpoken = target.transports.includes(transport);
    const kinds = transport !== "tcp" && isSpoken ? tlsKinds(options) : [null];
    for (const tls of kinds) {
      for (const rate of isSpoken ? options.rates : options.rates.slice(0, 1)) {
        const cell = new HandshakeCell(target, transport, tls, rate);
        cell.skipped = skipped;
        if (tls?.version === "1.2" && transport === "tls-stunnel") cell.skipped ??= "the tunnel speaks TLS 1.3 only";
        if (tls !== null) cell.skipped ??= lackOf(tls, process.versions.openssl);
        else if (options.until === "tls") cell.skipped ??= "no TLS handshake over TCP";
        cells.push(cell);
      }
    }
  }
  return cells;
};

const tlsKinds = ({ versions, keys, authentications: ways, resumed: kinds, groups }: HandshakeOptions): Tls[] =>
  versions.flatMap((version) =>
    keys.flatMap((key) =>
      ways.flatMap((authentication) =>
        kinds.flatMap((resumed) => groups.map((group) => ({ version, key, authentication, resumed, group }))),
      ),
    ),
  );

/** Why our client cannot make this kind of handshake, with this OpenSSL; null when it can. */
export const lackOf = ({ version, group }: Pick<Tls, "version" | "group">, openssl: string): string | null => {
  if (group !== "X25519MLKEM768") return null;
  if (version === "1.2") return "X25519MLKEM768 is a group of TLS 1.3 only";
  const [major = 0, minor = 0] = openssl.split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 5)
    ? null
    : `X25519MLKEM768 needs OpenSSL 3.5, this Node has ${openssl.replace(/\+.*/, "")}: run it with Node 24.7 or newer`;
};

const peerOf = (n: number): ClientPeer & TargetPeer => ({
  name: `peer${n}`,
  address: `127.0.3.${n + 1}`,
  as: 65_001 + n,
  identifier: 0x0a00_0301 + n,
  families: ["ipv4"],
});

/** Clients need about as much CPU as the target: what the machine has beside the target's own core, but no more than helps. */
const processesFor = (concurrency: number): number => Math.max(1, Math.min(4, availableParallelism() - 1, concurrency));

const measureOnce = async (
  cell: HandshakeCell,
  certificates: ReadonlyMap<string, Certificates>,
  { count, warmUp, concurrency, until, arrivals, seed, signal }: HandshakeOptions,
): Promise<Sample> => {
  const { target, transport, tls, rate } = cell;
  const peers = Array.from({ length: Math.min(concurrency, count) }, (_, n) => peerOf(n));
  const issued = tls === null ? undefined : certificates.get(tls.key);
  const workers: Worker<HandshakeActions>[] = [];
  const around: Around = {
    transport,
    tls:
      tls === null || issued === undefined
        ? null
        : {
            target: { ...issued.server, ca: issued.ca, mutual: tls.authentication === "mutual" },
            tester: clientTls(tls, issued),
          },
    peers,
    signal,
    hangUp: () => Promise.all(workers.map((worker) => worker.end())),
  };
  return await withTarget(target, around, async (running) => {
    cell.meet(running);
    const { address, port } = running;
    const reached = peers.map((peer) => ({ ...peer, port: running.portFor?.(peer.name) ?? port }));
    for (const share of dealt(reached, processesFor(peers.length))) {
      const worker = new Worker<HandshakeActions>("client", new URL("../tester/handshake.js", import.meta.url));
      workers.push(worker);
      const how = { resume: tls?.resumed === true, tls: around.tls?.tester ?? null };
      await worker.call("setup", { address, port, ...how, until, peers: share });
    }
    const closedLoop = (sessions: number): Promise<SessionsRun[]> =>
      Promise.all(
        workers.map((worker, n) => worker.call("run", { count: Math.ceil((sessions - n) / workers.length) })),
      );
    const openLoop = (perSecond: number): Promise<SessionsRun[]> => {
      const due = dealt(arrivalTimes(count, perSecond, arrivals, seed), workers.length);
      return Promise.all(workers.map((worker, n) => worker.call("runAt", { dueMs: due[n] ?? [] })));
    };
    // Compilers and caches of both sides, the peers' first sessions to resume, and how long they must pause.
    await closedLoop(warmUpOf({ warmUp, concurrency: peers.length }));
    const cost = costSince(running);
    const start = performance.now();
    const clients = await (rate === null ? closedLoop(count) : openLoop(rate));
    const seconds = (performance.now() - start) / 1000;
    if (clients.every(({ totalMs }) => totalMs.length === 0)) {
      throw new TesterError(`no session came to its end: ${describeFailures(failuresOf(clients))}`);
    }
    return { seconds, cost: cost(), clients };
  });
};

/** Each peer needs a session to resume, and must have met a target that holds it off. */
const warmUpOf = ({ warmUp, concurrency }: Pick<HandshakeOptions, "warmUp" | "concurrency">): number =>
  Math.max(2 * concurrency, warmUp);

/** The peers dealt out to so many processes, so that none has more than one peer more than another. */
const dealt = <Item>(items: readonly Item[], processes: number): Item[][] =>
  Array.from({ length: processes }, (_, n) => items.filter((_item, i) => i % processes === n));

const clientTls = ({ version, key, authentication, group }: Tls, issued: Certificates): TlsOptions => ({
  minVersion: `TLSv${version}`,
  maxVersion: `TLSv${version}`,
  // RFC 8422 §5.1: in TLS 1.2 the groups that a client offers are those of certificates too.
  groups: version === "1.2" && key === "p256" && group !== "P-256" ? `${group}:P-256` : group,
  ca: issued.ca,
  ...(authentication === "mutual" ? issued.client : {}),
});

const rowOf = (cell: HandshakeCell, options: HandshakeOptions): HandshakeRow => {
  const { count, until } = options;
  const concurrency = Math.min(options.concurrency, count);
  const { tls, rate } = cell;
  const key = {
    ...cell.key,
    tls,
    until,
    count,
    warm_up: warmUpOf({ ...options, concurrency }),
    concurrency,
    rate,
    arrivals: rate === null ? null : options.arrivals,
  };
  return cell.row<HandshakeKey, HandshakeFigures>(key, (samples) => {
    const clients = samples.flatMap((sample) => sample.clients);
    const over = (of: (client: SessionsRun) => readonly number[]): readonly number[] => clients.flatMap(of);
    /** Undefined where it can't be seen, or there is none. */
    const perSession = (who: keyof Cost): Summary | undefined => {
      const spent = seen(samples.map(({ cost }) => cost[who]));
      return spent && summary(spent.map(({ cpuSeconds }, n) => (cpuSeconds * 1000) / Math.max(1, ended[n] ?? 0)));
    };
    const ended = samples.map((sample) => total(sample.clients, ({ totalMs }) => totalMs.length));
    const tunnel = perSession("tunnel");
    return {
      sessions_per_s: summary(samples.map(({ seconds }, n) => (ended[n] ?? 0) / seconds)),
      cpu_ms_per_session: perSession("target"),
      ...(tunnel && { tunnel_cpu_ms_per_session: tunnel }),
      tcp_ms: distribution(over(({ tcpMs }) => tcpMs)),
      tls_ms: tls === null ? null : distribution(over(({ tlsMs }) => tlsMs)),
      open_ms: until === "tls" ? null : distribution(over(({ openMs }) => openMs)),
      total_ms: distribution(over(({ totalMs }) => totalMs)),
      resumed_share: tls === null ? null : total(clients, ({ resumed }) => resumed) / ended.reduce((a, b) => a + b, 0),
      agreed_groups: [...new Set(clients.flatMap(({ groups }) => groups))].sort(),
      failures: failuresOf(clients),
      pause_ms: Math.max(...clients.map(({ pauseMs }) => pauseMs)),
      open_loop:
        rate === null
          ? null
          : {
              wait_ms: distribution(over(({ waitMs }) => waitMs)),
              backlog: Math.max(...clients.map(({ backlog }) => backlog)),
            },
      bottleneck: bottleneckOf(samples),
    };
  });
};

const total = (clients: readonly SessionsRun[], of: (client: SessionsRun) => number): number =>
  clients.reduce((sum, client) => sum + of(client), 0);

const failuresOf = (clients: readonly SessionsRun[]): Record<string, number> => {
  const failures: Record<string, number> = {};
  for (const client of clients) {
    for (const [kind, times] of Object.entries(client.failures)) failures[kind] = (failures[kind] ?? 0) + times;
  }
  return failures;
};

const describeFailures = (failures: Readonly<Record<string, number>>): string =>
  Object.entries(failures)
    .map(([kind, times]) => `${times} × ${kind}`)
    .join(", ");

/** A process that works less than so much of the time waits for something else. */
const BUSY = 0.7;

const bottleneckOf = (samples: readonly Sample[]): HandshakeFigures["bottleneck"] => {
  if (samples.some(({ cost }) => cost.target === null)) return "unclear";
  const sum = (of: (sample: Sample) => number): number => samples.reduce((all, sample) => all + of(sample), 0);
  const seconds = sum((sample) => sample.seconds);
  const target = sum(({ cost }) => cost.target?.cpuSeconds ?? 0);
  const sender = sum(({ clients }) => Math.max(...clients.map(({ cpuSeconds }) => cpuSeconds)));
  if (Math.max(target, sender) < BUSY * seconds) {
    const isWaiting = ({ pauseMs, waitMs }: SessionsRun): boolean => pauseMs > 0 || waitMs.length > 0;
    return samples.some(({ clients }) => clients.some(isWaiting)) ? "pause" : "unclear";
  }
  const first = busiest({ target, sender, receiver: 0 });
  return first === "target" ? "target" : first === "sender" ? "client" : "unclear";
};
