import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as dial, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connect as dialTls } from "node:tls";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Framer } from "../src/codec/frame.js";
import { Ipv4Unicast, Ipv6Unicast, MessageType } from "../src/codec/iana.js";
import { keepalive } from "../src/codec/message/keepalive.js";
import { decodeNotification, type Notification } from "../src/codec/message/notification.js";
import { encodeOpen } from "../src/codec/message/open.js";
import { encodeRouteRefresh } from "../src/codec/message/route-refresh.js";
import { proposal } from "../src/session/proposal.js";
import { identifierOf } from "../src/speaker/address.js";
import { askControl } from "../src/speaker/control.js";
import type { PeerStatus, SpeakerStatus } from "../src/speaker/status.js";
import { generateTable } from "../src/table/generate.js";
import { freePort } from "../src/target/listening.js";
import { TestPeer, until } from "./speaker-kit.js";
import { loopbackCertificates, noise } from "./transport-kit.js";

/**
 * One speaker in a process of its own, two peers in good order whose sessions have a hold time of three seconds, and one
 * ill-bred peer after the other. After each of them the sessions in good order must never have been lost, and a route
 * must still get from the one to the other at once.
 */
const OUR_AS = 65000;
const ADDRESS = "127.0.4.1";
const GOOD = "127.0.4.2";
const SENDER = "127.0.4.3";
/** A configured peer that misbehaves, and one that nobody knows. */
const BAD = "127.0.4.4";
const BAD_AS = 65004;
const STRANGER = "127.0.4.5";
const BAD_TLS = "127.0.4.6";
const BADS = [BAD, "127.0.4.7", "127.0.4.8"] as const;

/** A speaker with the configuration in the file of its first argument, answering at the path of its second. */
const PROGRAM = `
import { readFileSync } from "node:fs";
import { parseConfig } from "./src/speaker/config.js";
import { serveControl } from "./src/speaker/control.js";
import { Speaker } from "./src/speaker/speaker.js";
const [, , config, control] = process.argv;
const log = (line) => process.stderr.write(line + "\\n");
const speaker = new Speaker(parseConfig(JSON.parse(readFileSync(config, "utf8"))), { version: "0.0.0-test", log });
await speaker.start();
const server = await serveControl(control, { status: () => speaker.status(), stop: async () => { await speaker.stop(); server.close(); } });
`;

const folder = mkdtempSync(join(tmpdir(), "kiln-hostile-"));
const control = join(folder, "ctl");
const log: string[] = [];
let port = 0;
let tlsPort = 0;
let child: ChildProcess;
let good: TestPeer;
let sender: TestPeer;
let probes = 0;

