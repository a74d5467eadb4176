import { describe, expect, it } from "vitest";
import { coversAny, outlineOf } from "../dissection.arb.js";
import { nearValid } from "../testing.arb.js";
import { capabilityFields, capabilityListFields } from "./fields.js";
import { capabilityArbs } from "./index.arb.js";
import { encoded } from "./testing.arb.js";

const shown = (code: number, digits: string): readonly string[] =>
  outlineOf((reader) => capabilityFields(code, reader), digits);

describe("the fields of a capability", () => {
  it.each<readonly [number, string, readonly string[]]>([
    [1, "0002 00 01", ["0-2 AFI: 2 (IPv6)", "2-3 reserved: 0", "3-4 SAFI: 1 (unicast)"]],
    [2, "", []],
    [2, "ff", ["0-1 not understood: ff"]],
    [
      3,
      "0001 00 01 02 40 03 80 04 0002",
      [
        "0-9 entry",
        "  0-2 AFI: 1 (IPv4)",
        "  2-3 reserved: 0",
        "  3-4 SAFI: 1 (unicast)",
        "  4-5 number of ORFs: 2",
        "  5-6 ORF type: 64 (Address Prefix)",
        "  6-7 send/receive: 3 (both)",
        "  7-8 ORF type: 128 (vendor-specific)",
        "  8-9 send/receive: 4 (not understood)",
        "9-11 entry: cut short: 2 of 5 octets",
        "  9-11 AFI: 2 (IPv6)",
      ],
    ],
    [
      5,
      "0001 0080 0002",
      ["0-6 tuple", "  0-2 NLRI AFI: 1 (IPv4)", "  2-4 NLRI SAFI: 128 (VPN)", "  4-6 next hop AFI: 2 (IPv6)"],
    ],
    [6, "", []],
    [7, "18 0001", ["0-1 version and direction: 0x18 (version 1, sends)", "1-3 AFI: 1 (IPv4)"]],
    [7, "07 0002", ["0-1 version and direction: 0x07 (version 0, receives)", "1-3 AFI: 2 (IPv6)"]],
    [
      8,
      "0001 04 ff 0001 80 01 0002 04 02",
      [
        "0-4 tuple",
        "  0-2 AFI: 1 (IPv4)",
        "  2-3 SAFI: 4 (labeled)",
        "  3-4 count: 255 (no limit)",
        "4-8 tuple",
        "  4-6 AFI: 1 (IPv4)",
        "  6-7 SAFI: 128 (VPN)",
        "  7-8 count: 1 (ignored)",
        "8-12 tuple",
        "  8-10 AFI: 2 (IPv6)",
        "  10-11 SAFI: 4 (labeled)",
        "  11-12 count: 2",
      ],
    ],
    [9, "02", ["0-1 role: 2 (Route Server Client)"]],
    [
      64,
      "c078 0001 01 80 0002 01 00",
      [
        "0-2 restart flags and time: 0xc078 (R: restarted, N: NOTIFICATION as well, 120 s)",
        "2-6 tuple",
        "  2-4 AFI: 1 (IPv4)",
        "  4-5 SAFI: 1 (unicast)",
        "  5-6 flags for address family: 0x80 (forwarding state preserved)",
        "6-10 tuple",
        "  6-8 AFI: 2 (IPv6)",
        "  8-9 SAFI: 1 (unicast)",
        "  9-10 flags for address family: 0x00 (forwarding state not preserved)",
      ],
    ],
    [64, "0fff", ["0-2 restart flags and time: 0x0fff (4095 s)"]],
    [65, "fa56ea01 00", ["0-4 AS number: 4200000001", "4-5 not understood: 00"]],
    [67, "01 40", ["0-1 capability code: 1 (Multiprotocol Extensions)", "1-2 capability code: 64 (Graceful Restart)"]],
    [68, "80 01", ["0-1 flags: 0x80", "1-2 capability code: 1 (Multiprotocol Extensions)"]],
    [
      69,
      "0001 01 01",
      ["0-4 tuple", "  0-2 AFI: 1 (IPv4)", "  2-3 SAFI: 1 (unicast)", "  3-4 send/receive: 1 (receive)"],
    ],
    [70, "", []],
    [
      71,
      "0001 01 80 015180",
      [
        "0-7 tuple",
        "  0-2 AFI: 1 (IPv4)",
        "  2-3 SAFI: 1 (unicast)",
        "  3-4 flags for address family: 0x80 (forwarding state preserved)",
        "  4-7 long-lived stale time: 86400 s",
      ],
    ],
    [72, "0001 01 02", ["0-4 tuple", "  0-2 AFI: 1 (IPv4)", "  2-3 SAFI: 1 (unicast)", "  3-4 send/receive: 2 (send)"]],
    [
      73,
      "02 7231 03 6e6574",
      ["0-1 host name length: 2", "1-3 host name: r1", "3-4 domain name length: 3", "4-7 domain name: net"],
    ],
    [73, "00 00", ["0-1 host name length: 0", "1-2 domain name length: 0"]],
    [74, "", []],
    [75, "04 4b696c6e", ["0-1 version length: 4", "1-5 version: Kiln"]],
    [75, "4b696c6e", ["0-4 version: Kiln"]],
    [75, "00", ["0-1 version length: 0"]],
    [76, "0001 01 0010", ["0-5 tuple", "  0-2 AFI: 1 (IPv4)", "  2-3 SAFI: 1 (unicast)", "  3-5 paths limit: 16"]],
    [77, "", []],
    [128, "", []],
    [131, "00 44", ["0-1 flags: 0x00", "1-2 capability code: 68 (Multisession)"]],
    [239, "0102", ["0-2 value: 0102"]],
  ])("%s of %s", (code, digits, expected) => {
    expect(shown(code, digits)).toEqual(expected);
  });

  it("are those of capability 3 where it was before it had its number", () => {
    expect(shown(130, "0001 00 01 01 40 03")).toEqual(shown(3, "0001 00 01 01 40 03"));
  });

  it.each(capabilityArbs.map((row) => ({ ...row, name: row.spec.name })))(
    "$name: cover every octet once, whatever the octets",
    ({ spec, valid, broken }) => {
      coversAny(
        (reader) => capabilityFields(spec.code, reader),
        nearValid(valid.map((value) => encoded(spec, value))),
        broken.map(({ octets }) => octets),
      );
    },
  );
});

describe("the fields of a list of capabilities", () => {
  const listed = (digits: string): readonly string[] => outlineOf(capabilityListFields, digits);

  it("are code, length and value, with the names of the codes", () => {
    expect(listed("02 00 41 04 0000fde9")).toEqual([
      "0-2 capability: 2 (Route Refresh)",
      "  0-1 code: 2 (Route Refresh)",
      "  1-2 length: 0",
      "2-8 capability: 65 (Four-Octet AS Number)",
      "  2-3 code: 65 (Four-Octet AS Number)",
      "  3-4 length: 4",
      "  4-8 AS number: 65001",
    ]);
  });

  it("tell what reaches past the end, and a code without its length", () => {
    expect(listed("41 04 0000")).toEqual([
      "0-4 capability: 65 (Four-Octet AS Number), cut short: 4 of 6 octets",
      "  0-1 code: 65 (Four-Octet AS Number)",
      "  1-2 length: 4",
      "  2-4 AS number: 0000 (cut short: 2 of 4 octets)",
    ]);
    expect(listed("fe")).toEqual([
      "0-1 capability: 254 (experimental), cut short: 1 of 2 octets",
      "  0-1 code: 254 (experimental)",
    ]);
  });
});
