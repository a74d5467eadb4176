import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { declareFault, Verdict } from "../codec/fault.js";
import { Ipv4Unicast } from "../codec/iana.js";
import { keepalive } from "../codec/message/keepalive.js";
import { encodeUpdate } from "../codec/message/update.js";
import type { PeeringConfig } from "../session/types.js";
import { type MemoryOptions, memoryPipe, type Stream, type StreamHandlers } from "../transport/index.js";
import { PeerDriver } from "./driver.js";

/** A driver whose life is written down in order. */
class Side {
  readonly events: string[] = [];
  readonly updates: Uint8Array[] = [];
  readonly driver: PeerDriver;
  fault = false;

  constructor(as: number, peerAs: number, more: Partial<PeeringConfig> = {}) {
    const peering = { localAs: as, identifier: as, peerAs, passive: true, idleHold: 0.01, idleHoldMax: 0.01, ...more };
    this.driver = new PeerDriver(
      { peering, connect: null, random: () => 0 },
      {
        established: () => this.events.push("established"),
        update: (msg, start, end) => {
          this.updates.push(msg.slice(start, end));
          return this.fault ? { fault: broken, start: 0, end: 1 } : null;
        },
        refresh: (family, subtype) => this.events.push(`refresh ${family} ${subtype}`),
        down: (reason) => this.events.push(`down: ${reason}`),
        drained: () => this.events.push("drained"),
        log: () => undefined,
      },
    );
    sides.push(this);
    this.driver.start();
  }
}

const broken = declareFault("test/broken", Verdict.SessionReset, [3, 1], "RFC 4271 §6.3");
const sides: Side[] = [];
afterEach(async () => {
  await Promise.all(sides.splice(0).map(({ driver }) => driver.stop()));
});

/** Two drivers joined in memory. The passive role is both's: who made the connection does not matter here. */
const pair = async (options: MemoryOptions = {}, more: Partial<PeeringConfig> = {}): Promise<[Side, Side]> => {
  const [a, b] = [new Side(65001, 65002, more), new Side(65002, 65001, more)];
  const [left, right] = memoryPipe(options);
  a.driver.accept(left);
  b.driver.accept(right);
  await expect.poll(() => [a.driver.state, b.driver.state]).toEqual(["Established", "Established"]);
  return [a, b];
};

const session = { asnSize: 4, families: new Set([Ipv4Unicast]), addPath: new Set(), maxMessage: 4096 } as never;
const update = (i: number): Uint8Array =>
  encodeUpdate(
    { withdrawn: [{ length: 32, address: Uint8Array.of(10, 0, i >> 8, i & 255) }], attributes: [], nlri: [] },
    session,
  );

/** A stream that a test holds in its hand. */
class HandStream implements Stream {
  readonly written: Uint8Array[] = [];
  readonly security = null;
  readonly remote = { address: "127.0.0.2", port: 1 };
  readonly local = { address: "127.0.0.1", port: 2 };
  pending = 0;
  takes = true;
  ended = false;
  destroyed = false;
  handlers: StreamHandlers | null = null;

  attach(handlers: StreamHandlers): void {
    this.handlers = handlers;
  }
  write(octets: Uint8Array): boolean {
    this.written.push(octets);
    if (!this.takes) this.pending += octets.length;
    return this.takes;
  }
  end(): void {
    this.ended = true;
  }
  destroy(): void {
    this.destroyed = true;
    this.handlers?.closed("closed by us");
  }
  pause(): void {}
  resume(): void {}
}

/** An established session of which one end is a HandStream: it has been given the other end's OPEN and KEEPALIVE. */
const byHand = async (more: Partial<PeeringConfig> = {}): Promise<[Side, HandStream]> => {
  const side = new Side(65001, 65002, more);
  const other = new Side(65002, 65001, more);
  const [stream, model] = [new HandStream(), new HandStream()];
  other.driver.accept(model);
  side.driver.accept(stream);
  const [open] = model.written;
  if (open === undefined) throw new Error("no OPEN");
  stream.handlers?.data(open);
  stream.handlers?.data(keepalive);
  expect(side.driver.state).toBe("Established");
  model.handlers?.closed("not needed any more");
  return [side, stream];
};

const kinds = ({ written }: HandStream): (number | undefined)[] => written.map((octets) => octets[18]);

