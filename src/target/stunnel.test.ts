import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Certificates, makeCertificates } from "../transport/certificates.js";
import { freePort } from "./listening.js";
import { listeningProcess } from "./listening-process.js";
import { behindStunnel, stunnelConfig, stunnelMissing } from "./stunnel.js";
import { type RunningTarget, type Target, TargetError, type TargetSetup } from "./target.js";

const missing = stunnelMissing();

// As it is, but it can be asked which ports it gave.
vi.mock("./listening.js", async (original) => {
  const listening = await original<typeof import("./listening.js")>();
  return { ...listening, freePort: vi.fn(listening.freePort) };
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Not a speaker: it says where a connection came from, then sends back what it gets. */
class Mirror {
  started = false;
  stopped = false;
  halted: string | null = null;
  readonly target: Target = {
    name: "mirror",
    transports: ["tcp"],
    comparability: { mrai: "", damping: "", threads: "", policy: "", fib: "", notes: ["shiny"] },
    available: async () => null,
    start: async (setup) => await this.#start(setup),
  };

  async #start(setup: TargetSetup): Promise<RunningTarget> {
    this.started = true;
    expect(setup).toMatchObject({ transport: "tcp" });
    expect(setup.tls).toBe(undefined);
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).write(`from ${socket.remoteAddress}\n`);
      socket.pipe(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
      name: "mirror",
      pid: process.pid,
      address: "127.0.0.1",
      port: (server.address() as { port: number }).port,
      version: "Mirror 1",
      died: new Promise(() => undefined),
      halted: () => this.halted,
      counts: async () => new Map(),
      usage: () => ({ cpuSeconds: 7, rssBytes: 7, peakRssBytes: 7 }),
      stop: async () => {
        this.stopped = true;
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    };
  }
}

const certificates: Certificates = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });

const setupWith = (more: Partial<TargetSetup> = {}): TargetSetup => ({
  transport: "tls-stunnel",
  as: 65550,
  routerId: "10.0.2.1",
  peers: [
    { name: "one", address: "127.0.1.1", as: 65001, families: ["ipv4"] },
    { name: "two", address: "127.0.1.2", as: 65002, families: ["ipv4"] },
  ],
  tls: { ...certificates.server, ca: certificates.ca, mutual: false },
  ...more,
});

const started = async (mirror: Mirror, more: Partial<TargetSetup> = {}): Promise<RunningTarget> => {
  const running = await behindStunnel(mirror.target).start(setupWith(more));
  cleanups.push(() => running.stop());
  return running;
};

const dial = (port: number, protocols: readonly string[], own: object = {}): TLSSocket => {
  const { ca } = certificates;
  const socket = connectTls({ host: "127.0.0.1", port, ca, ALPNProtocols: [...protocols], ...own });
  socket.on("error", () => undefined);
  cleanups.push(() => socket.destroy());
  return socket;
};

const textOf = async (socket: TLSSocket): Promise<string> => String(((await once(socket, "data")) as [Buffer])[0]);

describe("stunnelConfig", () => {
  it("has a service for each peer, which connects from the peer's own address", () => {
    const { peers } = setupWith();
    const services = peers.map((peer, n) => ({ peer, address: "127.0.0.1", port: 4000 + n }));
    const config = stunnelConfig(services, { address: "127.0.0.1", port: 179 }, false);
    expect(config).toContain("\n[one]\naccept = 127.0.0.1:4000\nconnect = 127.0.0.1:179\nlocal = 127.0.1.1\n");
    expect(config).toContain("\n[two]\naccept = 127.0.0.1:4001\nconnect = 127.0.0.1:179\nlocal = 127.0.1.2\n");
    expect(config).not.toContain("verifyChain");
    expect(stunnelConfig(services, { address: "127.0.0.1", port: 179 }, true)).toContain("verifyChain = yes");
  });
});

describe("behindStunnel", () => {
  it("can't be in front of a target without TCP, and adds to what is comparable", () => {
    const { target } = new Mirror();
    expect(behindStunnel(target)).toMatchObject({ name: "mirror", transports: ["tls-stunnel"] });
    expect(behindStunnel({ ...target, transports: ["tls"] }).transports).toEqual([]);
    expect(behindStunnel(target).comparability.notes).toEqual(["shiny", expect.stringContaining("stunnel")]);
  });

  it("says first what the target lacks", async () => {
    const { target } = new Mirror();
    expect(await behindStunnel({ ...target, available: async () => "not installed" }).available()).toBe(
      "not installed",
    );
    expect(await behindStunnel(target).available()).toBe(missing);
  });
});

