import { describe, expect, it } from "vitest";
import { judgeStream } from "./header.js";
import { judgeNotification, judgeRouteRefresh } from "./others.js";
import { judgePdu } from "./rtr.js";
import { message, octets } from "./vectors.arb.js";

const MARKER = "ff".repeat(16);
const KEEPALIVE = `${MARKER} 0013 04`;

type Row = readonly [rule: string, stream: string, whole: number, subcodes: readonly number[], limit?: number];

const headers: readonly Row[] = [
  ["messages and the beginning of one", `${KEEPALIVE} ${KEEPALIVE} ffff`, 2, []],
  ["a marker that is not all ones, at its first octet", `${KEEPALIVE} 16`, 1, [1]],
  ["a header cut in its length", `${MARKER} 00`, 0, []],
  ["a length of 18", `${MARKER} 0012 04`, 0, [2]],
  ["a KEEPALIVE of 20", `${MARKER} 0014 04 00`, 0, [2]],
  ["an OPEN of 28", `${MARKER} 001c 01`, 0, [2]],
  ["an UPDATE of 22", `${MARKER} 0016 02`, 0, [2]],
  ["a NOTIFICATION of 20", `${MARKER} 0014 03`, 0, [2]],
  ["a ROUTE-REFRESH of 22", `${MARKER} 0016 05`, 0, [2]],
  ["an UPDATE of 4097", `${MARKER} 1001 02`, 0, [2]],
  ["RFC 8654: an UPDATE of 4097 that was agreed on", `${MARKER} 1001 02`, 0, [], 65535],
  ["RFC 8654 §4: an OPEN of 4097 even then", `${MARKER} 1001 01`, 0, [2], 65535],
  ["an unknown type", `${MARKER} 0013 06`, 0, [3]],
  ["an unknown type of 18: either", `${MARKER} 0012 00`, 0, [2, 3]],
];

describe("a stream, RFC 4271 §6.1", () => {
  for (const [rule, stream, messages, subcodes, limit = 4096] of headers) {
    it(rule, () => {
      expect(judgeStream(octets(stream), limit)).toEqual({ octets: 19 * messages, messages, subcodes });
    });
  }
});

describe("NOTIFICATION and ROUTE-REFRESH", () => {
  it("of 20 and 22 octets are 1/2", () => {
    const short = { decisions: ["session-reset"], notify: [[1, 2]] };
    expect(judgeNotification(message(3, "06"))).toEqual(short);
    expect(judgeRouteRefresh(message(5, "000100"), true)).toEqual(short);
  });

  it("a NOTIFICATION is never answered, whatever it says", () => {
    expect(judgeNotification(message(3, "ffff 00"))).toEqual({ decisions: ["accepted"], notify: [] });
  });

  it("RFC 7313 §5: an unknown subtype is ignored, BoRR of another length is 7/1", () => {
    expect(judgeRouteRefresh(message(5, "0001 03 01"), true).decisions).toEqual(["discard"]);
    expect(judgeRouteRefresh(message(5, "0001 01 01 00"), true)).toEqual({
      decisions: ["session-reset"],
      notify: [[7, 1]],
    });
    expect(judgeRouteRefresh(message(5, "0001 01 01"), true).decisions).toEqual(["accepted"]);
  });

  it("RFC 2918 §3: without capability 70 the octet is reserved", () => {
    expect(judgeRouteRefresh(message(5, "0001 03 01"), false).decisions).toEqual(["accepted"]);
  });

  it.each([
    ["RFC 5291 §4: a filter of a type that is not known", "01 05 0001 00", "accepted"],
    ["RFC 5291 §4: no such When-to-refresh", "03 40 0000", "discard"],
    ["RFC 5291 §4: entries past the message", "01 40 0002 80", "discard"],
    ["RFC 5292 §2: REMOVE-ALL, then an entry", "02 40 000c 80 00 00000005 18 20 10 c000", "discard"],
    ["RFC 5292 §2: the same with a length that fits", "02 40 000b 80 00 00000005 18 20 10 c000", "accepted"],
    ["RFC 5292 §2: minlen not above length", "01 40 000a 00 00000005 10 20 10 c000", "discard"],
    ["an action of 3", "01 40 0001 c0", "discard"],
  ])("%s", (_, filters, decision) => {
    expect(judgeRouteRefresh(message(5, `0001 00 01 ${filters}`), true).decisions).toEqual([decision]);
  });
});

describe("PDUs of the RPKI-Router protocol", () => {
  it.each([
    ["RFC 8210 §5.2: Serial Notify", "01 00 0007 0000000c 00000009", { value: { sessionId: 7, serial: 9 } }],
    ["RFC 8210 §5.4: Reset Query", "01 02 0000 00000008", { value: null }],
    ["of 12 octets", "01 02 0000 0000000c 00000000", { errors: [0] }],
    ["that says 12 and has 8", "01 02 0000 0000000c", { errors: [0] }],
    ["version 3", "03 02 0000 00000008", { errors: [4] }],
    ["type 5", "01 05 0000 00000008", { errors: [5] }],
    ["Router Key in version 0", `00 09 0000 00000022 ${"00".repeat(26)}`, { errors: [5] }],
    [
      "RFC 8210 §5.1: a max length below the length",
      "01 04 0000 00000014 01 18 17 00 c0000200 0000fde8",
      { errors: [0] },
    ],
    ["RFC 8210 §5.6: a max length of 33", "01 04 0000 00000014 01 18 21 00 c0000200 0000fde8", { errors: [0] }],
    [
      "RFC 6810 §5.7: End of Data in version 0",
      "00 07 0007 0000000c 00000009",
      { value: { sessionId: 7, serial: 9, intervals: null } },
    ],
    ["RFC 8210 §5.8: the same in version 1", "01 07 0007 0000000c 00000009", { errors: [0] }],
    ["RFC 8210 §5.11: text that is not UTF-8", "01 0a 0000 00000011 00000000 00000001 ff", { errors: [0] }],
    ["8210bis §5.12: providers that don't increase", "02 0b 0100 00000014 0000fde8 00000002 00000001", { errors: [9] }],
    ["8210bis §5.12: AS 0 among others", "02 0b 0100 00000014 0000fde8 00000000 00000001", { errors: [9] }],
    [
      "8210bis §5.12: a withdrawal",
      "02 0b 0000 0000000c 0000fde8",
      { value: { announce: false, customer: 65000, providers: [] } },
    ],
  ])("%s", (_, digits, expected) => {
    expect(judgePdu(octets(digits))).toEqual(expected);
  });
});
