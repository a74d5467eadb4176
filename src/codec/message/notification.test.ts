import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { broken, near, valid } from "./notification.arb.js";
import {
  decodeNotification,
  describeNotification,
  encodeNotification,
  errorName,
  hardReset,
  hardResetReason,
  type NotificationDetail,
  nameOf,
  notificationDetail,
  notificationFaults,
  shutdownCommunication,
  shutdownData,
  subcodeName,
} from "./notification.js";
import { ignoresSurroundings, MARKER } from "./testing.arb.js";

const text = (of: string): Uint8Array => new TextEncoder().encode(of);
const none = new Uint8Array(0);

describe("NOTIFICATION laid out by hand", () => {
  it.each([
    ["RFC 4271 §4.5, hold timer expired", "0015 03 04 00", { code: 4, subcode: 0, data: none }],
    ["RFC 4271 §6.2, version 4 wanted", "0017 03 02 01 0004", { code: 2, subcode: 1, data: unhex("0004") }],
    ["RFC 9003 §2", "0018 03 06 02 02 6f6b", { code: 6, subcode: 2, data: unhex("026f6b") }],
    ["RFC 8538 §3.1", "0018 03 06 09 06 04 00", { code: 6, subcode: 9, data: unhex("060400") }],
  ])("%s", (_source, digits, value) => {
    const whole = unhex(`${MARKER} ${digits}`);
    expect(hex(encodeNotification(value))).toBe(hex(whole));
    expect(decodeNotification(whole, 0, whole.length)).toEqual({ value, found: [] });
  });

  it("too short to have a subcode is a bad length, and its data the length", () => {
    const { value, found } = decodeNotification(unhex(`${MARKER} 0014 03 06`), 0, 20);
    expect(value).toBeNull();
    expect(found.map(({ fault, data }) => [fault.notify, data])).toEqual([[[1, 2], unhex("0014")]]);
  });
});

describe("NOTIFICATION in general", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(valid, (value) => {
        const whole = encodeNotification(value);
        expect(decodeNotification(whole, 0, whole.length)).toEqual({ value, found: [] });
      }),
    );
  });

  it("has the planted fault named: the only one there is", () => {
    fc.assert(
      fc.property(broken, ({ octets, fault }) => {
        expect(notificationFaults).toEqual([fault]);
        const { value, found } = decodeNotification(octets, 0, octets.length);
        expect(value).toBeNull();
        expect(found.map((one) => one.fault)).toEqual([fault]);
      }),
    );
  });

  const anything = fc.oneof(near, fc.uint8Array({ maxLength: 60 }));

  it("is judged by its own octets only", () => {
    ignoresSurroundings(anything, decodeNotification);
  });

  it("is written again as it was, header aside", () => {
    fc.assert(
      fc.property(anything, (whole) => {
        const { value } = decodeNotification(whole, 0, whole.length);
        if (value !== null) expect(hex(encodeNotification(value), 19)).toBe(hex(whole, 19));
      }),
    );
  });

  it("is described in one line that does no harm", () => {
    fc.assert(
      fc.property(fc.oneof(valid, valid.map(hardReset)), (value) => {
        expect(describeNotification(value)).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{5,2000}$/u);
      }),
    );
  });
});

describe("encodeNotification", () => {
  it("keeps to 4096 octets unless more was negotiated, RFC 8654 §5", () => {
    const data = new Uint8Array(4076);
    expect(encodeNotification({ code: 1, subcode: 1, data: data.subarray(1) })).toHaveLength(4096);
    expect(() => encodeNotification({ code: 1, subcode: 1, data })).toThrow(RangeError);
    expect(encodeNotification({ code: 1, subcode: 1, data }, 65535)).toHaveLength(4097);
    expect(() => encodeNotification({ code: 1, subcode: 1, data: new Uint8Array(65515) }, 65535)).toThrow(RangeError);
  });

  it.each([
    [256, 0],
    [-1, 0],
    [6, 256],
    [6, 1.5],
  ])("refuses code %s, subcode %s", (code, subcode) => {
    expect(() => encodeNotification({ code, subcode, data: none })).toThrow(RangeError);
  });
});

