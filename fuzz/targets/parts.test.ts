import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seedsOf } from "../campaign/campaign.js";
import { contextOf, ordinary } from "./context.js";
import { targets } from "./index.js";
import { MOST_PARTS, messageParts, streamParts } from "./parts.js";
import type { Part } from "./target.js";

/** Every leaf begins where the one before it ended, whatever holds it; they end with the input. */
const covers = (parts: readonly Part[], start: number, end: number): void => {
  let at = start;
  for (const part of parts) {
    expect(part.start).toBe(at);
    expect(part.end).toBeGreaterThanOrEqual(part.start);
    if (part.parts !== undefined) covers(part.parts, part.start, part.end);
    at = part.end;
  }
  expect(at).toBe(end);
};

const leaves = (parts: readonly Part[]): readonly Part[] =>
  parts.flatMap((part) => (part.parts === undefined ? [part] : leaves(part.parts)));

const named = (parts: readonly Part[], name: string): readonly Part[] =>
  parts.flatMap((part) => [...(part.name === name ? [part] : []), ...named(part.parts ?? [], name)]);

/** The session targets are tested beside them. */
const withParts = targets.filter(({ parts, name }) => parts !== undefined && !["session", "speaker"].includes(name));

describe.each(withParts.map((target) => [target.name, target] as const))("the parts of %s", (name, target) => {
  it("cover every octet of its seeds and of any others", () => {
    for (const { data } of seedsOf(name)) covers(target.parts?.(data) ?? [], 0, data.length);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (data) => covers(target.parts?.(data) ?? [], 0, data.length)),
      { numRuns: 60 },
    );
  });
});

it("every decoder of the codec has parts", () => {
  expect(targets.filter(({ parts }) => parts === undefined).map(({ name }) => name)).toEqual([]);
});

it("seeds are taken further apart than their context: most have several parts", () => {
  const all = withParts.flatMap(({ name, parts }) =>
    seedsOf(name).map(({ data }) => leaves(parts?.(data) ?? []).length),
  );
  expect(all.filter((count) => count >= 3).length / all.length).toBeGreaterThan(0.7);
});

describe("a message", () => {
  const update = Uint8Array.of(
    ...new Array<number>(16).fill(0xff),
    ...[0, 36, 2, 0, 0, 0, 11],
    ...[0x40, 1, 1, 0, 0xc0, 8, 4, 0, 1, 0, 2],
    ...[8, 10],
  );

  it("is found amid other octets, its header included", () => {
    const data = Uint8Array.of(7, 7, 7, ...update, 9);
    const message = messageParts(data, 3, 3 + update.length, ordinary());
    expect(message).toMatchObject({ name: "UPDATE", start: 3, end: 3 + update.length });
    covers(message.parts ?? [], 3, 3 + update.length);
    expect(named([message], "COMMUNITIES")).toEqual([expect.objectContaining({ start: 30, end: 37 })]);
    expect(named([message], "message length")).toEqual([expect.objectContaining({ start: 19, end: 21 })]);
  });

  it("is read in its session: path identifiers stand before prefixes", () => {
    const data = Uint8Array.of(...update.subarray(0, 34), 0, 0, 0, 5, 8, 10);
    const withIds = messageParts(data, 0, data.length, contextOf(Uint8Array.of(0, 1)));
    expect(named([withIds], "path identifier").map(({ start }) => start)).toEqual([34]);
    expect(named([messageParts(data, 0, data.length, ordinary())], "path identifier")).toEqual([]);
  });

  it("follows on another in a stream, as its length says, and what is no header is octets", () => {
    const data = Uint8Array.of(...update, ...update, 1, 2, 3);
    const parts = streamParts(data, 0, data.length, ordinary());
    expect(parts.map(({ name, start, end }) => [name, start, end])).toEqual([
      ["UPDATE", 0, 36],
      ["UPDATE", 36, 72],
      ["octets", 72, 75],
    ]);
  });
});

it("capabilities are told apart by their codes", () => {
  const list = targets.find(({ name }) => name === "capability-list");
  const parts = list?.parts?.(Uint8Array.of(65, 4, 0, 0, 0xfb, 0xf4, 6, 0));
  expect(parts?.map(({ name }) => name)).toEqual(["capability 65", "capability 6"]);
});

it("an input of as many parts as octets has a tree of bounded size", () => {
  const update = targets.find(({ name }) => name === "message-update");
  // Default routes: an octet each.
  const data = new Uint8Array(60_000);
  const parts = update?.parts?.(data) ?? [];
  covers(parts, 0, data.length);
  expect(leaves(parts).length).toBeLessThanOrEqual(MOST_PARTS);
});
