import { connect as connectTcp, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  connecting,
  loopbackCertificates,
  noise,
  type Outcome,
  Port,
  Reader,
  streamOf,
} from "../../test/transport-kit.js";
import { makeCertificates } from "./certificates.js";
import { connect, type Endpoint, type ListenOptions, listen, type TlsOptions } from "./index.js";

const certificates = await loopbackCertificates();
const strangers = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });
const { ca, server, client } = certificates;

/** What nobody caught: there must be none, whatever the peers did. */
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);
process.on("uncaughtException", note);
process.on("unhandledRejection", note);
afterAll(() => {
  process.off("uncaughtException", note);
  process.off("unhandledRejection", note);
});

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  expect(uncaught.splice(0)).toEqual([]);
});

const openTls = async (tls: TlsOptions, options: Partial<ListenOptions> = {}): Promise<Port> => {
  const port = await Port.open({ transport: "tls", tls, ...options });
  cleanups.push(() => port.close());
  return port;
};

/** Both sides' outcomes of one connection. */
const meet = async (port: Port, tls: TlsOptions): Promise<[client: Outcome, server: Outcome]> => {
  const [ofClient, ofServer] = await Promise.all([connecting({ ...port.address, transport: "tls", tls }), port.next()]);
  for (const one of [ofClient, ofServer]) if ("stream" in one) cleanups.push(() => one.stream.destroy());
  return [ofClient, ofServer];
};

/** A connection that says nothing by itself. */
const dialled = async (port: Port): Promise<Socket> => {
  const socket = connectTcp(port.address.port, "127.0.0.1").on("error", () => {});
  cleanups.push(() => void socket.destroy());
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
};

/** A foreign server on loopback. */
const foreign = async (make: Server): Promise<{ address: string; port: number }> => {
  make.on("error", () => {});
  await new Promise<void>((resolve) => make.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => void make.close());
  const bound = make.address();
  return { address: "127.0.0.1", port: bound !== null && typeof bound === "object" ? bound.port : 0 };
};

/** A NOTIFICATION "Connection Not Synchronized" (RFC 4271 §6.1). */
const NOT_SYNCHRONIZED = Uint8Array.of(...new Array<number>(16).fill(0xff), 0, 21, 3, 1, 1);
/** The start of an OPEN. */
const OPEN = Uint8Array.of(...new Array<number>(16).fill(0xff), 0, 29, 1, 4, 0xfd, 0xe8, 0, 90, 192, 0, 2, 1, 0);

describe("the TLS handshake", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)("agrees on %s and botls, and checks the server", async (version) => {
    const port = await openTls(server);
    const [ofClient, ofServer] = await meet(port, { ca, minVersion: version, maxVersion: version });
    const [a, b] = [streamOf(ofClient), streamOf(ofServer)];
    expect(a.security).toMatchObject({ protocol: version, alpn: "botls", resumed: false });
    expect(b.security).toMatchObject({ protocol: version, alpn: "botls", resumed: false, peerCertificate: null });
    expect(a.security?.cipher).toBe(b.security?.cipher);
    expect(a.security?.peerCertificate?.subject).toBe("127.0.0.1 (server)");
    expect(a.security?.peerCertificate?.names).toContain("DNS:router.example");
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("over %s authenticates both on request", async (version) => {
    const port = await openTls({ ...server, ca, mutual: true });
    const [ofClient, ofServer] = await meet(port, { ...client, ca, maxVersion: version });
    expect(streamOf(ofClient).security?.protocol).toBe(version);
    expect(streamOf(ofServer).security?.peerCertificate?.subject).toBe("127.0.0.1 (client)");
  });

  it("uses the groups that were asked for, and fails with none in common", async () => {
    const port = await openTls({ ...server, groups: "P-384" });
    streamOf((await meet(port, { ca, groups: "P-384:P-256" }))[0]);
    const [ofClient, ofServer] = await meet(port, { ca, groups: "P-256" });
    expect(ofClient).toMatchObject({ kind: "alert", reason: expect.stringContaining("handshake_failure (40)") });
    expect(ofServer).toMatchObject({ kind: "protocol" });
  });

  it.each(["rsa2048", "ed25519"] as const)("works with %s certificates", async (key) => {
    const made = await makeCertificates({ key, names: ["127.0.0.1"] });
    const port = await openTls({ ...made.server, ca: made.ca, mutual: true });
    const [ofClient, ofServer] = await meet(port, { ...made.client, ca: made.ca });
    expect(streamOf(ofClient).security?.peerCertificate?.subject).toBe("127.0.0.1 (server)");
    expect(streamOf(ofServer).security?.peerCertificate?.subject).toBe("127.0.0.1 (client)");
  });

  it("works over IPv6", async () => {
    const port = await openTls(server, { address: "::1" });
    const [ofClient] = await meet(port, { ca });
    expect(streamOf(ofClient).remote).toEqual(port.address);
  });

  it("passes no octet on before it ends, and loses none that came right after", async () => {
    const port = await openTls(server);
    const opened = await connecting({ ...port.address, transport: "tls", tls: { ca } });
    const ofServer = streamOf(await port.next());
    ofServer.write(OPEN);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const reader = new Reader(streamOf(opened));
    await reader.until(OPEN.length);
    expect(Buffer.from(reader.text, "latin1")).toEqual(Buffer.from(OPEN));
    streamOf(opened).destroy();
    ofServer.destroy();
  });
});

