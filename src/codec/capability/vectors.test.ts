import { describe, expect, it } from "vitest";
import { Verdict } from "../fault.js";
import { family, Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { outboundRouteFiltering } from "./03-outbound-route-filtering.js";
import { extendedNextHop } from "./05-extended-next-hop.js";
import { bgpsec } from "./07-bgpsec.js";
import { multipleLabels } from "./08-multiple-labels.js";
import { Role, role } from "./09-role.js";
import { gracefulRestart } from "./64-graceful-restart.js";
import { fourOctetAs, fourOctetAsZero } from "./65-four-octet-as.js";
import { dynamic } from "./67-dynamic.js";
import { multisession } from "./68-multisession.js";
import { type AddPathMode, addPath } from "./69-add-path.js";
import { longLivedGracefulRestart } from "./71-long-lived-graceful-restart.js";
import { type PolicyMode, routingPolicyDistribution } from "./72-routing-policy-distribution.js";
import { displayFqdn, fqdn } from "./73-fqdn.js";
import { displayVersion, softwareVersion, versionToSend } from "./75-software-version.js";
import { pathsLimit } from "./76-paths-limit.js";
import { capabilityOctets } from "./index.arb.js";
import { capabilities, capabilityOf } from "./index.js";
import { capabilityName } from "./names.js";
import { TCP_AO_CODE, tcpAo } from "./tcp-ao.js";
import { encoded } from "./testing.arb.js";

const text = (of: string): Uint8Array => new TextEncoder().encode(of);

// Laid out by hand from the figures of the documents named; code and length lead.
const vectors: readonly (readonly [source: string, octets: string, value: unknown])[] = [
  ["RFC 4760 §8, IPv6 unicast", "01 04 0002 00 01", Ipv6Unicast],
  ["RFC 4760 §8, L2VPN EVPN", "01 04 0019 00 46", family(25, 70)],
  ["RFC 2918 §2", "02 00", true],
  [
    "RFC 5291 §5, both ways for prefixes",
    "03 07 0001 00 01 01 40 03",
    [{ family: Ipv4Unicast, types: [{ type: 64, mode: 3 }] }],
  ],
  [
    "RFC 5291 §5, two families, one with no type",
    "03 0e 0002 00 01 02 40 01 80 02 0019 00 46 00",
    [
      {
        family: Ipv6Unicast,
        types: [
          { type: 64, mode: 1 },
          { type: 128, mode: 2 },
        ],
      },
      { family: family(25, 70), types: [] },
    ],
  ],
  ["RFC 8950 §4, IPv4 unicast over IPv6", "05 06 0001 0001 0002", [{ family: Ipv4Unicast, nextHopAfi: 2 }]],
  [
    "RFC 8950 §4, two triples",
    "05 0c 0001 0001 0002 0001 0080 0002",
    [
      { family: Ipv4Unicast, nextHopAfi: 2 },
      { family: family(1, 128), nextHopAfi: 2 },
    ],
  ],
  ["RFC 8654 §3", "06 00", true],
  ["RFC 8205 §2.1, able to send, IPv6", "07 03 08 0002", { version: 0, sends: true, afi: 2 }],
  ["RFC 8205 §2.1, able to receive, another version", "07 03 f0 0001", { version: 15, sends: false, afi: 1 }],
  ["RFC 8277 §2.1, two labels", "08 04 0001 04 02", [{ family: family(1, 4), count: 2 }]],
  [
    "RFC 8277 §2.1, no limit, and a family twice",
    "08 0c 0002 80 ff 0002 80 03 0001 80 fe",
    [
      { family: family(2, 128), count: 255 },
      { family: family(2, 128), count: 3 },
      { family: family(1, 128), count: 254 },
    ],
  ],
  ["RFC 9234 §4.1, provider", "09 01 00", Role.Provider],
  ["RFC 9234 §4.1, route server", "09 01 01", Role.RouteServer],
  ["RFC 9234 §4.1, route server client", "09 01 02", Role.RouteServerClient],
  ["RFC 9234 §4.1, customer", "09 01 03", Role.Customer],
  ["RFC 9234 §4.1, peer", "09 01 04", Role.Peer],
  ["RFC 4724 §3, helper only", "40 02 0078", { restarting: false, notification: false, time: 120, families: [] }],
  [
    "RFC 4724 §3 and RFC 8538 §2, R and N, 4095 s",
    "40 0a cfff 0001 01 80 0002 01 00",
    {
      restarting: true,
      notification: true,
      time: 4095,
      families: [
        { family: Ipv4Unicast, forwarding: true },
        { family: Ipv6Unicast, forwarding: false },
      ],
    },
  ],
  ["RFC 4724 §3, R alone", "40 02 8000", { restarting: true, notification: false, time: 0, families: [] }],
  ["RFC 8538 §2, N alone", "40 02 4001", { restarting: false, notification: true, time: 1, families: [] }],
  ["RFC 6793 §3, AS 4200000001", "41 04 fa56ea01", 4200000001],
  ["draft-ietf-idr-dynamic-cap, none", "43 00", []],
  ["draft-ietf-idr-dynamic-cap, two and the last there is", "43 03 01 40 ff", [1, 64, 255]],
  ["draft-ietf-idr-bgp-multisession-07 §4, by families", "44 02 00 01", [1]],
  ["draft-ietf-idr-bgp-multisession-07 §4, no code", "44 01 00", []],
  ["draft-ietf-idr-bgp-multisession-07 §4, the prestandard code is another", "44 02 00 83", [131]],
  ["RFC 7911 §4, receive", "45 04 0001 01 01", [{ family: Ipv4Unicast, mode: 1 }]],
  [
    "RFC 7911 §4, send and both",
    "45 08 0001 01 02 0002 01 03",
    [
      { family: Ipv4Unicast, mode: 2 },
      { family: Ipv6Unicast, mode: 3 },
    ],
  ],
  ["RFC 7313 §3.1", "46 00", true],
  ["RFC 9494 §3.1, no tuple", "47 00", []],
  [
    "RFC 9494 §3.1, a day and the longest time",
    "47 0e 0001 01 80 015180 0002 01 00 ffffff",
    [
      { family: Ipv4Unicast, forwarding: true, time: 86400 },
      { family: Ipv6Unicast, forwarding: false, time: 0xffffff },
    ],
  ],
  [
    "draft-ietf-idr-rpd-04 §4.3, receive, send and both",
    "48 0c 0001 4b 01 0002 4b 02 0001 01 03",
    [
      { family: family(1, 75), mode: 1 },
      { family: family(2, 75), mode: 2 },
      { family: Ipv4Unicast, mode: 3 },
    ],
  ],
  [
    "draft-walton-bgp-hostname-capability §3",
    "49 0d 02 7231 09 6c6f63616c74657374",
    { host: text("r1"), domain: text("localtest") },
  ],
  ["draft-walton-bgp-hostname-capability §3, no domain", "49 04 02 7231 00", { host: text("r1"), domain: text("") }],
  [
    "draft-abraitis-bgp-version-capability-08 §3",
    "4b 05 04 4b696c6e",
    { encoding: "length-prefixed", octets: text("Kiln"), text: "Kiln" },
  ],
  [
    "draft-abraitis-bgp-version-capability-18",
    "4b 04 4b696c6e",
    { encoding: "bare", octets: text("Kiln"), text: "Kiln" },
  ],
  [
    "draft-abraitis-bgp-version-capability-18, not UTF-8",
    "4b 02 c328",
    { encoding: "bare", octets: unhex("c328"), text: null },
  ],
  [
    "draft-abraitis-bgp-version-capability-08 §3, not UTF-8",
    "4b 03 02 c328",
    { encoding: "length-prefixed", octets: unhex("c328"), text: null },
  ],
  ["draft-abraitis-idr-addpath-paths-limit §2", "4c 05 0001 01 0010", [{ family: Ipv4Unicast, limit: 16 }]],
  ["draft-ietf-idr-bgp-bfd-strict-mode", "4a 00", true],
  ["draft-ietf-idr-linklocal-capability", "4d 00", true],
  ["RFC 8810 §3, as capability 2", "80 00", true],
  [
    "RFC 8810 §3, as capability 3",
    "82 07 0001 00 01 01 80 02",
    [{ family: Ipv4Unicast, types: [{ type: 128, mode: 2 }] }],
  ],
  ["RFC 8810 §3, as capability 68", "83 03 00 01 44", [1, 68]],
  ["an unknown code", "ef 03 010203", unhex("010203")],
];

describe("capabilities laid out by hand", () => {
  it.each(vectors)("%s: %s", (_source, digits, value) => {
    const octets = unhex(digits);
    const code = octets[0] ?? 0;
    expect(hex(capabilityOctets({ code, value }))).toBe(hex(octets));
    const spec = capabilityOf(code);
    if (spec === undefined) return;
    expect(spec.check(octets, 2, octets.length)).toBeNull();
    expect(spec.read(octets, 2, octets.length)).toEqual(value);
  });

  it.each([
    ["multiprotocol/wrong-length", "01 03 000101"],
    ["route-refresh-capability/wrong-length", "02 01 00"],
    ["outbound-route-filtering/wrong-length", "03 00"],
    ["outbound-route-filtering/wrong-length", "03 04 0001 00 01"],
    ["outbound-route-filtering/wrong-length", "03 06 0001 00 01 01 40"],
    ["outbound-route-filtering/wrong-length", "03 08 0001 00 01 01 40 03 00"],
    ["outbound-route-filtering/wrong-length", "03 07 0001 00 01 02 40 03"],
    ["extended-next-hop/wrong-length", "05 00"],
    ["extended-next-hop/wrong-length", "05 05 0001 0001 00"],
    ["extended-next-hop/no-such-safi", "05 06 0001 0101 0002"],
    ["extended-message/wrong-length", "06 02 ffff"],
    ["bgpsec/wrong-length", "07 02 0001"],
    ["bgpsec/wrong-length", "07 04 08 0001 00"],
    ["multiple-labels/wrong-length", "08 00"],
    ["multiple-labels/wrong-length", "08 05 0001 04 02 00"],
    ["multiple-labels/too-few", "08 04 0001 04 00"],
    ["multiple-labels/too-few", "08 08 0001 04 02 0001 80 01"],
    ["role/wrong-length", "09 00"],
    ["role/wrong-length", "09 02 0000"],
    ["graceful-restart/wrong-length", "40 00"],
    ["graceful-restart/wrong-length", "40 05 0078 000101"],
    ["four-octet-as/wrong-length", "41 02 fde8"],
    ["four-octet-as/as-zero", "41 04 00000000"],
    ["dynamic/reserved-code", "43 01 00"],
    ["dynamic/reserved-code", "43 03 01 40 00"],
    ["multisession/wrong-length", "44 00"],
    ["multisession/own-code", "44 02 00 44"],
    ["multisession/own-code", "44 03 00 01 44"],
    ["add-path/wrong-length", "45 00"],
    ["add-path/wrong-length", "45 03 000101"],
    ["add-path/unknown-mode", "45 04 0001 01 00"],
    ["add-path/unknown-mode", "45 08 0001 01 03 0002 01 04"],
    ["enhanced-route-refresh/wrong-length", "46 01 00"],
    ["long-lived-graceful-restart/wrong-length", "47 04 0001 01 80"],
    ["routing-policy-distribution/wrong-length", "48 00"],
    ["routing-policy-distribution/wrong-length", "48 05 0001 4b 01 00"],
    ["routing-policy-distribution/unknown-mode", "48 04 0001 4b 00"],
    ["routing-policy-distribution/unknown-mode", "48 08 0001 4b 03 0001 4b 04"],
    ["fqdn/wrong-length", "49 00"],
    ["fqdn/wrong-length", "49 01 00"],
    ["fqdn/wrong-length", "49 03 02 7231"],
    ["fqdn/wrong-length", "49 05 02 7231 00 00"],
    ["software-version/empty", "4b 00"],
    ["software-version/empty", "4b 01 00"],
    ["paths-limit/wrong-length", "4c 04 0001 01 01"],
    ["bfd-strict-mode/wrong-length", "4a 01 00"],
    ["link-local-next-hop/wrong-length", "4d 01 00"],
    ["prestandard-route-refresh/wrong-length", "80 01 00"],
    ["prestandard-outbound-route-filtering/wrong-length", "82 00"],
    ["prestandard-multisession/wrong-length", "83 00"],
    ["prestandard-multisession/own-code", "83 02 00 83"],
  ])("%s: %s", (id, digits) => {
    const octets = unhex(digits);
    expect(capabilityOf(octets[0] ?? 0)?.check(octets, 2, octets.length)?.id).toBe(id);
  });

  it("ignores reserved octets and bits", () => {
    expect(capabilityOf(1)?.read(unhex("0001ff01"), 0, 4)).toBe(Ipv4Unicast);
    expect(outboundRouteFiltering.read(unhex("0001 ff 01 00"), 0, 5)).toEqual([{ family: Ipv4Unicast, types: [] }]);
    expect(bgpsec.read(unhex("17 0001"), 0, 3)).toEqual({ version: 1, sends: false, afi: 1 });
    expect(multisession.read(unhex("ff 01"), 0, 2)).toEqual([1]);
    expect(gracefulRestart.read(unhex("3005 0001 01 7f"), 0, 6)).toEqual({
      restarting: false,
      notification: false,
      time: 5,
      families: [{ family: Ipv4Unicast, forwarding: false }],
    });
    expect(longLivedGracefulRestart.read(unhex("0001 01 7f 000001"), 0, 7)).toEqual([
      { family: Ipv4Unicast, forwarding: false, time: 1 },
    ]);
  });

  it("leaves out the tuple that it ignores, and keeps its neighbours", () => {
    expect(addPath.read(unhex("0001 01 04 0002 01 03"), 0, 8)).toEqual([{ family: Ipv6Unicast, mode: 3 }]);
    expect(extendedNextHop.read(unhex("0001 0001 0002 0001 0101 0002"), 0, 12)).toEqual([
      { family: Ipv4Unicast, nextHopAfi: 2 },
    ]);
  });

  it("leaves out codes that are reserved or its own, and keeps the others in their order", () => {
    expect(multipleLabels.read(unhex("0001 04 01 0001 80 02"), 0, 8)).toEqual([{ family: family(1, 128), count: 2 }]);
    expect(dynamic.read(unhex("40 00 01"), 0, 3)).toEqual([64, 1]);
    expect(multisession.read(unhex("44 40 44 01"), 0, 4)).toEqual([64, 1]);
    expect(routingPolicyDistribution.read(unhex("0001 4b 04 0002 4b 02"), 0, 8)).toEqual([
      { family: family(2, 75), mode: 2 },
    ]);
  });

  it("names the clause that has a capability ignored", () => {
    const clauses = new Map(
      [...multipleLabels.faults, ...dynamic.faults, ...multisession.faults, ...routingPolicyDistribution.faults].map(
        ({ id, rfc, verdict }) => [id, [rfc, verdict]],
      ),
    );
    expect(Object.fromEntries(clauses)).toEqual({
      "multiple-labels/wrong-length": ["RFC 8277 §2.1", Verdict.Discard],
      "multiple-labels/too-few": ["RFC 8277 §2.1", Verdict.Discard],
      "dynamic/reserved-code": ["RFC 5492 §6", Verdict.Discard],
      "multisession/wrong-length": ["RFC 5492 §3", Verdict.Discard],
      "multisession/own-code": ["draft-ietf-idr-bgp-multisession-07 §4", Verdict.Discard],
      "routing-policy-distribution/wrong-length": ["RFC 5492 §3", Verdict.Discard],
      "routing-policy-distribution/unknown-mode": ["draft-ietf-idr-rpd-04 §4.3", Verdict.Discard],
    });
  });

  it("refuses the session of a peer in AS 0 with Bad Peer AS", () => {
    expect(fourOctetAsZero.verdict).toBe(Verdict.SessionReset);
    expect(fourOctetAsZero.notify).toEqual([2, 2]);
  });
});

describe("what a capability cannot carry is a RangeError", () => {
  const tooMany = (count: number) => ({ code: 69, value: Array(count).fill({ family: Ipv4Unicast, mode: 3 }) });

  it.each<readonly [string, () => unknown]>([
    ["a family of more than 24 bits", () => encoded(addPath, [{ family: 0x1000000, mode: 1 }])],
    ["a multiprotocol family below 0", () => capabilityOctets({ code: 1, value: -1 })],
    ["a next hop AFI of more than 16 bits", () => encoded(extendedNextHop, [{ family: 257, nextHopAfi: 0x10000 }])],
    ["no family to filter routes of", () => encoded(outboundRouteFiltering, [])],
    [
      "a family of more than 24 bits to filter routes of",
      () => encoded(outboundRouteFiltering, [{ family: 0x1000000, types: [] }]),
    ],
    [
      "a filter type of more than 8 bits",
      () => encoded(outboundRouteFiltering, [{ family: 257, types: [{ type: 256, mode: 1 }] }]),
    ],
    [
      "a send/receive value of more than 8 bits",
      () => encoded(outboundRouteFiltering, [{ family: 257, types: [{ type: 64, mode: 256 }] }]),
    ],
    [
      "256 filter types",
      () => encoded(outboundRouteFiltering, [{ family: 257, types: Array(256).fill({ type: 64, mode: 1 }) }]),
    ],
    ["a BGPsec version of more than 4 bits", () => encoded(bgpsec, { version: 16, sends: true, afi: 1 })],
    ["a BGPsec AFI of more than 16 bits", () => encoded(bgpsec, { version: 0, sends: true, afi: 0x10000 })],
    ["a count of one label", () => encoded(multipleLabels, [{ family: family(1, 4), count: 1 }])],
    ["a count of 256 labels", () => encoded(multipleLabels, [{ family: family(1, 4), count: 256 }])],
    ["no count of labels", () => encoded(multipleLabels, [])],
    ["code 0 that may change", () => encoded(dynamic, [0])],
    ["code 256 that may change", () => encoded(dynamic, [256])],
    ["a Multisession that lists itself", () => encoded(multisession, [1, 68])],
    ["a Multisession that lists code 256", () => encoded(multisession, [256])],
    ["policy mode 0", () => encoded(routingPolicyDistribution, [{ family: 257, mode: 0 as PolicyMode }])],
    ["policy mode 4", () => encoded(routingPolicyDistribution, [{ family: 257, mode: 4 as PolicyMode }])],
    ["TCP-AO at a code point that is no experiment's", () => tcpAo(238)],
    ["TCP-AO at a code point above the experiments'", () => tcpAo(255)],
    ["TCP-AO at no whole code point", () => tcpAo(239.5)],
    ["a role of more than 8 bits", () => encoded(role, 256)],
    [
      "a restart time of more than 12 bits",
      () => encoded(gracefulRestart, { restarting: false, notification: false, time: 4096, families: [] }),
    ],
    ["AS 0", () => encoded(fourOctetAs, 0)],
    ["an AS number of more than 32 bits", () => encoded(fourOctetAs, 2 ** 32)],
    ["ADD-PATH mode 0", () => encoded(addPath, [{ family: 257, mode: 0 as AddPathMode }])],
    ["ADD-PATH mode 4", () => encoded(addPath, [{ family: 257, mode: 4 as AddPathMode }])],
    ["ADD-PATH without a family", () => encoded(addPath, [])],
    [
      "a stale time of more than 24 bits",
      () => encoded(longLivedGracefulRestart, [{ family: 257, forwarding: false, time: 2 ** 24 }]),
    ],
    ["a paths limit of more than 16 bits", () => encoded(pathsLimit, [{ family: 257, limit: 65536 }])],
    ["names of 254 octets", () => encoded(fqdn, { host: new Uint8Array(127), domain: new Uint8Array(127) })],
    ["an empty software version", () => encoded(softwareVersion, versionToSend(""))],
    ["a bare software version of 256 octets", () => encoded(softwareVersion, versionToSend("v".repeat(256), "bare"))],
    [
      "a prefixed software version of 255 octets",
      () => encoded(softwareVersion, versionToSend("v".repeat(255), "length-prefixed")),
    ],
    [
      "a bare software version that reads as the prefixed form",
      () => encoded(softwareVersion, versionToSend("F".repeat(71), "bare")),
    ],
    ["a software version with a lone surrogate", () => versionToSend("\ud800")],
    ["a capability of 256 octets", () => capabilityOctets(tooMany(64))],
    ["a code of more than 8 bits", () => capabilityOctets({ code: 256, value: new Uint8Array(0) })],
  ])("%s", (_what, encode) => {
    expect(encode).toThrow(RangeError);
  });

  it("but 63 tuples of four octets are carried", () => {
    expect(capabilityOctets(tooMany(63))).toHaveLength(254);
  });
});

describe("capabilityName", () => {
  it.each([
    [0, "reserved"],
    [1, "Multiprotocol Extensions"],
    [4, "Multiple Routes to a Destination (deprecated)"],
    [10, "unassigned"],
    [63, "unassigned"],
    [66, "deprecated"],
    [78, "unassigned"],
    [129, "Prestandard Outbound Route Filtering or Routing Policy Distribution"],
    [184, "Prestandard FQDN"],
    [185, "Prestandard OPERATIONAL Message"],
    [238, "unassigned"],
    [239, "experimental"],
    [254, "experimental"],
    [255, "reserved"],
  ])("of %s is %s", (code, name) => {
    expect(capabilityName(code)).toBe(name);
  });

  it("is the name that a capability's module gives, too", () => {
    for (const { code, name } of capabilities) expect(capabilityName(code)).toBe(name);
  });
});

describe("TCP-AO, an experiment", () => {
  it("is empty and stands at the first code point for experiments, or at another of them", () => {
    expect(TCP_AO_CODE).toBe(239);
    expect(hex(capabilityOctets(tcpAo()))).toBe("ef00");
    expect(hex(capabilityOctets(tcpAo(254)))).toBe("fe00");
  });

  it("is in no table", () => {
    expect(capabilityOf(TCP_AO_CODE)).toBeUndefined();
  });
});

describe("what a peer calls itself", () => {
  it("is shown as it is when it is harmless", () => {
    expect(displayVersion(versionToSend("FRRouting/10.2 (r1) 🦜"))).toBe("FRRouting/10.2 (r1) 🦜");
    expect(displayFqdn({ host: text("r1"), domain: text("example.net") })).toBe("r1.example.net");
    expect(displayFqdn({ host: text("r1"), domain: text("") })).toBe("r1");
  });

  it("is escaped where it would act on a terminal or a log", () => {
    const nasty = "a\u001b[2Jb\nc\u0000\u009b\u202e\u2028\ufeff\u007f";
    expect(displayVersion(versionToSend(nasty))).toBe(
      "a\\u{1b}[2Jb\\u{a}c\\u{0}\\u{9b}\\u{202e}\\u{2028}\\u{feff}\\u{7f}",
    );
  });

  it("is shown in digits when it is not UTF-8", () => {
    expect(displayVersion({ encoding: "bare", octets: unhex("c328"), text: null })).toBe("(not UTF-8) c328");
    expect(displayFqdn({ host: unhex("ff"), domain: text("net") })).toBe("(not UTF-8) ff.net");
  });

  it("goes out bare unless that reads as the older form, or the older form was asked for", () => {
    expect(versionToSend("Kiln").encoding).toBe("bare");
    expect(versionToSend("Kiln", "length-prefixed").encoding).toBe("length-prefixed");
    expect(versionToSend("F".repeat(71)).encoding).toBe("length-prefixed");
  });
});
