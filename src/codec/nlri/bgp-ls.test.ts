import { expect, it } from "vitest";
import { valuesOf } from "../dissection.arb.js";
import { unhex } from "../testing.arb.js";
import { linkStateArb, linkStateVpnArb } from "./bgp-ls.arb.js";
import { fieldsOf } from "./bgp-ls.fields.js";
import { type LinkStateObject, type LinkStateRoute, linkState, linkStateVpn } from "./bgp-ls.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { obeysTheNlriLaws, type PinnedNlri } from "./laws.arb.js";

const ID = "0000000000000001";
const identifier = unhex(ID);
const tlv = (type: number, value: string) => ({ type, value: unhex(value) });
const rd = "0000fde800000064";

/** Node, RFC 9552 figure 7: OSPFv2, AS 65000, router 192.0.2.1. */
const NODE = "0100" + "0010" + "0200" + "0004" + "0000fde8" + "0203" + "0004" + "c0000201";
const node = { type: 256, subTlvs: [tlv(512, "0000fde8"), tlv(515, "c0000201")] } as const;

const pinned = (safi: number, name: string, lead: 0 | 8): PinnedNlri<LinkStateRoute> => {
  const distinguisher = lead === 8 ? { distinguisher: unhex(rd) } : {};
  const front = lead === 8 ? rd : "";
  /** A route of `type` around octets behind its identifier. */
  const route = (type: string, rest: string, protocol = "03"): string => {
    const body = `${front}${protocol}${ID}${rest}`;
    return `00${type}${(body.length / 2).toString(16).padStart(4, "0")}${body}`;
  };
  const object = (type: LinkStateObject["type"], descriptors: LinkStateObject["descriptors"]): LinkStateObject => ({
    type,
    ...distinguisher,
    protocol: 3,
    identifier,
    descriptors,
  });
  const subTlvs = (digits: string): string => `0100${(digits.length / 2).toString(16).padStart(4, "0")}${digits}`;
  const empty = object(1, []);
  const stands = route("01", "");
  const bad = (fault: string, octets: string) => ({
    octets: octets + stands,
    fault: `${name}/${fault}`,
    routes: [empty],
  });
  return {
    afi: 16388,
    safi,
    name,
    pathIds: true,
    faults: [
      `${name}/overrun: session-reset 3/10`,
      `${name}/too-short: discard 3/10`,
      `${name}/tlv-overrun: discard 3/10`,
      `${name}/bad-tlv-length: discard 3/10`,
      `${name}/tlv-order: discard 3/10`,
      `${name}/duplicate-sub-tlv: discard 3/10`,
    ],
    nextHops:
      lead === 8
        ? { ordinary: [12, 24, 40, 48], extended: [12, 24, 40, 48] }
        : { ordinary: [4, 16, 32], extended: [4, 16, 32] },
    vectors: [
      { octets: "", routes: [] },
      { octets: route("01", NODE), routes: [object(1, [node])] },
      // A link, figure 8: both nodes, its identifiers, IPv4 and IPv6 addresses, topology 2.
      {
        octets: route(
          "02",
          `${NODE}01010008${"02030004"}c0000202` +
            "01020008" +
            "0000000100000002" +
            "01030004" +
            "c6336401" +
            "01040004" +
            "c6336402" +
            `${"01050010"}20010db8${"00".repeat(11)}01${"01060010"}20010db8${"00".repeat(11)}02` +
            "01070002" +
            "0002",
        ),
        routes: [
          object(2, [
            node,
            { type: 257, subTlvs: [tlv(515, "c0000202")] },
            tlv(258, "0000000100000002"),
            tlv(259, "c6336401"),
            tlv(260, "c6336402"),
            tlv(261, `20010db8${"00".repeat(11)}01`),
            tlv(262, `20010db8${"00".repeat(11)}02`),
            tlv(263, "0002"),
          ]),
        ],
      },
      // Prefixes, figure 9: route type and 198.51.100.0/24; 2001:db8::/32.
      {
        octets: route("03", `${NODE}0108000101${"01090004"}18c63364`) + route("04", `${NODE}01090005${"2020010db8"}`),
        routes: [object(3, [node, tlv(264, "01"), tlv(265, "18c63364")]), object(4, [node, tlv(265, "2020010db8")])],
      },
      // RFC 9514 figure 5, and a second node descriptor of sub-TLVs nobody knows.
      {
        octets: route("06", `${subTlvs("0190000002080000")}${"02060010"}20010db8${"00".repeat(12)}`),
        routes: [
          object(6, [{ type: 256, subTlvs: [tlv(400, ""), tlv(520, "")] }, tlv(518, `20010db8${"00".repeat(12)}`)]),
        ],
      },
      // §5.1: TLVs of one type by length, then by value; equal ones are in order, types that nobody knows, too.
      {
        octets: route("01", "ff000001ff" + "ff0000020100" + "ff0000020101" + "ff0000020101" + "ffff0000"),
        routes: [
          object(1, [
            tlv(0xff00, "ff"),
            tlv(0xff00, "0100"),
            tlv(0xff00, "0101"),
            tlv(0xff00, "0101"),
            tlv(0xffff, ""),
          ]),
        ],
      },
      // §5.2: types that are not known are opaque, whatever they hold.
      {
        octets: "00050003010203" + "00000000" + "00070000" + "ffff000100",
        routes: [
          { type: 5, octets: unhex("010203") },
          { type: 0, octets: unhex("") },
          { type: 7, octets: unhex("") },
          { type: 0xffff, octets: unhex("00") },
        ],
      },
      {
        addPath: true,
        octets: `fedcba98${stands}${"00000001"}00050001ff`,
        routes: [
          { pathId: 0xfedcba98, ...empty },
          { pathId: 1, type: 5, octets: unhex("ff") },
        ],
      },
    ],
    malformed: [
      { octets: `${stands}000100`, fault: `${name}/overrun` },
      { octets: "00", fault: `${name}/overrun` },
      { octets: "00050001", fault: `${name}/overrun` },
      { octets: "0005000200", fault: `${name}/overrun` },
      { addPath: true, octets: "00000001000500", fault: `${name}/overrun` },
      { addPath: true, octets: "000000", fault: `${name}/overrun` },
      // The strongest: what is wrong with one route counts less than where the next begins.
      { octets: `${route("01", "00")}0001`, fault: `${name}/overrun` },
      bad("too-short", "00010000"),
      bad("too-short", `000600${lead === 8 ? "10" : "08"}${"00".repeat(lead + 8)}`),
      bad("tlv-overrun", route("01", "02000004000000")),
      bad("tlv-overrun", route("02", "00")),
      bad("tlv-overrun", route("03", "ff0000")),
      bad("tlv-overrun", route("04", "ff000001")),
      // A node descriptor that ends within a sub-TLV, though the octets go on behind it.
      bad("tlv-overrun", route("06", `${subTlvs("02000004000000")}ff000000`)),
      bad("tlv-overrun", route("01", `${subTlvs("020000")}ff000000`)),
      ...["02000003000000", "020000050000000000", "02040000", "0201000100", "0202000100", "0205000100"].map((sub) =>
        bad("bad-tlv-length", route("01", subTlvs(sub))),
      ),
      ...[
        "01020007",
        "01030005",
        "01040003",
        "0105000f",
        "01060011",
        "01070003",
        "01080000",
        "01090000",
        "0206000f",
      ].map((head) => bad("bad-tlv-length", route("01", head + "00".repeat(Number.parseInt(head.slice(4), 16))))),
      bad("bad-tlv-length", route("01", `01090012${"00".repeat(18)}`)),
      bad("bad-tlv-length", route("01", "01070000")),
      bad("tlv-order", route("02", `${"0108000101"}${"010700020002"}`)),
      bad("tlv-order", route("01", `${"01010000"}${"01000000"}`)),
      bad("tlv-order", route("01", "ff0000020101" + "ff000001ff")),
      bad("tlv-order", route("01", "ff0000020101" + "ff0000020100")),
      bad("tlv-order", route("01", "ff0000020200" + "ff0000020101")),
      bad("tlv-order", route("01", subTlvs("0203000102" + "02000004" + "0000fde8"))),
      bad("duplicate-sub-tlv", route("01", subTlvs("0203000102" + "0203000103"))),
      bad("duplicate-sub-tlv", route("02", `01010008${"ff000000"}ff000000`)),
    ],
    refused: [
      { why: "a known type as octets", route: { type: 1, octets: new Uint8Array(17) } },
      { why: "an unknown type as fields", route: { ...empty, type: 5 as 1 } },
      { why: "a type of 17 bits", route: { type: 65536, octets: new Uint8Array(0) } },
      { why: "more octets than the length can say", route: { type: 5, octets: new Uint8Array(65536) } },
      { why: "a protocol of 9 bits", route: { ...empty, protocol: 256 } },
      { why: "an identifier of 7 octets", route: { ...empty, identifier: new Uint8Array(7) } },
      {
        why: "a distinguisher of the wrong length",
        route: { ...empty, distinguisher: new Uint8Array(lead === 8 ? 7 : 8) },
      },
      { why: "node descriptors as octets", route: { ...empty, descriptors: [tlv(256, "")] } },
      { why: "sub-TLVs in another TLV", route: { ...empty, descriptors: [{ type: 258 as 256, subTlvs: [] }] } },
      { why: "descriptors out of order", route: { ...empty, descriptors: [tlv(263, "0001"), tlv(259, "c0000201")] } },
      { why: "an AS of 3 octets", route: { ...empty, descriptors: [{ type: 256, subTlvs: [tlv(512, "000001")] }] } },
      { why: "a TLV type of 17 bits", route: { ...empty, descriptors: [tlv(65536, "")] } },
      { why: "a missing path identifier", addPath: true, route: empty },
    ],
  };
};

