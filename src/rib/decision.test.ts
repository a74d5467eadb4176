import { describe, expect, it } from "vitest";
import { AttributeStore } from "./attribute-store.js";
import { Decision } from "./decision.js";
import { attributesOf, type ModelRoute, OWN_AS, octetsOf, sessionOf } from "./model.arb.js";
import { PeerTable, type RibPeer } from "./peer-table.js";

interface Candidate extends Partial<ModelRoute> {
  readonly external?: boolean;
  readonly identifier?: number;
  /** The last octet of the peer's address. */
  readonly address?: number;
  readonly pathId?: number;
}

const equal: ModelRoute = {
  origin: 0,
  path: [{ type: 2, asns: [65001, 7] }],
  nextHop: 1,
  med: null,
  localPref: null,
  communities: [],
  originator: null,
  clusters: [],
  unknown: null,
};

/** Which of the candidates wins, whatever the order they are added in. */
const winner = (...candidates: readonly Candidate[]): number => {
  const store = new AttributeStore(OWN_AS);
  const peers = new PeerTable();
  const added = candidates.map(({ external = true, identifier = 5, address = 5, pathId = 0, ...route }) => {
    const octets = octetsOf(attributesOf({ ...equal, ...route }, true), sessionOf(0, false));
    const peer: RibPeer = {
      external,
      identifier,
      address: new Uint8Array(16).fill(address, 15),
      reflectorClient: false,
    };
    return { attributes: store.intern(octets, 0, octets.length), peer: peers.add(peer), pathId };
  });
  const decision = new Decision(store, peers);
  const winners = orders(candidates.length).map((order) => {
    decision.clear();
    for (const i of order) {
      const one = added[i];
      if (one !== undefined) decision.add(i, one.attributes, one.peer, one.pathId);
    }
    return decision.best();
  });
  expect(new Set(winners).size).toBe(1);
  return winners[0] ?? -1;
};

const orders = (count: number): number[][] => {
  if (count === 0) return [[]];
  return orders(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, at) => [...order.slice(0, at), count - 1, ...order.slice(at)]),
  );
};

const path = (...asns: number[]): Pick<ModelRoute, "path"> => ({ path: [{ type: 2, asns }] });

describe("the decision (RFC 4271 §9.1.2.2), the first candidate winning by", () => {
  it.each<[string, Candidate, Candidate]>([
    ["a higher LOCAL_PREF, before a longer path", { localPref: 200, ...path(1, 2, 3) }, { localPref: 100 }],
    ["LOCAL_PREF 100 when there is none", {}, { localPref: 99 }],
    ["a shorter path, before ORIGIN", { ...path(1), origin: 2 }, { ...path(1, 2), origin: 0 }],
    [
      "a set that counts as one",
      {
        path: [
          { type: 2, asns: [1] },
          { type: 1, asns: [2, 3, 4] },
        ],
      },
      path(1, 2, 3),
    ],
    ["a lower ORIGIN, before MED", { origin: 0, med: 9 }, { origin: 1, med: 0 }],
    ["a lower MED of the same neighbour, before external", { med: 1, external: false }, { med: 2 }],
    ["no MED, which is the lowest", { med: null, external: false }, { med: 1 }],
    [
      "external, when MEDs are of different neighbours",
      { med: 9, ...path(1, 2) },
      { med: 1, ...path(3, 2), external: false },
    ],
    ["external, before identifier", { identifier: 9 }, { identifier: 1, external: false }],
    ["a lower identifier, before address", { identifier: 1, address: 9 }, { identifier: 2, address: 1 }],
    ["a high identifier is not negative", { identifier: 1 }, { identifier: 0x80000000 }],
    ["ORIGINATOR_ID in place of the identifier (RFC 4456 §9)", { identifier: 9, originator: 1 }, { identifier: 2 }],
    [
      "a shorter CLUSTER_LIST, before address (RFC 4456 §9)",
      { clusters: [1], address: 9 },
      { clusters: [1, 2], address: 1 },
    ],
    ["a lower address", { address: 1 }, { address: 2 }],
    ["a lower path identifier", { pathId: 1 }, { pathId: 2 }],
  ])("%s", (_what, first, second) => {
    expect(winner(first, second)).toBe(0);
    expect(winner(second, first)).toBe(1);
  });

  it("MED within each neighbouring AS first: what it throws out has no say in the rest", () => {
    // The first would win by identifier, but the third has a better MED of the same AS, and the second beats that.
    const first = { ...path(1, 7), med: 5, identifier: 1 };
    const second = { ...path(2, 7), med: 9, identifier: 2 };
    const third = { ...path(1, 7), med: 1, identifier: 3 };
    expect(winner(first, second, third)).toBe(1);
    expect(winner(first, second)).toBe(0);
  });

  it("is nobody's when there is none", () => {
    expect(winner()).toBe(-1);
  });
});
