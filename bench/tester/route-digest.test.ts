import { describe, expect, it } from "vitest";
import type { Attribute } from "../../src/codec/attribute.js";
import { Ipv4Unicast } from "../../src/codec/iana.js";
import { encodeUpdate } from "../../src/codec/message/update.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { prefixKeys } from "../../src/table/prepared.js";
import { ExpectedSet } from "./received-set.js";
import { RouteDigest } from "./route-digest.js";

const session: SessionContext = {
  asnSize: 4,
  localAs: 65550,
  peerAs: 65001,
  external: true,
  families: new Set([Ipv4Unicast]),
  addPath: new Set(),
  maxMessage: 4096,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};

const origin: Attribute = { code: 1, flags: 0x40, value: 0 };
const path = (...asns: number[]): Attribute => ({ code: 2, flags: 0x40, value: [{ type: 2, asns }] });
const nextHop = (last: number): Attribute => ({ code: 3, flags: 0x40, value: Uint8Array.of(192, 0, 2, last) });
const med: Attribute = { code: 4, flags: 0x80, value: 5 };
const communities = (...values: number[]): Attribute => ({ code: 8, flags: 0xc0, value: values });

const prefixes = [10, 11, 12].map((octet) => ({ length: 8, address: Uint8Array.of(octet, 0, 0, 0) }));

const message = (attributes: readonly Attribute[], which: readonly number[] = [0, 1, 2]): Uint8Array =>
  encodeUpdate({ withdrawn: [], attributes, nlri: which.flatMap((n) => prefixes[n] ?? []) }, session);

const base = message([origin, path(65001, 100), nextHop(1), communities(1, 2, 3)]);
const set = new ExpectedSet([prefixKeys({ messages: base, count: 1, prefixes: 3, v4: 3, v6: 0 })]);

const digest = (messages: readonly Uint8Array[], forwardedBy: number | null = null): RouteDigest => {
  const made = new RouteDigest(set);
  for (const one of messages) made.apply(one, forwardedBy);
  return made;
};

describe("RouteDigest", () => {
  it("does not depend on order, packing or next hop", () => {
    const attributes = [communities(3, 1, 2), nextHop(9), path(65001, 100), origin];
    const apart = digest([message(attributes, [2]), message(attributes, [0, 1])]);
    expect(apart.differences(digest([base]))).toBe(0);
    expect(apart.text()).toBe(digest([base]).text());
  });

  it("takes communities for a set: one that is said twice counts once", () => {
    const twice = [origin, path(65001, 100), nextHop(1), communities(1, 2, 1, 3, 3)];
    expect(digest([message(twice)]).differences(digest([base]))).toBe(0);
    const other = [origin, path(65001, 100), nextHop(1), communities(1, 2, 2)];
    expect(digest([message(other)]).differences(digest([base]))).toBe(3);
  });

  it("sees a path, a community and an origin that differ, for each prefix that has them", () => {
    const changes: readonly (readonly Attribute[])[] = [
      [origin, path(65001, 101), nextHop(1), communities(1, 2, 3)],
      [origin, path(100, 65001), nextHop(1), communities(1, 2, 3)],
      [origin, path(65001, 100), nextHop(1), communities(1, 2)],
      [origin, path(65001, 100), nextHop(1), communities(1, 2, 3), med],
      [{ ...origin, value: 2 }, path(65001, 100), nextHop(1), communities(1, 2, 3)],
    ];
    for (const attributes of changes) {
      const changed = digest([base, message(attributes, [1])]);
      expect(changed.differences(digest([base]))).toBe(1);
      expect(changed.text()).not.toBe(digest([base]).text());
    }
  });

  it("lets the last announcement of a prefix stand", () => {
    const detour = message([origin, path(7), nextHop(1)]);
    expect(digest([detour, base]).text()).toBe(digest([base]).text());
  });

  it("knows how an external speaker passes routes on: its AS in front, no MED", () => {
    const received = message([origin, path(65001, 100), nextHop(1), med, communities(1, 2, 3)]);
    const passedOn = message([origin, path(65550, 65001, 100), nextHop(2), communities(1, 2, 3)]);
    expect(digest([received], 65550).differences(digest([passedOn]))).toBe(0);
    expect(digest([received], 65551).differences(digest([passedOn]))).toBe(3);
  });
});
