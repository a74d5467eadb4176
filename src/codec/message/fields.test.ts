import { describe, expect, it } from "vitest";
import { coversAny, outlineOf } from "../dissection.arb.js";
import { hex } from "../octets.js";
import { nearValid } from "../testing.arb.js";
import * as notificationArb from "./notification.arb.js";
import { fields as notificationFields } from "./notification.fields.js";
import { encodeNotification, hardReset, shutdownData } from "./notification.js";
import * as openArb from "./open.arb.js";
import { fields as openFields } from "./open.fields.js";
import * as routeRefreshArb from "./route-refresh.arb.js";
import { fields as routeRefreshFields } from "./route-refresh.fields.js";
import { encodeRouteRefresh } from "./route-refresh.js";

const bodyOf = (whole: Uint8Array): Uint8Array => whole.slice(19);

describe("the fields of an OPEN", () => {
  it("are named, its capabilities with them", () => {
    expect(outlineOf(openFields, "04 5ba0 00b4 c0000201 0a 02 08 41 04 fa56ea01 02 00")).toEqual([
      "0-1 version: 4",
      "1-3 my autonomous system: 23456 (AS_TRANS)",
      "3-5 hold time: 180 s",
      "5-9 BGP identifier: 192.0.2.1",
      "9-10 optional parameters length: 10",
      "10-20 optional parameters",
      "  10-20 parameter: 2 (Capabilities)",
      "    10-11 type: 2 (Capabilities)",
      "    11-12 length: 8",
      "    12-18 capability: 65 (Four-Octet AS Number)",
      "      12-13 code: 65 (Four-Octet AS Number)",
      "      13-14 length: 4",
      "      14-18 AS number: 4200000001",
      "    18-20 capability: 2 (Route Refresh)",
      "      18-19 code: 2 (Route Refresh)",
      "      19-20 length: 0",
    ]);
  });

  it("are those of RFC 9072 where the octet behind the length says so", () => {
    expect(outlineOf(openFields, "04 fde9 005a c0000201 01 ff 0008 02 0002 06 00 01 0000").slice(4)).toEqual([
      "9-10 optional parameters length: 1",
      "10-11 extended form: 255 (RFC 9072)",
      "11-13 extended optional parameters length: 8",
      "13-21 optional parameters",
      "  13-18 parameter: 2 (Capabilities)",
      "    13-14 type: 2 (Capabilities)",
      "    14-16 length: 2",
      "    16-18 capability: 6 (Extended Message)",
      "      16-17 code: 6 (Extended Message)",
      "      17-18 length: 0",
      "  18-21 parameter: 1 (Authentication (deprecated))",
      "    18-19 type: 1 (Authentication (deprecated))",
      "    19-21 length: 0",
    ]);
  });

  it("are those of RFC 4271 behind a length of 0, and when nothing follows", () => {
    expect(outlineOf(openFields, "04 fde9 005a c0000201 00 ff 0000").slice(4)).toEqual([
      "9-10 optional parameters length: 0",
      "10-13 not understood: ff0000",
    ]);
    expect(outlineOf(openFields, "04 fde9 005a c0000201 05").slice(4)).toEqual([
      "9-10 optional parameters length: 5",
      "10-10 optional parameters: cut short: 0 of 5 octets",
    ]);
  });

  it("tell what a parameter of another type holds, and what is cut", () => {
    expect(outlineOf(openFields, "04 fde9 005a c0000201 06 04 02 aabb 02 05").slice(5)).toEqual([
      "10-16 optional parameters",
      "  10-14 parameter: 4 (unassigned)",
      "    10-11 type: 4 (unassigned)",
      "    11-12 length: 2",
      "    12-14 value: aabb",
      "  14-16 parameter: 2 (Capabilities), cut short: 2 of 7 octets",
      "    14-15 type: 2 (Capabilities)",
      "    15-16 length: 5",
    ]);
  });

  it("cover every octet once, whatever the octets", () => {
    coversAny(
      openFields,
      nearValid(openArb.octets.map(bodyOf)),
      openArb.broken.map((one) => bodyOf(one.octets)),
    );
  });
});