describe("a client that says all it has to say with the end of its handshake", () => {
  /** What the client writes after its ClientHello goes out with its goodbye, in one piece. */
  const inOnePiece = ({ address, port }: Endpoint): Duplex => {
    const tcp = connectTcp(port, address);
    let held: Buffer[] | null = null;
    const duplex = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        if (held === null) {
          held = [];
          tcp.write(chunk);
        } else held.push(chunk);
        done();
      },
      final(done) {
        tcp.end(Buffer.concat(held ?? []));
        done();
      },
    });
    tcp.on("data", (chunk) => duplex.push(chunk));
    tcp.on("end", () => duplex.push(null));
    tcp.on("error", () => {});
    cleanups.push(() => void tcp.destroy());
    return duplex;
  };

  /** What came of a client that said `words` and hung up, and how many octets it still heard. */
  const farewell = async (words: Uint8Array): Promise<{ outcome: Outcome; heard: () => Promise<number> }> => {
    const port = await openTls(server);
    const secure = connectTls({ socket: inOnePiece(port.address), ca, host: "127.0.0.1", ALPNProtocols: ["botls"] });
    let heard = 0;
    secure.on("data", (chunk) => {
      heard += chunk.length;
    });
    secure.once("secureConnect", () => secure.end(words));
    const gone = new Promise((resolve) => secure.once("close", resolve));
    return {
      outcome: await port.next(),
      async heard() {
        await gone;
        return heard;
      },
    };
  };

  it("is heard, and gets no answer", async () => {
    const { outcome, heard } = await farewell(OPEN);
    const stream = streamOf(outcome);
    expect(stream.write(NOT_SYNCHRONIZED)).toBe(false);
    expect(stream.security).toMatchObject({ protocol: "TLSv1.3", alpn: "botls", resumed: false });
    const reader = new Reader(stream);
    expect(await reader.closed).toBe("the peer closed the connection");
    expect(reader.text).toBe(Buffer.from(OPEN).toString("latin1"));
    expect(await heard()).toBe(0);
  });

  it("is a failed attempt, and gets no answer either, when that was nothing", async () => {
    const { outcome, heard } = await farewell(new Uint8Array(0));
    expect(outcome).toMatchObject({ kind: "closed", reason: expect.stringContaining("right after the TLS handshake") });
    expect(await heard()).toBe(0);
  });
});

describe("resumption", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "of a %s session really resumes, also with mutual authentication",
    async (version) => {
      const port = await openTls({ ...server, ca, mutual: true });
      let give: (session: Uint8Array) => void = () => {};
      const given = new Promise<Uint8Array>((resolve) => {
        give = resolve;
      });
      const tls: TlsOptions = { ...client, ca, maxVersion: version, onSession: (session) => give(session) };
      const [first, firstAtServer] = await meet(port, tls);
      // TLS 1.3 tickets follow the handshake, and are read as data are.
      new Reader(streamOf(first));
      new Reader(streamOf(firstAtServer));
      const [second, atServer] = await meet(port, { ...tls, session: await given });
      expect(streamOf(first).security?.resumed).toBe(false);
      expect(streamOf(second).security).toMatchObject({ resumed: true, protocol: version, alpn: "botls" });
      expect(streamOf(atServer).security?.resumed).toBe(true);
      expect(streamOf(atServer).security?.peerCertificate?.subject).toBe("127.0.0.1 (client)");
    },
  );

  it("is not to be had from a draft-05 server", async () => {
    const port = await openTls({ ...server, ca, profile: "draft-05" });
    const sessions: Uint8Array[] = [];
    const tls: TlsOptions = { ...client, ca, onSession: (session) => sessions.push(session) };
    const [first, atServer] = await meet(port, tls);
    const reader = new Reader(streamOf(first));
    new Reader(streamOf(atServer));
    streamOf(atServer).write(OPEN);
    streamOf(atServer).end();
    await reader.closed;
    expect(sessions.length).toBeGreaterThan(0);
    for (const session of [...sessions]) {
      const [again] = await meet(port, { ...tls, session });
      expect(streamOf(again).security?.resumed).toBe(false);
    }
  });
});

