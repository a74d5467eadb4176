import fc from "fast-check";
import { setU16, setU32 } from "../octets.js";
import { asnArb } from "../session-context.arb.js";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type AsPath,
  type AsPathSegment,
  asZero,
  confederationSegment,
  emptySegment,
  encodeAsPath,
  overrun,
  SegmentType,
  sizeAsPath,
  underrun,
  unknownSegment,
} from "./02-as-path.js";
import { brokenOf, casesOf } from "./attribute.arb.js";

/** Paths as they occur, now and then one with a full segment of 255. At most 1,300 octets. */
export const pathArb = (asnSize: 2 | 4, types: readonly number[]): fc.Arbitrary<AsPath> => {
  const segment = (minLength: number, maxLength: number): fc.Arbitrary<AsPathSegment> =>
    fc.record({
      type: fc.constantFrom(...types),
      asns: fc.array(asnArb(asnSize), { minLength, maxLength, size: "max" }),
    });
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(segment(1, 8), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.tuple(segment(1, 8), segment(255, 255)) },
  );
};

export const values = ({ asnSize, external }: SessionContext): fc.Arbitrary<AsPath> =>
  pathArb(asnSize, external ? RouteSegments : AllSegments);

export const valid: fc.Arbitrary<Case<AsPath>> = casesOf(values);

/** A place in the middle of a path for octets that must not stand there: `bad` is handed one well-formed segment. */
export const planted = (
  asnSize: 2 | 4,
  minLength: number,
  bad: (segment: Uint8Array, dice: number) => Uint8Array,
): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc
        .array(pathArb(asnSize, RouteSegments), { minLength, maxLength: 2 })
        .filter((paths) => paths.flat().length >= minLength),
      fc.array(asnArb(asnSize), { minLength: 1, maxLength: 5 }),
      pathArb(asnSize, RouteSegments),
      fc.nat(),
    )
    .map(([before, asns, after, dice]) =>
      Uint8Array.of(
        ...written(before.flat(), asnSize),
        ...bad(written([{ type: SegmentType.Sequence, asns }], asnSize), dice),
        ...written(after, asnSize),
      ),
    );

export const withUnknownType = (segment: Uint8Array, dice: number): Uint8Array =>
  segment.with(0, dice % 252 === 0 ? 0 : 4 + (dice % 252));

export const emptied = (segment: Uint8Array): Uint8Array => segment.subarray(0, 2).with(1, 0);

export const withZero =
  (asnSize: 2 | 4) =>
  (segment: Uint8Array, dice: number): Uint8Array => {
    const at = 2 + asnSize * (dice % ((segment.length - 2) / asnSize));
    if (asnSize === 4) setU32(segment, at, 0);
    else setU16(segment, at, 0);
    return segment;
  };

/** A path whose last segment claims 1 to 100 AS numbers that are not there. */
export const overrunArb = (asnSize: 2 | 4): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      pathArb(asnSize, RouteSegments),
      fc.array(asnArb(asnSize), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 100 }),
    )
    .map(([before, asns, more]) => {
      const last = written([{ type: SegmentType.Sequence, asns }], asnSize);
      return Uint8Array.of(...written(before, asnSize), ...last.with(1, asns.length + more));
    });

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: unknownSegment, octets: ({ asnSize }) => planted(asnSize, 0, withUnknownType) },
  {
    fault: confederationSegment,
    fits: ({ external }) => external,
    octets: ({ asnSize }) => planted(asnSize, 0, (segment, dice) => segment.with(0, 3 + (dice % 2))),
  },
  { fault: emptySegment, octets: ({ asnSize }) => planted(asnSize, 0, emptied) },
  { fault: asZero, octets: ({ asnSize }) => planted(asnSize, 0, withZero(asnSize)) },
  { fault: overrun, octets: ({ asnSize }) => overrunArb(asnSize) },
  {
    fault: underrun,
    octets: (session) =>
      fc
        .tuple(values(session), fc.nat(255))
        .map(([path, octet]) => Uint8Array.of(...written(path, session.asnSize), octet)),
  },
);

export const RouteSegments: readonly number[] = [SegmentType.Sequence, SegmentType.Set];
export const AllSegments: readonly number[] = [...RouteSegments, SegmentType.ConfedSequence, SegmentType.ConfedSet];

const written = (path: AsPath, asnSize: 2 | 4): Uint8Array => {
  const octets = new Uint8Array(sizeAsPath(path, asnSize));
  encodeAsPath(path, octets, 0, asnSize);
  return octets;
};
