import { describe, expect, it } from "vitest";
import { generateTable } from "../../src/table/generate.js";
import { eachUpdate } from "../../src/table/prepared.js";
import { churnStream } from "../scenarios/churn-stream.js";
import { type Followed, followChanges } from "./churn-changes.js";

const table = generateTable({ prefixes: 400, family: "both", seed: 1 });
const { messages: sent, updates } = churnStream(table, 300, 3);

const cut = (messages: Uint8Array): Uint8Array[] => {
  const parts: Uint8Array[] = [];
  eachUpdate(messages, ({ start, end }) => parts.push(messages.slice(start, end)));
  return parts;
};

/** Follows the UPDATEs of `kept` of the stream, the n-th of the stream coming at 1000 + n. */
const follow = (kept: readonly number[]): Followed => {
  const parts = cut(sent);
  const received = kept.map((n) => parts[n] ?? new Uint8Array(0));
  return followChanges(
    sent,
    received,
    kept.map((n) => 1000 + n),
  );
};

const all = Array.from({ length: updates }, (_, n) => n);

describe("changes that are followed", () => {
  it("come when their UPDATE does, where each comes by itself", () => {
    const { atMs, update, merged } = follow(all);
    expect(update.length).toBeGreaterThan(updates);
    expect(Array.from(atMs)).toEqual(Array.from(update, (n) => 1000 + n));
    expect(merged).toBe(0);
  });

  it("never come where nothing does", () => {
    const { atMs, merged } = follow([]);
    expect(atMs.every(Number.isNaN)).toBe(true);
    expect(merged).toBe(0);
  });

  it("come with a later one of their prefix, and no other does", () => {
    const withdrawn = cut(sent).findIndex((part) => withdraws(part));
    const { atMs, update, merged } = follow(all.filter((n) => n !== withdrawn));
    const late = Array.from(atMs).flatMap((at, change) => (at === 1000 + (update[change] ?? 0) ? [] : [change]));
    expect(late.length).toBeGreaterThan(0);
    expect(late.map((change) => update[change])).toEqual(late.map(() => withdrawn));
    // What is taken back comes again later.
    expect(late.every((change) => (atMs[change] ?? 0) > 1000 + withdrawn)).toBe(true);
    expect(merged).toBe(late.length);
  });

  it("come once: what is said again changes nothing", () => {
    const twice = all.flatMap((n) => (n === 5 ? [5, 5] : [n]));
    expect(Array.from(follow(twice).atMs)).toEqual(Array.from(follow(all).atMs));
  });
});

/** Withdrawn Routes or MP_UNREACH_NLRI. */
const withdraws = (update: Uint8Array): boolean =>
  (update[19] ?? 0) + (update[20] ?? 0) > 0 || (update[24] ?? 0) === 15;
