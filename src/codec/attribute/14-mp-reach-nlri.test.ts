import { describe, expect, it } from "vitest";
import { family, Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { unhex } from "../testing.arb.js";
import * as arb from "./14-mp-reach-nlri.arb.js";
import {
  mpReachFamily,
  mpReachNextHopSize,
  mpReachNextHopStart,
  mpReachNlri,
  mpReachNlriStart,
} from "./14-mp-reach-nlri.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws, plain } from "./laws.arb.js";

const nextHop6 = "20010db8000000000000000000000001";
const linkLocal = "fe800000000000000000000000000001";
const address6 = unhex("20010db8000100000000000000000000");
/** A family that no module reads, and one of which single routes can be left out. */
const unread = family(1, 241);
const evpn = family(25, 70);
const labeled = family(1, 4);

obeysTheLaws(mpReachNlri, arb, {
  code: 14,
  name: "MP_REACH_NLRI",
  flags: 0x80,
  faults: [
    "mp-reach-nlri/wrong-flags: session-reset 3/4",
    "mp-reach-nlri/too-short: session-reset 3/9",
    "mp-reach-nlri/not-negotiated: discard 3/9",
    "mp-reach-nlri/bad-next-hop-length: session-reset 3/9",
    "mp-reach-nlri/next-hop-overrun: session-reset 3/9",
    "mp-reach-nlri/bad-nlri: session-reset 3/9",
    "mp-reach-nlri/route-discarded: discard 3/9",
  ],
  vectors: [
    {
      octets: `00020110${nextHop6}003020010db8000100`,
      value: {
        family: Ipv6Unicast,
        nextHop: unhex(nextHop6),
        nlri: [
          { length: 48, address: address6 },
          { length: 0, address: new Uint8Array(16) },
        ],
      },
    },
    {
      octets: `00020120${nextHop6}${linkLocal}00`,
      value: { family: Ipv6Unicast, nextHop: unhex(nextHop6 + linkLocal), nlri: [] },
    },
    {
      octets: "00010104c000020100" + "18c63364",
      value: {
        family: Ipv4Unicast,
        nextHop: unhex("c0000201"),
        nlri: [{ length: 24, address: Uint8Array.of(198, 51, 100, 0) }],
      },
    },
    // RFC 8950, and a path identifier (RFC 7911).
    {
      octets: `00010110${nextHop6}000000000718c63364`,
      value: {
        family: Ipv4Unicast,
        nextHop: unhex(nextHop6),
        nlri: [{ pathId: 7, length: 24, address: Uint8Array.of(198, 51, 100, 0) }],
      },
      session: { ...plain, addPath: new Set([Ipv4Unicast]), extendedNextHop: new Set([Ipv4Unicast]) },
    },
    // RFC 8277 §2.2 and §2.3: one label, its bottom bit not looked at; a stack, where that was agreed on.
    {
      octets: "00010404c000020100" + "30000641c63364",
      value: {
        family: labeled,
        nextHop: unhex("c0000201"),
        nlri: [{ labels: [{ label: 100, rsrv: 0 }], length: 24, address: Uint8Array.of(198, 51, 100, 0) }],
      },
      session: { ...plain, families: new Set([labeled]) },
    },
    {
      octets: "00010404c000020100" + "48000640000651c63364",
      value: {
        family: labeled,
        nextHop: unhex("c0000201"),
        nlri: [
          {
            labels: [
              { label: 100, rsrv: 0 },
              { label: 101, rsrv: 0 },
            ],
            length: 24,
            address: Uint8Array.of(198, 51, 100, 0),
          },
        ],
      },
      session: { ...plain, families: new Set([labeled]), multipleLabels: new Set([labeled]) },
    },
    // A family that was negotiated though no module reads it.
    {
      octets: "0001f10c0000000000000000c000020100" + "deadbeef",
      value: { family: unread, nextHop: unhex("0000000000000000c0000201"), nlri: unhex("deadbeef") },
      session: { ...plain, families: new Set([unread]) },
    },
  ],
  malformed: [
    { octets: "", fault: "mp-reach-nlri/too-short" },
    { octets: "00020110", fault: "mp-reach-nlri/too-short" },
    { octets: "0001800000", fault: "mp-reach-nlri/not-negotiated" },
    { octets: "0002010000", fault: "mp-reach-nlri/bad-next-hop-length" },
    { octets: "00020104c000020100", fault: "mp-reach-nlri/bad-next-hop-length" },
    { octets: `00010110${nextHop6}00`, fault: "mp-reach-nlri/bad-next-hop-length" },
    { octets: `00020110${nextHop6}`, fault: "mp-reach-nlri/next-hop-overrun" },
    { octets: `00020110${nextHop6}0081`, fault: "mp-reach-nlri/bad-nlri" },
    { octets: `00020110${nextHop6}003020010db800`, fault: "mp-reach-nlri/bad-nlri" },
    // RFC 7606 §5.4: EVPN has no route type 99.
    {
      octets: "00194604c000020100" + "630101",
      fault: "mp-reach-nlri/route-discarded",
      session: { ...plain, families: new Set([evpn]) },
    },
    {
      octets: "00194604c000020100" + "63010102",
      fault: "mp-reach-nlri/bad-nlri",
      session: { ...plain, families: new Set([evpn]) },
    },
  ],
  refused: [
    { why: "an IPv4 next hop of IPv6 routes", value: { family: Ipv6Unicast, nextHop: new Uint8Array(4), nlri: [] } },
    {
      why: "an IPv6 next hop that was not agreed on",
      value: { family: Ipv4Unicast, nextHop: new Uint8Array(16), nlri: [] },
    },
    { why: "256 octets of next hop", value: { family: unread, nextHop: new Uint8Array(256), nlri: new Uint8Array(0) } },
    { why: "a family of 25 bits", value: { family: 0x1000000, nextHop: new Uint8Array(4), nlri: new Uint8Array(0) } },
    {
      why: "octets for routes that a module writes",
      value: { family: Ipv6Unicast, nextHop: new Uint8Array(16), nlri: new Uint8Array(1) },
    },
    { why: "routes that no module writes", value: { family: unread, nextHop: new Uint8Array(12), nlri: [] } },
    {
      why: "a route of another family",
      value: { family: Ipv6Unicast, nextHop: new Uint8Array(16), nlri: [{ length: 8, address: new Uint8Array(4) }] },
    },
  ],
});

describe("an MP_REACH_NLRI in place", () => {
  it("shows where its parts lie", () => {
    const octets = unhex(`0900020110${nextHop6}0000`);
    expect(mpReachFamily(octets, 1)).toBe(Ipv6Unicast);
    expect(mpReachNextHopSize(octets, 1)).toBe(16);
    expect(mpReachNextHopStart(1)).toBe(5);
    expect(mpReachNlriStart(octets, 1)).toBe(22);
  });

  it("ignores the reserved octet", () => {
    const octets = unhex(`00020110${nextHop6}ff00`);
    expect(mpReachNlri.check(octets, 0, octets.length, plain)).toBeNull();
  });
});

dissectsAttribute(
  mpReachNlri,
  arb,
  {
    octets: `00020120${nextHop6}fe80000000000000000000000000000100${"2020010db8"}`,
    lines: [
      "0-2 AFI: 2 (IPv6)",
      "2-3 SAFI: 1 (unicast)",
      "3-4 length of next hop: 32",
      "4-20 next hop/address: 2001:db8::1",
      "20-36 next hop/address: fe80::1",
      "36-37 reserved: 0",
      "37-38 NLRI/route/length in bits: 32",
      "38-42 NLRI/route/prefix: 2001:db8::/32",
    ],
  },
  {
    session: { ...plain, addPath: new Set([Ipv4Unicast]) },
    octets: "00010104c0000201ff" + "0000000708",
    lines: [
      "0-2 AFI: 1 (IPv4)",
      "2-3 SAFI: 1 (unicast)",
      "3-4 length of next hop: 4",
      "4-8 next hop/address: 192.0.2.1",
      "8-9 reserved: 255",
      "9-13 NLRI/route/path identifier: 7",
      "13-14 NLRI/route/length in bits: 8",
    ],
  },
  // RFC 4364 §4.3.2, RFC 4659 §3.2.1.1: a distinguisher in front of each address. RFC 8950 §4 lets it be left out.
  {
    octets: "0001800c" + "0000000000000000c0000201" + "00",
    lines: [
      "0-2 AFI: 1 (IPv4)",
      "2-3 SAFI: 128 (VPN)",
      "3-4 length of next hop: 12",
      "4-12 next hop/route distinguisher: 0000000000000000",
      "12-16 next hop/address: 192.0.2.1",
      "16-17 reserved: 0",
    ],
  },
  ...["80", "81"].map((safi) => ({
    octets: `0002${safi}30${`0000000000000000${nextHop6}`.repeat(2)}00`,
    lines: [
      "0-2 AFI: 2 (IPv6)",
      `2-3 SAFI: ${safi === "80" ? "128 (VPN)" : "129 (VPN multicast)"}`,
      "3-4 length of next hop: 48",
      "4-12 next hop/route distinguisher: 0000000000000000",
      "12-28 next hop/address: 2001:db8::1",
      "28-36 next hop/route distinguisher: 0000000000000000",
      "36-52 next hop/address: 2001:db8::1",
      "52-53 reserved: 0",
    ],
  })),
  {
    octets: `400448180000000000000000${nextHop6}00`,
    lines: [
      "0-2 AFI: 16388 (BGP-LS)",
      "2-3 SAFI: 72 (BGP-LS-VPN)",
      "3-4 length of next hop: 24",
      "4-12 next hop/route distinguisher: 0000000000000000",
      "12-28 next hop/address: 2001:db8::1",
      "28-29 reserved: 0",
    ],
  },
  {
    octets: `00018010${nextHop6}00`,
    lines: [
      "0-2 AFI: 1 (IPv4)",
      "2-3 SAFI: 128 (VPN)",
      "3-4 length of next hop: 16",
      "4-20 next hop/address: 2001:db8::1",
      "20-21 reserved: 0",
    ],
  },
  {
    octets: "00198500" + "00" + "beef",
    lines: [
      "0-2 AFI: 25 (L2VPN)",
      "2-3 SAFI: 133 (FlowSpec)",
      "3-4 length of next hop: 0",
      "4-5 reserved: 0",
      "5-7 NLRI/routes: beef",
    ],
  },
  {
    octets: "00010110c0000201",
    lines: [
      "0-2 AFI: 1 (IPv4)",
      "2-3 SAFI: 1 (unicast)",
      "3-4 length of next hop: 16",
      "4-8 next hop/address: 192.0.2.1",
    ],
  },
);
