import { createServer as createTls } from "node:tls";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Framer } from "../../src/codec/frame.js";
import { MessageType } from "../../src/codec/iana.js";
import { keepalive } from "../../src/codec/message/keepalive.js";
import { decodeNotification, encodeNotification } from "../../src/codec/message/notification.js";
import { decodeOpen, encodeOpen } from "../../src/codec/message/open.js";
import { type Certificates, makeCertificates } from "../../src/transport/certificates.js";
import { type FailureKind, type Listener, listen, type Stream, type TlsOptions } from "../../src/transport/index.js";
import { type ClientSetup, HandshakeClient, HandshakeFailed } from "./handshake-client.js";

/** What a target saw of one connection. */
interface Seen {
  readonly from: string;
  identifier: number;
  ended: string;
}

type Answer = (stream: Stream, type: number) => void;

const asBgp: Answer = (stream, type) => {
  if (type === MessageType.Open) {
    stream.write(encodeOpen({ as: 64500, holdTime: 90, identifier: 1, capabilities: [] }));
    stream.write(keepalive);
  }
};

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A target that answers as it is told; `admit` says whether it takes a connection at all. */
const target = async (
  answer: Answer,
  { tls, admit = () => true }: { tls?: TlsOptions; admit?: () => boolean } = {},
): Promise<{ listener: Listener; seen: Seen[]; lost: FailureKind[] }> => {
  const seen: Seen[] = [];
  const lost: FailureKind[] = [];
  const streams = new Set<Stream>();
  const accepted = (stream: Stream): void => {
    if (!admit()) {
      stream.destroy();
      return;
    }
    streams.add(stream);
    const one: Seen = { from: stream.remote.address, identifier: 0, ended: "" };
    seen.push(one);
    const framer = new Framer();
    stream.attach({
      data(chunk) {
        framer.push(chunk, (msg, start, end, type) => {
          if (type === MessageType.Open) one.identifier = decodeOpen(msg, start, end).value?.identifier ?? -1;
          if (type === MessageType.Notification) {
            const { code, subcode } = decodeNotification(msg, start, end).value ?? {};
            one.ended = `${code}/${subcode}`;
          }
          answer(stream, type);
          return true;
        });
      },
      drain() {},
      closed() {
        streams.delete(stream);
      },
    });
  };
  const transport = tls === undefined ? { transport: "tcp" as const } : { transport: "tls" as const, tls };
  const listener = await listen(
    { address: "127.0.0.1", port: 0, timeoutMs: 5000, ...transport },
    {
      accepted,
      failed: (_reason, _remote, kind) => lost.push(kind),
    },
  );
  closing.push(async () => {
    for (const stream of streams) stream.destroy();
    await listener.close();
  });
  return { listener, seen, lost };
};

const setup = (port: number, more: Partial<ClientSetup> = {}): ClientSetup => ({
  address: "127.0.0.1",
  port,
  tls: null,
  resume: false,
  until: "established",
  peers: [1, 2, 3].map((n) => ({ address: `127.0.3.${n}`, as: 65_000 + n, identifier: n })),
  ...more,
});

describe("over TCP", () => {
  it("sets up as many sessions as asked for, peer by peer from its address, and ends each with a Cease", async () => {
    const { listener, seen } = await target(asBgp);
    const sessions = await new HandshakeClient(setup(listener.address.port)).run(20);
    expect(sessions).toMatchObject({ resumed: 0, failures: {}, groups: [], tlsMs: [] });
    expect(sessions.totalMs).toHaveLength(20);
    expect(seen).toHaveLength(20);
    for (const { from, identifier, ended } of seen) {
      expect(from).toBe(`127.0.3.${identifier}`);
      // RFC 4486: Administrative Reset.
      expect(ended).toBe("6/4");
    }
    expect(new Set(seen.map(({ from }) => from)).size).toBe(3);
    sessions.totalMs.forEach((all, i) => {
      expect(all).toBeCloseTo((sessions.tcpMs[i] ?? 0) + (sessions.openMs[i] ?? 0), 6);
    });
  });

  it("learns to wait for a target that does not take a peer back at once", async () => {
    let last = Number.NEGATIVE_INFINITY;
    const admit = (): boolean => {
      const late = performance.now() - last > 30;
      if (late) last = performance.now();
      return late;
    };
    const { listener } = await target(asBgp, { admit });
    const [peer] = setup(0).peers;
    const client = new HandshakeClient(setup(listener.address.port, { peers: peer === undefined ? [] : [peer] }));
    const first = await client.run(5);
    expect(first.failures.closed).toBeGreaterThan(0);
    expect(client.pauseMs).toBeGreaterThan(0);
    const second = await client.run(5);
    expect(second.totalMs).toHaveLength(5);
    expect(second.failures.closed ?? 0).toBeLessThan(first.failures.closed ?? 0);
  });
});