describe("the fields of a NOTIFICATION", () => {
  it.each<readonly [string, readonly string[]]>([
    ["04 00", ["0-1 error code: 4 (Hold Timer Expired)", "1-2 error subcode: 0 (unspecific)"]],
    [
      "01 02 0014",
      [
        "0-1 error code: 1 (Message Header Error)",
        "1-2 error subcode: 2 (Bad Message Length)",
        "2-4 erroneous length: 20",
      ],
    ],
    [
      "01 03 09",
      [
        "0-1 error code: 1 (Message Header Error)",
        "1-2 error subcode: 3 (Bad Message Type)",
        "2-3 message type: 9 (unassigned)",
      ],
    ],
    [
      "02 01 0004",
      [
        "0-1 error code: 2 (OPEN Message Error)",
        "1-2 error subcode: 1 (Unsupported Version Number)",
        "2-4 largest supported version: 4",
      ],
    ],
    [
      "02 07 06 00",
      [
        "0-1 error code: 2 (OPEN Message Error)",
        "1-2 error subcode: 7 (Unsupported Capability)",
        "2-4 capability: 6 (Extended Message)",
        "  2-3 code: 6 (Extended Message)",
        "  3-4 length: 0",
      ],
    ],
    [
      "05 02 02",
      [
        "0-1 error code: 5 (Finite State Machine Error)",
        "1-2 error subcode: 2 (Receive Unexpected Message in OpenConfirm State)",
        "2-3 message type: 2 (UPDATE)",
      ],
    ],
    [
      "06 01 0001 01 00000064",
      [
        "0-1 error code: 6 (Cease)",
        "1-2 error subcode: 1 (Maximum Number of Prefixes Reached)",
        "2-4 AFI: 1 (IPv4)",
        "4-5 SAFI: 1 (unicast)",
        "5-9 prefix upper bound: 100",
      ],
    ],
    [
      "06 04 02 6f6b 00",
      [
        "0-1 error code: 6 (Cease)",
        "1-2 error subcode: 4 (Administrative Reset)",
        "2-3 length: 2",
        "3-5 shutdown communication: ok",
        "5-6 data: 00",
      ],
    ],
    ["06 02 00", ["0-1 error code: 6 (Cease)", "1-2 error subcode: 2 (Administrative Shutdown)", "2-3 length: 0"]],
    [
      "03 01 aa",
      ["0-1 error code: 3 (UPDATE Message Error)", "1-2 error subcode: 1 (Malformed Attribute List)", "2-3 data: aa"],
    ],
    ["63 01", ["0-1 error code: 99 (unassigned)", "1-2 error subcode: 1 (unassigned)"]],
  ])("of %s", (digits, expected) => {
    expect(outlineOf(notificationFields, digits)).toEqual(expected);
  });

  it("are those of the reason inside a Hard Reset, its communication with them", () => {
    const whole = encodeNotification(hardReset({ code: 6, subcode: 2, data: shutdownData("bye") }));
    expect(outlineOf(notificationFields, hex(bodyOf(whole)))).toEqual([
      "0-1 error code: 6 (Cease)",
      "1-2 error subcode: 9 (Hard Reset)",
      "2-8 encapsulated NOTIFICATION",
      "  2-3 error code: 6 (Cease)",
      "  3-4 error subcode: 2 (Administrative Shutdown)",
      "  4-5 length: 3",
      "  5-8 shutdown communication: bye",
    ]);
  });

  it("do not follow a Hard Reset into another", () => {
    const nested = Uint8Array.from({ length: 60_000 }, (_, i) => (i % 2 === 0 ? 6 : 9));
    expect(outlineOf(notificationFields, hex(nested))).toHaveLength(6);
    expect(outlineOf(notificationFields, hex(nested)).at(-1)).toMatch(/^ {2}4-60000 data: (0609)+… \(59996 octets\)$/);
  });

  it("cover every octet once, whatever the octets", () => {
    coversAny(notificationFields, nearValid(notificationArb.valid.map((one) => bodyOf(encodeNotification(one)))));
  });
});

