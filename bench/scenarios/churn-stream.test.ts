import { describe, expect, it } from "vitest";
import { u8, u16 } from "../../src/codec/octets.js";
import { generateTable } from "../../src/table/generate.js";
import { eachUpdate, prefixKeys } from "../../src/table/prepared.js";
import { ExpectedSet, ReceivedSet } from "../tester/received-set.js";
import { churnStream } from "./churn-stream.js";

const table = generateTable({ prefixes: 5000, family: "both", seed: 1 });
const UPDATES = 4000;
const stream = churnStream(table, UPDATES, 7);

const receivedSet = (): ReceivedSet => new ReceivedSet(new ExpectedSet([prefixKeys(table)]));

/** Prefixes of each UPDATE; the sign of withdrawn ones is negative. */
const sizesOf = (messages: Uint8Array): number[] => {
  const set = receivedSet();
  const sizes: number[] = [];
  eachUpdate(messages, ({ start, end }) => {
    const [announced, withdrawn] = [set.announced, set.withdrawn];
    set.take(messages, start, end);
    sizes.push(set.announced - announced - (set.withdrawn - withdrawn));
  });
  expect([set.malformed, set.strangers]).toEqual([0, 0]);
  return sizes;
};

describe("a stream of churn", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(churnStream(table, UPDATES, 7)).toEqual(stream);
    expect(churnStream(table, UPDATES, 8).messages).not.toEqual(stream.messages);
  });

  it("has the mix of real churn", () => {
    const sizes = sizesOf(stream.messages);
    expect(sizes.length).toBe(stream.updates);
    const sorted = sizes.map(Math.abs).sort((a, b) => a - b);
    const mean = sorted.reduce((sum, size) => sum + size, 0) / sorted.length;
    expect(mean).toBeGreaterThan(2.74 * 0.9);
    expect(mean).toBeLessThan(2.74 * 1.1);
    expect(sorted[sorted.length >> 1]).toBe(1);
    expect(sorted[Math.floor(sorted.length * 0.95)]).toBe(12);
    const sum = (of: (size: number) => boolean): number =>
      sizes.filter(of).reduce((all, size) => all + Math.abs(size), 0);
    const share = sum((size) => size < 0) / sum((size) => size > 0);
    expect(share).toBeGreaterThan(0.04);
    expect(share).toBeLessThan(0.11);
  });

  it("leaves nothing away in the end", () => {
    const set = receivedSet();
    eachUpdate(table.messages, ({ start, end }) => set.take(table.messages, start, end));
    let fewest = set.size;
    eachUpdate(stream.messages, ({ start, end }) => {
      set.take(stream.messages, start, end);
      fewest = Math.min(fewest, set.size - set.missing);
    });
    expect(set.exact).toBe(true);
    expect(fewest).toBeLessThan(set.size);
  });

  it("is made of UPDATEs that say how long they are, for a table of one prefix as well", () => {
    const tiny = churnStream(generateTable({ prefixes: 1, family: "4", seed: 1 }), 20, 1);
    expect(tiny.updates).toBeGreaterThanOrEqual(20);
    let at = 0;
    for (let n = 0; n < tiny.updates; n++) {
      expect(u8(tiny.messages, at + 18)).toBe(2);
      at += u16(tiny.messages, at + 16);
    }
    expect(at).toBe(tiny.messages.length);
  });
});
