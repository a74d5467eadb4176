import { setTimeout as wait } from "node:timers/promises";
import type { MpReach } from "../src/codec/attribute/14-mp-reach-nlri.js";
import type { MpUnreach } from "../src/codec/attribute/15-mp-unreach-nlri.js";
import { type Attribute, Flag } from "../src/codec/attribute.js";
import { AddPathMode } from "../src/codec/capability/69-add-path.js";
import { Ipv4Unicast, Ipv6Unicast } from "../src/codec/iana.js";
import { decodeUpdate, encodeUpdate, type Update } from "../src/codec/message/update.js";
import type { UnicastRoute } from "../src/codec/nlri/unicast.js";
import type { PeeringConfig } from "../src/session/types.js";
import { addressOctets, identifierOf } from "../src/speaker/address.js";
import { parseConfig } from "../src/speaker/config.js";
import { PeerDriver } from "../src/speaker/driver.js";
import { Speaker } from "../src/speaker/speaker.js";
import type { PeerStatus } from "../src/speaker/status.js";
import type { ConnectOptions } from "../src/transport/index.js";

/** Waits until `probe` gives something other than null, undefined or false. Rejects, naming `what`, when it takes too long. */
export const until = async <T>(
  what: string,
  probe: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  patienceMs = 15_000,
): Promise<T> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain: ${what}`);
    await wait(20);
  }
};

/** Our speaker in this process, quick to come back after an error. */
export class Running {
  readonly speaker: Speaker;
  readonly log: string[] = [];

  private constructor(config: unknown) {
    this.speaker = new Speaker(parseConfig(config), { version: "0.0.0-test", log: (line) => this.log.push(line) });
  }

  static async start(config: unknown): Promise<Running> {
    const running = new Running(config);
    await running.speaker.start();
    return running;
  }

  port(transport = "tcp"): number {
    const found = this.speaker.status().listening.find((one) => one.transport === transport);
    if (found === undefined) throw new Error(`nothing listens for ${transport}`);
    return found.port;
  }

  peer(name: string): PeerStatus {
    const found = this.speaker.status().peers.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no peer ${name}`);
    return found;
  }

  async established(name: string): Promise<void> {
    await until(
      `session with ${name}; the log says\n${this.log.slice(-20).join("\n")}`,
      () => this.peer(name).state === "Established",
    );
  }
}

export interface TestPeerOptions extends Partial<PeeringConfig> {
  readonly as: number;
  readonly routerId: string;
  readonly peerAs: number;
  readonly connect: Omit<ConnectOptions, "timeoutMs" | "transport"> & Partial<ConnectOptions>;
}

/** A peer that a test holds in its hand: it says what it is told to, and remembers what it was told. */
export class TestPeer {
  readonly driver: PeerDriver;
  readonly log: string[] = [];
  /** Subtypes of the ROUTE-REFRESHs that came, in order. */
  readonly refreshes: number[] = [];
  updates = 0;
  downs = 0;
  /** By path identifier (where there are any) and prefix. */
  readonly #routes = new Map<string, readonly Attribute[]>();

  constructor({ as, routerId, peerAs, connect, ...rest }: TestPeerOptions) {
    this.driver = new PeerDriver(
      {
        peering: {
          localAs: as,
          identifier: identifierOf(routerId),
          peerAs,
          families: [Ipv4Unicast, Ipv6Unicast],
          connectRetry: 1,
          idleHold: 0.05,
          idleHoldMax: 0.2,
          ...rest,
        },
        connect: { transport: "tcp", timeoutMs: 5000, ...connect },
      },
      {
        established: () => this.#routes.clear(),
        update: (msg, start, end) => {
          this.#take(msg, start, end);
          return null;
        },
        refresh: (_family, subtype) => this.refreshes.push(subtype),
        down: () => {
          this.downs++;
        },
        drained: () => undefined,
        log: (line) => this.log.push(line),
      },
    );
    this.driver.start();
  }

  static both(): Pick<PeeringConfig, "addPath"> {
    return {
      addPath: new Map([
        [Ipv4Unicast, AddPathMode.Both],
        [Ipv6Unicast, AddPathMode.Both],
      ]),
    };
  }