describe("nameOf", () => {
  it.each([
    [1, ["Connection Not Synchronized", "Bad Message Length", "Bad Message Type"], "Message Header Error"],
    [
      2,
      [
        "Unsupported Version Number",
        "Bad Peer AS",
        "Bad BGP Identifier",
        "Unsupported Optional Parameter",
        "Authentication Failure (deprecated)",
        "Unacceptable Hold Time",
        "Unsupported Capability",
        "Grouping Conflict (deprecated)",
        "Grouping Required (deprecated)",
        "Capability Value Mismatch (deprecated)",
        "Role Mismatch",
      ],
      "OPEN Message Error",
    ],
    [
      3,
      [
        "Malformed Attribute List",
        "Unrecognized Well-known Attribute",
        "Missing Well-known Attribute",
        "Attribute Flags Error",
        "Attribute Length Error",
        "Invalid ORIGIN Attribute",
        "AS Routing Loop (deprecated)",
        "Invalid NEXT_HOP Attribute",
        "Optional Attribute Error",
        "Invalid Network Field",
        "Malformed AS_PATH",
      ],
      "UPDATE Message Error",
    ],
    [4, [], "Hold Timer Expired"],
    [
      5,
      [
        "Receive Unexpected Message in OpenSent State",
        "Receive Unexpected Message in OpenConfirm State",
        "Receive Unexpected Message in Established State",
      ],
      "Finite State Machine Error",
    ],
    [
      6,
      [
        "Maximum Number of Prefixes Reached",
        "Administrative Shutdown",
        "Peer De-configured",
        "Administrative Reset",
        "Connection Rejected",
        "Other Configuration Change",
        "Connection Collision Resolution",
        "Out of Resources",
        "Hard Reset",
        "BFD Down",
      ],
      "Cease",
    ],
    [7, ["Invalid Message Length"], "ROUTE-REFRESH Message Error"],
    [8, [], "Send Hold Timer Expired"],
  ])("of every subcode of error %s", (code, subcodes, error) => {
    expect(errorName(code)).toBe(error);
    expect(nameOf(code, 0)).toBe(error);
    for (const [i, name] of subcodes.entries()) {
      expect(nameOf(code, i + 1)).toBe(`${error} / ${name}`);
      expect(subcodeName(code, i + 1)).toBe(name);
    }
    const next = subcodes.length + 1;
    expect(nameOf(code, next)).toBe(`${error} / subcode ${next}`);
    expect(subcodeName(code, next)).toBe("unassigned");
  });

  it.each([
    [1, "Unspecific"],
    [2, "Unspecific"],
    [3, "Unspecific"],
    [4, "unspecific"],
    [5, "Unspecified Error"],
    [6, "reserved"],
    [7, "reserved"],
    [8, "unspecific"],
    [9, "unspecific"],
  ])("of subcode 0 of error %s is %s", (code, name) => {
    expect(subcodeName(code, 0)).toBe(name);
  });

  it.each([
    [0, 0, "error 0 / subcode 0"],
    [9, 0, "error 9 / subcode 0"],
    [99, 1, "error 99 / subcode 1"],
  ])("%s/%s is %s", (code, subcode, name) => {
    expect(nameOf(code, subcode)).toBe(name);
    expect(errorName(code)).toBe("unassigned");
  });
});

describe("notificationDetail", () => {
  it.each<readonly [string, number, number, string, NotificationDetail, string]>([
    ["RFC 4271 §6.1", 1, 2, "0014", { type: "length", length: 20 }, "length 20"],
    ["RFC 4271 §6.1", 1, 3, "09", { type: "message-type", messageType: 9 }, "message type 9"],
    ["RFC 4271 §6.2", 2, 1, "0004", { type: "version", version: 4 }, "version 4"],
    [
      "RFC 5492 §5",
      2,
      7,
      "01 04 0002 00 01 ef 01 aa",
      {
        type: "capabilities",
        capabilities: [
          { code: 1, value: 0x000201 },
          { code: 239, value: unhex("aa") },
        ],
      },
      "capabilities 1 (Multiprotocol Extensions), 239 (experimental)",
    ],
    ["RFC 6608 §4", 5, 1, "04", { type: "message-type", messageType: 4 }, "message type 4"],
    ["RFC 6608 §4", 5, 2, "02", { type: "message-type", messageType: 2 }, "message type 2"],
    ["RFC 6608 §4", 5, 3, "01", { type: "message-type", messageType: 1 }, "message type 1"],
    [
      "RFC 4486 §4",
      6,
      1,
      "0019 46 000f4240",
      { type: "prefix-limit", family: 0x001946, limit: 1_000_000 },
      "1000000 of family 25/70",
    ],
  ])("%s: %s/%s", (_source, code, subcode, digits, detail, line) => {
    const notification = { code, subcode, data: unhex(digits) };
    expect(notificationDetail(notification)).toEqual(detail);
    expect(describeNotification(notification)).toBe(`${nameOf(code, subcode)}: ${line}`);
  });

  it.each([
    [1, 2, "00"],
    [1, 2, "001400"],
    [1, 3, "0900"],
    [1, 1, "0014"],
    [2, 1, "04"],
    [2, 1, "000400"],
    [2, 2, "0004"],
    [2, 7, ""],
    [2, 7, "01 04 0002"],
    [2, 7, "01"],
    [5, 0, "04"],
    [5, 4, "04"],
    [5, 1, "0400"],
    [6, 1, "0001 01 000f42"],
    [6, 1, "0001 01 000f4240 00"],
    [6, 2, "0001 01 000f4240"],
    [3, 3, "02"],
  ])("%s/%s with data %s says nothing: digits are shown", (code, subcode, digits) => {
    expect(notificationDetail({ code, subcode, data: unhex(digits) })).toBeNull();
  });

  it("leaves a capability out that is malformed, and goes on", () => {
    expect(notificationDetail({ code: 2, subcode: 7, data: unhex("02 01 00 46 00") })).toEqual({
      type: "capabilities",
      capabilities: [{ code: 70, value: true }],
    });
  });

  it("names each capability once in a line, and eight at most", () => {
    const data = unhex("02 00 02 00 06 00 46 00 4a 00 4d 00 80 00 ef 00 f0 00");
    const line = (octets: Uint8Array) => describeNotification({ code: 2, subcode: 7, data: octets });
    expect(line(data)).toMatch(/: capabilities 2 \(Route Refresh\), 6 .*, 240 \(experimental\)$/);
    expect(line(Uint8Array.of(...data, 0xf1, 0))).toMatch(/, 240 \(experimental\), …$/);
  });
});