describe("a session", () => {
  it("comes up and carries UPDATEs whole and in order, whatever the chunks", async () => {
    let seed = 1;
    const chunk = (): number => {
      seed = (seed * 16807) % 2147483647;
      return 1 + (seed % 37);
    };
    const [a, b] = await pair({ chunk });
    for (let i = 0; i < 200; i++) a.driver.write(update(i));
    await expect.poll(() => b.updates.length).toBe(200);
    expect(b.updates).toEqual(Array.from({ length: 200 }, (_, i) => update(i)));
    expect(b.events).toEqual(["established"]);
  });

  it("stops with a Cease that arrives, and resolves for everyone who asked", async () => {
    const [a, b] = await pair();
    await Promise.all([a.driver.stop("for lunch"), a.driver.stop(), a.driver.stop()]);
    expect(a.driver.state).toBe("Idle");
    await expect.poll(() => b.events.length).toBe(2);
    expect(b.events[1]).toMatch(/^down: .*Administrative Shutdown.*for lunch/);
    expect(b.driver.lastReason).toContain("for lunch");
  });

  it("ends when the handler finds a fault: a NOTIFICATION leaves first, and what else came is not looked at", async () => {
    const [side, stream] = await byHand();
    side.fault = true;
    const two = new Uint8Array([...update(1), ...update(2)]);
    stream.written.length = 0;
    stream.handlers?.data(two);
    expect(side.updates).toHaveLength(1);
    expect(kinds(stream)).toEqual([3]);
    expect(stream.ended).toBe(true);
    expect(side.events.slice(1)).toEqual([expect.stringMatching(/^down: /)]);
    expect(side.driver.lastReason).toMatch(/^sent UPDATE Message Error/);
    stream.handlers?.data(update(3));
    expect(side.updates).toHaveLength(1);
    stream.handlers?.closed("closed by us");
  });

  it("drops what is written without one, and says so", () => {
    expect(new Side(65001, 65002).driver.write(update(1))).toBe(false);
  });

  it("tells TLS on a plain port from noise", async () => {
    const side = new Side(65001, 65002);
    const stream = new HandStream();
    side.driver.accept(stream);
    stream.handlers?.data(Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, ...new Array(40).fill(7)));
    expect(side.driver.lastReason).toContain("TLS");
    expect(side.driver.lastFailureKind).toBe("garbage");
    stream.handlers?.closed("closed by us");
  });
});

describe("backpressure", () => {
  it("is passed on: false from write, then drained", async () => {
    const [a, b] = await pair({ highWater: 1000 });
    let waits = 0;
    for (let i = 0; i < 100; i++) if (!a.driver.write(update(i))) waits++;
    expect(waits).toBeGreaterThan(0);
    await expect.poll(() => b.updates.length).toBe(100);
    expect(a.events).toContain("drained");
  });

  it("of a peer that takes nothing ends the session by the SendHoldTimer (RFC 9687), little as it may be", async () => {
    const [side, stream] = await byHand({ holdTime: 3, sendHold: 0.3 });
    side.driver.write(update(1));
    stream.pending = 27;
    // The stream never said wait; the second look finds what was there at the first.
    side.driver.write(update(2));
    await expect.poll(() => side.events.at(-1), { timeout: 3000 }).toContain("SendHoldTimer expired");
    stream.handlers?.closed("closed by us");
  });

  it("of a peer that takes a part now and then does not", async () => {
    const [side, stream] = await byHand({ holdTime: 3, sendHold: 0.3 });
    stream.takes = false;
    for (let i = 0; i < 10; i++) side.driver.write(update(i));
    for (let i = 0; i < 8; i++) {
      await wait(100);
      stream.pending -= 5;
    }
    expect(side.driver.state).toBe("Established");
    stream.handlers?.closed("gone");
  });
});

describe("time", () => {
  it("that the loop stood still expires no HoldTimer over messages that are there to be read", async () => {
    const [a, b] = await pair({}, { holdTime: 3 });
    await wait(20);
    // Longer than the hold time: when the loop goes on, both HoldTimers and both KeepaliveTimers are due.
    a.driver.write(update(1));
    b.driver.write(update(2));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3200);
    await wait(300);
    expect([a.driver.state, b.driver.state]).toEqual(["Established", "Established"]);
    expect([a.events, b.events]).toEqual([["established"], ["established"]]);
  });
});

describe("refresh", () => {
  it("is asked for and handed on", async () => {
    const [a, b] = await pair();
    a.driver.requestRefresh(Ipv4Unicast);
    await expect.poll(() => b.events.at(-1)).toBe(`refresh ${Ipv4Unicast} 0`);
  });
});

describe("connections", () => {
  it("beyond the first are refused with a Cease while that one is on its way", () => {
    const side = new Side(65001, 65002);
    const streams = Array.from({ length: 50 }, () => new HandStream());
    for (const stream of streams) side.driver.accept(stream);
    expect(streams.map(kinds)).toEqual([[1], ...Array.from({ length: 49 }, () => [3])]);
    expect(streams.map(({ ended }) => ended)).toEqual([false, ...Array.from({ length: 49 }, () => true)]);
    for (const stream of streams) stream.handlers?.closed("closed by us");
  });
});
