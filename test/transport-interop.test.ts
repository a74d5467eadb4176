import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { freePort } from "../src/target/listening.js";
import type { Stream, TlsOptions } from "../src/transport/index.js";
import {
  connecting,
  loopbackCertificates,
  noise,
  type Outcome,
  Port,
  pour,
  Reader,
  sha256,
  streamOf,
} from "./transport-kit.js";

/** The first of these commands that this machine has. */
const found = (...commands: string[]): string | null =>
  commands.find((command) => spawnSync(command, ["-version"], { stdio: "ignore" }).error === undefined) ?? null;

const stunnel = found("stunnel4", "stunnel");
const openssl = found("openssl");
const titled = (title: string, there: string | null, get: string): string =>
  there === null ? `${title}: SKIPPED, ${get}` : title;

const certificates = await loopbackCertificates();
const { ca, server, client } = certificates;
const dir = await mkdtemp(join(tmpdir(), "kiln-interop-"));
const file = async (name: string, text: string): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
};
const files = {
  ca: await file("ca.pem", ca),
  serverCert: await file("server.pem", server.cert),
  serverKey: await file("server.key", server.key),
  clientCert: await file("client.pem", client.cert),
  clientKey: await file("client.key", client.key),
};

const children: ChildProcess[] = [];
const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  for (const child of children.splice(0)) {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
    child.kill("SIGKILL");
    await gone;
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const run = (command: string, args: string[]): ChildProcess => {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  children.push(child);
  return child;
};

/** Tries until the program listens, ten seconds at most. */
const patiently = async (attempt: () => Promise<Outcome>): Promise<Outcome> => {
  for (let tries = 0; ; tries++) {
    const outcome = await attempt();
    if ("stream" in outcome || outcome.kind !== "refused" || tries === 100) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** A plain TCP server that sends back what it gets. */
const echo = async (): Promise<number> => {
  const sockets: Socket[] = [];
  const plain = createServer((socket) => {
    sockets.push(socket.on("error", () => {}));
    socket.pipe(socket);
  });
  plain.listen(0, "127.0.0.1");
  await once(plain, "listening");
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    plain.close();
  });
  const address = plain.address();
  return address !== null && typeof address === "object" ? address.port : 0;
};

describe.skipIf(stunnel === null)(titled("stunnel", stunnel, "install Debian's stunnel4"), () => {
  const start = async (service: string): Promise<number> => {
    const port = await freePort("127.0.0.1");
    const text = `foreground = yes\npid =\n[bgp]\naccept = 127.0.0.1:${port}\n${service}\n`;
    run(stunnel ?? "", [await file(`stunnel-${port}.conf`, text)]);
    return port;
  };

  const inFront = async (): Promise<number> =>
    start(
      `connect = 127.0.0.1:${await echo()}\ncert = ${files.serverCert}\nkey = ${files.serverKey}\n` +
        `CAfile = ${files.ca}\nverifyChain = yes`,
    );

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "in front of a plain server carries a megabyte there and back over %s",
    async (version) => {
      const port = await inFront();
      const tls: TlsOptions = { ...client, ca, requireAlpn: false, minVersion: version, maxVersion: version };
      const stream = streamOf(await patiently(() => connecting({ address: "127.0.0.1", port, transport: "tls", tls })));
      expect(stream.security?.protocol).toBe(version);
      const reader = new Reader(stream);
      const octets = noise(1_000_000);
      await pour(stream, reader, octets, 50_000);
      await reader.until(octets.length);
      expect(reader.digest()).toBe(sha256(octets));
      stream.end();
      await reader.closed;
    },
  );

  it("is refused without ALPN unless we say otherwise: it has none", async () => {
    const port = await inFront();
    const tls: TlsOptions = { ...client, ca };
    expect(await patiently(() => connecting({ address: "127.0.0.1", port, transport: "tls", tls }))).toEqual({
      kind: "alpn",
      reason: 'the peer selected no application protocol where BGP over TLS needs "botls"',
    });
  });

  it("as a client reaches our server with both certificates, and is refused where ALPN is required", async () => {
    const mutual: TlsOptions = { ...server, ca, mutual: true };
    const open = await Port.open({ transport: "tls", tls: { ...mutual, requireAlpn: false } });
    const strict = await Port.open({ transport: "tls", tls: mutual });
    cleanups.push(
      () => open.close(),
      () => strict.close(),
    );
    const through = async (to: Port): Promise<Stream> => {
      const port = await start(
        `client = yes\nconnect = 127.0.0.1:${to.address.port}\ncert = ${files.clientCert}\nkey = ${files.clientKey}\n` +
          `CAfile = ${files.ca}\nverifyChain = yes\ncheckIP = 127.0.0.1`,
      );
      return streamOf(await patiently(() => connecting({ address: "127.0.0.1", port, transport: "tcp" })));
    };

    const stream = await through(open);
    const accepted = streamOf(await open.next());
    expect(accepted.security?.peerCertificate?.subject).toBe("127.0.0.1 (client)");
    const [near, far] = [new Reader(stream), new Reader(accepted)];
    const octets = noise(300_000);
    await pour(stream, near, octets, 50_000);
    stream.end();
    await far.closed;
    expect(far.digest()).toBe(sha256(octets));

    await through(strict);
    expect(await strict.next()).toMatchObject({ kind: "alpn" });
  });
});

describe.skipIf(openssl === null)(titled("openssl", openssl, "install Debian's openssl"), () => {
  it.each(["botls", "h2"])("s_server with ALPN %s", async (protocol) => {
    const port = await freePort("127.0.0.1");
    const args = ["-accept", `127.0.0.1:${port}`, "-cert", files.serverCert, "-key", files.serverKey];
    run(openssl ?? "", ["s_server", ...args, "-alpn", protocol, "-rev", "-quiet"]);
    const outcome = await patiently(() => connecting({ address: "127.0.0.1", port, transport: "tls", tls: { ca } }));
    if (protocol === "h2") {
      expect(outcome).toMatchObject({
        kind: "alert",
        reason: expect.stringContaining("no_application_protocol (120)"),
      });
      return;
    }
    const stream = streamOf(outcome);
    expect(stream.security?.alpn).toBe("botls");
    const reader = new Reader(stream);
    stream.write(Buffer.from("drawer\n"));
    await reader.until(7);
    expect(reader.text).toBe("reward\n");
    stream.end();
    await reader.closed;
  });

  it.each(["botls", "h2,botls", "h2", null])("s_client with ALPN %s", async (protocols) => {
    const port = await Port.open({ transport: "tls", tls: { ...server, ca, mutual: true } });
    cleanups.push(() => port.close());
    const where = ["-connect", `127.0.0.1:${port.address.port}`, "-CAfile", files.ca, "-verify_return_error"];
    const who = ["-cert", files.clientCert, "-key", files.clientKey];
    const child = run(openssl ?? "", [
      "s_client",
      ...where,
      ...who,
      "-quiet",
      ...(protocols === null ? [] : ["-alpn", protocols]),
    ]);
    const outcome = await port.next();
    if (!protocols?.includes("botls")) {
      expect(outcome).toMatchObject({ kind: "alpn" });
      return;
    }
    const stream = streamOf(outcome);
    expect(stream.security?.alpn).toBe("botls");
    const reader = new Reader(stream);
    child.stdin?.write("from openssl\n");
    await reader.until(13);
    expect(reader.text).toBe("from openssl\n");
    stream.end();
    await reader.closed;
  });
});
