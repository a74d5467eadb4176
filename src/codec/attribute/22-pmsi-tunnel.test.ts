import { unhex } from "../testing.arb.js";
import * as arb from "./22-pmsi-tunnel.arb.js";
import { pmsiTunnel, TunnelType } from "./22-pmsi-tunnel.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

const v4 = "c0000201";
const group4 = "e8000001";
const v6 = "20010db8000000000000000000000001";
const group6 = "ff3e0000000000000000000000000001";
/** P2MP, IPv4, 4 octets, root, opaque of 7: generic LSP identifier (1) of 4 octets. */
const fec4 = `06000104${v4}0007010004000000ff`;
const fec6 = `08000210${v6}0000`;

const tunnel = (tunnelType: number, identifier: string) => ({
  octets: `01${tunnelType.toString(16).padStart(2, "0")}0186a1${identifier}`,
  value: { flags: 1, tunnelType, label: 0x0186a1, identifier: unhex(identifier) },
});

const bad = (type: string, identifier: string) => ({
  octets: `00${type}000000${identifier}`,
  fault: "pmsi-tunnel/bad-identifier",
});

const zeros = (octets: number): string => "00".repeat(octets);

obeysTheLaws(pmsiTunnel, arb, {
  code: 22,
  name: "PMSI_TUNNEL",
  flags: 0xc0,
  faults: [
    "pmsi-tunnel/wrong-flags: treat-as-withdraw 3/4",
    "pmsi-tunnel/too-short: treat-as-withdraw 3/5",
    "pmsi-tunnel/bad-identifier: treat-as-withdraw 3/9",
  ],
  vectors: [
    tunnel(TunnelType.None, ""),
    tunnel(TunnelType.RsvpTeP2mp, `${v4}00000007${group4}`),
    tunnel(TunnelType.RsvpTeP2mp, `${v6}00000007${group4}`),
    tunnel(TunnelType.MldpP2mp, fec4),
    tunnel(TunnelType.MldpMp2mp, fec6),
    // A family that is not known may have roots of any length.
    tunnel(TunnelType.MldpP2mp, "0600030200010000"),
    tunnel(TunnelType.PimSsm, v4 + group4),
    tunnel(TunnelType.PimSm, v6 + group6),
    tunnel(TunnelType.BidirPim, v4 + group4),
    tunnel(TunnelType.IngressReplication, v4),
    tunnel(TunnelType.IngressReplication, v6),
    tunnel(TunnelType.Bier, `010002${v4}`),
    tunnel(TunnelType.Bier, `010002${v6}`),
    // Assisted replication, a composite type (RFC 8317), and one that is not assigned.
    tunnel(10, v4),
    tunnel(0x86, `000010${v4}`),
    tunnel(0x7f, "00"),
    { octets: "ff00ffffff", value: { flags: 255, tunnelType: 0, label: 0xffffff, identifier: new Uint8Array(0) } },
  ],
  malformed: [
    { octets: "", fault: "pmsi-tunnel/too-short" },
    { octets: "00000000", fault: "pmsi-tunnel/too-short" },
    bad("00", "00"),
    ...[0, 11, 13, 23, 25].map((length) => bad("01", zeros(length))),
    ...["03", "04", "05"].flatMap((type) => [0, 7, 9, 31, 33].map((length) => bad(type, zeros(length)))),
    ...[0, 3, 5, 15, 17].map((length) => bad("06", zeros(length))),
    ...[0, 6, 8, 18, 20].map((length) => bad("0b", zeros(length))),
    ...["02", "07"].flatMap((type) => [
      bad(type, ""),
      // Cut off in the header, in the root, in the opaque value; or with something behind.
      bad(type, "0600030000"),
      bad(type, fec4.slice(0, 14)),
      bad(type, `06000304${v4}00`),
      bad(type, fec4.slice(0, -2)),
      bad(type, `${fec4}00`),
      // IPv4 of 16 octets, IPv6 of 4.
      bad(type, `06000110${v6}0000`),
      bad(type, `06000204${v4}0000`),
    ]),
  ],
  refused: [
    { why: "flags of nine bits", value: { ...tunnel(0, "").value, flags: 0x100 } },
    { why: "a type of nine bits", value: { ...tunnel(0, "").value, tunnelType: 0x100 } },
    { why: "a label of 25 bits", value: { ...tunnel(0, "").value, label: 0x1000000 } },
    { why: "an endpoint of 5 octets", value: { ...tunnel(6, "").value, identifier: new Uint8Array(5) } },
  ],
});

