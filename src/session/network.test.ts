import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ipv4Unicast } from "../codec/iana.js";
import { Network, type Node, seeded } from "./network.arb.js";
import { CONFIG, PEER_CONFIG } from "./rig.arb.js";
import { type PeeringConfig, State } from "./types.js";

const network = (left: Partial<PeeringConfig> = {}, right: Partial<PeeringConfig> = {}, latency = 20): Network =>
  new Network({ ...CONFIG, ...left }, { ...PEER_CONFIG, ...right }, () => latency, seeded(1));

const both = ({ left, right }: Network): readonly Node[] => [left, right];
const startBoth = (net: Network): void => {
  for (const node of both(net)) net.tell(node, { type: "start" });
};
const openEnds = (node: Node): number => [...node.ends.values()].filter(({ open }) => open).length;

/** Both established, over one and the same connection, and no other is left. */
const expectSession = (net: Network): void => {
  for (const node of both(net)) {
    expect(node.peering.state).toBe(State.Established);
    expect(openEnds(node)).toBe(1);
  }
  const [end] = [...net.left.ends.values()].filter(({ open }) => open);
  expect(end?.far?.open).toBe(true);
  const [ours, theirs] = [net.left.peering.negotiated, net.right.peering.negotiated];
  expect(ours?.send.families).toEqual(theirs?.receive.families);
  expect(ours?.remoteIdentifier).toBe(theirs?.localIdentifier);
};

describe("two speakers", () => {
  it("meet when one is passive, whichever it is", () => {
    for (const [left, right] of [
      [{}, { passive: true }],
      [{ passive: true }, {}],
    ]) {
      const net = network(left, right);
      startBoth(net);
      net.run(1_000);
      expectSession(net);
    }
  });

  it("meet at once when both connect at once", () => {
    const net = network();
    startBoth(net);
    net.run(1_000);
    expectSession(net);
    // The left one's identifier is the higher.
    expect([...net.left.ends.values()].find(({ open }) => open)?.connection).toBe(1);
    for (const node of both(net)) expect(node.sessions.length).toBe(1);
  });

  it("meet whatever the latencies, identifiers, delays and starting times are", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.constantFrom(-1, 0, 1),
        fc.constantFrom({}, { delayOpen: 2 }),
        fc.constantFrom({}, { delayOpen: 1 }),
        (seed, slowest, later, higher, left, right) => {
          const random = seeded(seed);
          const net = new Network(
            { ...CONFIG, identifier: PEER_CONFIG.identifier + higher, ...left },
            { ...PEER_CONFIG, ...right },
            () => 1 + random() * slowest,
            random,
          );
          net.tell(net.left, { type: "start" });
          net.run(later);
          net.tell(net.right, { type: "start" });
          net.run(600_000);
          expectSession(net);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("stay together on keepalives alone", () => {
    const net = network();
    startBoth(net);
    net.run(3_600_000);
    expectSession(net);
    for (const node of both(net)) expect(node.sessions.length).toBe(1);
  });

  it("part when one stops, with what it had to say; the other comes back when it does", () => {
    const net = network();
    startBoth(net);
    net.run(1_000);
    net.tell(net.left, { type: "stop", communication: "maintenance until noon" });
    net.run(1_000);
    expect(net.left.peering.state).toBe(State.Idle);
    expect(net.left.peering.deadline()).toBe(Number.POSITIVE_INFINITY);
    expect(net.right.peering.lastError?.reason).toContain("maintenance until noon");
    expect(net.right.peering.lastError?.notification).toEqual({ code: 6, subcode: 2, sent: false });
    expect(net.right.count("down")).toBe(1);
    for (const node of both(net)) expect(openEnds(node)).toBe(0);
    // It goes on asking, but less and less often.
    const asked = net.right.count("connect");
    net.run(3_600_000);
    expect(net.right.count("connect") - asked).toBeLessThan(60);
    net.tell(net.left, { type: "start" });
    net.run(200_000);
    expectSession(net);
  });

  it("part when nothing gets through any more, and meet again when it does", () => {
    const net = network();
    startBoth(net);
    net.run(1_000);
    net.carries = false;
    net.run(91_000);
    for (const node of both(net)) {
      expect(node.peering.lastError?.notification).toEqual({ code: 4, subcode: 0, sent: true });
      expect(node.count("down")).toBe(1);
    }
    net.carries = true;
    net.run(300_000);
    expectSession(net);
  });

  it("meet again after their connection broke under both", () => {
    const net = network();
    startBoth(net);
    for (let times = 1; times <= 20; times++) {
      net.run(300_000);
      expectSession(net);
      for (const node of both(net)) expect(node.sessions.length).toBeGreaterThanOrEqual(times);
      net.breakAll();
    }
  });

  it("meet when one is not there for a while", () => {
    const net = network({}, { passive: true });
    net.reachable = false;
    startBoth(net);
    net.run(100_000);
    expect(net.left.sessions).toEqual([]);
    net.reachable = true;
    net.run(10_000);
    expectSession(net);
  });

  it("do not meet when one is misconfigured, and try ever less often", () => {
    const net = network({}, { peerAs: 65009 });
    startBoth(net);
    net.run(3_600_000);
    for (const node of both(net)) {
      expect(node.sessions).toEqual([]);
      expect(node.count("connect")).toBeLessThan(120);
      expect(openEnds(node)).toBeLessThan(2);
    }
    expect(net.right.peering.lastError?.notification).toEqual({ code: 2, subcode: 2, sent: true });
    expect(net.left.peering.lastError?.notification).toEqual({ code: 2, subcode: 2, sent: false });
  });

  it("ask for routes again, and mark where they begin and end", () => {
    const net = network();
    startBoth(net);
    net.run(1_000);
    net.tell(net.left, { type: "refresh", family: Ipv4Unicast });
    net.run(100);
    net.tell(net.right, { type: "demarcate", family: Ipv4Unicast, subtype: 1 });
    net.tell(net.right, { type: "demarcate", family: Ipv4Unicast, subtype: 2 });
    net.run(100);
    const refreshes = (node: Node) => node.seen.flatMap((one) => (one.type === "refresh" ? [one.subtype] : []));
    expect(refreshes(net.right)).toEqual([0]);
    expect(refreshes(net.left)).toEqual([1, 2]);
  });

  it("do the same again for the same inputs", () => {
    const run = () => {
      const random = seeded(7);
      const net = new Network(CONFIG, PEER_CONFIG, () => 1 + random() * 50, random);
      startBoth(net);
      net.run(50_000);
      net.breakAll();
      net.run(500_000);
      return both(net).map(({ seen }) => seen);
    };
    expect(run()).toEqual(run());
  });
});
