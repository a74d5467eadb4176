import { describe, expect, it, vi } from "vitest";
import {
  connecting,
  loopbackCertificates,
  noise,
  Port,
  pour,
  Reader,
  sha256,
  streamOf,
} from "../../test/transport-kit.js";
import { memoryPipe, type Stream } from "./index.js";

const certificates = await loopbackCertificates();

interface Wire {
  readonly ends: readonly [Stream, Stream];
  close(): Promise<void>;
}

const overSockets = async (transport: "tcp" | "tls"): Promise<Wire> => {
  const port = await Port.open({ transport, tls: certificates.server });
  const client = await connecting({ ...port.address, transport, tls: { ca: certificates.ca } });
  const server = await port.next();
  return { ends: [streamOf(client), streamOf(server)], close: () => port.close() };
};

const wires: Readonly<Record<string, () => Promise<Wire>>> = {
  tcp: () => overSockets("tcp"),
  tls: () => overSockets("tls"),
  memory: async () => ({ ends: memoryPipe(), close: async () => {} }),
};

const MIB = 1024 * 1024;

describe.each(Object.entries(wires))("a stream over %s", (name, open) => {
  it("carries megabytes both ways at once, intact, and tells the writer to wait", async () => {
    const wire = await open();
    const [a, b] = wire.ends;
    const [atA, atB] = [new Reader(a), new Reader(b)];
    const [toB, toA] = [noise(5 * MIB, 1), noise(4 * MIB, 2)];

    const [waitsA, waitsB] = await Promise.all([pour(a, atA, toB, 64 * 1024), pour(b, atB, toA, 1000)]);
    await Promise.all([atB.until(toB.length), atA.until(toA.length)]);
    a.end();
    await Promise.all([atA.closed, atB.closed]);

    expect(atB.digest()).toBe(sha256(toB));
    expect(atA.digest()).toBe(sha256(toA));
    expect(waitsA).toBeGreaterThan(0);
    expect(waitsB).toBeGreaterThan(0);
    await wire.close();
  });

  it("hands on what was written before end(), then closes both ends with the right reasons", async () => {
    const wire = await open();
    const [a, b] = wire.ends;
    const [atA, atB] = [new Reader(a), new Reader(b)];
    const last = noise(300_000);
    a.write(last);
    a.end();
    expect(a.write(last)).toBe(false);

    expect(await atA.closed).toBe("closed by us");
    expect(await atB.closed).toBe("the peer closed the connection");
    expect(atB.digest()).toBe(sha256(last));
    expect([atA.closes, atB.closes]).toEqual([1, 1]);
    expect(b.write(last)).toBe(false);
    await wire.close();
  });

  it("holds a paused reader's octets back and counts them as pending", async () => {
    const wire = await open();
    const [a, b] = wire.ends;
    const [atA, atB] = [new Reader(a), new Reader(b)];
    a.write(noise(10));
    await atB.until(10);
    b.pause();
    const octets = noise(16 * MIB);
    let written = 0;
    // Loopback takes some megabytes into its buffers before it pushes back.
    for (let room = true; written < octets.length; written += 65536) {
      room = a.write(octets.subarray(written, written + 65536));
      if (!room) await Promise.race([atA.drained(), new Promise((resolve) => setTimeout(resolve, 100))]);
      if (!room && a.pending > 0) break;
    }
    const stuck = a.pending;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stuck).toBeGreaterThan(0);
    expect(a.pending).toBe(stuck);

    b.resume();
    await atB.until(10 + Math.min(written + 65536, octets.length));
    a.destroy();
    await Promise.all([atA.closed, atB.closed]);
    await wire.close();
  });

  it("destroy() ends both ends, drops later writes, and is never followed by data", async () => {
    const wire = await open();
    const [a, b] = wire.ends;
    const [atA, atB] = [new Reader(a), new Reader(b)];
    b.write(noise(100));
    await atA.until(100);
    b.write(noise(100_000));
    a.destroy();
    expect(atA.closes).toBe(0);
    const before = atA.received;
    expect(await atA.closed).toBe("closed by us");
    expect(await atB.closed).toMatch(/^(the peer closed the connection|connection reset by the peer)/);
    expect(a.write(noise(10))).toBe(false);
    a.end();
    a.destroy();
    b.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(atA.received).toBe(before);
    expect([atA.closes, atB.closes]).toEqual([1, 1]);
    await wire.close();
  });

  it("keeps what came before attach, and reports a close that came before it", async () => {
    const wire = await open();
    const [a, b] = wire.ends;
    const atA = new Reader(a);
    a.write(noise(2000));
    a.end();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const atB = new Reader(b);
    expect(atB.closes).toBe(0);
    expect(await atB.closed).toBe("the peer closed the connection");
    expect(atB.digest()).toBe(sha256(noise(2000)));
    expect(await atA.closed).toBe("closed by us");
    expect(() => b.attach({ data: () => {}, drain: () => {}, closed: () => {} })).toThrow(RangeError);
    await wire.close();
  });

  it("knows its ends", async () => {
    const wire = await open();
    const [a, b] = wire.ends;
    expect(a.remote).toEqual(b.local);
    expect(a.local).toEqual(b.remote);
    expect(a.remote.address).toBe(name === "memory" ? "127.0.0.2" : "127.0.0.1");
    for (const end of wire.ends) {
      const reader = new Reader(end);
      end.destroy();
      await reader.closed;
    }
    await wire.close();
  });
});