describe("over TLS", () => {
  const clientTls = (version: "TLSv1.2" | "TLSv1.3"): TlsOptions => ({
    ca: certificates.ca,
    ...certificates.client,
    minVersion: version,
    maxVersion: version,
  });
  const serverTls = (): TlsOptions => ({ ...certificates.server, ca: certificates.ca, mutual: true });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("%s: full handshakes are full, each time", async (version) => {
    const { listener } = await target(asBgp, { tls: serverTls() });
    const client = new HandshakeClient(setup(listener.address.port, { tls: clientTls(version) }));
    const sessions = await client.run(9);
    expect(sessions.resumed).toBe(0);
    expect(sessions.tlsMs).toHaveLength(9);
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("%s: all but a peer's first are resumed", async (version) => {
    const { listener } = await target(asBgp, { tls: serverTls() });
    const client = new HandshakeClient(setup(listener.address.port, { tls: clientTls(version), resume: true }));
    const sessions = await client.run(12);
    expect(sessions.totalMs).toHaveLength(12);
    expect(sessions.resumed).toBe(9);
  });

  it.each([
    ["X25519", "X25519"],
    ["P-256", "P-256"],
  ])("agrees on the group %s when it is asked for", async (groups, agreed) => {
    const { listener } = await target(asBgp, { tls: serverTls() });
    const tls = { ...clientTls("TLSv1.3"), groups };
    expect((await new HandshakeClient(setup(listener.address.port, { tls })).run(3)).groups).toEqual([agreed]);
  });

  it.each([false, true])("ends with the handshake where that is asked for (resumed: %s)", async (resume) => {
    const { listener, seen, lost } = await target(asBgp, { tls: serverTls() });
    const how = { tls: clientTls("TLSv1.3"), until: "tls", resume } as const;
    const sessions = await new HandshakeClient(setup(listener.address.port, how)).run(12);
    expect(sessions).toMatchObject({ openMs: [], failures: {}, resumed: resume ? 9 : 0 });
    expect(sessions.totalMs).toHaveLength(12);
    // Mostly the goodbye is there with the end of the handshake. In no case is there an OPEN.
    await vi.waitFor(() => expect(seen.length + lost.length).toBe(12));
    expect(lost.filter((kind) => kind !== "closed")).toEqual([]);
    expect(seen.filter(({ identifier }) => identifier !== 0)).toEqual([]);
  });

  it("is refused in TLS 1.3 after it thought itself ready, and counts that as a failure", async () => {
    const { listener } = await target(asBgp, { tls: serverTls() });
    const { cert: _cert, key: _key, ...nameless } = clientTls("TLSv1.3");
    const how = { tls: nameless, until: "tls" } as const;
    const sessions = await new HandshakeClient(setup(listener.address.port, how)).runAt([0, 1, 2]);
    expect(sessions).toMatchObject({ totalMs: [], failures: { "alert certificate_required": 3 } });
  });

  it("does not go on with a target that speaks another protocol", async () => {
    const server = createTls({ ...certificates.server, ALPNProtocols: ["http/1.1"] }, () => {});
    server.on("tlsClientError", () => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const bound = server.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : 0;
    const client = new HandshakeClient(setup(port, { tls: clientTls("TLSv1.3") }), { attemptMs: 1000, sessionMs: 20 });
    await expect(client.run(1)).rejects.toThrow(/no session within 0\.02 s; at the last try: /);
  });
});

describe("open loop", () => {
  const even = (count: number, gapMs: number): number[] => Array.from({ length: count }, (_, n) => n * gapMs);

  it("begins a session when it is due, and not when the one before has ended", async () => {
    const { listener } = await target(asBgp);
    const begin = performance.now();
    const sessions = await new HandshakeClient(setup(listener.address.port)).runAt(even(20, 10));
    expect(performance.now() - begin).toBeGreaterThan(190);
    expect(sessions.totalMs).toHaveLength(20);
    expect(sessions.waitMs).toHaveLength(20);
    expect(sessions.failures).toEqual({});
  });

  it("counts from when a session was due: the wait for a free peer is part of it", async () => {
    const slow: Answer = (stream, type) => void setTimeout(() => asBgp(stream, type), 40);
    const { listener } = await target(slow);
    // Three peers, each busy for 40 ms at least: the tenth session waits for three before it.
    const sessions = await new HandshakeClient(setup(listener.address.port)).runAt(even(10, 0));
    expect(sessions.backlog).toBe(7);
    expect(Math.max(...sessions.waitMs)).toBeGreaterThan(110);
    sessions.totalMs.forEach((all, n) => {
      const own = (sessions.tcpMs[n] ?? 0) + (sessions.openMs[n] ?? 0);
      expect(all).toBeCloseTo((sessions.waitMs[n] ?? 0) + own, 6);
    });
  });

  it("counts what fails by its kind, and does not try it again", async () => {
    const refusal = encodeNotification({ code: 6, subcode: 5, data: new Uint8Array(0) });
    const { listener, seen } = await target((stream) => stream.write(refusal));
    const sessions = await new HandshakeClient(setup(listener.address.port)).runAt(even(3, 1));
    expect(sessions.failures).toEqual({ "NOTIFICATION 6/5 Cease / Connection Rejected": 3 });
    expect(seen).toHaveLength(3);
  });

  it("ends though the target takes nobody, and says what had not begun", async () => {
    const { listener } = await target(() => {});
    const client = new HandshakeClient(setup(listener.address.port), { attemptMs: 150, sessionMs: 100 });
    const sessions = await client.runAt(even(8, 1));
    expect(sessions.totalMs).toEqual([]);
    expect(sessions.failures).toEqual({ timeout: 3, backlog: 5 });
  });

  it("has nothing to do without arrivals", async () => {
    expect(await new HandshakeClient(setup(1)).runAt([])).toMatchObject({ totalMs: [], failures: {} });
  });
});

describe("gives up, and says why, when the target", () => {
  const failure = async (answer: Answer): Promise<string> => {
    const { listener } = await target(answer);
    const client = new HandshakeClient(setup(listener.address.port), { attemptMs: 100, sessionMs: 50 });
    const error: unknown = await client.run(3).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HandshakeFailed);
    return (error as Error).message;
  };

  it("refuses the OPEN", async () => {
    const refusal = encodeNotification({ code: 2, subcode: 2, data: new Uint8Array(0) });
    expect(await failure((stream) => stream.write(refusal))).toMatch(/the target sent .*Bad Peer AS/);
  });

  it("sends no BGP", async () => {
    expect(await failure((stream) => stream.write(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")))).toMatch(
      /the target sent no BGP: header\/not-synchronized/,
    );
  });

  it("says nothing", async () => {
    expect(await failure(() => {})).toMatch(/nothing came of it for 0\.1 s/);
  });

  it("closes", async () => {
    expect(await failure((stream) => stream.end())).toMatch(/the target closed the connection/);
  });

  it("is not there", async () => {
    const { listener } = await target(asBgp);
    const { port } = listener.address;
    await listener.close();
    const client = new HandshakeClient(setup(port), { attemptMs: 100, sessionMs: 50 });
    await expect(client.run(1)).rejects.toThrow(/refused: nobody listens there/);
  });
});
