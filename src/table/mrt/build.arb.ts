import fc from "fast-check";

/** Building blocks of MRT files for tests: octets written by hand, so that no encoder of ours vouches for itself. */

export const u16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** RFC 6396 §2. */
export const mrt = (time: number, type: number, subtype: number, body: readonly number[]): Uint8Array =>
  Uint8Array.from([...u32(time), ...u16(type), ...u16(subtype), ...u32(body.length), ...body]);

/** RFC 4271 §4.3. */
export const attribute = (flags: number, code: number, value: readonly number[]): number[] =>
  value.length > 255 ? [flags | 0x10, code, ...u16(value.length), ...value] : [flags, code, value.length, ...value];

/** AS_PATH segments: type and AS numbers of `size` octets. */
export const path = (
  size: 2 | 4,
  ...segments: readonly (readonly [type: number, asns: readonly number[]])[]
): number[] =>
  segments.flatMap(([type, asns]) => [type, asns.length, ...asns.flatMap((as) => (size === 4 ? u32(as) : u16(as)))]);

export const update = (
  withdrawn: readonly number[],
  attributes: readonly number[],
  nlri: readonly number[] = [],
): number[] => {
  const body = [...u16(withdrawn.length), ...withdrawn, ...u16(attributes.length), ...attributes, ...nlri];
  return [...new Array<number>(16).fill(0xff), ...u16(19 + body.length), 2, ...body];
};

export const PEER4: readonly number[] = [192, 0, 2, 7];
export const LOCAL4: readonly number[] = [192, 0, 2, 8];
export const PEER6: readonly number[] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];
export const LOCAL6: readonly number[] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8];

/** RFC 6396 §4.4: what stands before the message or the states. */
export const bgp4mp = (size: 2 | 4, family: 4 | 6, rest: readonly number[], peerAs = 64500): number[] => [
  ...(size === 4 ? u32(peerAs) : u16(peerAs)),
  ...(size === 4 ? u32(64501) : u16(64501)),
  ...u16(0),
  ...u16(family === 4 ? 1 : 2),
  ...(family === 4 ? [...PEER4, ...LOCAL4] : [...PEER6, ...LOCAL6]),
  ...rest,
];

/** RFC 6396 §4.3.1: peers 0 (IPv4, AS 64500), 1 (IPv6, AS 64501) and 2 (IPv4, AS 4200000000). */
export const peerIndexTable: readonly number[] = [
  ...[9, 9, 9, 9, ...u16(4), 0x76, 0x69, 0x65, 0x77, ...u16(3)],
  ...[0, 1, 1, 1, 1, ...PEER4, ...u16(64500)],
  ...[1, 2, 2, 2, 2, ...PEER6, ...u16(64501)],
  ...[2, 3, 3, 3, 3, 192, 0, 2, 3, ...u32(4_200_000_000)],
];

/** RFC 6396 §4.3.2 and, with path identifiers 5, 6 ..., RFC 8050 §4. */
export const rib = (
  nlri: readonly number[],
  entries: readonly (readonly [peer: number, attributes: readonly number[]])[],
  addPath = false,
): number[] => [
  ...u32(77),
  ...nlri,
  ...u16(entries.length),
  ...entries.flatMap(([peer, attributes], i) => [
    ...u16(peer),
    ...u32(12345),
    ...(addPath ? u32(5 + i) : []),
    ...u16(attributes.length),
    ...attributes,
  ]),
];

export const ORIGIN: readonly number[] = attribute(0x40, 1, [0]);
export const AS_PATH2: readonly number[] = attribute(0x40, 2, path(2, [2, [100, 200]]));
export const AS_PATH4: readonly number[] = attribute(0x40, 2, path(4, [2, [100, 200000]]));
export const NEXT_HOP: readonly number[] = attribute(0x40, 3, [10, 0, 0, 1]);
/** 10.1.0.0/16, 10.2.3.0/24, 0.0.0.0/0. */
export const NLRI4: readonly number[] = [16, 10, 1, 24, 10, 2, 3, 0];
/** 2001:db8::/32. */
export const NLRI6: readonly number[] = [32, 0x20, 1, 0xd, 0xb8];

export const ATTRIBUTES2: readonly number[] = [...ORIGIN, ...AS_PATH2, ...NEXT_HOP];
export const ATTRIBUTES4: readonly number[] = [...ORIGIN, ...AS_PATH4, ...NEXT_HOP];

export const mpReach = (afi: number, safi: number, nextHop: readonly number[], nlri: readonly number[]): number[] =>
  attribute(0x80, 14, [...u16(afi), safi, nextHop.length, ...nextHop, 0, ...nlri]);

export const mpUnreach = (afi: number, safi: number, nlri: readonly number[]): number[] =>
  attribute(0x80, 15, [...u16(afi), safi, ...nlri]);

/** One valid record of each kind. */
export const validRecords: readonly Uint8Array[] = [
  mrt(1, 13, 1, peerIndexTable),
  mrt(
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
  ),
  mrt(
    2,
    13,
    8,
    rib(
      [8, 10],
      [
        [0, ATTRIBUTES4],
        [1, ATTRIBUTES4],
      ],
      true,
    ),
  ),
  mrt(2, 13, 4, rib(NLRI6, [[1, [...ORIGIN, ...AS_PATH4, ...attribute(0x80, 14, [16, ...PEER6])]]])),
  mrt(2, 13, 6, [...u32(1), ...u16(1), 1, ...rib([16, 10, 5], [[0, ATTRIBUTES4]]).slice(4)]),
  mrt(3, 12, 1, [
    ...[...u16(0), ...u16(1), 10, 0, 0, 0, 8, 1, ...u32(5), ...PEER4, ...u16(64500)],
    ...[...u16(ATTRIBUTES2.length), ...ATTRIBUTES2],
  ]),
  mrt(4, 16, 0, bgp4mp(2, 4, [...u16(3), ...u16(4)])),
  mrt(4, 16, 5, bgp4mp(4, 6, [...u16(6), ...u16(1)])),
  mrt(4, 16, 1, bgp4mp(2, 4, update(NLRI4, ATTRIBUTES2, NLRI4))),
  mrt(4, 16, 4, bgp4mp(4, 6, update([], [...mpReach(2, 1, PEER6, NLRI6), ...ORIGIN, ...AS_PATH4]))),
  mrt(4, 17, 4, [...u32(999_999), ...bgp4mp(4, 4, update([], ATTRIBUTES4, NLRI4))]),
  mrt(4, 16, 9, bgp4mp(4, 4, update([], ATTRIBUTES4, [0, 0, 0, 7, ...NLRI4.slice(0, 3)]))),
  mrt(4, 11, 0, [1, 2, 3]),
];

/** A valid record with at most three octets overwritten. About two thirds of them are still read without a fault. */
export const nearValidRecordArb: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(...validRecords),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
  )
  .map(([record, changes]) => {
    const octets = record.slice();
    for (const [at, value] of changes) octets[at % octets.length] = value;
    return octets;
  });
