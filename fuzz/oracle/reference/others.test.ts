import { describe, expect, it } from "vitest";
import { judgeStream } from "./header.js";
import { judgeNotification, judgeRouteRefresh } from "./others.js";
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
});
