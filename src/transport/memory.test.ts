import { describe, expect, it } from "vitest";
import { noise, Reader, sha256 } from "../../test/transport-kit.js";
import { manualPump, memoryPipe } from "./index.js";

describe("the memory pipe, pumped by hand", () => {
  it("delivers one chunk per turn, cut as asked, and nothing on its own", () => {
    const { schedule, pump } = manualPump();
    const sizes = [1, 18, 3, 100];
    const [a, b] = memoryPipe({ schedule, chunk: () => sizes.shift() ?? 7 });
    const reader = new Reader(b);
    a.write(noise(10));
    a.write(noise(20, 2));
    expect(reader.received).toBe(0);
    expect(a.pending).toBe(30);
    const seen: number[] = [];
    while (pump(1) > 0) seen.push(reader.received);
    expect(seen).toEqual([1, 19, 22, 30]);
    expect(a.pending).toBe(0);
    expect(reader.digest()).toBe(sha256(Uint8Array.of(...noise(10), ...noise(20, 2))));
  });

  it("runs the same twice", () => {
    const run = (): string => {
      const { schedule, pump } = manualPump();
      const log: string[] = [];
      const [a, b] = memoryPipe({ schedule, chunk: (waiting) => waiting % 5 });
      for (const [name, stream] of [
        ["a", a],
        ["b", b],
      ] as const) {
        stream.attach({
          data: (chunk) => {
            log.push(`${name} ${chunk.length}`);
            if (log.length < 200) stream.write(noise(chunk.length + 1));
            else stream.end();
          },
          drain: () => log.push(`${name} drain`),
          closed: (reason) => log.push(`${name} ${reason}`),
        });
      }
      a.write(noise(9));
      pump();
      return log.join("\n");
    };
    expect(run()).toBe(run());
    expect(run()).toMatch(/closed by us/);
  });

  it("says wait at the high-water mark, and drain once when all was taken", () => {
    const { schedule, pump } = manualPump();
    const [a, b] = memoryPipe({ schedule, highWater: 100, chunk: () => 60 });
    const [atA] = [new Reader(a), new Reader(b)];
    expect(a.write(noise(99))).toBe(true);
    expect(a.write(noise(1))).toBe(false);
    expect(a.write(noise(5))).toBe(false);
    pump(1);
    expect(atA.drains).toBe(0);
    pump();
    expect(atA.drains).toBe(1);
    expect(a.write(noise(99))).toBe(true);
  });

  it("gives the next chunk in the buffer of the last one, as sockets do", () => {
    const { schedule, pump } = manualPump();
    const [a, b] = memoryPipe({ schedule, chunk: () => 4 });
    const kept: Uint8Array[] = [];
    b.attach({ data: (chunk) => kept.push(chunk), drain: () => {}, closed: () => {} });
    a.write(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    pump();
    expect(kept.map((chunk) => [...chunk])).toEqual([
      [5, 6, 7, 8],
      [5, 6, 7, 8],
    ]);
  });

  it("lets both ends say their last before it closes", () => {
    const { schedule, pump } = manualPump();
    const [a, b] = memoryPipe({ schedule });
    const [atA, atB] = [new Reader(a), new Reader(b)];
    a.write(noise(10));
    b.write(noise(20));
    a.end();
    pump();
    expect([atA.received, atA.reason, atA.closes]).toEqual([20, "closed by us", 1]);
    expect([atB.received, atB.reason, atB.closes]).toEqual([10, "the peer closed the connection", 1]);
    expect(pump()).toBe(0);
  });

  it("lets both ends end at once", () => {
    const { schedule, pump } = manualPump();
    const [a, b] = memoryPipe({ schedule });
    const [atA, atB] = [new Reader(a), new Reader(b)];
    a.end();
    b.end();
    pump();
    expect([atA.reason, atB.reason]).toEqual(["closed by us", "closed by us"]);
  });

  it("may be destroyed from within a chunk", () => {
    const { schedule, pump } = manualPump();
    const [a, b] = memoryPipe({ schedule, chunk: () => 1 });
    const atA = new Reader(a);
    const log: string[] = [];
    b.attach({
      data: () => {
        log.push("data");
        b.destroy();
        log.push("destroyed");
      },
      drain: () => {},
      closed: (reason) => log.push(reason),
    });
    a.write(noise(10));
    pump();
    expect(log).toEqual(["data", "destroyed", "closed by us"]);
    expect(atA.reason).toBe("connection reset by the peer");
    expect(a.pending).toBe(0);
  });
});
