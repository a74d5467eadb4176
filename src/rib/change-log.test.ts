import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChangeLog, type LogReader } from "./change-log.js";

describe("the change log does as a set for each reader", () => {
  it("of the prefixes that changed since it looked", () => {
    const op = fc.oneof(
      { weight: 8, arbitrary: fc.record({ do: fc.constant("push" as const), at: fc.nat(12) }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant("next" as const), at: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("unread" as const), at: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("open" as const), at: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("close" as const), at: fc.nat(3) }) },
    );
    fc.assert(
      fc.property(fc.array(op, { maxLength: 300 }), (ops) => {
        const log = new ChangeLog(4);
        const readers = new Map<number, { reader: LogReader; due: Set<number>; last: number }>();
        for (const { do: what, at } of ops) {
          const one = readers.get(at);
          if (what === "push") {
            log.push(at, () => undefined);
            for (const other of readers.values()) {
              other.due.add(at);
              other.last = -1;
            }
          } else if (what === "open" && one === undefined) {
            readers.set(at, { reader: log.open(), due: new Set(), last: -1 });
          } else if (what === "close" && one !== undefined) {
            log.close(one.reader);
            readers.delete(at);
          } else if (what === "next" && one !== undefined) {
            const prefix = log.next(one.reader);
            if (one.due.size === 0) expect(prefix).toBe(-1);
            else expect(one.due.delete(prefix)).toBe(true);
            one.last = prefix;
          } else if (what === "unread" && one !== undefined && one.last >= 0) {
            log.unread(one.reader);
            one.due.add(one.last);
            one.last = -1;
          }
          for (let prefix = 0; prefix <= 12; prefix++) {
            expect(log.isPending(prefix)).toBe([...readers.values()].some(({ due }) => due.has(prefix)));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("the change log", () => {
  it("stays as small as the table, however often it changes and however slow a reader is", () => {
    const log = new ChangeLog(100);
    const [slow, quick] = [log.open(), log.open()];
    for (let round = 0; round < 1000; round++) {
      for (let prefix = 0; prefix < 100; prefix++) log.push(prefix, () => undefined);
      while (log.next(quick) >= 0);
      expect(log.end).toBeLessThanOrEqual(1 << 12);
    }
    const seen: number[] = [];
    for (let prefix = log.next(slow); prefix >= 0; prefix = log.next(slow)) seen.push(prefix);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it("gives prefixes to reclaim only when every reader has seen them", () => {
    const log = new ChangeLog(100);
    const [slow, quick] = [log.open(), log.open()];
    const reclaimed = new Set<number>();
    const reclaim = (prefix: number): void => {
      expect(log.isPending(prefix)).toBe(false);
      reclaimed.add(prefix);
    };
    for (let prefix = 0; prefix < 50; prefix++) log.push(prefix, reclaim);
    for (let i = 0; i < 20; i++) log.next(slow);
    for (let prefix = 1000; prefix < 10_000; prefix++) {
      log.push(prefix, reclaim);
      log.next(quick);
    }
    expect([...reclaimed].filter((prefix) => prefix < 50)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});
