import { existsSync } from "node:fs";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { connect } from "../transport/index.js";
import { usageOf } from "./daemon.js";
import { haltedOf, named } from "./halted.js";
import { listeningProcess } from "./listening-process.js";
import { type Comparability, type RunningTarget, type Target, TargetError } from "./target.js";

/** A speaker that runs already, on this machine. */
export interface EndpointOptions {
  /** IPv4: the tester's peers have IPv4 addresses. */
  readonly address: string;
  readonly port: number;
  readonly as: number;
  /** PEM text of the authority that issued its certificate; it speaks TCP when absent. */
  readonly ca?: string;
}

/**
 * It is neither started nor stopped by us, so runs don't begin with a fresh process. It must know the tester's peers, see
 * `--endpoint-config`. Throws RangeError for an address that is not this machine's.
 */
export const endpoint = (options: EndpointOptions): Target => {
  if (!isOurs(options.address)) throw new RangeError(`${options.address} is no IPv4 address of this machine`);
  return {
    name: "endpoint",
    transports: [options.ca === undefined ? "tcp" : "tls"],
    comparability: endpointComparability,

    async available() {
      return null;
    },

    async start() {
      await reachEndpoint(options);
      return running(options);
    },
  };
};

/** Nobody told us how it is set up. */
export const endpointComparability: Comparability = {
  mrai: "not known",
  damping: "not known",
  threads: "not known",
  policy: "not known",
  fib: "not known",
  notes: [
    "not started for each run: one process takes all of them, and begins with what it was before",
    "peak memory is that since its own start, whatever it did then",
  ],
};

/** Resolves when it takes a connection, over TLS with its handshake. Rejects with TargetError, which says why not. */
export const reachEndpoint = ({ address, port, ca }: EndpointOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const to = { address, port, timeoutMs: REACH_MS };
    connect(ca === undefined ? { ...to, transport: "tcp" } : { ...to, transport: "tls", tls: { ca } }, {
      connected(stream) {
        stream.destroy();
        resolve();
      },
      failed: (reason) => reject(new TargetError(`endpoint: ${reason}`)),
    });
  });

const REACH_MS = 5000;

/** Whether the address is one of this machine's, the whole loopback network included. */
export const isOurs = (address: string): boolean => {
  if (!isIPv4(address)) return false;
  if (address.startsWith("127.")) return true;
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));
};

const NO_COUNTERS = "an endpoint's counters can't be asked: no intake";

const running = ({ address, port, as, ca }: EndpointOptions): RunningTarget => {
  const found = listeningProcess(address, port);
  const pid = "pid" in found ? found.pid : null;
  const processes = pid === null ? [] : [named(pid)];
  const why = "hidden" in found ? `${NO_COUNTERS}; ${found.hidden}: no CPU and memory` : NO_COUNTERS;
  let watch: NodeJS.Timeout | undefined;
  const died = new Promise<string>((resolve) => {
    if (pid === null) return;
    watch = setInterval(() => {
      if (existsSync(`/proc/${pid}`)) return;
      clearInterval(watch);
      resolve(`endpoint: its process ${pid} has ended`);
    }, WATCH_MS);
    watch.unref();
  });
  return {
    name: "endpoint",
    pid,
    address,
    port,
    as,
    ...(ca === undefined ? {} : { ca }),
    version: null,
    died,
    halted: () => haltedOf(processes),
    unseen: {
      counts: true,
      usage: pid === null,
      why,
      advice: `does it know all the peers of --endpoint-config, and ${ca === undefined ? "is it without TLS" : "does it need no certificate of theirs"}?`,
    },
    async counts() {
      throw new TargetError(`endpoint: ${NO_COUNTERS}`);
    },
    usage() {
      if (pid === null) throw new TargetError(`endpoint: ${why}`);
      return usageOf("endpoint", pid);
    },
    async stop() {
      clearInterval(watch);
    },
  };
};

const WATCH_MS = 100;
