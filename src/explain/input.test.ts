import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepalive } from "../codec/message/keepalive.js";
import { encodeNotification } from "../codec/message/notification.js";
import { hex, setU16, setU32 } from "../codec/octets.js";
import { readCapture } from "./capture.js";
import { readInput } from "./input.js";

const cease = encodeNotification({ code: 6, subcode: 2, data: new Uint8Array(0) });

interface Piece {
  readonly from?: readonly [host: number, port: number];
  readonly to?: readonly [host: number, port: number];
  readonly sequence: number;
  readonly flags?: number;
  readonly payload: Uint8Array;
}

/** IPv4 and TCP. */
const packet = ({ from = [1, 40000], to = [2, 179], sequence, flags = 0x18, payload }: Piece): Uint8Array => {
  const out = new Uint8Array(40 + payload.length);
  out[0] = 0x45;
  setU16(out, 2, out.length);
  out[9] = 6;
  out.set([192, 0, 2, from[0], 192, 0, 2, to[0]], 12);
  setU16(out, 20, from[1]);
  setU16(out, 22, to[1]);
  setU32(out, 24, sequence);
  out[32] = 0x50;
  out[33] = flags;
  out.set(payload, 40);
  return out;
};

const ethernet = (ip: Uint8Array, type = 0x0800): Uint8Array =>
  Uint8Array.of(...new Uint8Array(12), type >> 8, type & 255, ...ip);
const tagged = (ip: Uint8Array): Uint8Array => Uint8Array.of(...new Uint8Array(12), 0x81, 0, 0, 7, 8, 0, ...ip);
const cooked = (ip: Uint8Array): Uint8Array => Uint8Array.of(...new Uint8Array(14), 8, 0, ...ip);
const cooked2 = (ip: Uint8Array): Uint8Array => Uint8Array.of(8, 0, ...new Uint8Array(18), ...ip);

const word = (value: number, little: boolean): number[] => {
  const octets = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  return little ? octets.reverse() : octets;
};
const half = (value: number, little: boolean): number[] =>
  little ? [value & 255, value >>> 8] : [value >>> 8, value & 255];

const pcap = (packets: readonly Uint8Array[], linkType = 101, little = false): Uint8Array =>
  Uint8Array.from([
    ...word(0xa1b2c3d4, little),
    ...half(2, little),
    ...half(4, little),
    ...new Array<number>(8).fill(0),
    ...word(65535, little),
    ...word(linkType, little),
    ...packets.flatMap((one) => [
      ...new Array<number>(8).fill(0),
      ...word(one.length, little),
      ...word(one.length, little),
      ...one,
    ]),
  ]);

const block = (type: number, body: readonly number[], little: boolean): number[] => {
  const padded = [...body, ...new Array<number>((4 - (body.length % 4)) % 4).fill(0)];
  const length = word(12 + padded.length, little);
  return [...word(type, little), ...length, ...padded, ...length];
};

const pcapng = (packets: readonly Uint8Array[], linkType = 101, little = false): Uint8Array =>
  Uint8Array.from([
    ...block(
      0x0a0d0d0a,
      [...word(0x1a2b3c4d, little), ...half(1, little), 0, 0, ...new Array<number>(8).fill(255)],
      little,
    ),
    ...block(1, [...half(linkType, little), 0, 0, 0, 0, 0, 0], little),
    ...packets.flatMap((one, i) =>
      i % 2 === 0
        ? block(
            6,
            [
              ...word(0, little),
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              ...word(one.length, little),
              ...word(one.length, little),
              ...one,
            ],
            little,
          )
        : block(3, [...word(one.length, little), ...one], little),
    ),
  ]);

const read = (file: Uint8Array): string[] =>
  readInput(file)?.messages.map(({ from, to, packet: number, octets }) => `${number} ${from} > ${to} ${hex(octets)}`) ??
  [];

const CLIENT = "192.0.2.1:40000";
const SERVER = "192.0.2.2:179";
const segments = [
  packet({ sequence: 10, payload: keepalive }),
  packet({ from: [2, 179], to: [1, 40000], sequence: 99, payload: cease }),
];
const expected = [`1 ${CLIENT} > ${SERVER} ${hex(keepalive)}`, `2 ${SERVER} > ${CLIENT} ${hex(cease)}`];

