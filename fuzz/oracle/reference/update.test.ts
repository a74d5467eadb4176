import { describe, expect, it } from "vitest";
import { Afi, family, Ipv4Unicast, Ipv6Unicast, Safi } from "../../../src/codec/iana.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import type { Decision } from "./judgement.js";
import { judgeUpdate } from "./update.js";
import {
  AS_PATH,
  announcing,
  INTERNAL,
  MANDATORY,
  message,
  NEXT_HOP,
  ORIGIN,
  octets,
  PATH_IDS,
  ROUTE,
  session,
  TWO_OCTETS,
  update,
} from "./vectors.arb.js";

const OK: Decision = "accepted";
const AD: Decision = "discard";
const TAW: Decision = "treat-as-withdraw";
const RESET: Decision = "session-reset";

type Row = readonly [
  rule: string,
  msg: Uint8Array,
  decisions: Decision | readonly Decision[],
  subcodes?: readonly number[],
  within?: SessionContext,
];

const holds = (rows: readonly Row[]): void => {
  for (const [rule, msg, decisions, subcodes = [], within = session()] of rows) {
    it(rule, () => {
      const judged = judgeUpdate(msg, within);
      expect(judged.decisions).toEqual(typeof decisions === "string" ? [decisions] : decisions);
      expect(judged.notify).toEqual(subcodes.map((subcode) => [3, subcode]));
    });
  }
};

describe("lengths and NLRI, RFC 7606 §3 (b), §3 (i), §5.3", () => {
  holds([
    ["an UPDATE that announces", announcing(""), OK],
    ["one that is empty: End-of-RIB", update({}), OK],
    ["one that only withdraws", update({ withdrawn: ROUTE }), OK],
    ["withdrawn routes of 31 octets in a message of 26", message(2, "001f 0000 000000"), RESET, [1]],
    ["withdrawn routes up to the end: no attributes length", message(2, "0003 08 0a"), RESET, [1]],
    ["attributes that reach one octet past the message", message(2, "0000 0005 40010100"), RESET, [1]],
    ["a prefix of 33 bits", update({ attributes: MANDATORY, nlri: "21 c000020100" }), RESET, [10]],
    ["a prefix of 32 bits", update({ attributes: MANDATORY, nlri: "20 c0000201" }), OK],
    ["a last prefix that exceeds the field", update({ attributes: MANDATORY, nlri: "18 c000" }), RESET, [10]],
    ["a withdrawn prefix of 33 bits", update({ withdrawn: "21 c000020100" }), RESET, [10]],
    ["a path identifier where it belongs", update({ withdrawn: "00000007 08 0a" }), OK, [], session(PATH_IDS)],
    ["a path identifier cut off", update({ withdrawn: "000000" }), RESET, [10], session(PATH_IDS)],
    ["IPv4 routes that were not agreed on", announcing(""), AD, [], session({ families: new Set([Ipv6Unicast]) })],
  ]);

  it("a message of 22 octets is 1/2, RFC 4271 §6.1", () => {
    expect(judgeUpdate(message(2, "000000"), session())).toEqual({ decisions: [RESET], notify: [[1, 2]] });
  });
});