describe("the fields of a ROUTE-REFRESH", () => {
  it.each([
    ["00", "0 (request)"],
    ["01", "1 (beginning of route refresh)"],
    ["02", "2 (end of route refresh)"],
    ["03", "3 (unassigned)"],
  ])("tell the subtype %s: %s", (subtype, text) => {
    expect(outlineOf(routeRefreshFields, `0019 ${subtype} 46`)).toEqual([
      "0-2 AFI: 25 (L2VPN)",
      `2-3 message subtype: ${text}`,
      "3-4 SAFI: 70 (EVPN)",
    ]);
  });

  it("have a reserved octet where capability 70 was not sent", () => {
    expect(outlineOf((reader) => routeRefreshFields(reader, false), "0001 02 01 02")).toEqual([
      "0-2 AFI: 1 (IPv4)",
      "2-3 reserved: 2",
      "3-4 SAFI: 1 (unicast)",
      "4-5 when-to-refresh: 2 (DEFER)",
    ]);
  });

  it("name route filters and the entries for prefixes", () => {
    const entries = "20 0000000a 00 18 10 c000 40 00000005 00 00 00 80 c0 40000000";
    const filters = `01 40 0018 ${entries} 80 0001 ff 41 0009`;
    expect(outlineOf(routeRefreshFields, `0001 00 01 ${filters}`).slice(3)).toEqual([
      "4-5 when-to-refresh: 1 (IMMEDIATE)",
      "5-32 ORF",
      "  5-6 ORF type: 64 (Address Prefix)",
      "  6-8 length of ORF entries: 24",
      "  8-18 entry",
      "    8-9 action and match: 0x20 (ADD, DENY)",
      "    9-13 sequence: 10",
      "    13-14 minlen: 0 (unspecified)",
      "    14-15 maxlen: 24",
      "    15-16 length: 16",
      "    16-18 prefix: 192.0.0.0/16",
      "  18-26 entry",
      "    18-19 action and match: 0x40 (REMOVE, PERMIT)",
      "    19-23 sequence: 5",
      "    23-24 minlen: 0 (unspecified)",
      "    24-25 maxlen: 0 (unspecified)",
      "    25-26 length: 0",
      "  26-27 entry",
      "    26-27 action and match: 0x80 (REMOVE-ALL, PERMIT)",
      "  27-32 entry: cut short: 5 of 8 octets",
      "    27-28 action and match: 0xc0 (not understood, PERMIT)",
      "    28-32 sequence: 1073741824",
      "32-36 ORF",
      "  32-33 ORF type: 128 (vendor-specific)",
      "  33-35 length of ORF entries: 1",
      "  35-36 ORF entries: ff",
      "36-39 ORF: cut short: 3 of 12 octets",
      "  36-37 ORF type: 65 (CP-ORF)",
      "  37-39 length of ORF entries: 9",
    ]);
  });

  it("show filters of other types, and for routes that are more than a prefix, as digits", () => {
    expect(outlineOf(routeRefreshFields, "0002 00 01 02 80 0002 aabb").slice(3)).toEqual([
      "4-5 when-to-refresh: 2 (DEFER)",
      "5-10 ORF",
      "  5-6 ORF type: 128 (vendor-specific)",
      "  6-8 length of ORF entries: 2",
      "  8-10 ORF entries: aabb",
    ]);
    expect(outlineOf(routeRefreshFields, "0019 00 46 03 40 0001 80").slice(3)).toEqual([
      "4-5 when-to-refresh: 3 (not understood)",
      "5-9 ORF",
      "  5-6 ORF type: 64 (Address Prefix)",
      "  6-8 length of ORF entries: 1",
      "  8-9 ORF entries: 80",
    ]);
  });

  it("cover every octet once, whatever the octets", () => {
    coversAny(
      routeRefreshFields,
      nearValid(routeRefreshArb.valid.map((one) => bodyOf(encodeRouteRefresh(one)))),
      routeRefreshArb.broken.map((one) => bodyOf(one.octets)),
    );
  });
});
