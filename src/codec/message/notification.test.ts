import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex } from "../octets.js";
import { broken, near, valid } from "./notification.arb.js";
import {
  decodeNotification,
  describeNotification,
  encodeNotification,
  hardReset,
  hardResetReason,
  nameOf,
  notificationFaults,
  shutdownCommunication,
  shutdownData,
} from "./notification.js";
import { bytes, ignoresSurroundings, MARKER } from "./testing.arb.js";

const text = (of: string): Uint8Array => new TextEncoder().encode(of);
const none = new Uint8Array(0);

describe("NOTIFICATION laid out by hand", () => {
  it.each([
    ["RFC 4271 §4.5, hold timer expired", "0015 03 04 00", { code: 4, subcode: 0, data: none }],
    ["RFC 4271 §6.2, version 4 wanted", "0017 03 02 01 0004", { code: 2, subcode: 1, data: bytes("0004") }],
    ["RFC 9003 §2", "0018 03 06 02 02 6f6b", { code: 6, subcode: 2, data: bytes("026f6b") }],
    ["RFC 8538 §3.1", "0018 03 06 09 06 04 00", { code: 6, subcode: 9, data: bytes("060400") }],
  ])("%s", (_source, digits, value) => {
    const whole = bytes(`${MARKER} ${digits}`);
    expect(hex(encodeNotification(value))).toBe(hex(whole));
    expect(decodeNotification(whole, 0, whole.length)).toEqual({ value, found: [] });
  });

  it("too short to have a subcode is a bad length, and its data the length", () => {
    const { value, found } = decodeNotification(bytes(`${MARKER} 0014 03 06`), 0, 20);
    expect(value).toBeNull();
    expect(found.map(({ fault, data }) => [fault.notify, data])).toEqual([[[1, 2], bytes("0014")]]);
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
    [1, 1, "Message Header Error / Connection Not Synchronized"],
    [1, 3, "Message Header Error / Bad Message Type"],
    [2, 0, "OPEN Message Error"],
    [2, 1, "OPEN Message Error / Unsupported Version Number"],
    [2, 2, "OPEN Message Error / Bad Peer AS"],
    [2, 3, "OPEN Message Error / Bad BGP Identifier"],
    [2, 4, "OPEN Message Error / Unsupported Optional Parameter"],
    [2, 5, "OPEN Message Error / subcode 5"],
    [2, 6, "OPEN Message Error / Unacceptable Hold Time"],
    [2, 7, "OPEN Message Error / Unsupported Capability"],
    [2, 11, "OPEN Message Error / Role Mismatch"],
    [3, 1, "UPDATE Message Error / Malformed Attribute List"],
    [3, 11, "UPDATE Message Error / Malformed AS_PATH"],
    [4, 0, "Hold Timer Expired"],
    [5, 3, "Finite State Machine Error / Receive Unexpected Message in Established State"],
    [6, 1, "Cease / Maximum Number of Prefixes Reached"],
    [6, 7, "Cease / Connection Collision Resolution"],
    [6, 9, "Cease / Hard Reset"],
    [6, 10, "Cease / BFD Down"],
    [6, 99, "Cease / subcode 99"],
    [7, 1, "ROUTE-REFRESH Message Error / Invalid Message Length"],
    [8, 0, "Send Hold Timer Expired"],
    [0, 0, "error 0 / subcode 0"],
    [99, 1, "error 99 / subcode 1"],
  ])("%s/%s is %s", (code, subcode, name) => {
    expect(nameOf(code, subcode)).toBe(name);
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
    ["has length 0", cease(2, bytes("00"))],
    ["stands behind another subcode", cease(3, shutdownData("no"))],
    ["stands behind another code", { code: 5, subcode: 2, data: shutdownData("no") }],
  ])("is none when it %s", (_what, notification) => {
    expect(shutdownCommunication(notification)).toBeNull();
  });

  it("is shown in digits when it is malformed, and escaped when it would act", () => {
    expect(shutdownCommunication(cease(2, bytes("036f6b")))).toBe("(malformed) 036f6b");
    expect(shutdownCommunication(cease(2, bytes("016f6b")))).toBe("(malformed) 016f6b");
    expect(shutdownCommunication(cease(2, bytes("02c328")))).toBe("(not UTF-8) c328");
    expect(shutdownCommunication(cease(2, shutdownData("a\n\u001b[2J")))).toBe("a\\u{a}\\u{1b}[2J");
  });
});

describe("Hard Reset, RFC 8538 §3.1", () => {
  const inner = { code: 6, subcode: 4, data: shutdownData("ok") };

  it("carries another NOTIFICATION's code, subcode and data", () => {
    expect(hardReset(inner)).toEqual({ code: 6, subcode: 9, data: bytes("0604026f6b") });
    expect(hardResetReason(hardReset(inner))).toEqual(inner);
  });

  it("may come without a reason, and nothing else is one", () => {
    expect(hardResetReason({ code: 6, subcode: 9, data: bytes("06") })).toBeNull();
    expect(hardResetReason(inner)).toBeNull();
    expect(() => hardReset({ ...inner, code: 256 })).toThrow(RangeError);
  });
});

describe("describeNotification", () => {
  it.each([
    [{ code: 4, subcode: 0, data: none }, "Hold Timer Expired"],
    [{ code: 2, subcode: 1, data: bytes("0004") }, "OPEN Message Error / Unsupported Version Number: data 0004"],
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
