import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateTable } from "../../src/table/generate.js";
import { eachUpdate, type PreparedTable, prefixKeys } from "../../src/table/prepared.js";
import { endOfRib4, endOfRib6, payloadOf } from "./payload.js";
import { ExpectedSet, ReceivedSet } from "./received-set.js";

const both = generateTable({ prefixes: 500, family: "both", seed: 1 });
const other = generateTable({ prefixes: 300, family: "both", seed: 2 });

const setOf = (...tables: PreparedTable[]): ReceivedSet => new ReceivedSet(new ExpectedSet(tables.map(prefixKeys)));

const takeAll = (set: ReceivedSet, messages: Uint8Array): void =>
  eachUpdate(messages, ({ start, end }) => set.take(messages, start, end));

const takePayload = (set: ReceivedSet, table: PreparedTable, form: "single" | "withdraw"): void => {
  for (const chunk of payloadOf(table.messages, form).chunks) takeAll(set, chunk);
};

describe("ReceivedSet", () => {
  it("is exact with the last expected prefix and not before", () => {
    const set = setOf(both);
    const spans: [number, number][] = [];
    eachUpdate(both.messages, ({ start, end }) => spans.push([start, end]));
    for (const [start, end] of spans) {
      expect(set.exact).toBe(false);
      set.take(both.messages, start, end);
    }
    expect(set.exact).toBe(true);
    expect([set.missing, set.announced, set.updates]).toEqual([0, both.prefixes, both.count]);
  });

  it("expects the union of overlapping tables", () => {
    const set = setOf(both, other, both);
    takeAll(set, both.messages);
    expect(set.exact).toBe(false);
    takeAll(set, other.messages);
    expect(set.exact).toBe(true);
  });

  it("does not count a prefix twice that comes again", () => {
    const set = setOf(both);
    takeAll(set, both.messages);
    takePayload(set, both, "single");
    expect(set.exact).toBe(true);
    expect(set.announced).toBe(2 * both.prefixes);
  });

  it("is empty after a full withdrawal, exact after the next announcement", () => {
    const set = setOf(both);
    expect(set.empty).toBe(true);
    takeAll(set, both.messages);
    takePayload(set, both, "withdraw");
    expect([set.empty, set.missing, set.withdrawn]).toEqual([true, set.size, both.prefixes]);
    takeAll(set, both.messages);
    expect(set.exact).toBe(true);
  });

  it("is not exact while it holds a prefix that nobody expects", () => {
    const set = setOf(both);
    takeAll(set, both.messages);
    takeAll(set, other.messages);
    expect(set.exact).toBe(false);
    expect(set.complaint).toMatch(/^\d+ unexpected \(/);
    takePayload(set, other, "withdraw");
    takeAll(set, both.messages);
    expect(set.complaint).toBeNull();
  });

  it("names what is missing", () => {
    const one = generateTable({ prefixes: 1, family: "4", seed: 3 });
    const { v4, v4len } = prefixKeys(one);
    const text = `${[24, 16, 8, 0].map((shift) => ((v4[0] ?? 0) >>> shift) & 255).join(".")}/${v4len[0]}`;
    expect(setOf(one).complaint).toBe(`1 missing (${text})`);
  });

  it("takes End-of-RIB markers for what they are", () => {
    const set = setOf(both);
    set.take(endOfRib4, 0, endOfRib4.length);
    set.take(endOfRib6, 0, endOfRib6.length);
    expect([set.endOfRib, set.updates, set.malformed]).toEqual([2, 0, 0]);
  });

  it("neither throws nor becomes exact over octets that contradict themselves", () => {
    const spans: [number, number][] = [];
    eachUpdate(both.messages, ({ start, end }) => spans.push([start, end]));
    fc.assert(
      fc.property(
        fc.nat(spans.length - 1),
        fc.array(fc.tuple(fc.integer({ min: 19, max: 80 }), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (which, damage) => {
          const [start, end] = spans[which] ?? [0, 0];
          const msg = both.messages.slice(start, end);
          for (const [at, octet] of damage) if (at < msg.length) msg[at] = octet;
          const set = setOf(both);
          set.take(msg, 0, msg.length);
          expect(set.exact).toBe(false);
        },
      ),
    );
  });
});
