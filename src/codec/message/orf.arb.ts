import fc from "fast-check";
import { familyArb } from "../capability/testing.arb.js";
import type { Fault } from "../fault.js";
import { type Family, family, Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import {
  ADDRESS_PREFIX,
  addressBits,
  entryLengths,
  entryOverrun,
  type Orf,
  OrfAction,
  orfOverrun,
  type PrefixEntry,
  type RouteFilters,
  sizeOfRouteFilters,
  unknownAction,
  unknownWhen,
  WhenToRefresh,
  writeRouteFilters,
} from "./orf.js";

/** Route filters, and the family of the routes that they are for. */
export interface Filtered {
  readonly family: Family;
  readonly orf: RouteFilters;
}

/** Octets with one planted defect behind a ROUTE-REFRESH of this family. */
export interface BrokenFilters {
  readonly family: Family;
  readonly octets: Uint8Array;
  readonly fault: Fault;
}

const prefixFamily: fc.Arbitrary<Family> = fc.constantFrom(Ipv4Unicast, Ipv6Unicast, family(1, 2), family(2, 4));

/** Lengths that hold together, with and without bounds. */
const entryArb = (bits: number): fc.Arbitrary<PrefixEntry> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .record({
          action: fc.constantFrom(OrfAction.Add, OrfAction.Remove),
          deny: fc.boolean(),
          sequence: fc.oneof(fc.constantFrom(0, 0xffffffff), fc.nat(0xffff)),
          lengths: fc.tuple(fc.nat(bits), fc.nat(bits), fc.nat(bits)).map((all) => all.sort((a, b) => a - b)),
          bounds: fc.nat(3),
        })
        .chain(({ lengths: [low = 0, middle = 0, high = 0], bounds, ...entry }) => {
          const minLength = (bounds & 1) !== 0 && low < middle ? middle : 0;
          const maxLength = (bounds & 2) !== 0 ? high : 0;
          const width = Math.ceil(low / 8);
          return fc
            .uint8Array({ minLength: width, maxLength: width })
            .map((prefix) => ({ ...entry, minLength, maxLength, length: low, prefix }));
        }),
    },
    fc.record({ action: fc.constant(OrfAction.RemoveAll), deny: fc.boolean() }),
  );

const octets: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 20 });

const orfArb = (of: Family): fc.Arbitrary<Orf> => {
  const bits = addressBits(of);
  if (bits === null) return fc.record({ type: fc.oneof(fc.constant(ADDRESS_PREFIX), fc.nat(255)), octets });
  return fc.oneof(
    fc.record({ type: fc.constant(ADDRESS_PREFIX), entries: fc.array(entryArb(bits), { maxLength: 5 }) }),
    fc.record({ type: fc.nat(254).map((type) => (type < ADDRESS_PREFIX ? type : type + 1)), octets }),
  );
};

// RFC 5291 §4: one ORF or more.
const filtersArb = (of: Family): fc.Arbitrary<RouteFilters> =>
  fc.record({
    when: fc.constantFrom(...Object.values(WhenToRefresh)),
    orfs: fc.array(orfArb(of), { minLength: 1, maxLength: 4 }),
  });

export const valid: fc.Arbitrary<Filtered> = fc
  .oneof(prefixFamily, familyArb)
  .chain((of) => filtersArb(of).map((orf) => ({ family: of, orf })));

/** The octets behind the family. */
export const filterOctets = ({ family: of, orf }: Filtered): Uint8Array => {
  const out = new Uint8Array(sizeOfRouteFilters(orf));
  writeRouteFilters(orf, of, out, 0);
  return out;
};

const validOctets = (of: Family): fc.Arbitrary<Uint8Array> =>
  filtersArb(of).map((orf) => filterOctets({ family: of, orf }));

/** Filters in front, and behind them an Address Prefix ORF whose entries end with these octets. */
const lastEntry = (
  fault: Fault,
  wrong: (bits: number) => fc.Arbitrary<readonly number[]>,
): fc.Arbitrary<BrokenFilters> =>
  prefixFamily.chain((of) => {
    const bits = addressBits(of) ?? 32;
    return fc
      .tuple(validOctets(of), fc.array(entryArb(bits), { maxLength: 3 }), wrong(bits))
      .map(([before, entries, last]) => {
        const good = filterOctets({ family: of, orf: { when: 1, orfs: [{ type: ADDRESS_PREFIX, entries }] } }).slice(4);
        const length = good.length + last.length;
        const whole = [...before, ADDRESS_PREFIX, length >> 8, length & 0xff, ...good, ...last];
        return { family: of, octets: Uint8Array.from(whole), fault };
      });
  });

export const broken: fc.Arbitrary<BrokenFilters> = fc.oneof(
  prefixFamily.chain((of) =>
    fc.tuple(validOctets(of), fc.oneof(fc.constant(0), fc.integer({ min: 3, max: 255 }))).map(([whole, when]) => ({
      family: of,
      octets: Uint8Array.of(when, ...whole.subarray(1)),
      fault: unknownWhen,
    })),
  ),
  prefixFamily.chain((of) =>
    fc
      .tuple(
        validOctets(of),
        fc.nat(255),
        fc.array(fc.nat(255), { maxLength: 9 }),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(3),
      )
      .map(([before, type, entries, more, head]) => {
        const claimed = entries.length + more;
        const last = head > 0 ? [type, 0, 0].slice(0, Math.min(head, 2)) : [type, 0, claimed, ...entries];
        return { family: of, octets: Uint8Array.of(...before, ...last), fault: orfOverrun };
      }),
  ),
  lastEntry(unknownAction, () => fc.nat(0x3f).map((rest) => [0xc0 | rest])),
  lastEntry(entryOverrun, (bits) =>
    fc.tuple(fc.nat(0x7f), fc.integer({ min: 1, max: bits }), fc.nat()).map(([first, length, dice]) => {
      const whole = [first, 0, 0, 0, 1, 0, 0, length, ...Array<number>(Math.ceil(length / 8)).fill(0xaa)];
      return whole.slice(0, 1 + (dice % (whole.length - 1)));
    }),
  ),
  lastEntry(entryLengths, (bits) =>
    fc.tuple(fc.nat(0x7f), fc.integer({ min: 1, max: bits - 1 }), fc.nat(4)).map(([first, length, kind]) => {
      const [min, max, own] = (
        [
          [length, 0, length],
          [length + 1, length, length],
          [0, 0, bits + 1],
          [0, bits + 1, length],
          [bits + 1, 0, length],
        ] as const
      )[kind] ?? [1, 0, 1];
      return [first, 0, 0, 0, 1, min, max, own, ...Array<number>(Math.ceil(own / 8)).fill(0xaa)];
    }),
  ),
);