describe.skipIf(missing !== null)(`a tunnel${missing === null ? "" : ` (SKIPPED: ${missing})`}`, () => {
  it("gives botls to a client that insists on it, over TLS 1.3 with the suite that our own TLS comes to", async () => {
    const running = await started(new Mirror());
    const socket = dial(running.port, ["botls"]);
    await once(socket, "secureConnect");
    expect(socket.alpnProtocol).toBe("botls");
    expect([socket.getProtocol(), socket.getCipher().name]).toEqual(["TLSv1.3", "TLS_AES_256_GCM_SHA384"]);
    const second = dial(running.port, ["h2", "botls"]);
    await once(second, "secureConnect");
    expect(second.alpnProtocol).toBe("botls");
  });

  it.each([["h2"], ["botl"], ["botlsx"], ["BOTLS"]])("refuses a client that offers %s only", async (protocol) => {
    const running = await started(new Mirror());
    const socket = dial(running.port, [protocol]);
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toMatch(/alert number 120|no application protocol/i);
  });

  it("lets the speaker see each peer's own address, whatever the client's is", async () => {
    const running = await started(new Mirror());
    expect(await textOf(dial(running.portFor?.("one") ?? 0, ["botls"]))).toBe("from 127.0.1.1\n");
    expect(await textOf(dial(running.portFor?.("two") ?? 0, ["botls"]))).toBe("from 127.0.1.2\n");
    expect(() => running.portFor?.("three")).toThrow(RangeError);
  });

  it("tells its own usage apart from the target's", async () => {
    const running = await started(new Mirror());
    expect(running).toMatchObject({ name: "mirror", version: "Mirror 1", pid: process.pid });
    expect(running.usage().peakRssBytes).toBe(7);
    expect(running.tunnelUsage?.().peakRssBytes).toBeGreaterThan(1 << 20);
  });

  it("asks for the client's certificate when both sides shall show one", async () => {
    const tls = { ...certificates.server, ca: certificates.ca, mutual: true };
    const running = await started(new Mirror(), { tls });
    expect(await textOf(dial(running.port, ["botls"], certificates.client))).toBe("from 127.0.1.1\n");
    const nameless = dial(running.port, ["botls"]);
    await expect(textOf(nameless)).rejects.toThrow(/certificate required/);
  });

  it("tells when it is stopped, and when the speaker is", async () => {
    const mirror = new Mirror();
    const running = await started(mirror);
    const pid = tunnelPid(running);
    expect(running.halted()).toBe(null);
    process.kill(pid, "SIGSTOP");
    await expect
      .poll(() => running.halted())
      .toMatch(new RegExp(`^its process stunnel\\S* stunnel.conf \\(pid ${pid}\\) is stopped$`));
    process.kill(pid, "SIGCONT");
    await expect.poll(() => running.halted()).toBe(null);
    mirror.halted = "its process mirror (pid 1) is stopped";
    expect(running.halted()).toBe(mirror.halted);
  });

  it("tells when it dies, and leaves nothing behind", async () => {
    const mirror = new Mirror();
    const running = await started(mirror);
    const pid = tunnelPid(running);
    process.kill(pid, "SIGKILL");
    await expect(running.died).resolves.toMatch(/^stunnel: ended by itself \(SIGKILL\)/);
    await running.stop();
    expect(mirror.stopped).toBe(true);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });

  it("says that its port is in use before it starts the speaker", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    cleanups.push(() => taken.close());
    const { port } = taken.address() as { port: number };
    const mirror = new Mirror();
    const start = behindStunnel(mirror.target).start(setupWith({ port }));
    await expect(start).rejects.toThrow(TargetError);
    await expect(start).rejects.toThrow(`stunnel: it cannot listen at 127.0.0.1 port ${port}: the port is in use`);
    expect(mirror.started).toBe(false);
  });

  it("takes other ports when one that was free is taken before it listens", async () => {
    vi.mocked(freePort).mockClear();
    const mirror = new Mirror();
    const { target } = mirror;
    let lost = 0;
    const start = async (setup: TargetSetup): Promise<RunningTarget> => {
      lost = await (vi.mocked(freePort).mock.results[0]?.value as Promise<number>);
      const taken = createServer().listen(lost, "127.0.0.1");
      await once(taken, "listening");
      cleanups.push(() => taken.close());
      return await target.start(setup);
    };
    const running = await behindStunnel({ ...target, start }).start(setupWith());
    cleanups.push(() => running.stop());
    expect(lost).toBeGreaterThan(0);
    expect(running.port).not.toBe(lost);
    expect(await textOf(dial(running.port, ["botls"]))).toBe("from 127.0.1.1\n");
  });

  it("takes a certificate that is none for what it is", async () => {
    const tls = { cert: "none", key: "none", ca: "none", mutual: false };
    const mirror = new Mirror();
    await expect(behindStunnel(mirror.target).start(setupWith({ tls }))).rejects.toThrow(/^stunnel: /);
    expect(mirror.stopped).toBe(true);
  });

  it("is for targets that take connections", async () => {
    const peers = setupWith().peers.map((peer) => ({ ...peer, dial: 1790 }));
    const { target } = new Mirror();
    await expect(behindStunnel(target).start(setupWith({ peers }))).rejects.toThrow(RangeError);
    await expect(behindStunnel(target).start(setupWith({ transport: "tls" }))).rejects.toThrow(RangeError);
  });
});

/** The process that listens on the tunnel's port. */
const tunnelPid = ({ address, port }: RunningTarget): number => {
  const found = listeningProcess(address, port);
  if ("hidden" in found) throw new Error(found.hidden);
  return found.pid;
};