describe("shutdown communication, RFC 9003", () => {
  const cease = (subcode: number, data: Uint8Array) => ({ code: 6, subcode, data });

  it("comes back as the text it was made of", () => {
    const said = "[TICKET-1-1438367390] software upgrade; back in 2 hours";
    expect(hex(shutdownData("ok"))).toBe("026f6b");
    expect(shutdownCommunication(cease(2, shutdownData(said)))).toBe(said);
    expect(shutdownCommunication(cease(4, shutdownData("Grüße 🦜")))).toBe("Grüße 🦜");
  });

  it("has at most 255 octets of UTF-8, which is not as many characters", () => {
    expect(shutdownData("ü".repeat(127))).toHaveLength(255);
    expect(shutdownData("a".repeat(255))).toHaveLength(256);
    expect(() => shutdownData("ü".repeat(128))).toThrow(RangeError);
    expect(() => shutdownData("\ud800")).toThrow(RangeError);
  });

  it.each<readonly [string, ReturnType<typeof cease>]>([
    ["is empty", cease(2, none)],
    ["has length 0", cease(2, unhex("00"))],
    ["stands behind another subcode", cease(3, shutdownData("no"))],
    ["stands behind another code", { code: 5, subcode: 2, data: shutdownData("no") }],
  ])("is none when it %s", (_what, notification) => {
    expect(shutdownCommunication(notification)).toBeNull();
  });

  it("is shown in digits when it is malformed, and escaped when it would act", () => {
    expect(shutdownCommunication(cease(2, unhex("036f6b")))).toBe("(malformed) 036f6b");
    expect(shutdownCommunication(cease(2, unhex("016f6b")))).toBe("(malformed) 016f6b");
    expect(shutdownCommunication(cease(4, unhex("02")))).toBe("(malformed) 02");
    expect(shutdownCommunication(cease(4, unhex("006f6b")))).toBe("(malformed) 006f6b");
    expect(shutdownCommunication(cease(2, unhex("02c328")))).toBe("(not UTF-8) c328");
    expect(shutdownCommunication(cease(2, shutdownData("a\n\u001b[2J")))).toBe("a\\u{a}\\u{1b}[2J");
  });
});

describe("Hard Reset, RFC 8538 §3.1", () => {
  const inner = { code: 6, subcode: 4, data: shutdownData("ok") };

  it("carries another NOTIFICATION's code, subcode and data", () => {
    expect(hardReset(inner)).toEqual({ code: 6, subcode: 9, data: unhex("0604026f6b") });
    expect(hardResetReason(hardReset(inner))).toEqual(inner);
  });

  it("may come without a reason, and nothing else is one", () => {
    expect(hardResetReason({ code: 6, subcode: 9, data: unhex("06") })).toBeNull();
    expect(hardResetReason(inner)).toBeNull();
    expect(() => hardReset({ ...inner, code: 256 })).toThrow(RangeError);
  });
});

describe("describeNotification", () => {
  it.each([
    [{ code: 4, subcode: 0, data: none }, "Hold Timer Expired"],
    [{ code: 2, subcode: 2, data: unhex("0004") }, "OPEN Message Error / Bad Peer AS: data 0004"],
    [
      hardReset({ code: 6, subcode: 1, data: unhex("0001 01 00000064") }),
      "Cease / Hard Reset: Cease / Maximum Number of Prefixes Reached: 100 of family 1/1",
    ],
    [{ code: 6, subcode: 2, data: shutdownData("bye") }, "Cease / Administrative Shutdown: bye"],
    [
      hardReset({ code: 6, subcode: 2, data: shutdownData("bye") }),
      "Cease / Hard Reset: Cease / Administrative Shutdown: bye",
    ],
    [hardReset(hardReset({ code: 4, subcode: 0, data: none })), "Cease / Hard Reset: Cease / Hard Reset: data 0400"],
    [
      { code: 3, subcode: 1, data: new Uint8Array(40) },
      `UPDATE Message Error / Malformed Attribute List: data ${"00".repeat(32)}…`,
    ],
  ])("%#", (notification, line) => {
    expect(describeNotification(notification)).toBe(line);
  });

  it("shows the text of a peer that wrote one", () => {
    expect(describeNotification({ code: 6, subcode: 4, data: Uint8Array.of(3, ...text("why")) })).toMatch(/: why$/);
  });
});