describe("profile draft-05", () => {
  const strict = { ...client, ca, profile: "draft-05" } as const;

  it("connects with TLS 1.3 and both certificates", async () => {
    const port = await openTls({ ...server, ca, profile: "draft-05" });
    const [ofClient, ofServer] = await meet(port, strict);
    expect(streamOf(ofClient).security?.protocol).toBe("TLSv1.3");
    expect(streamOf(ofServer).security?.peerCertificate).not.toBeNull();
  });

  it("refuses TLS 1.2 on both sides", async () => {
    const port = await openTls({ ...server, ca, profile: "draft-05" });
    const [old, atServer] = await meet(port, { ...client, ca, maxVersion: "TLSv1.2" });
    expect(old).toMatchObject({ kind: "alert", reason: expect.stringContaining("protocol_version (70)") });
    expect(atServer).toEqual({ kind: "protocol", reason: "the peers have no TLS version in common" });

    const oldPort = await openTls({ ...server, maxVersion: "TLSv1.2" });
    const [fresh] = await meet(oldPort, strict);
    expect(fresh).toMatchObject({ kind: "alert", reason: expect.stringContaining("protocol_version (70)") });
  });

  it.each([
    ["a client without a certificate", { ca, profile: "draft-05" }, /^tls\.cert is missing: profile draft-05/],
    ["a client without an authority", { ...client, profile: "draft-05" }, /^tls\.ca is missing: profile draft-05/],
    ["TLS 1.2", { ...strict, minVersion: "TLSv1.2" }, /draft-05 allows TLSv1\.3 only/],
    ["no mutual authentication", { ...strict, mutual: false }, /^tls\.mutual: profile draft-05/],
    ["doing without ALPN", { ...strict, requireAlpn: false }, /^tls\.requireAlpn: profile draft-05/],
    ["a session to resume", { ...strict, session: new Uint8Array(10) }, /^tls\.session: profile draft-05/],
  ] as const)("throws at the start for %s", (_what, tls, message) => {
    const attempt = () => connect({ address: "127.0.0.1", port: 179, transport: "tls", tls, timeoutMs: 1000 }, silent);
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(message);
  });
});

const silent = { connected: () => {}, failed: () => {} };

describe("options that can never work", () => {
  it.each([
    [{ address: "router.example" }, /^address must be an IPv4 or IPv6 address such as .* not "router\.example"$/],
    [{ localAddress: "lo" }, /^localAddress must be/],
    [{ localAddress: "::1" }, /^localAddress ::1 and address 127\.0\.0\.1 must both be IPv4 or both IPv6$/],
    [{ port: 0 }, /^port must be a whole number from 1 to 65535, not 0$/],
    [{ port: 65536 }, /^port must be/],
    [{ timeoutMs: 0 }, /^timeoutMs must be/],
    [{ timeoutMs: Number.NaN }, /^timeoutMs must be/],
    [{ transport: "tls", tls: { cert: client.cert } }, /^tls\.key is missing/],
    [{ transport: "tls", tls: { minVersion: "TLSv1.3", maxVersion: "TLSv1.2" } }, /^tls\.minVersion TLSv1\.3 is above/],
    [{ transport: "tls", tls: { cert: "no PEM", key: client.key } }, /^tls: cert, key, ca or groups is not usable/],
    [{ transport: "tls", tls: { cert: client.cert, key: server.key } }, /^tls: cert, key, ca or groups is not usable/],
    [{ transport: "tls", tls: { groups: "P-1" } }, /^tls: cert, key, ca or groups is not usable/],
  ] as const)("throw: %j", (wrong, message) => {
    const attempt = () =>
      connect({ address: "127.0.0.1", port: 179, transport: "tcp", timeoutMs: 1000, ...wrong }, silent);
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(message);
  });

  it.each([
    [{ address: "*" }, /^address must be/],
    [{ port: -1 }, /^port must be a whole number from 0/],
    [{ transport: "tls" }, /^tls\.cert and tls\.key are missing: a TLS server needs both$/],
    [{ transport: "tls", tls: { ...server, mutual: true } }, /^tls\.ca is missing: mutual authentication/],
    [{ transport: "tls", tls: { ...server, profile: "draft-05" } }, /^tls\.ca is missing: profile draft-05/],
    [{ transport: "tls", tls: server, maxPending: 0 }, /^maxPending must be/],
    [{ transport: "tls", tls: server, maxWaiting: -1 }, /^maxWaiting must be/],
  ] as const)("reject on a listener: %j", async (wrong, message) => {
    const made = listen(
      { address: "127.0.0.1", port: 0, transport: "tcp", timeoutMs: 1000, ...wrong },
      { accepted: () => {} },
    );
    await expect(made).rejects.toThrow(RangeError);
    await expect(made).rejects.toThrow(message);
  });
});