describe("a capture", () => {
  it.each([
    ["pcap", pcap(segments)],
    ["pcap of a little-endian machine", pcap(segments, 101, true)],
    ["pcapng", pcapng(segments)],
    ["pcapng of a little-endian machine", pcapng(segments, 101, true)],
    [
      "Ethernet",
      pcap(
        segments.map((one) => ethernet(one)),
        1,
      ),
    ],
    ["Ethernet with a VLAN tag", pcap(segments.map(tagged), 1)],
    ["Linux cooked", pcap(segments.map(cooked), 113)],
    ["Linux cooked, version 2", pcap(segments.map(cooked2), 276)],
    [
      "BSD loopback",
      pcap(
        segments.map((one) => Uint8Array.of(2, 0, 0, 0, ...one)),
        0,
      ),
    ],
  ])("gives messages with their ends and packets: %s", (_name, file) => {
    expect(read(file)).toEqual(expected);
  });

  it("is read over IPv6, behind extension headers", () => {
    const tcp = packet({ sequence: 1, payload: keepalive }).subarray(20);
    const ip = new Uint8Array(40 + 8 + tcp.length);
    ip[0] = 0x60;
    setU16(ip, 4, 8 + tcp.length);
    ip[6] = 60;
    ip.set([0x20, 0x01, 0x0d, 0xb8], 8);
    ip[23] = 1;
    ip.set([0x20, 0x01, 0x0d, 0xb8], 24);
    ip[39] = 2;
    ip[40] = 6;
    ip.set(tcp, 48);
    expect(read(pcap([ethernet(ip, 0x86dd)], 1))).toEqual([
      `1 [2001:db8::1]:40000 > [2001:db8::2]:179 ${hex(keepalive)}`,
    ]);
  });

  it("puts segments in order, takes what came twice once, and counts on across 2^32", () => {
    const stream = Uint8Array.of(...keepalive, ...cease, ...keepalive);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: stream.length - 1 }), { maxLength: 6 }),
        fc.nat(),
        fc.constantFrom(1, 0xffffffff, 0xfffffff0),
        (cuts, dice, start) => {
          const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
          const pieces = at
            .slice(1)
            .map((end, i) => ({ sequence: (start + (at[i] ?? 0)) >>> 0, payload: stream.slice(at[i], end) }));
          // The first stays first, or its number is not known to be the first.
          const [first, ...others] = pieces;
          if (first === undefined) return;
          const turned = [
            ...others.slice(dice % (others.length || 1)),
            ...others.slice(0, dice % (others.length || 1)),
          ];
          const input = readInput(pcap([first, ...turned, first].map(packet)));
          expect(input?.messages.map(({ octets }) => hex(octets))).toEqual(
            [keepalive, cease, keepalive].map((one) => hex(one)),
          );
          expect(input?.notes).toEqual([]);
        },
      ),
    );
  });

  it("goes on behind a hole, and says so", () => {
    const input = readInput(
      pcap([packet({ sequence: 1, payload: keepalive }), packet({ sequence: 500, payload: cease })]),
    );
    expect(input?.messages).toHaveLength(2);
    expect(input?.notes.join()).toContain("octets are missing before packet 2");
  });

  it("takes a SYN with another number for a new connection", () => {
    const file = pcap([
      packet({ sequence: 0, flags: 2, payload: new Uint8Array(0) }),
      packet({ sequence: 1, payload: keepalive }),
      packet({ sequence: 9_000_000, flags: 2, payload: new Uint8Array(0) }),
      packet({ sequence: 9_000_001, payload: cease }),
    ]);
    expect(read(file).map((line) => line.slice(0, 2))).toEqual(["2 ", "4 "]);
    expect(readInput(file)?.notes).toEqual([]);
  });

  it("says what it leaves out: TLS, and packets that are no TCP", () => {
    const tls = packet({ sequence: 1, payload: Uint8Array.of(0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5) });
    expect(readInput(pcap([tls]))?.notes.join()).toContain("1 directions of TLS");
    expect(readInput(pcap([Uint8Array.of(1, 2, 3)]))?.notes.join()).toContain("none of the 1 packets");
  });

  it("that ends too early gives what it has, and says so", () => {
    for (const file of [pcap(segments), pcapng(segments)]) {
      const whole = readCapture(file);
      expect(whole.trouble).toBeNull();
      const { packets, trouble } = readCapture(file.subarray(0, file.length - 3));
      expect(packets).toHaveLength(1);
      expect(trouble).toBe("it ends within a record, behind packet 1");
    }
    expect(readCapture(pcap([]).subarray(0, 10)).trouble).toBe("it ends within its header");
  });

  it("of any octets is read without a throw", () => {
    const files = [pcap(segments, 1), pcapng(segments, 1, true), pcap(segments)];
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        fc.nat(),
        (file, edits, cut) => {
          const damaged = file.slice(0, file.length - (cut % 40));
          for (const [at, octet] of edits) damaged[4 + (at % (damaged.length - 4))] = octet;
          expect(() => readInput(damaged)).not.toThrow();
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("raw octets", () => {
  it("are cut by their lengths; one with a senseless length goes to the next marker", () => {
    const senseless = keepalive.slice();
    setU16(senseless, 16, 3);
    const file = Uint8Array.of(1, 2, ...keepalive, ...senseless, 9, 9, ...cease, ...keepalive.subarray(0, 18));
    const input = readInput(file);
    expect(input?.messages.map(({ octets }) => octets.length)).toEqual([19, 21, 21, 18]);
    expect(input?.notes.join()).toContain("2 octets in front");
  });

  it("without a marker are nothing", () => {
    expect(readInput(new TextEncoder().encode("no message here"))).toBeNull();
    expect(readInput(new Uint8Array(0))).toBeNull();
  });
});