const status = async (): Promise<SpeakerStatus> => (await askControl(control, "status")) as SpeakerStatus;
const peer = async (name: string): Promise<PeerStatus> => {
  const found = (await status()).peers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no peer ${name}`);
  return found;
};

beforeAll(async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const cache = join(root, "node_modules", ".cache", "hostile-peers-test");
  mkdirSync(cache, { recursive: true });
  const bundle = join(cache, "speaker.mjs");
  await build({
    stdin: { contents: PROGRAM, resolveDir: root },
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  const { ca, server } = await loopbackCertificates();
  writeFileSync(join(folder, "ca.pem"), ca);
  writeFileSync(join(folder, "cert.pem"), server.cert);
  writeFileSync(join(folder, "key.pem"), server.key, { mode: 0o600 });
  [port, tlsPort] = [await freePort(ADDRESS), await freePort(ADDRESS)];
  const timers = { idleHold: 0.01, idleHoldMax: 0.01, passive: true };
  const config = {
    localAs: OUR_AS,
    routerId: "10.0.4.1",
    holdTime: 3,
    listen: [
      { address: ADDRESS, port },
      { address: ADDRESS, port: tlsPort, transport: "tls" },
    ],
    tls: { cert: join(folder, "cert.pem"), key: join(folder, "key.pem"), ca: join(folder, "ca.pem") },
    peers: [
      { name: "good", address: GOOD, as: 65002, ...timers },
      { name: "sender", address: SENDER, as: 65003, ...timers },
      ...BADS.map((address, i) => ({ name: i === 0 ? "bad" : `bad-${i}`, address, as: BAD_AS, ...timers })),
      { name: "bad-tls", address: BAD_TLS, as: BAD_AS, transport: "tls", ...timers },
    ],
  };
  writeFileSync(join(folder, "speaker.json"), JSON.stringify(config));
  child = spawn(process.execPath, [bundle, join(folder, "speaker.json"), control], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => log.push(...text.trim().split("\n")));
  await until("the speaker", () => status().catch(() => null));
  const join2 = (as: number, localAddress: string): TestPeer =>
    new TestPeer({
      as,
      routerId: localAddress.replace("127", "10"),
      peerAs: OUR_AS,
      holdTime: 3,
      connect: { address: ADDRESS, port, localAddress },
    });
  good = await join2(65002, GOOD).established();
  sender = await join2(65003, SENDER).established();
});

const raws: Raw[] = [];

/** The end of each test: what the ill-bred peer left behind, and whether the others noticed. */
afterEach(async () => {
  for (const raw of raws.splice(0)) raw.socket.destroy();
  await isWell();
});

afterAll(async () => {
  await Promise.all([good?.driver.stop(), sender?.driver.stop()]);
  if (child !== undefined && child.exitCode === null) {
    const gone = once(child, "exit");
    await askControl(control, "stop").catch(() => child.kill("SIGKILL"));
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

const isWell = async (): Promise<void> => {
  expect(child.exitCode).toBeNull();
  const prefix = `10.77.${probes >> 8}.${probes++ & 255}/32`;
  sender.announce([prefix], [65003, 64999]);
  // Well within the hold time of three seconds.
  await until(`the route ${prefix} at the good peer`, () => good.paths(prefix).length === 1, 2500);
  expect({ good: good.downs, sender: sender.downs }).toEqual({ good: 0, sender: 0 });
  expect(good.driver.state).toBe("Established");
};

/** Octets as one likes, from an address as one likes. */
class Raw {
  readonly socket: Socket;
  readonly notifications: Notification[] = [];
  readonly kinds: number[] = [];
  received = 0;
  isClosed = false;
  readonly #framer = new Framer();

  constructor(localAddress: string, to = port) {
    raws.push(this);
    this.#framer.limit = 65535;
    this.socket = dial({ host: ADDRESS, port: to, localAddress });
    this.socket.on("error", () => undefined);
    this.socket.on("close", () => {
      this.isClosed = true;
    });
    this.socket.on("data", (chunk: Uint8Array) => {
      this.received += chunk.length;
      this.#framer.push(chunk, (msg, start, end, type) => {
        if (this.kinds.length < 1000) this.kinds.push(type);
        const notification = type === MessageType.Notification ? decodeNotification(msg, start, end).value : null;
        if (notification !== null) this.notifications.push(notification);
        return true;
      });
    });
  }

  /** A connection that is not refused because the one before it is not quite over. */
  static taken(localAddress = BAD): Promise<Raw> {
    return until("a connection that is taken", async () => {
      const one = new Raw(localAddress);
      await until("an answer", () => one.isClosed || one.received > 0);
      return !one.isClosed && one;
    });
  }

  /** A session like that of a peer in good order. */
  static async established(): Promise<Raw> {
    const raw = await Raw.taken();
    raw.send(open);
    await until("an answer", () => raw.kinds.includes(MessageType.Keepalive));
    raw.send(keepalive);
    await until("the session of the bad peer", async () => (await peer("bad")).state === "Established");
    return raw;
  }

  send(octets: Uint8Array): void {
    this.socket.write(octets);
  }

  /** Keeps its hold time from running out, whatever else it does. */
  stayAlive(): void {
    const timer = setInterval(() => this.send(keepalive), 500);
    this.socket.on("close", () => clearInterval(timer));
  }

  closed(): Promise<true> {
    return until("the end of the connection", () => this.isClosed);
  }
}

const open = encodeOpen(
  proposal(
    { localAs: BAD_AS, identifier: identifierOf("10.0.4.4"), holdTime: 3, families: [Ipv4Unicast, Ipv6Unicast] },
    OUR_AS,
  ),
);

const header = (length: number, type: number): Uint8Array => {
  const octets = new Uint8Array(19).fill(0xff);
  octets.set([length >> 8, length & 255, type], 16);
  return octets;
};

const times = (octets: Uint8Array, count: number): Uint8Array => {
  const all = new Uint8Array(octets.length * count);
  for (let i = 0; i < count; i++) all.set(octets, i * octets.length);
  return all;
};

describe("a peer that", () => {
  it("sends garbage is told so and cut off", async () => {
    for (let i = 0; i < 20; i++) {
      const raw = new Raw(BAD);
      raw.send(noise(100_000, i));
      await raw.closed();
    }
    const raw = await Raw.established();
    raw.send(noise(1_000_000, 99));
    await raw.closed();
    await until("the reason", async () => (await peer("bad")).lastError?.includes("not-synchronized"));
  });

  it("sends half of an OPEN, half of a header or nothing at all, and then is silent, is waited for", async () => {
    const halves = [open.subarray(0, 25), keepalive.subarray(0, 10), new Uint8Array(0)];
    const all = await Promise.all(halves.map((_, i) => Raw.taken(BADS[i] ?? BAD)));
    for (const [i, raw] of all.entries()) raw.send(halves[i] ?? open);
    await wait(3500);
    for (const raw of all) {
      expect(raw.isClosed).toBe(false);
      expect(raw.kinds).toEqual([MessageType.Open]);
    }
  });

  it("sends half an UPDATE in an established session, then nothing, loses the session", async () => {
    const raw = await Raw.established();
    raw.send(header(4000, MessageType.Update));
    await until("the HoldTimer", () => raw.notifications.some(({ code }) => code === 4));
    await raw.closed();
  });

  it("says that a message has 65535, 0 or 18 octets", async () => {
    for (const length of [65535, 0, 18]) {
      for (const type of [1, 2, 3, 4, 5, 0, 255]) {
        const raw = await Raw.taken();
        raw.send(header(length, type));
        await raw.closed();
        expect(raw.notifications).toHaveLength(1);
        expect(raw.notifications[0]).toMatchObject({ code: 1, subcode: 2 });
      }
    }
  });

  it("floods us with OPENs", async () => {
    for (let i = 0; i < 5; i++) {
      const raw = new Raw(BAD);
      raw.send(times(open, 20_000));
      await raw.closed();
    }
    const raw = await Raw.established();
    raw.send(times(open, 20_000));
    await raw.closed();
  });

  it("dies in the middle of an UPDATE takes its routes with it", async () => {
    for (let i = 0; i < 5; i++) {
      const raw = await Raw.established();
      const { messages } = generateTable({ prefixes: 2000, family: "both", seed: i, peerAs: BAD_AS });
      raw.send(messages.subarray(0, messages.length - 7));
      await until("its routes here", async () => (await peer("bad")).received > 1900);
      raw.socket.resetAndDestroy();
      await until("the end of its session", async () => (await peer("bad")).state !== "Established");
      expect((await peer("bad")).received).toBe(0);
    }
    await until(
      "the withdrawals at the good peer",
      async () => (await peer("good")).sent === (await peer("sender")).received,
    );
  });

  it("never reads, while a whole table changes again and again", async () => {
    const { messages, prefixes } = generateTable({ prefixes: 300_000, family: "both", seed: 4, peerAs: 65003 });
    const another = generateTable({ prefixes: 300_000, family: "both", seed: 4, peerAs: 65003, variant: 1 }).messages;
    const raw = await Raw.established();
    raw.stayAlive();
    raw.socket.pause();
    const tell = async (table: Uint8Array): Promise<void> => {
      const before = (await peer("sender")).updatesReceived;
      sender.driver.write(table);
      await until("the table here", async () => (await peer("sender")).received >= prefixes);
      await until("the table's last UPDATE", async () => {
        const first = await peer("sender");
        await wait(100);
        return first.updatesReceived > before && first.updatesReceived === (await peer("sender")).updatesReceived;
      });
      await until("the table at the good peer", () => good.routes >= prefixes);
    };
    await tell(messages);
    expect((await peer("bad")).state).toBe("Established");
    const rss = (await status()).rssBytes;
    for (let i = 0; i < 2; i++) await tell(i % 2 === 0 ? another : messages);
    expect((await peer("bad")).state).toBe("Established");
    expect((await status()).rssBytes - rss).toBeLessThan(100e6);
    // It reads after all: then it gets what is true now.
    raw.socket.resume();
    await until("its share", async () => (await peer("bad")).sent >= prefixes);
  });

  it("floods us with ROUTE-REFRESHs", async () => {
    const raw = await Raw.established();
    raw.stayAlive();
    const flood = times(encodeRouteRefresh({ family: Ipv4Unicast, subtype: 0 }), 2000);
    for (let i = 0; i < 50; i++) {
      raw.send(flood);
      await wait(10);
      if (i % 10 === 0) await isWell();
    }
    expect((await peer("bad")).state).toBe("Established");
  });

  it.each([
    ["known", BAD],
    ["unknown", STRANGER],
  ])("opens hundreds of connections from an address that is %s", async (_what, address) => {
    const many = Array.from({ length: 400 }, () => new Raw(address));
    for (const one of many) one.send(open);
    await until("all but one refused", () => many.filter(({ isClosed }) => !isClosed).length <= 1);
  });

  it("opens hundreds of connections to the TLS port and is silent there", async () => {
    const many = Array.from({ length: 400 }, () => new Raw(BAD_TLS, tlsPort));
    await until("most refused", () => many.filter(({ isClosed }) => !isClosed).length <= 64);
  });

  it("speaks TLS on the plain port is told apart from noise", async () => {
    const raw = new Raw(BAD);
    dialTls({ socket: raw.socket, rejectUnauthorized: false, ALPNProtocols: ["botls"] }).on("error", () => undefined);
    await until("the reason", async () => (await peer("bad")).lastError?.includes("TLS"));
  });

  it("speaks plain BGP on the TLS port", async () => {
    const raw = new Raw(BAD_TLS, tlsPort);
    raw.send(open);
    await raw.closed();
    await until("the reason in the log", () =>
      log.some((line) => line.startsWith(BAD_TLS) && line.includes("plain BGP")),
    );
  });
});

describe("after all of them", () => {
  it("the speaker holds what the good peers sent, and no more", async () => {
    await until("the end of the last session", async () => (await peer("bad")).state !== "Established");
    const { routes, peers } = await status();
    const of = (name: string): PeerStatus | undefined => peers.find((one) => one.name === name);
    expect(routes).toBe(of("sender")?.received);
    expect(of("good")?.sent).toBe(routes);
    expect(of("good")?.flaps).toBe(0);
    expect(of("sender")?.flaps).toBe(0);
    expect(good.routes).toBe(routes);
  });
});
