import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon, findProgram } from "./daemon.js";
import { freePort, whyNotListen } from "./listening.js";
import { findCompiler, makeAlpnLibrary } from "./stunnel-alpn.js";
import {
  type Comparability,
  checkSetup,
  type RunningTarget,
  type Target,
  TargetError,
  type TargetPeer,
  type TargetSetup,
} from "./target.js";

/**
 * The same target with TLS 1.3 and ALPN `botls` from stunnel in front of it: it speaks TCP on a port of its own, and each
 * peer has a service of stunnel's with a port of its own, see `portFor`. It can be started with `tls-stunnel` only.
 *
 * A port for each, because a speaker tells its peers apart by address. stunnel's `local` binds its connection to the
 * speaker to the peer's own address; it can't choose that by the connection, only by the service. Its `transparent = source`
 * could, but needs CAP_NET_ADMIN, policy routing and netfilter rules.
 */
export const behindStunnel = (target: Target): Target => ({
  name: target.name,
  transports: target.transports.includes("tcp") ? ["tls-stunnel"] : [],
  comparability: withTunnel(target.comparability),

  async available() {
    return (await target.available()) ?? stunnelMissing();
  },

  async start(setup) {
    checkSetup(setup);
    if (setup.transport !== "tls-stunnel") throw new RangeError("stunnel gives tls-stunnel only");
    const missing = stunnelMissing();
    if (missing !== null) throw new TargetError(`${target.name}: ${missing}`);
    const { address, port, tls: _, ...inner } = setup;
    const services = await servicesOf(setup);
    const speaker = await target.start({ ...inner, transport: "tcp" });
    try {
      let running = await inFront(speaker, setup, services);
      // A port that was found free may be another's by the time stunnel listens; one that the caller chose stays.
      for (let left = PORT_CHOICES - 1; running === null && port === undefined && left > 0; left--) {
        running = await inFront(speaker, setup, await servicesOf(setup));
      }
      if (running !== null) return running;
      throw new TargetError("stunnel: it did not start: was a port or the certificate not to its liking?");
    } catch (error) {
      await speaker.stop();
      throw error;
    }
  },
});

const PORT_CHOICES = 3;

/** What is comparable of a target that has a tunnel in front of it. */
export const withTunnel = (comparability: Comparability): Comparability => ({
  ...comparability,
  notes: [...comparability.notes, "over tls-stunnel: stunnel, a thread for each peer, passes all octets on"],
});

/** What is missing for a tunnel, and how to get it; null when nothing is. */
export const stunnelMissing = (): string | null => {
  if (findStunnel() === null) return "stunnel is not installed; apt-get install stunnel4";
  if (findCompiler() === null) return "no C compiler, and stunnel alone has no ALPN; apt-get install gcc";
  return null;
};

export const findStunnel = (): string | null => findProgram("stunnel4") ?? findProgram("stunnel");

interface Service {
  readonly peer: TargetPeer;
  readonly address: string;
  readonly port: number;
}

const servicesOf = async ({ peers, address = "127.0.0.1", port }: TargetSetup): Promise<Service[]> => {
  const services: Service[] = [];
  for (const peer of peers) {
    if (peer.dial !== undefined) throw new RangeError("a target behind stunnel takes connections and makes none");
    const own = { address, port: port === undefined ? await freePort(address) : port + services.length };
    const hindrance = await whyNotListen(own);
    if (hindrance !== null)
      throw new TargetError(`stunnel: it cannot listen at ${address} port ${own.port}: ${hindrance}`);
    services.push({ peer, ...own });
  }
  return services;
};

/** Null where stunnel ended at its start. */
const inFront = async (
  speaker: RunningTarget,
  setup: TargetSetup,
  services: readonly Service[],
): Promise<RunningTarget | null> => {
  const tunnel = new Daemon("stunnel");
  const file = (name: string): string => join(tunnel.directory, name);
  const [first] = services;
  if (first === undefined || setup.tls === undefined) throw new RangeError("a tunnel needs a peer and a certificate");
  try {
    for (const name of ["cert", "key", "ca"] as const) {
      writeFileSync(file(`${name}.pem`), setup.tls[name], { mode: 0o600 });
    }
    writeFileSync(file("stunnel.conf"), stunnelConfig(services, speaker, setup.tls.mutual));
    const library = await makeAlpnLibrary(findCompiler() ?? "cc", tunnel.directory);
    const preload = [library, process.env.LD_PRELOAD ?? ""].filter((part) => part !== "").join(":");
    tunnel.launch({
      command: findStunnel() ?? "stunnel4",
      args: [file("stunnel.conf")],
      env: { LD_PRELOAD: preload },
      patienceMs: STOP_PATIENCE_MS,
    });
    // It writes the file once it listens on all ports.
    await tunnel.ready(async () => (existsSync(file("stunnel.pid")) ? true : null));
  } catch (error) {
    await tunnel.stop();
    if (tunnel.ended === null) throw error;
    return null;
  }
  const ports = new Map(services.map(({ peer, port }) => [peer.name, port]));
  return {
    ...speaker,
    counts: () => speaker.counts(),
    usage: () => speaker.usage(),
    address: first.address,
    port: first.port,
    portFor(peer) {
      const port = ports.get(peer);
      if (port === undefined) throw new RangeError(`there is no peer ${peer}`);
      return port;
    },
    died: Promise.race([speaker.died, tunnel.died]),
    halted: () => speaker.halted() ?? tunnel.halted(),
    tunnelUsage() {
      return tunnel.usage();
    },
    async stop() {
      try {
        await tunnel.stop();
      } finally {
        await speaker.stop();
      }
    },
  };
};

const STOP_PATIENCE_MS = 3000;

/**
 * Relative names: it runs in its own directory. The cipher suite is the one that our own TLS comes to: the first that
 * Node offers. TCP_NODELAY on both sides as on our own sockets.
 */
export const stunnelConfig = (
  services: readonly Service[],
  { address, port }: Pick<RunningTarget, "address" | "port">,
  mutual: boolean,
): string => `
foreground = yes
pid = ./stunnel.pid
debug = err
syslog = no
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
sslVersionMin = TLSv1.3
ciphersuites = TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256
cert = cert.pem
key = key.pem
${mutual ? "CAfile = ca.pem\nverifyChain = yes\n" : ""}${services
  .map(
    (service) => `
[${service.peer.name}]
accept = ${service.address}:${service.port}
connect = ${address}:${port}
local = ${service.peer.address}
`,
  )
  .join("")}`;