describe("the list of attributes", () => {
  holds([
    ["§4: the last attribute exceeds the total", announcing("80 04 04 000000"), TAW],
    ["§4: two octets left", announcing("80 04"), TAW],
    ["§4: three octets left, Extended Length set", announcing("90 04 00"), TAW],
    ["§3 (j): MP_REACH_NLRI cut off", announcing("80 0e 20 0002 01"), RESET, [9]],
    ["§3 (j): MP_UNREACH_NLRI cut off", announcing("80 0f"), RESET, [9]],
    ["§3 (c): ORIGIN that is optional", update({ attributes: `c0010100 ${AS_PATH} ${NEXT_HOP}`, nlri: ROUTE }), TAW],
    ["§3 (c): MULTI_EXIT_DISC that is transitive", announcing("c0 04 04 00000001"), TAW],
    ["§3 (c): AGGREGATOR that is not transitive", announcing("80 07 08 0000fde8 c0000201"), TAW],
    ["RFC 4271 §4.3: Partial and the unused bits mean nothing", announcing("ef 08 04 fde80001"), OK],
    ["§3 (g): a second ORIGIN is lost", announcing(ORIGIN), AD],
    ["§3 (g): a second ORIGIN that is malformed is lost, too", announcing("40 01 01 09"), AD],
    ["§3 (g): a second MP_UNREACH_NLRI", update({ attributes: "800f03000201 800f03000201" }), RESET, [1]],
    ["RFC 4271 §6.3: an attribute that is not recognised and well-known", announcing("40 63 00"), RESET, [2]],
    ["one that is optional", announcing("80 63 00"), OK],
    ["§3 (d): no ORIGIN", update({ attributes: `${AS_PATH} ${NEXT_HOP}`, nlri: ROUTE }), TAW],
    ["§3 (d): no AS_PATH", update({ attributes: `${ORIGIN} ${NEXT_HOP}`, nlri: ROUTE }), TAW],
    ["§3 (d): no NEXT_HOP", update({ attributes: `${ORIGIN} ${AS_PATH}`, nlri: ROUTE }), TAW],
    ["§3 (h): of a discard and a withdrawal the stronger", announcing("400601ff 800403000001"), TAW],
    ["§5.2: a malformed ORIGIN, and no route announced", update({ attributes: "40010109" }), RESET, [1]],
    ["§5.2: a discard, and no route announced", update({ attributes: "400601ff" }), AD],
    ["§5.2: attributes without an error, and no route announced", update({ attributes: ORIGIN }), OK],
    [
      "§5.2: a malformed ORIGIN beside routes that are withdrawn",
      update({ withdrawn: ROUTE, attributes: "40010109" }),
      RESET,
      [1],
    ],
    [
      "§5.2: an MP_REACH_NLRI without routes, and no ORIGIN",
      update({ attributes: `800e0900010104c000020100 ${AS_PATH}` }),
      RESET,
      [1],
    ],
    ["RFC 4724 §2: End-of-RIB of a family", update({ attributes: "800f03000201" }), OK],
  ]);
});

