import { availableParallelism } from "node:os";
import {
  type authentications,
  distribution,
  type HandshakeFigures,
  type HandshakeKey,
  type HandshakeRow,
  type keyTypes,
  summary,
  type tlsVersions,
} from "../../src/results/index.js";
import type { Target, TargetPeer, Transport } from "../../src/target/target.js";
import { type Certificates, makeCertificates } from "../../src/transport/certificates.js";
import type { TlsOptions } from "../../src/transport/index.js";
import type { HandshakeActions, SessionsRun } from "../tester/handshake.js";
import type { ClientPeer } from "../tester/handshake-client.js";
import { TesterError, Worker } from "../tester/worker.js";
import { busiest } from "./bottleneck.js";
import { Cell, measureCells } from "./cells.js";
import { Interrupted, TARGET_AS, TARGET_ID } from "./lab.js";

export interface HandshakeOptions {
  readonly targets: readonly Target[];
  readonly transports: readonly Transport[];
  readonly versions: readonly (typeof tlsVersions)[number][];
  readonly keys: readonly (typeof keyTypes)[number][];
  readonly authentications: readonly (typeof authentications)[number][];
  /** Which kinds of handshake. */
  readonly resumed: readonly boolean[];
  /** Fresh processes of each target for each row. */
  readonly runs: number;
  /** Sessions of each run, behind a warm-up that is not measured. */
  readonly count: number;
  /** Peers that connect at the same time: at most MAX_PEERS. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export const MAX_PEERS = 200;

/**
 * How many BGP sessions a second a speaker sets up, and what one costs it: TCP, TLS, OPEN and KEEPALIVE until
 * Established, then a Cease. Each peer has an address of its own and comes back as soon as the target takes it.
 *
 * Yields all rows after each run. A daemon without TLS has one row that says so.
 */
export async function* handshake(options: HandshakeOptions): AsyncGenerator<readonly HandshakeRow[]> {
  const cells = await cellsOf(options);
  const certificates = new Map<string, Certificates>();
  for (const key of options.keys) {
    if (options.transports.includes("tls")) {
      certificates.set(key, await makeCertificates({ key, names: ["127.0.0.1"] }));
    }
  }
  const rows = (): HandshakeRow[] => cells.map((cell) => rowOf(cell, options));
  yield rows();
  const interrupted = new Promise<never>((_, reject) => {
    options.signal.addEventListener("abort", () => reject(new Interrupted()), { once: true });
  });
  interrupted.catch(() => undefined);
  const measure = (cell: Cell<Sample>): Promise<Sample> =>
    options.signal.aborted
      ? Promise.reject(new Interrupted())
      : measureOnce(cell as HandshakeCell, certificates, options, interrupted);
  for await (const _ of measureCells(cells, options.runs, measure, options.progress)) yield rows();
}

type Tls = NonNullable<HandshakeKey["tls"]>;

/** One fresh target: what its sessions took. */
interface Sample {
  readonly seconds: number;
  readonly targetCpuSeconds: number;
  readonly clients: readonly SessionsRun[];
}

class HandshakeCell extends Cell<Sample> {
  readonly tls: Tls | null;
  constructor(target: Target, transport: Transport, tls: Tls | null) {
    super(target, transport);
    this.tls = tls;
  }
}

const cellsOf = async (options: HandshakeOptions): Promise<HandshakeCell[]> => {
  const cells: HandshakeCell[] = [];
  for (const target of options.targets) {
    const missing = await target.available();
    for (const transport of options.transports) {
      const kinds = transport === "tls" && target.transports.includes("tls") ? tlsKinds(options) : [null];
      for (const tls of kinds) {
        const cell = new HandshakeCell(target, transport, tls);
        if (missing !== null) cell.skipped = missing;
        else if (!target.transports.includes(transport)) cell.skipped = `no ${transport.toUpperCase()}`;
        cells.push(cell);
      }
    }
  }
  return cells;
};

const tlsKinds = ({ versions, keys, authentications: ways, resumed: kinds }: HandshakeOptions): Tls[] =>
  versions.flatMap((version) =>
    keys.flatMap((key) =>
      ways.flatMap((authentication) => kinds.map((resumed) => ({ version, key, authentication, resumed }))),
    ),
  );

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
  { count, concurrency }: HandshakeOptions,
  interrupted: Promise<never>,
): Promise<Sample> => {
  const { target, transport, tls } = cell;
  const peers = Array.from({ length: Math.min(concurrency, count) }, (_, n) => peerOf(n));
  const issued = tls === null ? undefined : certificates.get(tls.key);
  const running = await target.start({
    transport,
    as: TARGET_AS,
    routerId: TARGET_ID,
    peers,
    ...(issued === undefined
      ? {}
      : { tls: { ...issued.server, ca: issued.ca, mutual: tls?.authentication === "mutual" } }),
  });
  const workers: Worker<HandshakeActions>[] = [];
  try {
    cell.version = running.version;
    const { address, port } = running;
    const shares = dealt(peers, processesFor(peers.length));
    const died = running.died.then((reason): never => {
      throw new TesterError(reason);
    });
    const work = async (): Promise<Sample> => {
      for (const share of shares) {
        const worker = new Worker<HandshakeActions>("client", new URL("../tester/handshake.js", import.meta.url));
        workers.push(worker);
        const how = { resume: tls?.resumed === true, tls: tls === null ? null : clientTls(tls, issued) };
        await worker.call("setup", { address, port, ...how, peers: share });
      }
      const all = (sessions: number): Promise<SessionsRun[]> =>
        Promise.all(
          workers.map((worker, n) => worker.call("run", { count: Math.ceil((sessions - n) / workers.length) })),
        );
      // Compilers and caches of both sides, the peers' first sessions to resume, and how long they must pause.
      await all(Math.max(2 * peers.length, Math.min(count, WARM_UP)));
      const before = running.usage().cpuSeconds;
      const start = performance.now();
      const clients = await all(count);
      const seconds = (performance.now() - start) / 1000;
      return { seconds, targetCpuSeconds: running.usage().cpuSeconds - before, clients };
    };
    return await Promise.race([work(), died, interrupted]);
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
    await running.stop();
  }
};

