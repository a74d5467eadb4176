import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { makeCertificates } from "../transport/certificates.js";
import { listen } from "../transport/index.js";
import { endpoint, isOurs, reachEndpoint } from "./endpoint.js";
import { type RunningTarget, TargetError, type TargetSetup } from "./target.js";

const setup: TargetSetup = { transport: "tcp", as: 65550, routerId: "10.0.2.1", peers: [] };

describe("isOurs", () => {
  it("is true of this machine's addresses only", () => {
    const local = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    for (const { address, family } of local) expect(isOurs(address)).toBe(family === "IPv4");
    expect(["127.0.0.1", "127.255.3.4"].map(isOurs)).toEqual([true, true]);
    expect(["192.0.2.1", "0.0.0.0", "::1", "localhost", "127.0.0.1.example", ""].map(isOurs)).toEqual(
      Array(6).fill(false),
    );
  });

  it("is asked before anything is sent", () => {
    expect(() => endpoint({ address: "192.0.2.1", port: 179, as: 1 })).toThrow(RangeError);
  });
});

describe("an endpoint", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const plain = async (): Promise<number> => {
    const server: Server = createServer((socket) => socket.on("error", () => undefined).resume());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(() => server.close());
    return (server.address() as { port: number }).port;
  };

  const started = async (port: number, ca?: string): Promise<RunningTarget> => {
    const running = await endpoint({ address: "127.0.0.1", port, as: 65530, ...(ca && { ca }) }).start(setup);
    cleanups.push(() => running.stop());
    return running;
  };

  it("keeps its AS and its port, and has no version and no counters", async () => {
    const port = await plain();
    const running = await started(port);
    expect(running).toMatchObject({ name: "endpoint", address: "127.0.0.1", port, as: 65530, version: null });
    expect(running.unseen).toMatchObject({ counts: true, why: expect.stringContaining("no intake") });
    await expect(running.counts()).rejects.toThrow(TargetError);
  });

  it.skipIf(process.platform !== "linux")("has the usage of the process that listens, here ours", async () => {
    const running = await started(await plain());
    expect(running.pid).toBe(process.pid);
    expect(running.unseen?.usage).toBe(false);
    expect(running.usage().peakRssBytes).toBeGreaterThan(1 << 20);
  });

  it.skipIf(process.platform !== "linux")("tells when its process is stopped, and when it ends", async () => {
    const script = `
      const server = require("node:net").createServer().listen(0, "127.0.0.1", () => console.log(server.address().port));
      setTimeout(() => process.exit(), 60000)`;
    const child: ChildProcess = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    cleanups.push(() => child.kill("SIGKILL"));
    const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
    const running = await started(Number(line.toString()));
    expect(running.pid).toBe(child.pid);
    expect(running.halted()).toBe(null);
    child.kill("SIGSTOP");
    await expect
      .poll(() => running.halted())
      .toMatch(new RegExp(`^its process node -e .* \\(pid ${child.pid}\\) is stopped$`, "s"));
    child.kill("SIGKILL");
    await expect(running.died).resolves.toBe(`endpoint: its process ${child.pid} has ended`);
  });

  it.skipIf(process.platform !== "linux")("has no usage where several processes share its socket", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(() => server.close());
    const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
    const child = spawn("/bin/sleep", ["60"], { stdio: ["ignore", "ignore", "ignore", fd] });
    cleanups.push(() => child.kill("SIGKILL"));
    await once(child, "spawn");
    const running = await started((server.address() as { port: number }).port);
    expect(running.pid).toBe(null);
    expect(running.unseen).toMatchObject({ usage: true, why: expect.stringContaining("2 processes share its socket") });
    expect(() => running.usage()).toThrow(TargetError);
  });

  it("is not there: one line says so", async () => {
    const port = await plain();
    for (const cleanup of cleanups.splice(0)) await cleanup();
    await expect(endpoint({ address: "127.0.0.1", port, as: 1 }).start(setup)).rejects.toThrow(
      `endpoint: connection to 127.0.0.1:${port} refused: nobody listens there`,
    );
  });

  it("speaks TLS where an authority is given, and is refused when another one issued its certificate", async () => {
    const own = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });
    const other = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });
    const listener = await listen(
      { address: "127.0.0.1", port: 0, transport: "tls", timeoutMs: 5000, tls: own.server },
      { accepted: (stream) => stream.destroy() },
    );
    cleanups.push(() => listener.close());
    const { port } = listener.address;
    expect(endpoint({ address: "127.0.0.1", port, as: 1, ca: own.ca }).transports).toEqual(["tls"]);
    expect((await started(port, own.ca)).ca).toBe(own.ca);
    await expect(reachEndpoint({ address: "127.0.0.1", port, as: 1, ca: other.ca })).rejects.toThrow(
      /^endpoint: .*not issued by an authority that we trust/,
    );
  });

  it("without TLS where TLS was asked for: one line says so", async () => {
    const server = createServer((socket) => socket.on("error", () => undefined).end("\xff".repeat(19)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(() => server.close());
    const { port } = server.address() as { port: number };
    const { ca } = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });
    await expect(reachEndpoint({ address: "127.0.0.1", port, as: 1, ca })).rejects.toThrow(/^endpoint: .+/);
  });
});