describe("the system's refusals", () => {
  it("names the address of a port in use", async () => {
    const port = await openTls(server);
    const { address, port: number } = port.address;
    const second = listen({ address, port: number, transport: "tcp", timeoutMs: 1000 }, { accepted: () => {} });
    await expect(second).rejects.toThrow(
      `cannot listen on 127.0.0.1:${number}: another program listens there (EADDRINUSE)`,
    );
    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("names an address that is not this machine's", async () => {
    const elsewhere = listen(
      { address: "192.0.2.1", port: 0, transport: "tcp", timeoutMs: 1000 },
      { accepted: () => {} },
    );
    await expect(elsewhere).rejects.toThrow(
      "cannot listen on 192.0.2.1:0: this machine does not have the address (EADDRNOTAVAIL)",
    );
  });

  it.each(["tcp", "tls"] as const)("over %s tells refused from a wrong source address", async (transport) => {
    const port = await Port.open();
    await port.close();
    const where = { ...port.address, transport, tls: { ca } };
    expect(await connecting(where)).toEqual({
      kind: "refused",
      reason: `connection to 127.0.0.1:${port.address.port} refused: nobody listens there`,
    });
    expect(await connecting({ ...where, localAddress: "192.0.2.1" })).toMatchObject({
      kind: "local",
      reason: expect.stringContaining("this machine does not have it"),
    });
  });

  it.each(["tcp", "tls"] as const)("over %s connects from the source address that was asked for", async (transport) => {
    const port = await Port.open({ transport, tls: server });
    cleanups.push(() => port.close());
    const outcome = await connecting({ ...port.address, transport, tls: { ca }, localAddress: "127.0.0.2" });
    const accepted = streamOf(await port.next());
    expect(accepted.remote.address).toBe("127.0.0.2");
    expect(streamOf(outcome).local).toEqual(accepted.remote);
    streamOf(outcome).destroy();
    accepted.destroy();
  });
});

describe("certificates that do not convince", () => {
  it("from an authority we do not trust", async () => {
    const port = await openTls(strangers.server);
    const [ofClient] = await meet(port, { ca });
    expect(ofClient).toEqual({
      kind: "untrusted",
      reason: "the peer's certificate was not issued by an authority that we trust",
    });
  });

  it.each([
    ["expired", -20, -10, "the peer's certificate, or one above it, has expired"],
    ["not valid yet", 10, 20, "the peer's certificate, or one above it, is not valid yet"],
  ] as const)("%s, of a server and of a client", async (_what, from, to, reason) => {
    const day = 24 * 3600 * 1000;
    const validity = { from: new Date(Date.now() + from * day), to: new Date(Date.now() + to * day) };
    const made = await makeCertificates({ key: "p256", names: ["127.0.0.1"], validity });
    const port = await openTls(made.server);
    expect((await meet(port, { ca: made.ca }))[0]).toEqual({ kind: "expired", reason });

    const strictPort = await openTls({ ...server, ca: made.ca, mutual: true });
    expect((await meet(strictPort, { ...made.client, ca }))[1]).toEqual({ kind: "expired", reason });
  });

  it("for another name, by address and by serverName", async () => {
    const made = await makeCertificates({ key: "p256", names: ["192.0.2.1", "router.example"] });
    const port = await openTls(made.server);
    expect((await meet(port, { ca: made.ca }))[0]).toMatchObject({
      kind: "name",
      reason: expect.stringMatching(
        /^the peer's certificate is for someone else: IP: 127\.0\.0\.1 is not in the cert's list/,
      ),
    });
    expect((await meet(port, { ca: made.ca, serverName: "other.example" }))[0]).toMatchObject({ kind: "name" });
    streamOf((await meet(port, { ca: made.ca, serverName: "router.example" }))[0]);
    streamOf((await meet(port, { ca: made.ca, serverName: "192.0.2.1" }))[0]);
  });

  it("of a client, when it shows none", async () => {
    const port = await openTls({ ...server, ca, mutual: true });
    const [late, atServer] = await meet(port, { ca });
    expect(atServer).toEqual({
      kind: "no-certificate",
      reason: "the peer showed no certificate, and mutual authentication asks for one",
    });
    // A TLS 1.3 client has finished by then, so it is the stream that ends.
    expect(await new Reader(streamOf(late)).closed).toBe(
      "the peer sent the TLS alert certificate_required (116): it wants a certificate from us",
    );

    const [early] = await meet(port, { ca, maxVersion: "TLSv1.2" });
    expect(early).toMatchObject({ kind: "alert", reason: expect.stringContaining("handshake_failure (40)") });
  });

  it("of a client, when nobody we trust issued it", async () => {
    const port = await openTls({ ...server, ca, mutual: true });
    const [late, atServer] = await meet(port, { ...strangers.client, ca });
    expect(atServer).toMatchObject({ kind: "untrusted" });
    expect(await new Reader(streamOf(late)).closed).toMatch(
      /^the peer closed the connection right after the TLS handshake: perhaps it does not accept our certificate$|reset/,
    );
  });
});

describe("ALPN", () => {
  const ALERT = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 120);

  it.each([
    ["offers none", undefined, "the peer offers no application protocol where BGP over TLS needs"],
    ["offers others", ["h2", "http/1.1"], 'the peer offers "h2", "http/1.1" where BGP over TLS needs'],
  ])(
    "of a client that %s is answered with the fatal alert no_application_protocol",
    async (_what, protocols, reason) => {
      const port = await openTls(server);
      const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
        const socket = connectTls({
          host: "127.0.0.1",
          port: port.address.port,
          ca,
          ...(protocols !== undefined && { ALPNProtocols: protocols }),
        });
        socket.once("error", resolve);
      });
      expect(error.message).toContain("SSL alert number 120");
      expect(await port.next()).toEqual({ kind: "alpn", reason: `${reason} "botls"` });
    },
  );

  it("is offered as botls alone", async () => {
    const first = await firstOctetsOfClient();
    const at = Buffer.from(first).indexOf("botls");
    // Type 16, and lengths that leave room for this one name.
    expect(Buffer.from(first.subarray(at - 7, at)).toString("hex")).toBe("00100008000605");
  });

  it("that the server ignores is a failure", async () => {
    const tls = createTlsServer(server, (socket) => {
      socket.on("error", () => {});
      cleanups.push(() => void socket.destroy());
    });
    expect(await connecting({ ...(await foreign(tls)), transport: "tls", tls: { ca } })).toEqual({
      kind: "alpn",
      reason: 'the peer selected no application protocol where BGP over TLS needs "botls"',
    });
  });

  it("may be missing on either side when we do not require it, but not be another", async () => {
    const port = await openTls({ ...server, requireAlpn: false });
    const ask = (protocols: string[]): void => {
      const socket = connectTls({ host: "127.0.0.1", port: port.address.port, ca, ALPNProtocols: protocols });
      socket.on("error", () => {});
      cleanups.push(() => void socket.destroy());
    };
    ask([]);
    expect(streamOf(await port.next()).security?.alpn).toBe("");
    ask(["botls"]);
    expect(streamOf(await port.next()).security?.alpn).toBe("botls");
    ask(["h2"]);
    expect(await port.next()).toMatchObject({ kind: "alpn" });

    const silentServer = createTlsServer(server, (socket) => {
      socket.on("error", () => {});
      cleanups.push(() => void socket.destroy());
    });
    const tls: TlsOptions = { ca, requireAlpn: false };
    const outcome = await connecting({ ...(await foreign(silentServer)), transport: "tls", tls });
    expect(streamOf(outcome).security?.alpn).toBe("");
  });

  it("that the server does not know ends in its alert", async () => {
    const tls = createTlsServer({ ...server, ALPNProtocols: ["h2"] });
    tls.on("tlsClientError", () => {});
    expect(await connecting({ ...(await foreign(tls)), transport: "tls", tls: { ca } })).toEqual({
      kind: "alert",
      reason:
        'the peer sent the TLS alert no_application_protocol (120): it does not know the application protocol "botls"',
    });
  });

  it("alert goes out as one record in the clear", async () => {
    const port = await openTls(server);
    const hello = await firstOctetsOfClient();
    const other = Buffer.from(hello);
    other.write("other", other.indexOf("botls"));
    const answer = await new Promise<Uint8Array>((resolve) => {
      const socket = connectTcp(port.address.port, "127.0.0.1", () => socket.write(other));
      socket.on("error", () => {});
      socket.once("data", resolve);
      cleanups.push(() => void socket.destroy());
    });
    expect(Buffer.from(answer)).toEqual(Buffer.from(ALERT));
    expect(await port.next()).toMatchObject({ kind: "alpn", reason: expect.stringContaining('"other"') });
  });
});

