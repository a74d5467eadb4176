import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Found } from "./fault.js";
import {
  badLength,
  badType,
  Framer,
  frameFaults,
  HEADER_LENGTH,
  notSynchronized,
  setHeader,
  tooShort,
} from "./frame.js";
import { MessageType } from "./iana.js";
import { equalOctets, hex, setU16 } from "./octets.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE } from "./session-context.js";

const message = (type: MessageType, length: number, fill = 0): Uint8Array => {
  const octets = new Uint8Array(length).fill(fill);
  setHeader(octets, 0, length, type);
  return octets;
};

/** Pushes the octets in chunks cut at these places, from memory that is overwritten after each push. */
const run = (stream: Uint8Array, cuts: readonly number[], framer: Framer = new Framer(), stopAfter = Infinity) => {
  const messages: string[] = [];
  const found: Found[] = [];
  const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  for (let i = 1; i < edges.length; i++) {
    // A Buffer, because that is what a socket gives: its slices are views.
    const chunk = Buffer.from(stream.subarray(edges[i - 1], edges[i]));
    const one = framer.push(chunk, (msg, start, end, type) => {
      messages.push(`${type} ${hex(msg, start, end)}`);
      return messages.length < stopAfter;
    });
    if (one !== null) found.push(one);
    chunk.fill(0xa5);
  }
  return { messages, found };
};

const sizes: Readonly<Record<MessageType, readonly [least: number, most: number]>> = {
  [MessageType.Open]: [29, 4096],
  [MessageType.Update]: [23, 4096],
  [MessageType.Notification]: [21, 4096],
  [MessageType.Keepalive]: [19, 19],
  [MessageType.RouteRefresh]: [23, 4096],
};

const messageArb: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(...Object.values(MessageType)), fc.nat(60), fc.nat(255))
  .map(([type, more, fill]) => {
    const [least, most] = sizes[type];
    return message(type, Math.min(least + more, most), fill);
  });

const headerOf = (marker: number, length: number, type: number): Uint8Array => {
  const octets = new Uint8Array(19).fill(0xff);
  octets[15] = marker;
  setU16(octets, 16, length);
  octets[18] = type;
  return octets;
};

/** A stream of messages that ends in octets of any kind, most of them a header with something wrong. */
const streamArb: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.array(messageArb, { maxLength: 6 }),
    fc.oneof(
      fc.constant(new Uint8Array(0)),
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.constantFrom(0xff, 0xff, 0xfe), fc.oneof(fc.nat(60), fc.nat(0xffff)), fc.nat(8))
        .map((of) => headerOf(...of)),
    ),
  )
  .map(([messages, tail]) => Uint8Array.from([...messages, tail].flatMap((one) => [...one])));

const cutsArb = fc.array(fc.nat(), { maxLength: 12 });