const WARM_UP = 200;

/** The peers dealt out to so many processes, so that none has more than one peer more than another. */
const dealt = <Item>(items: readonly Item[], processes: number): Item[][] =>
  Array.from({ length: processes }, (_, n) => items.filter((_item, i) => i % processes === n));

const clientTls = ({ version, authentication }: Tls, issued: Certificates | undefined): TlsOptions => ({
  minVersion: `TLSv${version}`,
  maxVersion: `TLSv${version}`,
  ...(issued === undefined ? {} : { ca: issued.ca }),
  ...(issued !== undefined && authentication === "mutual" ? issued.client : {}),
});

const rowOf = (cell: HandshakeCell, { count, concurrency }: HandshakeOptions): HandshakeRow => {
  const key = { ...cell.key, tls: cell.tls, count, concurrency: Math.min(concurrency, count) };
  return cell.row<HandshakeKey, HandshakeFigures>(key, (samples) => {
    const clients = samples.flatMap((sample) => sample.clients);
    const overTls = cell.tls !== null;
    return {
      sessions_per_s: summary(samples.map(({ seconds }) => count / seconds)),
      cpu_ms_per_session: summary(samples.map(({ targetCpuSeconds }) => (targetCpuSeconds * 1000) / count)),
      tcp_ms: distribution(clients.flatMap(({ tcpMs }) => tcpMs)),
      tls_ms: overTls ? distribution(clients.flatMap(({ tlsMs }) => tlsMs)) : null,
      open_ms: distribution(clients.flatMap(({ openMs }) => openMs)),
      established_ms: distribution(clients.flatMap(({ establishedMs }) => establishedMs)),
      resumed_share: overTls ? total(clients, ({ resumed }) => resumed) / (samples.length * count) : null,
      retries: total(clients, ({ retries }) => retries),
      pause_ms: Math.max(...clients.map(({ pauseMs }) => pauseMs)),
      bottleneck: bottleneckOf(samples),
    };
  });
};

const total = (clients: readonly SessionsRun[], of: (client: SessionsRun) => number): number =>
  clients.reduce((sum, client) => sum + of(client), 0);

/** A process that works less than so much of the time waits for something else. */
const BUSY = 0.7;

const bottleneckOf = (samples: readonly Sample[]): HandshakeFigures["bottleneck"] => {
  const sum = (of: (sample: Sample) => number): number => samples.reduce((all, sample) => all + of(sample), 0);
  const seconds = sum((sample) => sample.seconds);
  const target = sum(({ targetCpuSeconds }) => targetCpuSeconds);
  const sender = sum(({ clients }) => Math.max(...clients.map(({ cpuSeconds }) => cpuSeconds)));
  if (Math.max(target, sender) < BUSY * seconds) {
    return samples.some(({ clients }) => clients.some(({ pauseMs }) => pauseMs > 0)) ? "pause" : "unclear";
  }
  const first = busiest({ target, sender, receiver: 0 });
  return first === "target" ? "target" : first === "sender" ? "client" : "unclear";
};
