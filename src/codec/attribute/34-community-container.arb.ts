import fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type Atom,
  type AtomPrefix,
  badAtom,
  type Container,
  communityContainer,
  containerLength,
  type WideTlv,
  wideCommunityTooShort,
  wideTlvLength,
  wideTlvRepeated,
} from "./34-community-container.js";
import { brokenOf, casesOf, octetsArb, octetsOf, unsigned32Arb } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<readonly Container[]> => fc.array(container, { minLength: 1, maxLength: 2 });

export const valid: fc.Arbitrary<Case<readonly Container[]>> = casesOf(values);

const few = { maxLength: 3 } as const;

const prefixArb = (most: number): fc.Arbitrary<AtomPrefix> =>
  fc
    .integer({ min: 0, max: most })
    .chain((bits) => octetsArb((bits + 7) >>> 3).map((prefix): AtomPrefix => ({ bits, prefix })));

const atom: fc.Arbitrary<Atom> = fc.oneof(
  fc.record({ type: fc.constantFrom(1, 4, 5, 6, 7), numbers: fc.array(unsigned32Arb, { minLength: 1, maxLength: 3 }) }),
  fc.record({ type: fc.constant(2), prefixes: fc.array(prefixArb(32), few) }),
  fc.record({ type: fc.constant(3), prefixes: fc.array(prefixArb(128), few) }),
  fc.record({
    type: fc.constant(8),
    octets: fc.constantFrom("", "kiln", "é").map((text) => new TextEncoder().encode(text)),
  }),
  fc.record({ type: fc.constantFrom(0, 9, 255), octets: fc.uint8Array({ maxLength: 8 }) }),
);

const tlv: fc.Arbitrary<WideTlv> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom(1, 2, 3), atoms: fc.array(atom, few) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom(0, 4, 255), octets: fc.uint8Array({ maxLength: 8 }) }) },
);

const header = {
  flags: fc.oneof(fc.constantFrom(0, 1, 2, 3), fc.nat(0xff)),
  reserved: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(0xff)),
};

const wide = (tlvs: fc.Arbitrary<readonly WideTlv[]>): fc.Arbitrary<Container> =>
  fc.record({
    type: fc.constant(1),
    ...header,
    community: unsigned32Arb,
    sourceAs: unsigned32Arb,
    contextAs: unsigned32Arb,
    tlvs,
  });

const container: fc.Arbitrary<Container> = fc.oneof(
  { weight: 3, arbitrary: wide(fc.uniqueArray(tlv, { maxLength: 3, selector: ({ type }) => type })) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom(0, 2, 256, 0xffff),
      ...header,
      content: fc.uint8Array({ maxLength: 30 }),
    }),
  },
);

/** A whole container, perhaps behind another, that holds a wide community with `octets` after its three numbers. */
const holding = (session: SessionContext, more: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.array(container, { maxLength: 1 }), wide(fc.constant([])), more).map(([before, one, more]) => {
    const octets = octetsOf(communityContainer, [...before, one], session);
    const at = octets.length - 18;
    return Uint8Array.of(...octets.with(at + 5, 18 + more.length), ...more);
  });

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  {
    fault: containerLength,
    octets: (session) =>
      fc.oneof(
        fc.uint8Array({ maxLength: 5 }),
        holding(session, fc.constant([])).chain((octets) =>
          // Cut off, or of a length that does not even hold its header.
          fc.oneof(
            fc.integer({ min: 1, max: 17 }).map((off) => octets.slice(0, -off)),
            fc.nat(5).map((length) => octets.with(octets.length - 13, length)),
          ),
        ),
      ),
  },
  {
    fault: wideCommunityTooShort,
    octets: () =>
      fc
        .nat(11)
        .chain((length) => octetsArb(length))
        .map((octets) => Uint8Array.of(0, 1, 0, 0, 0, 6 + octets.length, ...octets)),
  },
  {
    fault: wideTlvLength,
    octets: (session) =>
      holding(session, fc.constantFrom([1], [9, 0], [1, 0, 1], [9, 0, 3, 1, 2], [9, 0, 0, 1], [9, 255, 255, 0])),
  },
  {
    fault: wideTlvRepeated,
    octets: (session) =>
      holding(session, fc.constantFrom([1, 0, 0, 1, 0, 0], [9, 0, 1, 7, 2, 0, 0, 9, 0, 0], [0, 0, 0, 0, 0, 0])),
  },
  {
    fault: badAtom,
    octets: (session) =>
      holding(
        session,
        fc
          .tuple(
            fc.constantFrom(1, 2, 3),
            fc.constantFrom<number[][]>(
              // No list at all, half a number, a prefix too long or cut off, an atom cut off.
              [1, 0, 0],
              [4, 0, 3, 1, 2, 3],
              [5, 0, 0],
              [6, 0, 5, 1, 2, 3, 4, 5],
              [7, 0, 2, 0, 0],
              [2, 0, 6, 33, 1, 2, 3, 4, 5],
              [2, 0, 2, 9, 1],
              [3, 0, 1, 129],
              [3, 0, 1, 1],
              [8, 0],
              [8, 0, 1],
            ),
          )
          .map(([type, octets]) => [type, 0, octets.length, ...octets]),
      ),
  },
);
