import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeTlsOnPlainPort, judgeFirstOctets, looksLikeClientHello } from "./client-hello.js";

/** A ClientHello message with these extensions, RFC 8446 §4.1.2; null: without the field. */
const hello = (extensions: readonly number[] | null): number[] => {
  const fields = extensions === null ? [] : [extensions.length >> 8, extensions.length & 255, ...extensions];
  const body = [3, 3, ...new Array<number>(32).fill(7), 0, 0, 2, 0x13, 0x01, 1, 0, ...fields];
  return [1, 0, body.length >> 8, body.length & 255, ...body];
};

const alpn = (...names: string[]): number[] => {
  const list = names.flatMap((name) => [name.length, ...Buffer.from(name)]);
  return [0, 16, 0, list.length + 2, 0, list.length, ...list];
};

/** The message in records of at most `size` octets. */
const records = (message: readonly number[], size = 16384): Uint8Array => {
  const octets: number[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.slice(at, at + size);
    octets.push(0x16, 3, 1, part.length >> 8, part.length & 255, ...part);
  }
  return Uint8Array.from(octets);
};

const judged = (octets: Uint8Array) => judgeFirstOctets(octets);

describe("the first octets of a TLS port's connection", () => {
  it("give the protocols that a ClientHello offers", () => {
    expect(judged(records(hello(alpn("botls"))))).toEqual({ is: "hello", alpn: ["botls"] });
    expect(judged(records(hello([0, 23, 0, 0, ...alpn("h2", "botls"), 0, 35, 0, 0])))).toEqual({
      is: "hello",
      alpn: ["h2", "botls"],
    });
    expect(judged(records(hello([0, 23, 0, 0])))).toEqual({ is: "hello", alpn: null });
    expect(judged(records(hello(null)))).toEqual({ is: "hello", alpn: null });
  });

  it("may be cut into several records, but not into crumbs", () => {
    const message = hello(alpn("botls"));
    expect(judged(records(message, Math.ceil(message.length / 8)))).toEqual({ is: "hello", alpn: ["botls"] });
    expect(judged(records(message, 1))).toEqual({ is: "garbage" });
  });

  it("ask for more as long as a prefix leaves it open, and never for less than they have", () => {
    for (const size of [16384, 20]) {
      const octets = records(hello(alpn("botls")), size);
      for (let length = 0; length < octets.length; length++) {
        const verdict = judged(octets.subarray(0, length));
        expect(verdict.is).toBe("more");
        if (verdict.is === "more") {
          expect(verdict.need).toBeGreaterThan(length);
          expect(verdict.need).toBeLessThanOrEqual(octets.length);
        }
      }
    }
  });

  it("tell plain BGP by its marker", () => {
    expect(judged(new Uint8Array(16).fill(0xff))).toEqual({ is: "plain-bgp" });
    expect(judged(Uint8Array.of(0xff))).toEqual({ is: "plain-bgp" });
    expect(judged(Uint8Array.of(0xff, 0xff, 0))).toEqual({ is: "garbage" });
  });

  it.each([
    ["text", Buffer.from("GET / HTTP/1.1")],
    ["an empty record", Uint8Array.of(0x16, 3, 1, 0, 0)],
    ["a record that is too long", Uint8Array.of(0x16, 3, 1, 0x40, 1)],
    ["another version", Uint8Array.of(0x16, 2, 0, 0, 10)],
    ["another handshake message", records([2, 0, 0, 1, 0])],
    ["a ClientHello that is too long", records([1, 1, 0, 0, 0])],
    ["another record in the middle", Uint8Array.of(...records([1, 0, 0, 9, 0]), 0x17, 3, 3, 0, 1)],
  ])("that are %s are garbage", (_what, octets) => {
    expect(judged(octets)).toEqual({ is: "garbage" });
  });

  it.each([
    ["extensions that end too early", hello([0, 16, 0, 9, 0])],
    ["a name that overruns its list", hello([0, 16, 0, 4, 0, 2, 9, 65])],
    ["an empty name", hello([0, 16, 0, 3, 0, 1, 0])],
    ["a list that is not its extension's length", hello([0, 16, 0, 4, 0, 9, 1, 65])],
  ])("with %s are left to OpenSSL", (_what, message) => {
    expect(judged(records(message))).toEqual({ is: "unreadable" });
  });

  it("are judged without an exception whatever they are", () => {
    const near = records(hello([0, 23, 0, 0, ...alpn("botls", "h2")]), 30);
    const nearly = fc
      .array(fc.tuple(fc.nat(near.length - 1), fc.nat(255)), { maxLength: 4 })
      .map((changes) => changes.reduce((octets, [at, value]) => octets.with(at, value), near));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), nearly), (octets) => {
        const verdict = judgeFirstOctets(octets);
        if (verdict.is === "more") expect(verdict.need).toBeGreaterThan(octets.length);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("TLS on a port of plain BGP", () => {
  it("is recognised from the framer's first octets, and only TLS is", () => {
    const octets = records(hello(alpn("botls")));
    expect(looksLikeClientHello(octets)).toBe(true);
    expect(looksLikeClientHello(octets.subarray(0, 3))).toBe(true);
    expect(describeTlsOnPlainPort(octets)).toBe(
      "the peer sent a TLS ClientHello: it expects TLS, this side speaks plain BGP",
    );
    expect(describeTlsOnPlainPort(Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70))).toBe(
      "the peer answered with a TLS alert: it expects TLS on this port, this side speaks plain BGP",
    );
    for (const other of [[], [0x16], [0x16, 3], [0x16, 3, 9], [0x16, 3, 1, 0, 9, 2], [0xff, 0xff], [0x15, 1, 1]]) {
      expect(describeTlsOnPlainPort(Uint8Array.from(other))).toBeNull();
    }
  });
});
