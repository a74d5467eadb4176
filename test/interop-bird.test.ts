import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, connect as dial, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { Flag } from "../src/codec/attribute.js";
import { Ipv4Unicast } from "../src/codec/iana.js";
import { BirdControl } from "../src/target/bird-control.js";
import { Daemon, findProgram } from "../src/target/daemon.js";
import { freePort } from "../src/target/listening.js";
import { asPathOf, attributeIn, Running, TestPeer, until } from "./speaker-kit.js";
import { loopbackCertificates } from "./transport-kit.js";

const program = findProgram("bird");
const stunnel = findProgram("stunnel4") ?? findProgram("stunnel");
const openssl = spawnSync("openssl", ["version"], { stdio: "ignore" }).error === undefined ? "openssl" : null;
const titled = (title: string, there: string | null, get: string): string =>
  there === null ? `${title}: SKIPPED, ${get}` : title;

const BIRD_AS = 65550;
const OUR_AS = 65000;
/** Where our speaker lives: BIRD tells its neighbours apart by their address. */
const OURS = "127.0.3.1";

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface BirdSettings {
  /** BIRD connects to this port; it waits when left out. */
  readonly dial?: number;
  /** More lines for its end of the session. */
  readonly session?: string;
  /** More words for both channels. */
  readonly channel?: string;
}

/** BIRD with routes of its own: two IPv4 prefixes, one of them by two ways, and an IPv6 one. */
class Bird {
  readonly daemon = new Daemon("bird");
  readonly port: number;
  #control: BirdControl | null = null;
  #isSuspended = false;

  private constructor(port: number) {
    this.port = port;
  }

  static async start({ dial: to, session = "", channel = "" }: BirdSettings = {}): Promise<Bird> {
    const bird = new Bird(await freePort("127.0.0.1"));
    cleanups.push(() => bird.stop());
    const file = (name: string): string => join(bird.daemon.directory, name);
    const text = `
router id 10.0.2.1;
log stderr { error, fatal, bug };
protocol device { }
protocol static first4 { ipv4; route 198.51.100.0/24 unreachable; route 203.0.113.0/25 unreachable; }
protocol static second4 { ipv4; route 198.51.100.0/24 blackhole; }
protocol static first6 { ipv6; route 2001:db8:b1::/48 unreachable; }
protocol bgp kiln {
  local 127.0.0.1 port ${bird.port} as ${BIRD_AS};
  neighbor ${OURS} ${to === undefined ? "" : `port ${to}`} as ${OUR_AS};
  ${to === undefined ? "passive;" : "connect delay time 1; connect retry time 1;"}
  strict bind yes;
  multihop;
  error wait time 1, 2;
  hold time 9; keepalive time 3;
  enable extended messages;
  ${session}
  ipv4 { import all; export all; next hop self; ${channel} };
  ipv6 { import all; export all; next hop address 2001:db8:b1::1; ${channel} };
}
`;
    writeFileSync(file("bird.conf"), text);
    bird.daemon.spawn(program ?? "", ["-f", "-c", file("bird.conf"), "-s", file("bird.ctl"), "-P", file("bird.pid")]);
    bird.#control = await bird.daemon.ready(() => BirdControl.open(file("bird.ctl")));
    return bird;
  }