/** The ClientHello that our client sends. */
const firstOctetsOfClient = async (): Promise<Uint8Array> => {
  let got: (octets: Uint8Array) => void = () => {};
  const first = new Promise<Uint8Array>((resolve) => {
    got = resolve;
  });
  const spy = await foreign(
    createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (chunk) => {
        got(chunk);
        socket.destroy();
      });
    }),
  );
  connect({ ...spy, transport: "tls", tls: { ca }, timeoutMs: 5000 }, silent);
  return first;
};

describe("plain BGP on one side only", () => {
  it.each([
    ["an OPEN at once", (write: (octets: Uint8Array) => void) => write(OPEN)],
    ["a NOTIFICATION to our ClientHello", null],
  ])("our TLS client hears %s", async (_what, atOnce) => {
    const plain = createTcpServer((socket) => {
      socket.on("error", () => {});
      if (atOnce !== null) atOnce((octets) => socket.write(octets));
      socket.once("data", () => socket.end(NOT_SYNCHRONIZED));
    });
    expect(await connecting({ ...(await foreign(plain)), transport: "tls", tls: { ca } })).toEqual({
      kind: "plain-bgp",
      reason: "the peer answered in plain BGP, or anything but TLS: it does not speak TLS on this port",
    });
  });

  it("our TLS server hears an OPEN, and answers nothing", async () => {
    const port = await openTls(server);
    const answer = await new Promise<string>((resolve) => {
      const socket = connectTcp(port.address.port, "127.0.0.1", () => socket.write(OPEN));
      let heard = "";
      socket.on("data", (chunk) => {
        heard += chunk.toString("hex");
      });
      socket.on("error", (error) => resolve(error.message));
      socket.on("close", () => resolve(heard));
    });
    expect(answer).toBe("");
    expect(await port.next()).toEqual({
      kind: "plain-bgp",
      reason: "the peer speaks plain BGP; this port expects TLS",
    });
  });

  it("our TLS server hears neither", async () => {
    const port = await openTls(server);
    const socket = connectTcp(port.address.port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\n\r\n"));
    socket.on("error", () => {});
    expect(await port.next()).toEqual({
      kind: "garbage",
      reason: "the peer speaks neither TLS nor BGP; this port expects TLS",
    });
  });
});

describe("peers that dawdle or die", () => {
  it("a server that says nothing", async () => {
    const mute = await foreign(createTcpServer((socket) => void socket.on("error", () => {}).resume()));
    expect(await connecting({ ...mute, transport: "tls", tls: { ca }, timeoutMs: 60 })).toEqual({
      kind: "timeout",
      reason: `127.0.0.1:${mute.port} did not finish the TLS handshake within 60 ms; a plain BGP speaker may listen there`,
    });
  });

  it("a server that hangs up", async () => {
    const rude = await foreign(createTcpServer((socket) => void socket.on("error", () => {}).destroy()));
    expect(await connecting({ ...rude, transport: "tls", tls: { ca } })).toEqual({
      kind: "closed",
      reason: `127.0.0.1:${rude.port} closed the connection before it was ready`,
    });
  });

  it("a client that says nothing, and one that stops in its ClientHello", async () => {
    const port = await openTls(server, { timeoutMs: 80 });
    const hello = await firstOctetsOfClient();
    const mute = connectTcp(port.address.port, "127.0.0.1");
    const ended = new Promise<void>((resolve) =>
      mute
        .on("error", () => {})
        .on("close", () => resolve())
        .resume(),
    );
    expect(await port.next()).toEqual({ kind: "timeout", reason: "the peer sent nothing within 80 ms" });
    await ended;
    const halting = connectTcp(port.address.port, "127.0.0.1", () => halting.write(hello.subarray(0, 100)));
    halting.on("error", () => {}).resume();
    expect(await port.next()).toEqual({
      kind: "timeout",
      reason: "the peer did not finish the TLS handshake within 80 ms",
    });
    const silentAfterHello = connectTcp(port.address.port, "127.0.0.1", () => silentAfterHello.write(hello));
    silentAfterHello.on("error", () => {}).resume();
    expect(await port.next()).toEqual({
      kind: "timeout",
      reason: "the peer did not finish the TLS handshake within 80 ms",
    });
  });

  it("a client that hangs up before and during the handshake", async () => {
    const port = await openTls(server);
    const hello = await firstOctetsOfClient();
    connectTcp(port.address.port, "127.0.0.1").end();
    expect(await port.next()).toMatchObject({
      kind: "closed",
      reason: expect.stringMatching(/closed the connection before its ClientHello$/),
    });
    const leaving = connectTcp(port.address.port, "127.0.0.1", () => leaving.write(hello, () => leaving.destroy()));
    leaving.on("error", () => {});
    expect(await port.next()).toMatchObject({ kind: "closed" });
    const reset = connectTcp(port.address.port, "127.0.0.1", () => reset.write(hello, () => reset.resetAndDestroy()));
    reset.on("error", () => {});
    expect(await port.next()).toMatchObject({ kind: "closed" });
  });

  it("a ClientHello in single octets still leads to a stream", async () => {
    const port = await openTls(server);
    const relay = createTcpServer((near) => {
      const far = connectTcp({ port: port.address.port, host: "127.0.0.1", noDelay: true });
      for (const socket of [near, far])
        socket.on("error", () => {}).on("close", () => [near, far].map((one) => one.destroy()));
      far.pipe(near);
      const drip = (chunk: Buffer, at = 0): void => {
        if (at === chunk.length) near.once("data", drip);
        else far.write(chunk.subarray(at, at + 1), () => setImmediate(drip, chunk, at + 1));
      };
      near.once("data", drip);
    });
    const outcome = await connecting({ ...(await foreign(relay)), transport: "tls", tls: { ca } });
    expect(streamOf(outcome).security?.alpn).toBe("botls");
    streamOf(await port.next()).destroy();
    streamOf(outcome).destroy();
  });

  it.each(["tcp", "tls"] as const)("a peer that dies in mid-transfer over %s, on either side", async (transport) => {
    const port = await Port.open({ transport, tls: server });
    cleanups.push(() => port.close());
    for (const dying of ["client", "server"] as const) {
      const atClient = streamOf(await connecting({ ...port.address, transport, tls: { ca } }));
      const atServer = streamOf(await port.next());
      const [victim, other] = dying === "client" ? [atClient, atServer] : [atServer, atClient];
      const [ofVictim, ofOther] = [new Reader(victim), new Reader(other)];
      victim.write(noise(1_000_000));
      other.write(noise(1_000_000));
      await ofOther.until(10_000);
      victim.destroy();
      expect(await ofOther.closed).toMatch(/^(the peer closed the connection|connection reset by the peer)$/);
      expect(ofOther.closes).toBe(1);
      expect(await ofVictim.closed).toBe("closed by us");
    }
  });

  it("more of them at once than we allow", async () => {
    const port = await openTls(server, { maxPending: 2, maxWaiting: 0, timeoutMs: 5000 });
    const idle = [1, 2].map(() => connectTcp(port.address.port, "127.0.0.1").on("error", () => {}));
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    const third = connectTcp(port.address.port, "127.0.0.1").on("error", () => {});
    const refused = new Promise<void>((resolve) => third.on("close", () => resolve()).resume());
    expect(await port.next()).toMatchObject({
      kind: "limit",
      reason: expect.stringMatching(/2 TLS handshakes are under way already$/),
    });
    await refused;
    for (const socket of idle) socket.destroy();
    expect(await port.next()).toMatchObject({ kind: "closed" });
    expect(await port.next()).toMatchObject({ kind: "closed" });
    const [ofClient] = await meet(port, { ca });
    streamOf(ofClient);
  });

  it("many peers at once: each has its turn, and none is turned away", async () => {
    const port = await openTls(server, { maxPending: 2, maxWaiting: 8, timeoutMs: 10_000 });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => meet(port, { ca })));
    for (const outcome of outcomes.flat()) streamOf(outcome);
  });

  it("one that waits for its turn is served when another has left, and one too many is refused", async () => {
    const port = await openTls(server, { maxPending: 2, maxWaiting: 1, timeoutMs: 5000 });
    const silent = [await dialled(port), await dialled(port)];
    const third = await dialled(port);
    const fourth = await dialled(port);
    const refused = new Promise<void>((resolve) => fourth.on("close", () => resolve()).resume());
    expect(await port.next()).toMatchObject({ kind: "limit", reason: expect.stringMatching(/2 TLS .* already$/) });
    await refused;
    const secured = connectTls({ socket: third, host: "127.0.0.1", ca, ALPNProtocols: ["botls"] });
    cleanups.push(() => void secured.destroy());
    const turn = new Promise((resolve) => secured.once("secureConnect", () => resolve("secured")));
    for (const socket of silent) socket.destroy();
    expect([await port.next(), await port.next()]).toMatchObject([{ kind: "closed" }, { kind: "closed" }]);
    streamOf(await port.next()).destroy();
    expect(await turn).toBe("secured");
  });

  it("those that say nothing hold up who waits no longer than the timeout, and wait no longer themselves", async () => {
    const port = await openTls(server, { maxPending: 1, maxWaiting: 2, timeoutMs: 200 });
    await dialled(port);
    await dialled(port);
    await dialled(port);
    // The second has its turn when the first is late; the third, which came with it, has waited long enough then.
    expect([await port.next(), await port.next(), await port.next()]).toMatchObject([
      { kind: "timeout" },
      { kind: "limit", reason: expect.stringMatching(/1 TLS handshakes were under way for 200 ms$/) },
      { kind: "timeout" },
    ]);
    streamOf((await meet(port, { ca }))[1]);
  });

  it("one that left while it waited, and one that waits when the listener closes", async () => {
    const port = await openTls(server, { maxPending: 1, maxWaiting: 2, timeoutMs: 5000 });
    const [first, second, third] = [await dialled(port), await dialled(port), await dialled(port)];
    second.destroy();
    first.destroy();
    expect([await port.next(), await port.next()]).toMatchObject([{ kind: "closed" }, { kind: "closed" }]);
    const fourth = await dialled(port);
    const cut = [third, fourth].map((one) => new Promise((resolve) => one.on("close", resolve).resume()));
    await port.close();
    await Promise.all(cut);
    expect(port.outcomes).toHaveLength(2);
  });

  it("an attempt that is cancelled stays silent", async () => {
    const port = await openTls(server);
    const calls: string[] = [];
    const attempt = connect(
      { ...port.address, transport: "tls", tls: { ca }, timeoutMs: 50 },
      { connected: () => calls.push("connected"), failed: (reason) => calls.push(reason) },
    );
    attempt.cancel();
    attempt.cancel();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(calls).toEqual([]);
  });

  it("a listener that closes cuts handshakes under way and keeps streams", async () => {
    const port = await openTls(server);
    const [ofClient, ofServer] = await meet(port, { ca });
    const idle = connectTcp(port.address.port, "127.0.0.1").on("error", () => {});
    const cut = new Promise<void>((resolve) => idle.on("close", () => resolve()).resume());
    await new Promise((resolve) => setTimeout(resolve, 20));
    await port.close();
    await cut;
    const reader = new Reader(streamOf(ofServer));
    new Reader(streamOf(ofClient));
    streamOf(ofClient).write(OPEN);
    await reader.until(OPEN.length);
    expect(await connecting({ ...port.address, transport: "tls", tls: { ca } })).toMatchObject({ kind: "refused" });
  });

  it("errors after the end hurt nobody", async () => {
    const port = await openTls(server);
    const [ofClient, ofServer] = await meet(port, { ca });
    const reader = new Reader(streamOf(ofClient));
    streamOf(ofClient).destroy();
    await reader.closed;
    for (let i = 0; i < 20; i++) streamOf(ofServer).write(noise(100_000));
    const late = new Reader(streamOf(ofServer));
    await late.closed;
    streamOf(ofServer).write(noise(10));
    streamOf(ofServer).end();
    expect(late.closes).toBe(1);
  });
});

describe("the end of a TLS stream", () => {
  it("is a close_notify, then FIN", async () => {
    const port = await openTls(server);
    // A relay that keeps what the server sent: TLS 1.2 shows the types of its records.
    const sent: Buffer[] = [];
    const relay = createTcpServer((near) => {
      const far = connectTcp(port.address.port, "127.0.0.1");
      for (const socket of [near, far]) socket.on("error", () => {});
      near.pipe(far);
      far.on("data", (chunk) => sent.push(chunk)).pipe(near);
    });
    const tls: TlsOptions = { ca, maxVersion: "TLSv1.2" };
    const outcome = await connecting({ ...(await foreign(relay)), transport: "tls", tls });
    const reader = new Reader(streamOf(outcome));
    const stream = streamOf(await port.next());
    stream.write(OPEN);
    stream.end();
    expect(await reader.closed).toBe("the peer closed the connection");
    expect(reader.received).toBe(OPEN.length);
    const types: number[] = [];
    const octets = Buffer.concat(sent);
    for (let at = 0; at < octets.length; at += 5 + octets.readUInt16BE(at + 3)) types.push(octets.readUInt8(at));
    expect(types.slice(-2)).toEqual([0x17, 0x15]);
  });
});
