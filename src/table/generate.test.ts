import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { decodeUpdate } from "../codec/message/update.js";
import type { SessionContext } from "../codec/session-context.js";
import { forPeer } from "./for-peer.js";
import { generateTable, peerAsOf } from "./generate.js";
import { eachUpdate, type PreparedTable, prefixKeys } from "./prepared.js";
import { statisticsOf } from "./statistics.js";

const digest = ({ messages }: PreparedTable): string => createHash("sha256").update(messages).digest("hex");

const session = (peerAs: number): SessionContext => ({
  asnSize: 4,
  localAs: 64496,
  peerAs,
  external: true,
  families: new Set([Ipv4Unicast, Ipv6Unicast]),
  addPath: new Set(),
  maxMessage: 4096,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
});

/** The prefixes as strings, in order. */
const prefixesOf = (table: PreparedTable): string[] => {
  const { v4, v4len, v6, v6len } = prefixKeys(table);
  return [
    ...Array.from(v4, (address, i) => `${address.toString(16)}/${v4len[i]}`),
    ...Array.from(
      v6len,
      (length, i) => `${[...v6.subarray(4 * i, 4 * i + 4)].map((word) => word.toString(16))}/${length}`,
    ),
  ];
};

const share = (lengths: Readonly<Record<string, number>>, length: number): number => lengths[String(length)] ?? 0;

/** Within a fraction of the target. */
const near = (value: number, target: number, fraction: number): void => {
  expect(value).toBeGreaterThan(target * (1 - fraction));
  expect(value).toBeLessThan(target * (1 + fraction));
};

describe("a generated table", () => {
  it("has the same octets wherever it is made", () => {
    expect(digest(generateTable({ prefixes: 5000, family: "both", seed: 42 }))).toBe(
      "602ba9f643bf6c6ae1cb8022d4ca684d354831f30cd9f0ae0323da285820adf8",
    );
    expect(digest(generateTable({ prefixes: 5000, family: "4", seed: 42, variant: 3 }))).toBe(
      "7c0fcefde5ebdc1a2e15b0eb32975da6fad31dbf6649a2206a52eb35fb6f206e",
    );
  });

  it("differs with the seed", () => {
    const [one, other] = [1, 2].map((seed) => generateTable({ prefixes: 1000, family: "4", seed }));
    expect(one?.messages).not.toEqual(other?.messages);
  });

  it.each([
    [1, "4"],
    [1, "6"],
    [2, "both"],
    [17, "both"],
    [1000, "6"],
    [8000, "both"],
  ] as const)("of %i prefixes, family %s, has exactly so many distinct ones in sound UPDATEs", (prefixes, family) => {
    const table = generateTable({ prefixes, family, seed: 9 });
    expect(table.prefixes).toBe(prefixes);
    expect(table.v4 + table.v6).toBe(prefixes);
    expect(new Set(prefixesOf(table)).size).toBe(prefixes);
    let updates = 0;
    eachUpdate(table.messages, ({ start, end }) => {
      updates++;
      if (end - start > 4096) throw new Error(`an UPDATE of ${end - start} octets`);
      const { value, found } = decodeUpdate(table.messages, start, end, session(peerAsOf(0)));
      expect(found).toEqual([]);
      expect(value?.withdrawn).toEqual([]);
    });
    expect(updates).toBe(table.count);
  });

  it("keeps to global unicast space", () => {
    const { v4, v6 } = prefixKeys(generateTable({ prefixes: 50_000, family: "both", seed: 5 }));
    const firsts = new Set(v4.map((address) => address >>> 24));
    for (const first of [0, 10, 100, 127, 169, 172, 192, 198, 203]) expect(firsts).not.toContain(first);
    expect(Math.max(...firsts)).toBeLessThan(224);
    expect(new Set(v6.filter((_, i) => i % 4 === 0).map((word) => word >>> 29))).toEqual(new Set([1]));
  });

  it("looks like a real IPv4 table", () => {
    const statistics = statisticsOf(generateTable({ prefixes: 200_000, family: "4", seed: 1 }));
    const { updates, attributeSets, paths, communities, origin, attributes, ipv4 } = statistics;
    // The figures of facts about real tables; lengths of 2025, so more /24 than the transfer of 2015 had.
    near(attributeSets.perPrefix, 0.155, 0.03);
    near(attributeSets.top1Share, 0.35, 0.05);
    near(attributeSets.top10Share, 0.685, 0.03);
    near(updates?.prefixes.mean ?? 0, 6.44, 0.03);
    expect(updates?.prefixes.median).toBe(2);
    near(updates?.prefixes.p95 ?? 0, 20, 0.06);
    near(updates?.prefixes.max ?? 0, 1022, 0.05);
    near(updates?.shareWithOne ?? 0, 0.496, 0.02);
    near(updates?.octetsPerPrefix ?? 0, 17.8, 0.06);
    near(paths.perPrefix, 0.133, 0.04);
    near(paths.prependedShare, 0.22, 0.1);
    // One more than seen from within an AS.
    near(share(paths.lengths, 2), 16, 0.05);
    near(share(paths.lengths, 3), 36.3, 0.05);
    near(share(paths.lengths, 4), 29.3, 0.05);
    near(share(paths.lengths, 5), 10.4, 0.08);
    near(share(paths.lengths, 6), 4.4, 0.15);
    near(communities.share, 0.81, 0.02);
    near(communities.count.mean, 5.8, 0.05);
    expect(communities.count.median).toBe(4);
    near(communities.count.p95, 14, 0.08);
    near(origin.igp, 0.885, 0.03);
    near(attributes.largeCommunities, 0.03, 0.2);
    expect(attributes.med).toBeGreaterThan(0.1);
    expect(attributes.aggregator).toBeGreaterThan(attributes.atomicAggregate);
    near(share(ipv4.lengths, 24), 57.6, 0.02);
    near(share(ipv4.lengths, 22), 10.8, 0.02);
    near(share(ipv4.lengths, 16), 1.75, 0.05);
  });

  it("looks like a real IPv6 table", () => {
    const { ipv6, attributeSets } = statisticsOf(generateTable({ prefixes: 100_000, family: "6", seed: 1 }));
    near(share(ipv6.lengths, 48), 72, 0.02);
    near(share(ipv6.lengths, 32), 19, 0.02);
    near(attributeSets.perPrefix, 0.155, 0.03);
  });

  it("of another variant has the same prefixes and other routes", () => {
    const [first, second, third] = [0, 1, 2].map((variant) =>
      generateTable({ prefixes: 8000, family: "both", seed: 4, variant }),
    ) as [PreparedTable, PreparedTable, PreparedTable];
    expect(prefixesOf(second).sort()).toEqual(prefixesOf(first).sort());
    expect(digest(second)).not.toBe(digest(first));
    // Which of two peers is better must be decided by each step: length, ORIGIN, MED, and what comes after them.
    const [a, b] = [decisionKeys(first), decisionKeys(second)];
    const decided = { length: 0, origin: 0, med: 0, later: 0 };
    for (const [prefix, mine] of a) {
      const other = b.get(prefix);
      if (other === undefined) throw new Error(`the second table lacks ${prefix}`);
      expect(other.neighbour).toBe(mine.neighbour);
      if (mine.length !== other.length) decided.length++;
      else if (mine.origin !== other.origin) decided.origin++;
      else if (mine.med !== other.med) decided.med++;
      else decided.later++;
    }
    for (const count of Object.values(decided)) expect(count).toBeGreaterThan(80);
    // The third comes from another neighbour.
    expect(decisionKeys(third).values().next().value?.neighbour).toBe(65002);
  });

  it("is refused when there are not so many plausible prefixes", () => {
    expect(() => generateTable({ prefixes: 0, family: "4", seed: 1 })).toThrow(RangeError);
    expect(() => generateTable({ prefixes: 100_000_000, family: "4", seed: 1 })).toThrow(RangeError);
  });
});