dissectsAttribute(
  pmsiTunnel,
  arb,
  {
    octets: `01010186a1${v4}00000007${group4}`,
    lines: [
      "0-1 flags: 1 (leaf information required)",
      "1-2 tunnel type: 1 (RSVP-TE P2MP LSP)",
      "2-5 MPLS label: 6250 (as a VNI: 100001)",
      "5-9 tunnel identifier/extended tunnel ID: 192.0.2.1",
      "9-11 tunnel identifier/reserved: 0",
      "11-13 tunnel identifier/tunnel ID: 7",
      "13-17 tunnel identifier/P2MP ID: 3892314113",
    ],
  },
  {
    octets: `00010186a1${v6}00000007${group4}`,
    lines: [
      "0-1 flags: 0",
      "1-2 tunnel type: 1 (RSVP-TE P2MP LSP)",
      "2-5 MPLS label: 6250 (as a VNI: 100001)",
      "5-21 tunnel identifier/extended tunnel ID: 2001:db8::1",
      "21-23 tunnel identifier/reserved: 0",
      "23-25 tunnel identifier/tunnel ID: 7",
      "25-29 tunnel identifier/P2MP ID: 3892314113",
    ],
  },
  {
    octets: `0002000010${fec4}`,
    lines: [
      "0-1 flags: 0",
      "1-2 tunnel type: 2 (mLDP P2MP LSP)",
      "2-5 MPLS label: 1 (as a VNI: 16)",
      "5-6 tunnel identifier/FEC type: 6 (P2MP)",
      "6-8 tunnel identifier/address family: 1",
      "8-9 tunnel identifier/address length: 4",
      "9-13 tunnel identifier/root node: 192.0.2.1",
      "13-15 tunnel identifier/opaque length: 7",
      "15-22 tunnel identifier/opaque value: 010004000000ff",
    ],
  },
  {
    octets: `0003000010${v4}${group4}`,
    lines: [
      "0-1 flags: 0",
      "1-2 tunnel type: 3 (PIM-SSM tree)",
      "2-5 MPLS label: 1 (as a VNI: 16)",
      "5-9 tunnel identifier/root node: 192.0.2.1",
      "9-13 tunnel identifier/P-multicast group: 232.0.0.1",
    ],
  },
  {
    octets: `0005000010${v6}${group6}`,
    lines: [
      "0-1 flags: 0",
      "1-2 tunnel type: 5 (BIDIR-PIM tree)",
      "2-5 MPLS label: 1 (as a VNI: 16)",
      "5-21 tunnel identifier/sender: 2001:db8::1",
      "21-37 tunnel identifier/P-multicast group: ff3e::1",
    ],
  },
  {
    octets: `0006000010${v4}`,
    lines: [
      "0-1 flags: 0",
      "1-2 tunnel type: 6 (ingress replication)",
      "2-5 MPLS label: 1 (as a VNI: 16)",
      "5-9 tunnel identifier/endpoint: 192.0.2.1",
    ],
  },
  {
    octets: `000b000010010002${v4}`,
    lines: [
      "0-1 flags: 0",
      "1-2 tunnel type: 11 (BIER)",
      "2-5 MPLS label: 1 (as a VNI: 16)",
      "5-6 tunnel identifier/sub-domain: 1",
      "6-8 tunnel identifier/BFR-id: 2",
      "8-12 tunnel identifier/BFR-prefix: 192.0.2.1",
    ],
  },
  {
    octets: "00090000100102",
    lines: [
      "0-1 flags: 0",
      "1-2 tunnel type: 9 (unassigned)",
      "2-5 MPLS label: 1 (as a VNI: 16)",
      "5-7 tunnel identifier/not understood: 0102",
    ],
  },
);