describe("Framer", () => {
  it("hands on every message once, whole and in order", () => {
    fc.assert(
      fc.property(fc.array(messageArb, { maxLength: 8 }), cutsArb, (messages, cuts) => {
        const stream = Uint8Array.from(messages.flatMap((one) => [...one]));
        expect(run(stream, cuts)).toEqual({ messages: messages.map((one) => `${one[18]} ${hex(one)}`), found: [] });
      }),
    );
  });

  it("finds the same whatever chunks the octets arrive in", () => {
    fc.assert(
      fc.property(streamArb, cutsArb, fc.constantFrom(4096, 65535), (stream, cuts, limit) => {
        const framer = () => Object.assign(new Framer(), { limit });
        const whole = run(stream, [], framer());
        expect(run(stream, cuts, framer())).toEqual(whole);
        const everyOctet = Array.from({ length: stream.length }, (_, at) => at);
        expect(run(stream, everyOctet, framer())).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it("hands on a message where it lies, and a cut one from memory of its own", () => {
    const chunk = message(MessageType.Update, 30);
    const framer = new Framer();
    const seen: Uint8Array[] = [];
    const sink = (msg: Uint8Array): boolean => seen.push(msg) > 0;
    framer.push(chunk, sink);
    framer.push(chunk.subarray(0, 25), sink);
    framer.push(chunk.subarray(25), sink);
    expect(seen.map((one) => one === chunk)).toEqual([true, false]);
  });

  it("counts the octets that wait", () => {
    const framer = new Framer();
    const update = message(MessageType.Update, 40);
    framer.push(update.subarray(0, 7), () => true);
    expect(framer.held).toBe(7);
    framer.push(update.subarray(7, 39), () => true);
    expect(framer.held).toBe(39);
    framer.push(update.subarray(39), () => true);
    expect(framer.held).toBe(0);
  });

  it("stops for good when the sink says so, in mid-chunk too", () => {
    fc.assert(
      fc.property(fc.array(messageArb, { minLength: 2, maxLength: 6 }), cutsArb, fc.nat(), (messages, cuts, stop) => {
        const stream = Uint8Array.from(messages.flatMap((one) => [...one]));
        const stopAfter = 1 + (stop % messages.length);
        const framer = new Framer();
        expect(run(stream, cuts, framer, stopAfter).messages).toHaveLength(stopAfter);
        expect(run(stream, [], framer)).toEqual({ messages: [], found: [] });
      }),
    );
  });

  it("is deaf after a fault", () => {
    const framer = new Framer();
    const bad = headerOf(0xff, 18, 4);
    expect(run(bad, [], framer).found).toHaveLength(1);
    expect(run(message(MessageType.Keepalive, 19), [], framer)).toEqual({ messages: [], found: [] });
  });

  it("keeps a message whose sink threw out of the next", () => {
    const framer = new Framer();
    const keepalive = message(MessageType.Keepalive, 19);
    framer.push(keepalive.subarray(0, 3), () => true);
    expect(() =>
      framer.push(keepalive.subarray(3), () => {
        throw new Error("the sink's own");
      }),
    ).toThrow("the sink's own");
    expect(run(keepalive, [5], framer).messages).toHaveLength(1);
  });
});

describe("header faults, RFC 4271 §6.1", () => {
  const OLD = ORDINARY_MAX_MESSAGE;
  const NEW = EXTENDED_MAX_MESSAGE;
  it.each<readonly [string, Uint8Array, number, unknown]>([
    ["a marker octet that is not all ones", headerOf(0xfe, 19, 4), OLD, [notSynchronized, 0, 16, undefined]],
    ["a length below the header's", headerOf(0xff, 18, 4), OLD, [badLength, 16, 18, "0012"]],
    ["length 0", headerOf(0xff, 0, 2), OLD, [badLength, 16, 18, "0000"]],
    ["a length above 4096", headerOf(0xff, 4097, 2), OLD, [badLength, 16, 18, "1001"]],
    ["a length of 65535 without RFC 8654", headerOf(0xff, 65535, 2), OLD, [badLength, 16, 18, "ffff"]],
    ["an OPEN of 28", headerOf(0xff, 28, 1), OLD, [badLength, 16, 18, "001c"]],
    ["an UPDATE of 22", headerOf(0xff, 22, 2), OLD, [badLength, 16, 18, "0016"]],
    ["a NOTIFICATION of 20", headerOf(0xff, 20, 3), OLD, [badLength, 16, 18, "0014"]],
    ["a KEEPALIVE of 20", headerOf(0xff, 20, 4), OLD, [badLength, 16, 18, "0014"]],
    ["a ROUTE-REFRESH of 22", headerOf(0xff, 22, 5), OLD, [badLength, 16, 18, "0016"]],
    ["an OPEN of 4097, with RFC 8654 too", headerOf(0xff, 4097, 1), NEW, [badLength, 16, 18, "1001"]],
    ["a KEEPALIVE of 4097, with RFC 8654 too", headerOf(0xff, 4097, 4), NEW, [badLength, 16, 18, "1001"]],
    ["type 0", headerOf(0xff, 19, 0), OLD, [badType, 18, 19, "00"]],
    ["type 6", headerOf(0xff, 23, 6), OLD, [badType, 18, 19, "06"]],
    ["type 255", headerOf(0xff, 23, 255), OLD, [badType, 18, 19, "ff"]],
  ])("%s", (_what, octets, limit, expected) => {
    for (const cuts of [[], [1], [16, 17, 18], [18]]) {
      const { messages, found } = run(octets, cuts, Object.assign(new Framer(), { limit }));
      expect(messages).toEqual([]);
      expect(found.map(({ fault, start, end, data }) => [fault, start, end, data && hex(data)])).toEqual([expected]);
    }
  });

  it("have the codes 1/1, 1/2 and 1/3", () => {
    expect(frameFaults.map(({ notify }) => notify)).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
  });

  it("need not wait for a whole header when the peer speaks another protocol", () => {
    // The first octets of a TLS ClientHello, one at a time.
    const found = run(Uint8Array.of(0x16, 0x03, 0x01), [1, 2]).found;
    expect(found.map(({ fault }) => fault)).toEqual([notSynchronized]);
    expect(run(Uint8Array.of(0xff, 0xff, 0x16), [1, 2]).found).toHaveLength(1);
    expect(run(headerOf(0xfe, 19, 4).subarray(0, 16), []).found).toHaveLength(1);
  });
});

describe("the longest message", () => {
  it.each([
    [MessageType.Open, ORDINARY_MAX_MESSAGE, 4096],
    [MessageType.Update, ORDINARY_MAX_MESSAGE, 4096],
    [MessageType.Open, EXTENDED_MAX_MESSAGE, 4096],
    [MessageType.Update, EXTENDED_MAX_MESSAGE, 65535],
    [MessageType.Notification, EXTENDED_MAX_MESSAGE, 65535],
    [MessageType.RouteRefresh, EXTENDED_MAX_MESSAGE, 65535],
  ])("of type %s under limit %s has %s octets", (type, limit, longest) => {
    const octets = message(type, longest);
    for (const cuts of [[], [19], [4096], [longest - 1]]) {
      expect(run(octets, cuts, Object.assign(new Framer(), { limit })).messages).toHaveLength(1);
    }
  });

  it("is allowed from the moment the limit is raised, for a message that has begun too", () => {
    const framer = new Framer();
    const update = message(MessageType.Update, 5000);
    framer.push(update.subarray(0, 10), () => true);
    framer.limit = EXTENDED_MAX_MESSAGE;
    expect(run(update.subarray(10), [100], framer).messages).toHaveLength(1);
  });

  it("is the most that is ever held, whatever a header promises", () => {
    fc.assert(
      fc.property(streamArb, cutsArb, fc.constantFrom(4096, 65535), (stream, cuts, limit) => {
        const framer = Object.assign(new Framer(), { limit });
        run(stream, cuts, framer);
        expect(framer.held).toBeLessThan(limit);
      }),
    );
    const framer = Object.assign(new Framer(), { limit: EXTENDED_MAX_MESSAGE });
    const update = message(MessageType.Update, 65535);
    for (let round = 0; round < 20; round++) {
      for (let at = 0; at < update.length; at += 5000) {
        framer.push(update.subarray(at, at + 5000), () => true);
        expect(framer.held).toBeLessThan(65535);
      }
      expect(framer.held).toBe(0);
    }
  });
});

describe("setHeader", () => {
  it("writes marker, length and type where it is told", () => {
    const out = new Uint8Array(21);
    expect(setHeader(out, 1, 0x1234, MessageType.RouteRefresh)).toBe(20);
    expect(equalOctets(out, Uint8Array.of(0, ...Array(16).fill(0xff), 0x12, 0x34, 5, 0))).toBe(true);
  });

  it("refuses what the length field cannot carry", () => {
    expect(() => setHeader(new Uint8Array(19), 0, 65536, MessageType.Update)).toThrow(RangeError);
  });
});

describe("tooShort", () => {
  it("knows the least length of every type, and takes the length found as data", () => {
    for (const [type, [least]] of Object.entries(sizes)) {
      expect(tooShort(100, 100 + least, Number(type) as MessageType)).toBeNull();
      const found = tooShort(100, 99 + least, Number(type) as MessageType);
      expect(found).toEqual({ fault: badLength, start: 0, end: least - 1, data: Uint8Array.of(0, least - 1) });
    }
    expect(sizes[MessageType.Keepalive][0]).toBe(HEADER_LENGTH);
  });
});
