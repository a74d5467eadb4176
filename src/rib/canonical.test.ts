import { describe, expect, it } from "vitest";
import type { MpReach } from "../codec/attribute/14-mp-reach-nlri.js";
import { type Attribute, Flag } from "../codec/attribute.js";
import { Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { encodeUpdate, UpdateWalk, walkUpdate } from "../codec/message/update.js";
import type { UnicastRoute } from "../codec/nlri/unicast.js";
import { hex } from "../codec/octets.js";
import type { SessionContext } from "../codec/session-context.js";
import { Canonical } from "./canonical.js";
import { nextHop6, octetsOf, sessionOf } from "./model.arb.js";

const o = Flag.Optional;
const t = Flag.Transitive;
const session = sessionOf(0, false);
const long: SessionContext = { ...session, maxMessage: 65535 };
const route: UnicastRoute = { length: 24, address: Uint8Array.of(198, 51, 100, 0) };
const route6: UnicastRoute = { length: 32, address: nextHop6(0) };

const origin: Attribute = { code: 1, flags: t, value: 0 };
const path = (...asns: number[]): Attribute => ({ code: 2, flags: t, value: [{ type: 2, asns }] });
const hop: Attribute = { code: 3, flags: t, value: Uint8Array.of(192, 0, 2, 1) };
const unknown = (code: number, flags: number, size = 1): Attribute => ({
  code,
  flags,
  value: new Uint8Array(size).fill(7),
});
const reach = (nlri: readonly UnicastRoute[], nextHop = nextHop6(1)): Attribute => {
  const value: MpReach = { family: Ipv6Unicast, nextHop, nlri };
  return { code: 14, flags: o, value };
};

interface Taken {
  readonly fits: boolean;
  readonly octets: string;
  /** Whether they lie in the message itself. */
  readonly inPlace: boolean;
}

const take = (attributes: readonly Attribute[], part: "nlri" | "mp-reach", by = session, addOtc = 0): Taken => {
  const msg = encodeUpdate({ withdrawn: [], attributes, nlri: part === "nlri" ? [route] : [] }, by);
  const walk = new UpdateWalk();
  expect(walkUpdate(msg, 0, msg.length, by, walk)).toBeNull();
  const canonical = new Canonical();
  const fits = canonical.take(msg, walk, by, part, addOtc);
  const { octets, start, end } = canonical;
  return { fits, octets: fits ? hex(octets, start, end) : "", inPlace: octets === msg };
};

/** What `take` must give for attributes that are in canonical form. */
const like = (...attributes: readonly Attribute[]): string => hex(octetsOf(attributes, long));

describe("the canonical form", () => {
  it("is the message's own octets, where they lie, as a rule", () => {
    const all = [origin, path(65001, 7), hop, unknown(99, o | t)];
    expect(take(all, "nlri")).toEqual({ fits: true, octets: like(...all), inPlace: true });
  });

  it("lacks what is unknown and not transitive (RFC 4271 §5), and MP_REACH_NLRI for the NLRI field's routes", () => {
    const kept = [origin, path(65001), hop, unknown(99, o | t)];
    expect(take([...kept, unknown(98, o)], "nlri")).toEqual({ fits: true, octets: like(...kept), inPlace: false });
    expect(take([reach([route6]), ...kept], "nlri").octets).toBe(like(...kept));
  });

  it("of MP_REACH_NLRI's routes has their next hop, without the routes, and no NEXT_HOP", () => {
    const rest = [origin, path(65001)];
    const { octets } = take([reach([route6]), origin, path(65001), hop], "mp-reach");
    expect(octets).toBe(like(reach([]), ...rest));
    expect(take([reach([route6, { length: 0, address: new Uint8Array(16) }]), ...rest], "mp-reach").octets).toBe(
      octets,
    );
    expect(take([reach([route6], nextHop6(2)), ...rest], "mp-reach").octets).not.toBe(octets);
  });

  it("keeps both addresses of a next hop of 32 octets (RFC 2545 §3)", () => {
    const both = new Uint8Array(32).fill(9);
    expect(take([reach([route6], both), origin, path(65001)], "mp-reach").octets).toBe(
      like(reach([], both), origin, path(65001)),
    );
  });

  it("of IPv4 routes with an IPv6 next hop (RFC 8950) has that in MP_REACH_NLRI", () => {
    const extended: SessionContext = { ...session, extendedNextHop: new Set([Ipv4Unicast]) };
    const value: MpReach = { family: Ipv4Unicast, nextHop: nextHop6(1), nlri: [route] };
    const { octets } = take([{ code: 14, flags: o, value }, origin, path(65001)], "mp-reach", extended);
    expect(octets).toBe(
      hex(octetsOf([{ code: 14, flags: o, value: { ...value, nlri: [] } }, origin, path(65001)], extended)),
    );
  });

  it("has OTC when the role asks for it and none is there (RFC 9234 §5)", () => {
    const otc = (value: number): Attribute => ({ code: 35, flags: o | t, value });
    expect(take([origin, path(65001), hop], "nlri", session, 65001).octets).toBe(
      like(origin, path(65001), hop, otc(65001)),
    );
    expect(take([origin, path(65001), hop, otc(9)], "nlri", session, 65001).octets).toBe(
      like(origin, path(65001), hop, otc(9)),
    );
  });

  it("is the same for an attribute with an extended length that it does not need", () => {
    const all = [origin, path(65001), reach([route6])];
    const { octets } = take(all, "mp-reach");
    const msg = encodeUpdate({ withdrawn: [], attributes: all, nlri: [] }, session);
    // ORIGIN as flags 0x50, type, two octets of length.
    const wide = new Uint8Array(msg.length + 1);
    wide.set(msg.subarray(0, 23));
    wide.set([0x50, 1, 0, 1, 0], 23);
    wide.set(msg.subarray(27), 28);
    wide[17] = wide.length;
    wide[22] = (wide[22] ?? 0) + 1;
    const walk = new UpdateWalk();
    expect(walkUpdate(wide, 0, wide.length, session, walk)).toBeNull();
    const canonical = new Canonical();
    expect(canonical.take(wide, walk, session, "mp-reach", 0)).toBe(true);
    expect(hex(canonical.octets, canonical.start, canonical.end)).toBe(octets);
  });
});

describe("from a peer with two-octet AS numbers (RFC 6793)", () => {
  const narrow: SessionContext = { ...long, asnSize: 2 };

  it("the path is wide, and Extended Length is set where it must be", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(take([origin, path(...hundred), hop], "nlri", narrow).octets).toBe(like(origin, path(...hundred), hop));
  });

  it("a set that grows past 65535 octets is refused", () => {
    const segments = Array.from({ length: 100 }, () => ({ type: 2 as const, asns: new Array<number>(255).fill(7) }));
    const wide: Attribute = { code: 2, flags: t, value: segments };
    expect(take([origin, wide, hop], "nlri", narrow).fits).toBe(false);
    expect(take([origin, { ...wide, value: segments.slice(0, 60) }, hop], "nlri", narrow).fits).toBe(true);
  });

  it("no AS4 attribute is left", () => {
    const as4: Attribute = { code: 17, flags: o | t, value: [{ type: 2, asns: [4200000000] }] };
    const { octets } = take([origin, path(65001, 23456), hop, as4], "nlri", narrow);
    expect(octets).toContain(hex(Uint8Array.of(0xfa, 0x56, 0xea, 0x00)));
    expect(octets).not.toContain("c011");
  });
});
