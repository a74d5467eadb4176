import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fault } from "../../codec/fault.js";
import { BgpdumpLines } from "./bgpdump-lines.js";
import {
  ATTRIBUTES4,
  bgp4mp,
  mrt,
  nearValidRecordArb,
  peerIndexTable,
  rib,
  u16,
  u32,
  update,
  validRecords,
} from "./build.arb.js";
import {
  badMarker,
  badMessageLength,
  badPrefixLength,
  decodeMrtRecord,
  type MrtContext,
  mrtRecordFaults,
  noPeerTable,
  shortAttributes,
  shortRecord,
  unknownFamily,
  unknownPeer,
} from "./record.js";

const peersOf = (record: Uint8Array): MrtContext => {
  const { value } = decodeMrtRecord(record, 0, record.length, { peers: null });
  if (value?.kind !== "peer-index-table") throw new Error("no peer index table");
  return { peers: value.peers };
};
const context = peersOf(mrt(1, 13, 1, peerIndexTable));

/** One broken record per fault. */
const broken: readonly (readonly [Fault, Uint8Array, MrtContext?])[] = [
  [shortRecord, mrt(4, 16, 0, bgp4mp(2, 4, [0, 3, 0]))],
  [unknownFamily, mrt(4, 16, 0, [0, 1, 0, 2, 0, 0, 0, 9, ...new Array<number>(20).fill(0)])],
  [badPrefixLength, mrt(2, 13, 2, rib([33, 10, 0, 0, 0, 0], [[0, ATTRIBUTES4]]))],
  [noPeerTable, mrt(2, 13, 2, rib([8, 10], [[0, ATTRIBUTES4]])), { peers: null }],
  [unknownPeer, mrt(2, 13, 2, rib([8, 10], [[3, ATTRIBUTES4]]))],
  [shortAttributes, mrt(2, 13, 2, [...u32(1), 8, 10, ...u16(1), ...u16(0), ...u32(0), ...u16(9), 1, 2])],
  [badMarker, mrt(4, 16, 1, bgp4mp(2, 4, update([], []).with(3, 0)))],
  [badMessageLength, mrt(4, 16, 1, bgp4mp(2, 4, update([], []).with(17, 200)))],
];

describe("an MRT record", () => {
  it("is read when valid, whatever its kind", () => {
    const kinds = validRecords.map((octets) => decodeMrtRecord(octets, 0, octets.length, context));
    expect(kinds.flatMap(({ found }) => found)).toEqual([]);
    expect(new Set(kinds.map(({ value }) => value?.kind))).toEqual(
      new Set(["peer-index-table", "rib", "table-dump", "state-change", "message", "other"]),
    );
  });

  it.each(broken.map(([fault, octets, within]) => ({ fault, octets, within: within ?? context, id: fault.id })))(
    "gives $id for what is wrong",
    ({ fault, octets, within }) => {
      const { found } = decodeMrtRecord(octets, 0, octets.length, within);
      expect(found.map((one) => one.fault)).toEqual([fault]);
    },
  );

  it("has a test for every fault it declares", () => {
    expect(new Set(broken.map(([fault]) => fault))).toEqual(new Set(mrtRecordFaults));
  });

  it("keeps the entries of a RIB before the faulty one", () => {
    const octets = mrt(
      2,
      13,
      2,
      rib(
        [8, 10],
        [
          [0, ATTRIBUTES4],
          [2, ATTRIBUTES4],
        ],
      ),
    );
    const { value, found } = decodeMrtRecord(octets, 0, octets.length - 1, context);
    expect(found.map(({ fault }) => fault)).toEqual([shortAttributes]);
    expect(value?.kind === "rib" && value.entries.map(({ peer }) => peer.as)).toEqual([64500]);
  });

  it("never throws, nor do its lines, on any octets and on nearly valid ones", () => {
    const lines = new BgpdumpLines(() => undefined);
    const read = (octets: Uint8Array): void => {
      const { value, found } = decodeMrtRecord(octets, 0, octets.length, context);
      for (const { start, end } of found) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(octets.length);
      }
      if (value !== null) lines.record(value, octets);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), read), { numRuns: 2000 });
    fc.assert(fc.property(nearValidRecordArb, read), { numRuns: 5000 });
  });
});

// Laid out by hand from the figures of RFC 6396 §2, §4.3.1, §4.3.4 and §4.4.
describe("an MRT record in octets", () => {
  const octetsOf = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));

  it.each([
    [
      "PEER_INDEX_TABLE, one IPv4 peer of four-octet AS",
      "00000001 000d 0001 00000017 c0000201 0002 6162 0001 02 c0000202 c0000203 0000fde9",
      "peer-index-table",
    ],
    [
      "BGP4MP_STATE_CHANGE, Idle to Connect",
      "00000002 0010 0000 00000014 fde8 fde9 0000 0001 c0000201 c0000202 0001 0002",
      "state-change",
    ],
    [
      "BGP4MP_MESSAGE_AS4, a KEEPALIVE",
      `00000003 0010 0004 00000027 0000fde8 0000fde9 0000 0001 c0000201 c0000202 ${"ff".repeat(16)} 0013 04`,
      "message",
    ],
  ])("%s", (_name, digits, kind) => {
    const octets = octetsOf(digits);
    const { value, found } = decodeMrtRecord(octets, 0, octets.length, { peers: null });
    expect(found).toEqual([]);
    expect(value?.kind).toBe(kind);
  });
});