obeysTheNlriLaws(linkState, linkStateArb, pinned(71, "link-state", 0));
obeysTheNlriLaws(linkStateVpn, linkStateVpnArb, pinned(72, "link-state-vpn", 8));

dissectsRoutes(linkStateArb, {
  octets: `0003002a${"02"}${ID}${NODE}${"0108000106"}01090004${"18c63364"}`,
  lines: [
    "0-2 link-state NLRI/NLRI type: 3 (IPv4 Topology Prefix)",
    "2-4 link-state NLRI/total NLRI length: 42",
    "4-5 link-state NLRI/protocol-ID: 2 (IS-IS Level 2)",
    "5-13 link-state NLRI/identifier: 1",
    "13-15 link-state NLRI/Local Node Descriptors/type: 256",
    "15-17 link-state NLRI/Local Node Descriptors/length: 16",
    "17-19 link-state NLRI/Local Node Descriptors/Autonomous System/type: 512",
    "19-21 link-state NLRI/Local Node Descriptors/Autonomous System/length: 4",
    "21-25 link-state NLRI/Local Node Descriptors/Autonomous System/value: 65000",
    "25-27 link-state NLRI/Local Node Descriptors/IGP Router-ID/type: 515",
    "27-29 link-state NLRI/Local Node Descriptors/IGP Router-ID/length: 4",
    "29-33 link-state NLRI/Local Node Descriptors/IGP Router-ID/value: c0000201",
    "33-35 link-state NLRI/OSPF Route Type/type: 264",
    "35-37 link-state NLRI/OSPF Route Type/length: 1",
    "37-38 link-state NLRI/OSPF Route Type/route type: 6 (NSSA 2)",
    "38-40 link-state NLRI/IP Reachability Information/type: 265",
    "40-42 link-state NLRI/IP Reachability Information/length: 4",
    "42-43 link-state NLRI/IP Reachability Information/prefix length: 24",
    "43-46 link-state NLRI/IP Reachability Information/prefix: 198.51.100.0/24",
  ],
});
dissectsRoutes(linkStateVpnArb, {
  addPath: true,
  octets: `00000007${"00010011"}${rd}01${ID}${"00000008"}00050001ff`,
  lines: [
    "0-4 link-state NLRI/path identifier: 7",
    "4-6 link-state NLRI/NLRI type: 1 (Node)",
    "6-8 link-state NLRI/total NLRI length: 17",
    "8-16 link-state NLRI/route distinguisher: 65000:100",
    "16-17 link-state NLRI/protocol-ID: 1 (IS-IS Level 1)",
    "17-25 link-state NLRI/identifier: 1",
    "25-29 link-state NLRI/path identifier: 8",
    "29-31 link-state NLRI/NLRI type: 5 (unassigned)",
    "31-33 link-state NLRI/total NLRI length: 1",
    "33-34 link-state NLRI/opaque: ff",
  ],
});

it("says of each route which it is", () => {
  const routes = `00010009${"01"}${ID}${"00020009"}01${ID}${"00030009"}02${ID}`;
  expect(valuesOf((reader) => fieldsOf(0)(reader, false), routes)).toEqual(["Node", "Link", "IPv4 Topology Prefix"]);
});
