import { expect, it } from "vitest";
import { family, Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { unhex } from "../testing.arb.js";
import * as arb from "./15-mp-unreach-nlri.arb.js";
import { mpUnreachFamily, mpUnreachNlri, mpUnreachNlriStart } from "./15-mp-unreach-nlri.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws, plain } from "./laws.arb.js";

/** A family that no module reads, and one of which single routes can be left out. */
const unread = family(1, 241);
const evpn = family(25, 70);

obeysTheLaws(mpUnreachNlri, arb, {
  code: 15,
  name: "MP_UNREACH_NLRI",
  flags: 0x80,
  faults: [
    "mp-unreach-nlri/wrong-flags: session-reset 3/4",
    "mp-unreach-nlri/too-short: session-reset 3/9",
    "mp-unreach-nlri/not-negotiated: discard 3/9",
    "mp-unreach-nlri/bad-nlri: session-reset 3/9",
    "mp-unreach-nlri/route-discarded: discard 3/9",
  ],
  vectors: [
    // The End-of-RIB of IPv6 (RFC 4724 §2).
    { octets: "000201", value: { family: Ipv6Unicast, nlri: [] } },
    {
      octets: "000201" + "2120010db880",
      value: { family: Ipv6Unicast, nlri: [{ length: 33, address: unhex("20010db8800000000000000000000000") }] },
    },
    {
      octets: "000101" + "00000007" + "18c63364",
      value: { family: Ipv4Unicast, nlri: [{ pathId: 7, length: 24, address: Uint8Array.of(198, 51, 100, 0) }] },
      session: { ...plain, addPath: new Set([Ipv4Unicast]) },
    },
    {
      octets: "0001f1" + "beef",
      value: { family: unread, nlri: unhex("beef") },
      session: { ...plain, families: new Set([unread]) },
    },
  ],
  malformed: [
    { octets: "", fault: "mp-unreach-nlri/too-short" },
    { octets: "0002", fault: "mp-unreach-nlri/too-short" },
    { octets: "000180", fault: "mp-unreach-nlri/not-negotiated" },
    { octets: "00010121c000020100", fault: "mp-unreach-nlri/bad-nlri" },
    { octets: "00010118c633", fault: "mp-unreach-nlri/bad-nlri" },
    {
      octets: "001946" + "630101",
      fault: "mp-unreach-nlri/route-discarded",
      session: { ...plain, families: new Set([evpn]) },
    },
    {
      octets: "001946" + "630201",
      fault: "mp-unreach-nlri/bad-nlri",
      session: { ...plain, families: new Set([evpn]) },
    },
  ],
  refused: [
    { why: "octets for routes that a module writes", value: { family: Ipv6Unicast, nlri: new Uint8Array(1) } },
    { why: "routes that no module writes", value: { family: unread, nlri: [] } },
    { why: "a family of 25 bits", value: { family: 0x1000000, nlri: new Uint8Array(0) } },
  ],
});

it("shows where its parts lie", () => {
  expect(mpUnreachFamily(unhex("09000201"), 1)).toBe(Ipv6Unicast);
  expect(mpUnreachNlriStart(1)).toBe(4);
});

dissectsAttribute(
  mpUnreachNlri,
  arb,
  {
    octets: "000104" + "20" + "800000" + "0a",
    lines: [
      "0-2 AFI: 1 (IPv4)",
      "2-3 SAFI: 4 (labeled)",
      "3-4 withdrawn routes/route/length in bits: 32",
      "4-7 withdrawn routes/route/compatibility: 800000 (ignored)",
      "7-8 withdrawn routes/route/prefix: 10.0.0.0/8",
    ],
  },
  { octets: "000201", lines: ["0-2 AFI: 2 (IPv6)", "2-3 SAFI: 1 (unicast)"] },
);