describe("attributes, RFC 7606 §7 and their own documents", () => {
  const origin = (digits: string): Uint8Array =>
    update({ attributes: `${digits} ${AS_PATH} ${NEXT_HOP}`, nlri: ROUTE });
  const path = (digits: string): Uint8Array => update({ attributes: `${ORIGIN} ${digits} ${NEXT_HOP}`, nlri: ROUTE });
  const hop = (digits: string): Uint8Array => update({ attributes: `${ORIGIN} ${AS_PATH} ${digits}`, nlri: ROUTE });
  const internal = session(INTERNAL);
  const two = session(TWO_OCTETS);

  holds([
    ["§7.1: ORIGIN 2", origin("40010102"), OK],
    ["§7.1: ORIGIN 3", origin("40010103"), TAW],
    ["§7.1: ORIGIN of two octets", origin("4001020000"), TAW],
    ["§4: ORIGIN of none", origin("400100"), TAW],
    ["§7.2: a sequence of two", path("40020a 0202 0000fde8 0000fde9"), OK],
    ["§7.2: segment type 5", path("400206 0501 0000fde8"), TAW],
    ["§7.2: segment type 0", path("400206 0001 0000fde8"), TAW],
    ["§7.2: overrun", path("400206 0202 0000fde8"), TAW],
    ["§7.2: underrun", path("400207 0201 0000fde8 02"), TAW],
    ["§7.2: an empty segment", path("400202 0200"), TAW],
    ["RFC 7607 §2: AS 0", path("400206 0201 00000000"), TAW],
    ["RFC 5065 §5: a confederation's segment from outside", path("400206 0301 0000fde8"), TAW],
    ["RFC 5065: the same from an internal peer", path("400206 0301 0000fde8"), OK, [], internal],
    ["RFC 6793: two-octet AS numbers", path("400206 0202 fde8fde9"), OK, [], two],
    ["§7.3: NEXT_HOP of 5", hop("400305 c000020100"), TAW],
    ["§7.4: MULTI_EXIT_DISC of 3", announcing("800403 000001"), TAW],
    ["§7.5: LOCAL_PREF from an external peer", announcing("400503 000064"), AD],
    ["§7.5: LOCAL_PREF of 3 from an internal one", announcing("400503 000064"), TAW, [], internal],
    ["§7.5: LOCAL_PREF from an internal one", announcing("400504 00000064"), OK, [], internal],
    ["§7.6: ATOMIC_AGGREGATE of 1", announcing("400601 00"), AD],
    ["§7.7: AGGREGATOR of 6 with four-octet AS numbers", announcing("c00706 fde8 c0000201"), AD],
    ["§7.7: AGGREGATOR of 6 with two-octet ones", announcing("c00706 fde8 c0000201"), OK, [], two],
    ["RFC 7607 §2: AGGREGATOR of AS 0", announcing("c00708 00000000 c0000201"), AD],
    ["§7.8: communities of 6", announcing("c00806 fde80001 fde8"), TAW],
    ["§7.8: communities of none", announcing("c00800"), TAW],
    ["§7.9: ORIGINATOR_ID from an external peer", announcing("800904 c0000201"), AD],
    ["§7.9: ORIGINATOR_ID of 5 from an internal one", announcing("800905 c000020100"), TAW, [], internal],
    ["§7.10: CLUSTER_LIST of none from an internal peer", announcing("800a00"), TAW, [], internal],
    ["§7.14: extended communities of 12", announcing(`c0100c ${"00".repeat(12)}`), TAW],
    ["§7.15: IPv6 extended communities of 24", announcing(`c01918 ${"00".repeat(24)}`), TAW],
    ["RFC 6793 §6: AS4_PATH between four-octet speakers", announcing("c01106 0201 0000fde8"), AD],
    ["RFC 6793 §6: AS4_PATH from a two-octet one", announcing("c01106 0201 0000fde8"), OK, [], two],
    ["RFC 6793 §6: AS4_PATH shorter than 6", announcing("c01102 0201"), AD, [], two],
    ["RFC 6793 §6: AS4_AGGREGATOR of 6", announcing("c01206 fde8c0000201"), AD, [], two],
    ["RFC 9012 §13: a sub-TLV longer than its tunnel", announcing("c01706 0008 0002 0408"), TAW],
    ["RFC 7311 §3: AIGP", announcing("801a0b 01 000b 0000000000000001"), OK],
    ["RFC 7311 §3: AIGP of 10", announcing("801a0a 01 000a 00000000000001"), AD],
    ["RFC 7311 §3.2: AIGP that is transitive", announcing("c01a0b 01 000b 0000000000000001"), AD],
    ["RFC 7311 §3.2: the maximum", announcing("801a0b 01 000b ffffffffffffffff"), AD],
    ["RFC 7752: a TLV longer than the attribute", announcing("801d05 0400 0002 00"), AD],
    ["RFC 7752: whose contents are not read", announcing("801d06 0400 0002 0000"), [OK, AD]],
    ["RFC 8092 §6: large communities of 16", announcing(`c02010 ${"00".repeat(16)}`), TAW],
    ["RFC 9234 §5: OTC of 5", announcing("c02305 0000fde800"), TAW],
    ["RFC 10039 §4: a segment of no domain", announcing("c02401 00"), TAW],
    ["RFC 9026 §3.1: P2MP without an address", announcing("c0260b 01 00000001 02 04 00000000"), AD],
    ["RFC 6514 §5: no tunnel, but an identifier", announcing("c01606 00 00 000101 00"), TAW],
    ["RFC 6514 §5: ingress replication", announcing("c01609 00 06 000101 c0000201"), OK],
    ["RFC 6514 §5: mLDP, whose identifier is not read", announcing("c01606 00 02 000101 00"), [OK, TAW]],
    ["RFC 6368 §5: ATTR_SET", announcing("c08008 0000fde8 40010100"), OK],
    ["RFC 6368 §5: with a malformed ORIGIN", announcing("c08008 0000fde8 40010109"), TAW],
    ["RFC 6368 §5: with two ORIGINs", announcing("c0800c 0000fde8 40010100 40010100"), TAW],
    ["RFC 6368 §5: with MP_UNREACH_NLRI", announcing("c0800a 0000fde8 800f03000201"), TAW],
    ["RFC 6368 §5: a set within, which is not read", announcing("c0800b 0000fde8 c08004 0000fde9"), [OK, TAW]],
    ["RFC 6368 §5: shorter than an AS", announcing("c08003 0000fd"), TAW],
  ]);
});

