import { isIPv4 } from "node:net";
import { Role } from "../codec/capability/09-role.js";
import { gracefulRestart } from "../codec/capability/64-graceful-restart.js";
import { AddPathMode } from "../codec/capability/69-add-path.js";
import { lastValueOf } from "../codec/capability/list.js";
import { TCP_AO_CODE } from "../codec/capability/tcp-ao.js";
import { type Family, Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { RefreshSubtype } from "../codec/message/route-refresh.js";
import { ORDINARY_MAX_MESSAGE, type SessionContext } from "../codec/session-context.js";
import { AdjRibOut } from "../rib/adj-rib-out.js";
import type { Rib } from "../rib/rib.js";
import type { Negotiated, PeeringConfig } from "../session/types.js";
import type { ConnectOptions, Stream, TlsOptions } from "../transport/index.js";
import { addressOctets, identifierOf } from "./address.js";
import { type DriverConfig, PeerDriver } from "./driver.js";
import { Importer } from "./import.js";
import { Outlet } from "./outlet.js";
import type { PeerConfig, SpeakerConfig } from "./settings.js";
import type { PeerStatus } from "./status.js";

/** Milliseconds for connection and TLS handshake together. */
const CONNECT_TIMEOUT_MS = 10_000;

/** What peers share. */
export interface Surroundings extends Pick<DriverConfig, "clock" | "random"> {
  readonly config: SpeakerConfig;
  readonly tls: TlsOptions | undefined;
  readonly rib: Rib;
  /** What the Software Version capability says, where a peer is to be told. */
  readonly softwareVersion: string;
  /** Asks for `flush` to be called soon. */
  wake(): void;
  log(line: string): void;
}

/** One peer of the speaker: its session, and while that is up, its way into the RIB and out of it. */
export class SpeakerPeer {
  readonly name: string;
  readonly config: PeerConfig;
  readonly #surroundings: Surroundings;
  readonly #driver: PeerDriver;
  /** While established: its number in the RIB, its routes in and out. */
  #index = -1;
  #importer: Importer | null = null;
  #ribsOut: ReadonlyMap<Family, AdjRibOut> = new Map();
  #outlet: Outlet | null = null;
  #establishedAt = 0;
  #flaps = 0;

  constructor(config: PeerConfig, surroundings: Surroundings) {
    this.name = config.name ?? config.address;
    this.config = config;
    this.#surroundings = surroundings;
    this.#driver = new PeerDriver(
      {
        ...timeOf(surroundings),
        peering: peeringOf(config, surroundings),
        connect: connectionOf(config, surroundings),
      },
      {
        established: (negotiated) => this.#established(negotiated),
        update: (msg, start, end) => {
          const found = this.#importer?.take(msg, start, end) ?? null;
          if (found === null) surroundings.wake();
          return found;
        },
        refresh: (family, subtype) => this.#refresh(family, subtype),
        down: (reason) => this.#down(reason),
        drained: () => {
          this.#outlet?.drained();
          surroundings.wake();
        },
        log: (line) => surroundings.log(`${this.name}: ${line}`),
      },
    );
  }

  start(): void {
    this.#driver.start();
  }

  stop(communication: string): Promise<void> {
    return this.#driver.stop(communication);
  }

  accept(stream: Stream): void {
    this.#driver.accept(stream);
  }

  get isPending(): boolean {
    return this.#outlet?.isPending ?? false;
  }

  flush(): void {
    this.#outlet?.flush();
  }

  status(): PeerStatus {
    const { config, tls } = this.#surroundings;
    const counts = this.#importer?.counts;
    const ribsOut = [...this.#ribsOut.values()];
    let received = 0;
    if (this.#index >= 0)
      for (const rib of this.#surroundings.rib.families.values()) received += rib.received(this.#index);
    return {
      name: this.name,
      address: this.config.address,
      as: this.config.as,
      state: this.#driver.state,
      transport: this.config.transport,
      security: this.#driver.security === null ? null : describeSecurity(this.#driver, tls),
      uptimeSeconds: this.#importer === null ? 0 : Math.round((performance.now() - this.#establishedAt) / 1000),
      holdTime: this.#driver.negotiated?.holdTime ?? this.config.holdTime ?? config.holdTime,
      received,
      accepted: received,
      sent: ribsOut.reduce((sum, rib) => sum + rib.sent, 0),
      updatesReceived: counts?.updates ?? 0,
      updatesSent: ribsOut.reduce((sum, rib) => sum + rib.updates, 0),
      treatedAsWithdraw: counts?.treatedAsWithdraw ?? 0,
      attributesDiscarded: counts?.discarded ?? 0,
      ineligible: counts?.ineligible ?? 0,
      endOfRib: [...(counts?.endOfRib ?? [])].map((family) => (family === Ipv4Unicast ? "ipv4" : "ipv6")),
      flaps: this.#flaps,
      softwareVersion: this.#driver.negotiated?.softwareVersion ?? null,
      lastError: this.#driver.lastReason,
    };
  }

  #established(negotiated: Negotiated): void {
    const { rib, log, wake } = this.#surroundings;
    const { stream } = this.#driver;
    if (stream === null) return;
    this.#index = rib.peers.add({
      external: negotiated.external,
      identifier: negotiated.remoteIdentifier,
      address: addressOctets(stream.remote.address),
      reflectorClient: this.config.routeReflectorClient,
    });
    this.#importer = new Importer(rib, this.#index, negotiated);
    const target = {
      peer: this.#index,
      session: this.#sendContext(negotiated),
      identifier: negotiated.localIdentifier,
      nextHop4: nextHop4Of(stream.local.address, this.#surroundings.config),
      nextHop6: addressOctets(this.config.nextHop6 ?? stream.local.address),
      ...otcRules(negotiated.role),
    };
    const ribsOut = new Map<Family, AdjRibOut>();
    for (const [family, table] of rib.families) {
      if (negotiated.send.families.has(family)) ribsOut.set(family, new AdjRibOut(table, target));
    }
    this.#ribsOut = ribsOut;
    this.#outlet = new Outlet([...ribsOut.values()], stream, (octets) => this.#driver.write(octets));
    this.#establishedAt = performance.now();
    log(`${this.name}: established${stream.security === null ? "" : ` over ${stream.security.protocol}`}`);
    wake();
  }

  /**
   * RFC 8654 §4 lets us send long messages to whoever offers to take them. BIRD 2 takes them only from a peer that offers
   * the same, and who turned them off here did not mean one direction.
   */
  #sendContext({ send }: Negotiated): SessionContext {
    return this.config.extendedMessages ? send : { ...send, maxMessage: ORDINARY_MAX_MESSAGE };
  }

  #refresh(family: Family, subtype: number): void {
    const { rib, log, wake } = this.#surroundings;
    const { negotiated } = this.#driver;
    const table = rib.families.get(family);
    if (negotiated === null || table === undefined) return;
    if (subtype === RefreshSubtype.Request) {
      this.#ribsOut.get(family)?.refresh(negotiated.enhancedRefresh);
    } else if (subtype === RefreshSubtype.Begin) {
      if (this.#isAwaitingEndOfRib(family)) log(`${this.name}: ignored a BoRR that came before End-of-RIB`);
      else table.markStale(this.#index);
    } else {
      const purged = table.purgeStale(this.#index);
      if (purged > 0) log(`${this.name}: ${purged} routes were not sent again by a refresh and are gone`);
    }
    wake();
  }

  /** RFC 7313 §4: a peer that restarts gracefully ends its first transfer of a family before it may begin a refresh. */
  #isAwaitingEndOfRib(family: Family): boolean {
    const restart = lastValueOf(this.#driver.negotiated?.capabilities ?? [], gracefulRestart);
    if (restart === undefined || !restart.families.some((one) => one.family === family)) return false;
    return this.#importer?.counts.endOfRib.has(family) === false;
  }

  #down(reason: string): void {
    const { rib, log, wake } = this.#surroundings;
    if (this.#importer === null) return;
    this.#flaps++;
    this.#importer = null;
    this.#outlet?.close();
    this.#outlet = null;
    this.#ribsOut = new Map();
    for (const table of rib.families.values()) table.dropPeer(this.#index);
    rib.peers.remove(this.#index);
    this.#index = -1;
    log(`${this.name}: down: ${reason}`);
    wake();
  }
}

const timeOf = ({ clock, random }: Surroundings): Pick<DriverConfig, "clock" | "random"> => ({
  ...(clock === undefined ? {} : { clock }),
  ...(random === undefined ? {} : { random }),
});

const peeringOf = (config: PeerConfig, { config: speaker, softwareVersion }: Surroundings): PeeringConfig => ({
  localAs: speaker.localAs,
  identifier: identifierOf(speaker.routerId),
  peerAs: config.as,
  passive: config.passive,
  holdTime: config.holdTime ?? speaker.holdTime,
  families: config.families.map((name) => FAMILIES[name]),
  addPath: new Map(
    Object.entries(config.addPath ?? {}).flatMap(([name, mode]) =>
      mode === undefined ? [] : [[FAMILIES[name as FamilyName], ADD_PATH[mode]] as const],
    ),
  ),
  routeRefresh: config.routeRefresh,
  enhancedRefresh: config.routeRefresh,
  extendedMessages: config.extendedMessages,
  ...(config.role === undefined ? {} : { role: ROLES[config.role] }),
  ...(config.strictRole === undefined ? {} : { strictRole: config.strictRole }),
  ...(config.softwareVersion ? { softwareVersion } : {}),
  ...tcpAoOf(config),
  ...(config.connectRetry === undefined ? {} : { connectRetry: config.connectRetry }),
  ...(config.idleHold === undefined ? {} : { idleHold: config.idleHold }),
  ...(config.idleHoldMax === undefined ? {} : { idleHoldMax: config.idleHoldMax }),
});

const tcpAoOf = ({ tcpAoCapability = false }: PeerConfig): Pick<PeeringConfig, "tcpAoCapability"> => {
  if (tcpAoCapability === false) return {};
  return { tcpAoCapability: tcpAoCapability === true ? TCP_AO_CODE : tcpAoCapability };
};

const connectionOf = (config: PeerConfig, { tls }: Surroundings): ConnectOptions | null =>
  config.passive
    ? null
    : {
        address: config.address,
        port: config.port ?? 179,
        transport: config.transport,
        timeoutMs: CONNECT_TIMEOUT_MS,
        ...(config.localAddress === undefined ? {} : { localAddress: config.localAddress }),
        ...(config.transport === "tls" && tls !== undefined
          ? { tls: { ...tls, serverName: config.serverName ?? config.address } }
          : {}),
      };

type FamilyName = PeerConfig["families"][number];

const FAMILIES: Readonly<Record<FamilyName, Family>> = { ipv4: Ipv4Unicast, ipv6: Ipv6Unicast };
const ADD_PATH = { receive: AddPathMode.Receive, send: AddPathMode.Send, both: AddPathMode.Both } as const;
const ROLES = {
  provider: Role.Provider,
  rs: Role.RouteServer,
  "rs-client": Role.RouteServerClient,
  customer: Role.Customer,
  peer: Role.Peer,
} as const;

/** RFC 9234 §5, egress, by our own role towards the peer. */
const otcRules = (local: Role | null): { blocksOtc: boolean; addsOtc: boolean } => ({
  blocksOtc: local === Role.Customer || local === Role.Peer || local === Role.RouteServerClient,
  addsOtc: local === Role.Provider || local === Role.Peer || local === Role.RouteServer,
});

/** A session over IPv6 has no IPv4 address of ours at hand; the router id is one as a rule. */
const nextHop4Of = (local: string, config: SpeakerConfig): Uint8Array =>
  addressOctets(isIPv4(local) ? local : config.routerId).slice(12);

const describeSecurity = (driver: PeerDriver, tls: TlsOptions | undefined): PeerStatus["security"] => {
  const security = driver.security;
  if (security === null) return null;
  return {
    profile: tls?.profile ?? "draft-00",
    protocol: security.protocol,
    cipher: security.cipher,
    alpn: security.alpn,
    resumed: security.resumed,
    peer: security.peerCertificate?.subject ?? null,
  };
};