interface DecisionKey {
  readonly length: number;
  readonly origin: unknown;
  readonly med: unknown;
  readonly neighbour: number;
}

const decisionKeys = (table: PreparedTable): Map<string, DecisionKey> => {
  const keys = new Map<string, DecisionKey>();
  eachUpdate(table.messages, ({ start, end }) => {
    const { value } = decodeUpdate(table.messages, start, end, session(1));
    if (value === null) throw new Error("an UPDATE of ours is faulty");
    const attributeValue = (code: number): unknown =>
      value.attributes.find((attribute) => attribute.code === code)?.value;
    const asns = (attributeValue(2) as { asns: number[] }[]).flatMap((segment) => segment.asns);
    const key = { length: asns.length, origin: attributeValue(1), med: attributeValue(4), neighbour: asns[0] ?? 0 };
    const reach = attributeValue(14) as { nlri: { length: number; address: Uint8Array }[] } | undefined;
    for (const { length, address } of reach?.nlri ?? value.nlri) keys.set(`${address}/${length}`, key);
  });
  return keys;
};

describe("a table for another peer", () => {
  const table = generateTable({ prefixes: 3000, family: "both", seed: 6 });
  const before = decisionKeys(table);

  it.each(["prepend", "replace"] as const)("has the peer's AS in front and its next hops (%s)", (path) => {
    const nextHop = Uint8Array.of(127, 0, 0, 2);
    const nextHop6 = Uint8Array.of(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9);
    const rewritten = forPeer(table, { peerAs: 65533, path, nextHop, nextHop6 });
    expect(prefixesOf(rewritten)).toEqual(prefixesOf(table));
    for (const [prefix, { length, neighbour }] of decisionKeys(rewritten)) {
      expect(neighbour).toBe(65533);
      expect(length).toBe((before.get(prefix)?.length ?? 0) + (path === "prepend" ? 1 : 0));
    }
    eachUpdate(rewritten.messages, ({ start, end, v6 }) => {
      const { value, found } = decodeUpdate(rewritten.messages, start, end, session(65533));
      expect(found).toEqual([]);
      const attributeValue = (code: number): unknown =>
        value?.attributes.find((attribute) => attribute.code === code)?.value;
      if (v6) expect((attributeValue(14) as { nextHop: Uint8Array }).nextHop).toEqual(nextHop6);
      else expect(value?.attributes.some(({ code }) => code === 3)).toBe(true);
    });
  });

  it("stays as it is when its paths begin with that AS", () => {
    const same = forPeer(table, { peerAs: 65001 });
    expect(decisionKeys(same)).toEqual(before);
    expect(prefixesOf(same)).toEqual(prefixesOf(table));
  });
});