  async established(): Promise<this> {
    await until(
      `session of the test's own peer; its log says\n${this.log.slice(-20).join("\n")}`,
      () => this.driver.state === "Established",
    );
    return this;
  }

  /** The attributes of each path to a prefix (`192.0.2.0/24`, `2001:db8::/32`) that it was told of. */
  paths(prefix: string): readonly (readonly Attribute[])[] {
    const key = textOf(routeOf(prefix));
    return [...this.#routes].filter(([one]) => one.endsWith(` ${key}`)).map(([, attributes]) => attributes);
  }

  get routes(): number {
    return this.#routes.size;
  }

  /** Announces prefixes of one family with one set of attributes. */
  announce(
    prefixes: readonly string[],
    path: readonly number[],
    more: readonly Attribute[] = [],
    pathId?: number,
  ): void {
    const routes = prefixes.map((text) => routeOf(text, pathId));
    const ipv4 = routes.every(({ address }) => address.length === 4);
    const asPath: Attribute = { code: 2, flags: Flag.Transitive, value: [{ type: 2, asns: path }] };
    const origin: Attribute = { code: 1, flags: Flag.Transitive, value: 0 };
    const reach: MpReach = { family: Ipv6Unicast, nextHop: addressOctets("2001:db8:ffff::1"), nlri: routes };
    this.send({
      withdrawn: [],
      attributes: [
        ...(ipv4 ? [] : [{ code: 14, flags: Flag.Optional, value: reach }]),
        origin,
        asPath,
        ...(ipv4 ? [{ code: 3, flags: Flag.Transitive, value: Uint8Array.of(192, 0, 2, 1) }] : []),
        ...more,
      ],
      nlri: ipv4 ? routes : [],
    });
  }

  withdraw(prefixes: readonly string[], pathId?: number): void {
    const routes = prefixes.map((text) => routeOf(text, pathId));
    const ipv4 = routes.every(({ address }) => address.length === 4);
    const unreach: MpUnreach = { family: Ipv6Unicast, nlri: routes };
    const attributes = ipv4 ? [] : [{ code: 15, flags: Flag.Optional, value: unreach }];
    this.send({ withdrawn: ipv4 ? routes : [], attributes, nlri: [] });
  }

  send(update: Update): void {
    const { negotiated } = this.driver;
    if (negotiated === null) throw new Error("the test's own peer has no session");
    this.driver.write(encodeUpdate(update, negotiated.send));
  }

  #take(msg: Uint8Array, start: number, end: number): void {
    this.updates++;
    const { negotiated } = this.driver;
    if (negotiated === null) return;
    const { value, found } = decodeUpdate(msg, start, end, negotiated.receive);
    if (value === null || found.length > 0) throw new Error(`told in error: ${found.map(({ fault }) => fault.id)}`);
    const reach = value.attributes.find(({ code }) => code === 14)?.value as MpReach | undefined;
    const unreach = value.attributes.find(({ code }) => code === 15)?.value as MpUnreach | undefined;
    for (const route of [...value.withdrawn, ...((unreach?.nlri ?? []) as UnicastRoute[])])
      this.#routes.delete(keyOf(route));
    for (const route of [...value.nlri, ...((reach?.nlri ?? []) as UnicastRoute[])]) {
      this.#routes.set(keyOf(route), value.attributes);
    }
  }
}

/** The AS numbers of a path as a test compares them. */
export const asPathOf = (attributes: readonly Attribute[]): readonly number[] => {
  const path = attributes.find(({ code }) => code === 2)?.value as readonly { readonly asns: readonly number[] }[];
  return path.flatMap(({ asns }) => asns);
};

export const attributeIn = (attributes: readonly Attribute[], code: number): unknown =>
  attributes.find((one) => one.code === code)?.value;

const routeOf = (text: string, pathId?: number): UnicastRoute => {
  const [address = "", length = ""] = text.split("/");
  const octets = addressOctets(address);
  return {
    length: Number(length),
    address: address.includes(":") ? octets : octets.slice(12),
    ...(pathId === undefined ? {} : { pathId }),
  };
};

const textOf = ({ address, length }: UnicastRoute): string => `${Buffer.from(address).toString("hex")}/${length}`;
const keyOf = (route: UnicastRoute): string => `${route.pathId ?? ""} ${textOf(route)}`;
