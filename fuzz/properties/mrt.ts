import fc from "fast-check";
import type { Fault } from "../../src/codec/fault.js";
import { keepalive } from "../../src/codec/message/keepalive.js";
import { encodeUpdate } from "../../src/codec/message/update.js";
import { setU16, setU32 } from "../../src/codec/octets.js";
import { sessionArb } from "../../src/codec/session-context.arb.js";
import {
  badMarker,
  badMessageLength,
  badPrefixLength,
  MRT_HEADER_LENGTH,
  noPeerTable,
  shortAttributes,
  shortRecord,
  unknownFamily,
  unknownPeer,
} from "../../src/table/mrt/record.js";
import { ordinary } from "../targets/context.js";
import { NO_TABLE } from "../targets/mrt-record.js";
import type { WireArbs } from "./arbitraries.js";

const octetsArb = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

const header = (type: number, subtype: number, body: Uint8Array): Uint8Array => {
  const record = new Uint8Array(MRT_HEADER_LENGTH + body.length);
  let at = setU32(record, 0, 1_700_000_000);
  at = setU16(record, setU16(record, at, type), subtype);
  record.set(body, setU32(record, at, body.length));
  return record;
};

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

const u16 = (value: number): number[] => [value >> 8, value & 0xff];

/** RFC 6396 §4.4: AS numbers, interface, family and addresses. */
const speakersArb = (asnSize: 2 | 4, v6: boolean): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(octetsArb(2 * asnSize + 2), octetsArb(v6 ? 32 : 8))
    .map(([ases, addresses]) => joined(ases, u16(v6 ? 2 : 1), addresses));

const update: Uint8Array = encodeUpdate(
  { withdrawn: [{ length: 8, address: Uint8Array.of(10, 0, 0, 0) }], attributes: [], nlri: [] },
  ordinary(),
);

/** The body of BGP4MP_MESSAGE and of its siblings, with its subtype. */
const bgp4mpArb = (message: fc.Arbitrary<Uint8Array>): fc.Arbitrary<{ subtype: number; body: Uint8Array }> =>
  fc
    .tuple(fc.constantFrom<[number, 2 | 4]>([1, 2], [4, 4], [6, 2], [7, 4], [8, 2], [9, 4]), fc.boolean())
    .chain(([[subtype, asnSize], v6]) =>
      fc
        .tuple(speakersArb(asnSize, v6), message)
        .map(([speakers, octets]) => ({ subtype, body: joined(speakers, octets) })),
    );

const recordsOf = (bodies: ReturnType<typeof bgp4mpArb>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(bodies, fc.boolean(), octetsArb(4))
    .map(([{ subtype, body }, extended, microseconds]) =>
      extended ? header(17, subtype, joined(microseconds, body)) : header(16, subtype, body),
    );

const stateChangeArb: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom<[number, 2 | 4]>([0, 2], [5, 4]), fc.boolean(), fc.nat(6), fc.nat(6))
  .chain(([[subtype, asnSize], v6, from, to]) =>
    speakersArb(asnSize, v6).map((speakers) => header(16, subtype, joined(speakers, u16(from), u16(to)))),
  );

/** RFC 6396 §4.3.1: view name, then peers of each combination of address family and AS size. */
const peerIndexTableArb: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    octetsArb(4),
    fc.uint8Array({ maxLength: 8 }),
    fc.array(
      fc
        .nat(3)
        .chain((type) => octetsArb(4 + (type & 1 ? 16 : 4) + (type & 2 ? 4 : 2)).map((peer) => joined([type], peer))),
      { maxLength: 5 },
    ),
  )
  .map(([collector, view, peers]) =>
    header(13, 1, joined(collector, u16(view.length), view, u16(peers.length), ...peers)),
  );

/** RFC 6396 §4.3.2 and RFC 8050 §4; the target's table has three peers. */
const ribArb = (peer: fc.Arbitrary<number>, more: number, count: number): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.constantFrom(2, 4, 8, 10), fc.nat(32)).chain(([subtype, length]) => {
    const addPath = subtype >= 8;
    const entry = fc
      .tuple(peer, octetsArb(addPath ? 8 : 4), fc.uint8Array({ maxLength: 30 }))
      .map(([index, dates, attributes]) => joined(u16(index), dates, u16(attributes.length + more), attributes));
    return fc
      .tuple(octetsArb(4), octetsArb((length + 7) >> 3), fc.array(entry, { minLength: count, maxLength: 4 }))
      .map(([sequence, prefix, entries]) =>
        header(13, subtype, joined(sequence, [length], prefix, u16(entries.length), ...entries)),
      );
  });

/** RFC 6396 §4.2. */
const tableDumpArb = (length: fc.Arbitrary<number>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(octetsArb(8), length, octetsArb(11), fc.uint8Array({ maxLength: 30 }))
    .map(([prefix, bits, peer, attributes]) =>
      header(12, 1, joined(prefix, [bits], peer, u16(attributes.length), attributes)),
    );

const validRecords: fc.Arbitrary<Uint8Array> = fc.oneof(
  recordsOf(bgp4mpArb(fc.constantFrom(keepalive, update))),
  stateChangeArb,
  peerIndexTableArb,
  ribArb(fc.nat(2), 0, 0),
  tableDumpArb(fc.nat(32)),
  fc.tuple(fc.constantFrom(11, 32, 48), fc.uint8Array({ maxLength: 20 })).map(([type, body]) => header(type, 0, body)),
);

const planted = (fault: Fault, octets: fc.Arbitrary<Uint8Array>): fc.Arbitrary<{ octets: Uint8Array; fault: Fault }> =>
  octets.map((broken) => ({ octets: broken, fault }));

const brokenRecords = fc.oneof(
  planted(
    shortRecord,
    fc.tuple(validRecords, fc.nat(MRT_HEADER_LENGTH - 1)).map(([record, length]) => record.slice(0, length)),
  ),
  planted(
    shortRecord,
    fc.tuple(stateChangeArb, fc.integer({ min: 1, max: 4 })).map(([record, cut]) => record.slice(0, -cut)),
  ),
  planted(
    unknownFamily,
    stateChangeArb.map((record) => record.with(MRT_HEADER_LENGTH + (record[7] === 0 ? 7 : 11), 3)),
  ),
  planted(badPrefixLength, tableDumpArb(fc.integer({ min: 33, max: 255 }))),
  planted(unknownPeer, ribArb(fc.integer({ min: 3, max: 0xffff }), 0, 1)),
  planted(shortAttributes, ribArb(fc.constant(0), 400, 1)),
  planted(badMarker, recordsOf(bgp4mpArb(fc.nat(15).map((at) => keepalive.with(at, 0))))),
  planted(badMessageLength, recordsOf(bgp4mpArb(fc.constantFrom(keepalive.with(17, 18), keepalive.with(17, 200))))),
);

/** RFC 6396 §4.3.1: a RIB entry names a peer of the table that came before; here none came. */
const withoutPeers = planted(noPeerTable, ribArb(fc.nat(2), 0, 1)).map((broken) => ({
  ...broken,
  adjust: (input: Uint8Array) => input.with(0, NO_TABLE),
}));

/** Records for a context with three peers. */
export const mrtRecordArbs: WireArbs = {
  valid: fc.record({ octets: validRecords, session: sessionArb }),
  broken: fc
    .tuple(fc.oneof(brokenRecords, withoutPeers), sessionArb)
    .map(([broken, session]) => ({ ...broken, session })),
};