describe("Prefix-SID, RFC 8669 §6 and RFC 9252 §7", () => {
  const prefixSid = (tlvs: string): Uint8Array => announcing(`c028${size(tlvs)} ${tlvs}`);
  const size = (hex: string): string => (hex.replaceAll(" ", "").length / 2).toString(16).padStart(2, "0");
  const tlv = (type: string, value: string): string => `${type} 00${size(value)} ${value}`;
  const sid = "00 20010db8000000000000000000000001 00 ffff 00";

  holds([
    ["a label index", prefixSid("01 0007 00 0000 00000007"), OK],
    ["a label index of six octets", prefixSid("01 0006 00 0000 000007"), AD],
    ["an SRGB of half a range", prefixSid("03 0005 0000 000001"), AD],
    ["a TLV that does not end", prefixSid("01 0008 00 0000 00000007"), AD],
    [
      "a service with a SID and its structure",
      prefixSid(tlv("05", `00 ${tlv("01", `${sid} 01 0006 28 18 10 00 00 00`)}`)),
      OK,
    ],
    [
      "a service with a SID alone, and what nobody knows",
      prefixSid(tlv("06", `00 ${tlv("01", sid)} ${tlv("02", "aa")}`)),
      OK,
    ],
    ["a service of no octets", prefixSid("05 0000"), TAW],
    ["a service that does not end", prefixSid("05 0002 00"), TAW],
    ["a service of which one octet is there", prefixSid("06"), TAW],
    ["a sub-TLV that passes its service", prefixSid("05 0004 00 02 0001"), TAW],
    ["a SID without its reserved octet", prefixSid(tlv("05", `00 ${tlv("01", sid.slice(0, -3))}`)), TAW],
    ["a structure of five octets", prefixSid(tlv("05", `00 ${tlv("01", `${sid} 01 0005 28 18 10 00 00`)}`)), TAW],
    ["a bad label index before a bad service", prefixSid("01 0001 00 05 0000"), TAW],
    ["a bad label index before a good service", prefixSid("01 0001 00 05 0001 00"), AD],
    ["a service type where a TLV reaches past the end", prefixSid("01 0009 00 05 0000"), AD],
  ]);
});

