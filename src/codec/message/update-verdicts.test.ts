import { describe, expect, it } from "vitest";
import { decisive, Verdict } from "../fault.js";
import { Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { ORDINARY_MAX_MESSAGE, type SessionContext } from "../session-context.js";
import {
  attributeOverrun,
  attributeTruncated,
  decodeUpdate,
  errorWithoutNlri,
  foundBy,
  ipv4NotNegotiated,
  missingAsPath,
  missingNextHop,
  missingOrigin,
  mpNlriCut,
  UpdateWalk,
  walkUpdate,
} from "./update.js";

const session: SessionContext = {
  asnSize: 4,
  localAs: 65_000,
  peerAs: 65_001,
  external: true,
  families: new Set([Ipv4Unicast, Ipv6Unicast]),
  addPath: new Set(),
  maxMessage: ORDINARY_MAX_MESSAGE,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};
const withoutIpv4: SessionContext = { ...session, families: new Set([Ipv6Unicast]) };

const octetsOf = (digits: string): number[] =>
  (digits.replaceAll(" ", "").match(/../g) ?? []).map((two) => Number.parseInt(two, 16));

const updateOf = (withdrawn: string, attributes: string, nlri: string): Uint8Array => {
  const [first, second, third] = [octetsOf(withdrawn), octetsOf(attributes), octetsOf(nlri)];
  const length = 23 + first.length + second.length + third.length;
  const head = [...Array<number>(16).fill(0xff), length >> 8, length & 255, 2];
  return Uint8Array.of(...head, 0, first.length, ...first, 0, second.length, ...second, ...third);
};

/** ORIGIN, AS_PATH 65001, NEXT_HOP 192.0.2.1. */
const GOOD = "40010100 40020602010000fde9 400304c0000201";
const ROUTE = "18c00002";

const decode = (octets: Uint8Array, context: SessionContext = session) =>
  decodeUpdate(octets, 0, octets.length, context);
const worst = (octets: Uint8Array, context: SessionContext = session) => decisive(decode(octets, context).found)?.fault;

describe("an attribute that is cut off (RFC 7606 §4)", () => {
  // Beside a route in the NLRI field, so that §5.2 does not reset anyway.
  it.each([
    ["an MP_REACH_NLRI longer than what is left", "800e05 0002 01"],
    ["an MP_UNREACH_NLRI longer than what is left", "800f05 0002 01"],
    ["an MP_UNREACH_NLRI without its length", "800f"],
    ["an MP_REACH_NLRI with half its length", "900e00"],
  ])("%s resets, for routes are lost (§3 (j))", (_what, cut) => {
    const octets = updateOf("", `${GOOD} ${cut}`, ROUTE);
    expect(decode(octets).value).toBeNull();
    expect(worst(octets)).toBe(mpNlriCut);
    expect([mpNlriCut.verdict, mpNlriCut.notify]).toEqual([Verdict.SessionReset, [3, 9]]);
    const walk = new UpdateWalk();
    walkUpdate(octets, 0, octets.length, session, walk);
    expect(foundBy(walk, octets, 0)?.data).toEqual(Uint8Array.from(octetsOf(cut)));
  });

  it.each([
    ["another that is longer than what is left", "c06305 0002 01", attributeOverrun],
    ["another without its length", "c063", attributeTruncated],
    ["one whose code did not come", "80", attributeTruncated],
    // The octet behind belongs to the route.
    ["one whose code did not come, in front of 14 bits of a route", "80", attributeTruncated],
  ])("%s withdraws", (what, cut, fault) => {
    const octets = updateOf("", `${GOOD} ${cut}`, what.includes("14 bits") ? "0ec000" : ROUTE);
    expect(worst(octets)).toBe(fault);
    expect(decode(octets).value?.nlri).toHaveLength(1);
  });
});

describe("IPv4 routes that were not negotiated", () => {
  const blamed = (octets: Uint8Array) =>
    decode(octets, withoutIpv4).found.map(({ fault, start, end }) => [fault, start, end]);

  it("are blamed where they stand, and not taken", () => {
    expect(blamed(updateOf(ROUTE, "", ""))).toEqual([[ipv4NotNegotiated, 21, 25]]);
    expect(blamed(updateOf("", "", ROUTE))).toEqual([[ipv4NotNegotiated, 23, 27]]);
    expect(blamed(updateOf(ROUTE, "", ROUTE))).toEqual([
      [ipv4NotNegotiated, 21, 25],
      [ipv4NotNegotiated, 27, 31],
    ]);
    expect(decode(updateOf(ROUTE, "", ROUTE), withoutIpv4).value).toMatchObject({ withdrawn: [], nlri: [] });
    expect(blamed(updateOf("", "", ""))).toEqual([]);
  });

  it("reset all the same when they are no routes (RFC 7606 §5.3)", () => {
    expect(worst(updateOf("21c0000201", "", ""), withoutIpv4)?.id).toBe("ipv4-unicast/prefix-too-long");
    expect(worst(updateOf("", "", "18c000"), withoutIpv4)?.id).toBe("ipv4-unicast/overrun");
  });
});

describe("where decoders have gone wrong", () => {
  const faultsOf = (octets: Uint8Array) => decode(octets).found.map(({ fault }) => fault);
  const missing = [missingOrigin, missingAsPath, missingNextHop];

  it("a route without any attribute lacks them all", () => {
    expect(faultsOf(updateOf("", "", ROUTE))).toEqual(missing);
  });

  it("an MP_UNREACH_NLRI makes none of them dispensable, nor does an attribute that is not known", () => {
    expect(faultsOf(updateOf("", "800f03 0002 01", ROUTE))).toEqual(missing);
    expect(faultsOf(updateOf("", "c063 02 abcd", ROUTE))).toEqual(missing);
    expect(faultsOf(updateOf("", `800f03 0002 01 ${GOOD}`, ROUTE))).toEqual([]);
  });

  it("an MP_REACH_NLRI asks for ORIGIN and AS_PATH, but for no NEXT_HOP (RFC 4760 §3)", () => {
    const reach = "800e15 0002 01 10 20010db8000000000000000000000001 00";
    expect(faultsOf(updateOf("", reach, ""))).toEqual([missingOrigin, missingAsPath, errorWithoutNlri]);
    expect(faultsOf(updateOf("", `${reach} 40010100 40020602010000fde9`, ""))).toEqual([]);
  });

  it("a malformed MP_REACH_NLRI is no End-of-RIB", () => {
    for (const reach of ["800e03 0002 01", "800e05 0002 01 00 00", "800e04 0001 01 00"]) {
      expect(decode(updateOf("", reach, "")).value).toBeNull();
    }
  });

  it("wrong flags or a wrong length move nothing behind them", () => {
    const { found, value } = decode(updateOf("", "c0010100 40020602010000fde9 400304c0000201 400603010203", ROUTE));
    expect(found.map(({ fault, start, end }) => [fault.id, start, end])).toEqual([
      ["origin/wrong-flags", 23, 27],
      ["atomic-aggregate/bad-length", 43, 49],
    ]);
    expect(value?.attributes.map(({ code }) => code)).toEqual([2, 3]);
    expect(value?.nlri).toHaveLength(1);
  });

  it("the four lower bits of the flags mean nothing but Extended Length", () => {
    const { found, value } = decode(updateOf("", "4f010100 5f02000602010000fde9 4f0304c0000201", ROUTE));
    expect(found).toEqual([]);
    expect(value?.attributes.map(({ flags }) => flags)).toEqual([0x40, 0x40, 0x40]);
  });
});