describe("a peer that neither reads nor closes", () => {
  it.each(["tcp", "tls"] as const)("over %s is cut a while after end(), not before", async (transport) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const wire = await overSockets(transport);
      const [a, b] = wire.ends;
      const [atA, atB] = [new Reader(a), new Reader(b)];
      b.write(noise(10));
      await atA.until(10);
      b.pause();
      for (let i = 0; i < 32; i++) a.write(noise(MIB));
      a.end();
      vi.advanceTimersByTime(2500);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(a.pending).toBeGreaterThan(0);
      expect(atA.closes).toBe(0);
      vi.advanceTimersByTime(5000);
      expect(await atA.closed).toBe("closed by us");
      b.destroy();
      await atB.closed;
      await wire.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("reads of a socket", () => {
  it.each(["tcp", "tls"] as const)("over %s go through one buffer on a client", async (transport) => {
    const wire = await overSockets(transport);
    expect(await buffersSeen(...wire.ends)).toBe(1);
    await wire.close();
  });

  it.each(["tcp", "tls"] as const)("over %s go through one buffer on an accepted connection too", async (transport) => {
    const wire = await overSockets(transport);
    expect(await buffersSeen(wire.ends[1], wire.ends[0])).toBe(1);
    await wire.close();
  });

  it("of many small writes over TLS come in full records", async () => {
    const wire = await overSockets("tls");
    const [client, server] = wire.ends;
    const [atClient, atServer] = [new Reader(client), new Reader(server)];
    for (let i = 0; i < 2000; i++) client.write(noise(200));
    await atServer.until(400_000);
    // One per write would be 2000.
    expect(atServer.chunks).toBe(Math.ceil(400_000 / 16384));
    expect(atServer.longest).toBe(16384);
    client.destroy();
    await Promise.all([atClient.closed, atServer.closed]);
    await wire.close();
  });
});

/** How many different buffers the chunks that `reading` receives lie in. */
const buffersSeen = async (reading: Stream, writing: Stream): Promise<number> => {
  const buffers = new Set<ArrayBufferLike>();
  const writer = new Reader(writing);
  await new Promise<void>((resolve) => {
    let received = 0;
    reading.attach({
      data: (chunk) => {
        buffers.add(chunk.buffer);
        received += chunk.length;
        if (received === MIB) resolve();
      },
      drain: () => {},
      closed: () => {},
    });
    writing.write(noise(MIB));
  });
  reading.destroy();
  await writer.closed;
  return buffers.size;
};