  ask(command: string): Promise<string> {
    if (this.#control === null) throw new Error("BIRD does not run");
    return this.#control.ask(command);
  }

  /** `show protocols all` of its end of the session. */
  session(): Promise<string> {
    return this.ask("show protocols all kiln");
  }

  async established(): Promise<void> {
    await until("BIRD's end of the session", async () => /BGP state: +Established/.test(await this.session()));
  }

  /** What it knows of a prefix from us, once it knows `count` ways there. */
  async route(prefix: string, count = 1): Promise<string> {
    const ways = (text: string): number => text.match(/\[kiln /g)?.length ?? 0;
    return until(`${count} ways to ${prefix} in BIRD`, async () => {
      const text = await this.ask(`show route ${prefix} protocol kiln all`).catch(() => "");
      return ways(text) === count && text;
    });
  }

  async forgets(prefix: string): Promise<void> {
    await until(`BIRD without ${prefix}`, async () => {
      const text = await this.ask(`show route ${prefix} protocol kiln`).catch(() => "");
      return !text.includes("[kiln ");
    });
  }

  suspend(): void {
    process.kill(this.daemon.pid, "SIGSTOP");
    this.#isSuspended = true;
  }

  resume(): void {
    process.kill(this.daemon.pid, "SIGCONT");
    this.#isSuspended = false;
  }

  async stop(): Promise<void> {
    this.#control?.close();
    if (this.#isSuspended) this.resume();
    await this.daemon.stop();
  }
}

interface OurSettings {
  /** We connect to this port of BIRD's side; we wait when left out. */
  readonly dial?: number;
  readonly peer?: Readonly<Record<string, unknown>>;
}

const speaker = async ({ dial: port, peer = {} }: OurSettings = {}): Promise<Running> => {
  const running = await Running.start({
    localAs: OUR_AS,
    routerId: "10.0.3.1",
    holdTime: 9,
    listen: [{ address: OURS, port: 0 }],
    peers: [
      {
        name: "bird",
        address: "127.0.0.1",
        as: BIRD_AS,
        ...(port === undefined ? { passive: true } : { port, localAddress: OURS }),
        connectRetry: 1,
        idleHold: 0.1,
        idleHoldMax: 0.5,
        nextHop6: "2001:db8:3::1",
        ...peer,
      },
      { name: "one", address: "127.0.3.11", as: 65011, passive: true },
      { name: "two", address: "127.0.3.12", as: 65012, passive: true },
    ],
  });
  cleanups.push(() => running.speaker.stop());
  return running;
};

/** A third party on the other side of our speaker. */
const neighbour = async (of: Running, which: 1 | 2): Promise<TestPeer> => {
  const peer = new TestPeer({
    as: 65010 + which,
    routerId: `10.0.3.1${which}`,
    peerAs: OUR_AS,
    connect: { address: OURS, port: of.port(), localAddress: `127.0.3.1${which}` },
  });
  cleanups.push(() => peer.driver.stop());
  return peer.established();
};

/** Both ends, either of them the one that connects. */
const pair = async (
  active: "we" | "bird",
  settings: { readonly bird?: BirdSettings; readonly ours?: OurSettings } = {},
): Promise<[Bird, Running]> => {
  if (active === "we") {
    const bird = await Bird.start(settings.bird);
    const running = await speaker({ ...settings.ours, dial: bird.port });
    return [bird, running];
  }
  const running = await speaker(settings.ours);
  const bird = await Bird.start({ ...settings.bird, dial: running.port() });
  return [bird, running];
};

const both = async ([bird, running]: readonly [Bird, Running]): Promise<void> => {
  await running.established("bird");
  await bird.established();
};

describe.skipIf(program === null)(titled("our speaker and BIRD", program, "apt-get install bird2"), () => {
  it.each(["we", "bird"] as const)("exchange IPv4 and IPv6 routes when %s connect", async (active) => {
    const [bird, running] = await pair(active);
    await both([bird, running]);
    const one = await neighbour(running, 1);
    one.announce(["192.0.2.0/24", "100.64.0.0/10"], [65011, 64999]);
    one.announce(["2001:db8:1::/48"], [65011]);

    const four = await bird.route("192.0.2.0/24");
    expect(four).toMatch(/BGP.as_path: 65000 65011 64999\n/);
    expect(four).toMatch(/BGP.next_hop: 127.0.3.1\n/);
    expect(await bird.route("2001:db8:1::/48")).toMatch(/BGP.as_path: 65000 65011\n/);
    await bird.route("100.64.0.0/10");

    await until("BIRD's routes at the third party", () => one.routes === 3);
    const [told = []] = one.paths("198.51.100.0/24");
    expect(asPathOf(told)).toEqual([OUR_AS, BIRD_AS]);
    expect(attributeIn(told, 3)).toEqual(Uint8Array.of(127, 0, 3, 1));
    expect(one.paths("203.0.113.0/25")).toHaveLength(1);
    expect(one.paths("2001:db8:b1::/48")).toHaveLength(1);
    expect(running.peer("bird")).toMatchObject({ received: 3, accepted: 3, sent: 3, treatedAsWithdraw: 0 });

    one.withdraw(["192.0.2.0/24"]);
    await bird.forgets("192.0.2.0/24");
    await bird.ask("disable first4");
    await until("BIRD's withdrawal at the third party", () => one.paths("203.0.113.0/25").length === 0);
    // The other way to it was always there.
    expect(one.paths("198.51.100.0/24")).toHaveLength(1);
  });

  it("negotiates extended messages, and one of more than 4096 octets arrives", async () => {
    const [bird, running] = await pair("we");
    await both([bird, running]);
    expect((await bird.session()).match(/Extended message/g)).toHaveLength(2);
    const one = await neighbour(running, 1);
    const communities = Array.from({ length: 1500 }, (_, i) => ((65011 << 16) | i) >>> 0);
    one.announce(["192.0.2.0/24"], [65011], [{ code: 8, flags: Flag.Optional | Flag.Transitive, value: communities }]);
    expect((await bird.route("192.0.2.0/24")).match(/\(65011,\d+\)/g)).toHaveLength(1500);
  });

  it("drops what does not fit where extended messages are off", async () => {
    const [bird, running] = await pair("we", { ours: { peer: { extendedMessages: false } } });
    await both([bird, running]);
    expect((await bird.session()).match(/Extended message/g)).toHaveLength(1);
    const one = await neighbour(running, 1);
    one.announce(["192.0.2.0/24"], [65011]);
    await bird.route("192.0.2.0/24");
    const communities = Array.from({ length: 1500 }, (_, i) => ((65011 << 16) | i) >>> 0);
    one.announce(["192.0.2.0/24"], [65011], [{ code: 8, flags: Flag.Optional | Flag.Transitive, value: communities }]);
    await bird.forgets("192.0.2.0/24");
    expect(running.peer("bird").state).toBe("Established");
  });

  it("exchange several paths for a prefix with ADD-PATH", async () => {
    const [bird, running] = await pair("bird", {
      bird: { channel: "add paths on;" },
      ours: { peer: { addPath: { ipv4: "both", ipv6: "both" } } },
    });
    await both([bird, running]);
    const [one, two] = [await neighbour(running, 1), await neighbour(running, 2)];
    one.announce(["192.0.2.0/24"], [65011]);
    one.announce(["2001:db8:1::/48"], [65011]);
    two.announce(["192.0.2.0/24"], [65012, 65013]);
    two.announce(["2001:db8:1::/48"], [65012, 65013]);
    for (const prefix of ["192.0.2.0/24", "2001:db8:1::/48"]) {
      const text = await bird.route(prefix, 2);
      expect(text).toContain("BGP.as_path: 65000 65011\n");
      expect(text).toContain("BGP.as_path: 65000 65012 65013\n");
    }
    // Of BIRD's two static ways to 198.51.100.0/24 each is a path.
    await until("four paths from BIRD", () => running.peer("bird").received === 4);
    expect(running.speaker.status().routes).toBe(3 + 2);

    one.withdraw(["192.0.2.0/24"]);
    expect(await bird.route("192.0.2.0/24", 1)).toContain("65012 65013");
    await bird.ask("disable second4");
    await until("one path fewer from BIRD", () => running.peer("bird").received === 3);
    expect(one.paths("198.51.100.0/24")).toHaveLength(1);
  });

  it("refresh routes when BIRD asks, and when BIRD begins by itself", async () => {
    const [bird, running] = await pair("we");
    await both([bird, running]);
    const one = await neighbour(running, 1);
    one.announce(["192.0.2.0/24"], [65011]);
    await bird.route("192.0.2.0/24");
    const imported = async (): Promise<number> =>
      Number(/Import updates: +(\d+)/.exec((await bird.session()).split("Channel ipv4")[1] ?? "")?.[1]);
    expect(await imported()).toBe(1);
    const sent = running.peer("bird").updatesSent;
    await bird.ask("reload in kiln");
    await until("the routes again at BIRD", async () => (await imported()) > 1);
    expect(running.peer("bird").updatesSent).toBeGreaterThan(sent);
    await bird.route("192.0.2.0/24");

    const received = running.peer("bird").updatesReceived;
    await bird.ask("reload out kiln");
    await until("BIRD's routes again here", () => running.peer("bird").updatesReceived > received);
    await wait(200);
    expect(running.peer("bird")).toMatchObject({ state: "Established", received: 3 });
    expect(one.routes).toBe(3);
  });

  it("refresh routes when we ask: BIRD sends them between BoRR and EoRR", async () => {
    const bird = await Bird.start();
    const peer = new TestPeer({
      as: OUR_AS,
      routerId: "10.0.3.1",
      peerAs: BIRD_AS,
      connect: { address: "127.0.0.1", port: bird.port, localAddress: OURS },
    });
    cleanups.push(() => peer.driver.stop());
    await peer.established();
    await until("BIRD's routes", () => peer.routes === 3);
    const { updates } = peer;
    peer.driver.requestRefresh(Ipv4Unicast);
    await until("both marks", () => peer.refreshes.length === 2);
    expect(peer.refreshes).toEqual([1, 2]);
    expect(peer.updates).toBeGreaterThan(updates);
    expect(peer.routes).toBe(3);
  });

  it("say goodbye with a Cease and a word to go with it, either way", async () => {
    const [bird, running] = await pair("we");
    await both([bird, running]);
    await bird.ask('disable kiln "wir ziehen um: 12:00 UTC ✂"');
    await until("the end of the session", () => running.peer("bird").lastError !== null);
    expect(running.peer("bird").lastError).toContain("Administrative Shutdown");
    expect(running.peer("bird").lastError).toContain("wir ziehen um: 12:00 UTC ✂");
    expect(running.peer("bird").received).toBe(0);

    await bird.ask("enable kiln");
    await both([bird, running]);
    await running.speaker.stop("maintenance until noon");
    const text = await until("BIRD's account of it", async () => {
      const said = await bird.session();
      return said.includes("Received: Administrative shutdown") && said;
    });
    expect(text).toContain("maintenance until noon");
  });

  it("keep the session with KEEPALIVEs alone, and part when the hold time has passed in silence", async () => {
    const [bird, running] = await pair("we", { ours: { peer: { holdTime: 3 } } });
    await both([bird, running]);
    expect(running.peer("bird").holdTime).toBe(3);
    await wait(5000);
    expect(running.peer("bird")).toMatchObject({ state: "Established", flaps: 0 });
    expect(await bird.session()).toMatch(/Hold timer: +[\d.]+\/3\n/);

    bird.suspend();
    await until("the HoldTimer", () => running.peer("bird").flaps === 1);
    expect(running.peer("bird").lastError).toContain("HoldTimer expired");
    bird.resume();
    await both([bird, running]);
  });

  it("agree on roles: what a provider sends is only for customers", async () => {
    const [bird, running] = await pair("we", {
      bird: { session: "local role provider;" },
      ours: { peer: { role: "customer", strictRole: true } },
    });
    await both([bird, running]);
    const one = await neighbour(running, 1);
    await until("BIRD's routes at the third party", () => one.routes === 3);
    // RFC 9234 §5: BIRD, the provider, has put its own AS number there.
    expect(attributeIn(one.paths("203.0.113.0/25")[0] ?? [], 35)).toBe(BIRD_AS);
    one.announce(["192.0.2.0/24"], [65011]);
    await bird.route("192.0.2.0/24");
    one.announce(["100.64.0.0/10"], [65011], [{ code: 35, flags: Flag.Optional | Flag.Transitive, value: 65011 }]);
    await until("the marked route here", () => running.peer("one").received === 2);
    await wait(200);
    expect(await bird.ask("show route protocol kiln")).not.toContain("100.64.0.0/10");
  });

  it("refuse roles that do not match", async () => {
    const [, running] = await pair("we", {
      bird: { session: "local role peer;" },
      ours: { peer: { role: "customer" } },
    });
    await until("the refusal", () => running.peer("bird").lastError?.includes("Role Mismatch"));
    expect(running.peer("bird").state).not.toBe("Established");
  });
});

const certificates = await loopbackCertificates();

/** The PEM files of a test, in BIRD's own folder: they go when it goes. */
const pems = (bird: Bird): Record<"ca" | "cert" | "key" | "peerCert" | "peerKey", string> => {
  const file = (name: string, text: string): string => {
    const path = join(bird.daemon.directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const { ca, server, client } = certificates;
  return {
    ca: file("ca.pem", ca),
    cert: file("cert.pem", server.cert),
    key: file("key.pem", server.key),
    peerCert: file("peer.pem", client.cert),
    peerKey: file("peer.key", client.key),
  };
};

const run = (command: string, args: readonly string[]): ChildProcess => {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin?.on("error", () => undefined);
  cleanups.push(async () => {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
    child.kill("SIGKILL");
    await gone;
  });
  return child;
};

/** Our speaker with TLS towards whoever stands in front of BIRD. */
const tlsSpeaker = async (
  files: ReturnType<typeof pems>,
  how: { readonly dial?: number; readonly requireAlpn: boolean },
): Promise<Running> => {
  const running = await Running.start({
    localAs: OUR_AS,
    routerId: "10.0.3.1",
    holdTime: 9,
    listen: [
      { address: "127.0.0.1", port: 0, transport: "tls" },
      { address: OURS, port: 0 },
    ],
    tls: { cert: files.cert, key: files.key, ca: files.ca, mutual: true, requireAlpn: how.requireAlpn },
    peers: [
      {
        name: "bird",
        address: "127.0.0.1",
        as: BIRD_AS,
        transport: "tls",
        ...(how.dial === undefined ? { passive: true } : { port: how.dial }),
        connectRetry: 1,
        idleHold: 0.1,
        idleHoldMax: 0.5,
        nextHop6: "2001:db8:3::1",
      },
      { name: "one", address: "127.0.3.11", as: 65011, passive: true },
    ],
  });
  cleanups.push(() => running.speaker.stop());
  return running;
};

/** Routes both ways, and a goodbye that arrives. */
const talks = async (bird: Bird, running: Running, alpn: string): Promise<void> => {
  await both([bird, running]);
  expect(running.peer("bird").security).toMatchObject({ protocol: "TLSv1.3", alpn });
  const port = running.speaker.status().listening.find(({ address }) => address === OURS)?.port ?? 0;
  const one = new TestPeer({
    as: 65011,
    routerId: "10.0.3.11",
    peerAs: OUR_AS,
    connect: { address: OURS, port, localAddress: "127.0.3.11" },
  });
  cleanups.push(() => one.driver.stop());
  await one.established();
  const prefixes = Array.from({ length: 5000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);
  for (let at = 0; at < prefixes.length; at += 500)
    one.announce(prefixes.slice(at, at + 500), [65011, 64000 + at / 500]);
  one.announce(["2001:db8:1::/48"], [65011]);
  await until("all routes at BIRD", async () => {
    const counts = [...(await bird.session()).matchAll(/Routes: +(\d+) imported/g)].map(([, count]) => Number(count));
    return counts[0] === 5000 && counts[1] === 1;
  });
  await until("BIRD's routes at the third party", () => one.routes === 3);
  await running.speaker.stop("over TLS");
  await until("the goodbye at BIRD", async () => (await bird.session()).includes("over TLS"));
};

describe.skipIf(program === null || stunnel === null)(
  titled("BIRD behind stunnel", program === null ? null : stunnel, "apt-get install bird2 stunnel4"),
  () => {
    const start = async (bird: Bird, service: string): Promise<void> => {
      const path = join(bird.daemon.directory, "stunnel.conf");
      writeFileSync(path, `foreground = yes\npid =\n[bgp]\n${service}\n`);
      run(stunnel ?? "", [path]);
    };

    it("we are the TLS client", async () => {
      const bird = await Bird.start();
      const files = pems(bird);
      const port = await freePort("127.0.0.1");
      await start(
        bird,
        `accept = 127.0.0.1:${port}\nconnect = 127.0.0.1:${bird.port}\nlocal = ${OURS}\n` +
          `cert = ${files.cert}\nkey = ${files.key}\nCAfile = ${files.ca}\nverifyChain = yes`,
      );
      await talks(bird, await tlsSpeaker(files, { dial: port, requireAlpn: false }), "");
    });

    it("we are the TLS server", async () => {
      const port = await freePort(OURS);
      const bird = await Bird.start({ dial: port });
      const files = pems(bird);
      const running = await tlsSpeaker(files, { requireAlpn: false });
      await start(
        bird,
        `client = yes\naccept = ${OURS}:${port}\nconnect = 127.0.0.1:${running.port("tls")}\n` +
          `cert = ${files.peerCert}\nkey = ${files.peerKey}\nCAfile = ${files.ca}\nverifyChain = yes\ncheckIP = 127.0.0.1`,
      );
      await talks(bird, running, "");
    });

    it("is refused where ALPN is required: stunnel has none", async () => {
      const bird = await Bird.start();
      const files = pems(bird);
      const port = await freePort("127.0.0.1");
      await start(
        bird,
        `accept = 127.0.0.1:${port}\nconnect = 127.0.0.1:${bird.port}\nlocal = ${OURS}\n` +
          `cert = ${files.cert}\nkey = ${files.key}\nCAfile = ${files.ca}\nverifyChain = yes`,
      );
      const running = await tlsSpeaker(files, { dial: port, requireAlpn: true });
      await until("the refusal", () => running.peer("bird").lastError?.includes("botls"));
      expect(running.peer("bird").state).not.toBe("Established");
    });
  },
);

describe.skipIf(program === null || openssl === null)(
  titled("BIRD behind OpenSSL with ALPN botls", program === null ? null : openssl, "apt-get install bird2 openssl"),
  () => {
    /** Octets between a child's standard streams and a socket. */
    const join2 = (child: ChildProcess, socket: Socket): void => {
      cleanups.push(() => {
        socket.destroy();
      });
      socket.on("error", () => undefined);
      socket.pipe(child.stdin as NodeJS.WritableStream);
      child.stdout?.pipe(socket);
    };

    it("we are the TLS client", async () => {
      const bird = await Bird.start();
      const files = pems(bird);
      const port = await freePort("127.0.0.1");
      const args = ["-accept", `127.0.0.1:${port}`, "-cert", files.cert, "-key", files.key, "-CAfile", files.ca];
      const child = run("openssl", [
        "s_server",
        ...args,
        "-Verify",
        "2",
        "-verify_return_error",
        "-alpn",
        "botls",
        "-quiet",
      ]);
      // We speak first when we connect; BIRD hears of us when there is something to hear.
      child.stdout?.once("readable", () =>
        join2(child, dial({ host: "127.0.0.1", port: bird.port, localAddress: OURS })),
      );
      await talks(bird, await tlsSpeaker(files, { dial: port, requireAlpn: true }), "botls");
    });

    it("we are the TLS server", async () => {
      const relay = createServer();
      relay.listen(0, OURS);
      await once(relay, "listening");
      cleanups.push(() => {
        relay.close();
      });
      const bound = relay.address();
      const bird = await Bird.start({ dial: typeof bound === "object" ? (bound?.port ?? 0) : 0 });
      const files = pems(bird);
      const running = await tlsSpeaker(files, { requireAlpn: true });
      relay.on("connection", (socket) => {
        const where = ["-connect", `127.0.0.1:${running.port("tls")}`, "-CAfile", files.ca, "-verify_return_error"];
        const who = ["-cert", files.peerCert, "-key", files.peerKey];
        join2(run("openssl", ["s_client", ...where, ...who, "-alpn", "botls", "-quiet"]), socket);
      });
      await talks(bird, running, "botls");
    });
  },
);