describe("MP_REACH_NLRI and MP_UNREACH_NLRI, RFC 7606 §5.3 and §7.11", () => {
  const attribute = (code: string, value: string): string =>
    `80 ${code} ${octets(value).length.toString(16).padStart(2, "0")} ${value}`;
  const reach = (value: string): Uint8Array => update({ attributes: `${ORIGIN} ${AS_PATH} ${attribute("0e", value)}` });
  const unreach = (value: string): Uint8Array => update({ attributes: attribute("0f", value) });
  const IP6 = "20010db8000000000000000000000001";
  const labeled = family(Afi.Ipv4, Safi.Labeled);
  const vpn = family(Afi.Ipv4, Safi.Vpn);
  const evpn = family(Afi.L2vpn, Safi.Evpn);
  const linkState = family(Afi.LinkState, Safi.LinkState);
  const mcast = family(Afi.Ipv4, Safi.McastVpn);
  const flow = family(Afi.Ipv4, Safi.FlowSpec);
  const stack = session({ multipleLabels: new Set([labeled]) }, labeled);

  holds([
    ["IPv6", reach(`0002 01 10 ${IP6} 00 20 20010db8`), OK],
    ["with a link-local next hop beside", reach(`0002 01 20 ${IP6}${IP6} 00 20 20010db8`), OK],
    ["a next hop of 4 for IPv6", reach("0002 01 04 c0000201 00 20 20010db8"), RESET, [9]],
    ["a next hop of 16 for IPv4", reach(`0001 01 10 ${IP6} 00 ${ROUTE}`), RESET, [9]],
    [
      "RFC 8950: the same where it was agreed on",
      reach(`0001 01 10 ${IP6} 00 ${ROUTE}`),
      OK,
      [],
      session({ extendedNextHop: new Set([Ipv4Unicast]) }),
    ],
    ["a next hop past the attribute", reach("0002 01 10 20010db8"), RESET, [9]],
    ["less than five octets", reach("0002 01 00"), RESET, [9]],
    ["less than three octets", unreach("0002"), RESET, [9]],
    ["a prefix of 129 bits", unreach(`0002 01 81 ${IP6} 00`), RESET, [9]],
    ["wrong flags", update({ attributes: "c00f03000201" }), RESET, [4]],
    ["a family that was not agreed on", unreach("0001 02 ff"), AD],
    ["RFC 8277 §2.2: one label", reach("0001 04 04 c0000201 00 30 000101 c00002"), OK, [], session({}, labeled)],
    [
      "RFC 8277 §2.2: the S bit is ignored",
      reach("0001 04 04 c0000201 00 30 000100 c00002"),
      OK,
      [],
      session({}, labeled),
    ],
    ["RFC 8277 §2.2: less than a label", reach("0001 04 04 c0000201 00 17 000101"), RESET, [9], session({}, labeled)],
    ["RFC 8277 §2.3: two labels", reach("0001 04 04 c0000201 00 48 000100 000201 c00002"), OK, [], stack],
    ["RFC 8277 §2.3: a stack without an end", reach("0001 04 04 c0000201 00 30 000100 c00002"), RESET, [9], stack],
    ["RFC 8277 §2.4: withdrawn", unreach("0001 04 30 800000 c00002"), OK, [], stack],
    [
      "RFC 4364 §4.3.4: label, distinguisher and prefix",
      reach(`0001 80 0c 0000000000000000c0000201 00 70 000101 0000fde800000001 c00002`),
      OK,
      [],
      session({}, vpn),
    ],
    [
      "RFC 4364: less than a distinguisher",
      unreach("0001 80 57 800000 0000fde8000000 01"),
      RESET,
      [9],
      session({}, vpn),
    ],
    ["RFC 7606 §5.4: a type that is not known", unreach("0019 46 63 02 0000"), AD, [], session({}, evpn)],
    [
      "RFC 7432 §7.3: inclusive multicast",
      unreach("0019 46 03 11 0000fde800000001 00000000 20 c0000201"),
      OK,
      [],
      session({}, evpn),
    ],
    [
      "RFC 7432 §7.3: an address of 31 bits",
      unreach("0019 46 03 11 0000fde800000001 00000000 1f c0000201"),
      RESET,
      [9],
      session({}, evpn),
    ],
    ["RFC 8955 §4.3.1: its first example", unreach("0001 85 0b 0118c00002 038106 048119"), OK, [], session({}, flow)],
    ["RFC 8955 §4.2: types that do not increase", unreach("0001 85 06 048119 038106"), RESET, [9], session({}, flow)],
    ["RFC 8955 §4.2: a component that is not known", unreach("0001 85 03 0d8106"), RESET, [9], session({}, flow)],
    ["RFC 8955 §4.2.2.11: DSCP of two octets", unreach("0001 85 04 0b910006"), RESET, [9], session({}, flow)],
    ["RFC 7752 §3.2: a route past the attribute", unreach("4004 47 0001 0009 02"), RESET, [9], session({}, linkState)],
    [
      "RFC 9552 §8.2.2: less than Protocol-ID and Identifier",
      unreach("4004 47 0001 0001 02"),
      AD,
      [],
      session({}, linkState),
    ],
    ["RFC 9552 §5.2: a type that is not known", unreach("4004 47 0063 0001 02"), OK, [], session({}, linkState)],
    [
      "RFC 6514 §4.2: Inter-AS I-PMSI A-D",
      unreach("0001 05 02 0c 0000fde800000001 0000fde8"),
      OK,
      [],
      session({}, mcast),
    ],
    [
      "RFC 6514 §4.2: of 13 octets",
      unreach("0001 05 02 0d 0000fde800000001 0000fde8 00"),
      RESET,
      [9],
      session({}, mcast),
    ],
    [
      "RFC 6514 §4.5: a source of 16 octets for IPv4",
      unreach(`0001 05 05 1e 0000fde800000001 80 ${IP6} 20 e0000001`),
      RESET,
      [9],
      session({}, mcast),
    ],
  ]);
});
