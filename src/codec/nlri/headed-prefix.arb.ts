import fc from "fast-check";
import type { Fault } from "../fault.js";
import { Afi, afiOf } from "../iana.js";
import type { NlriSpec, RouteForm } from "../nlri.js";
import type { Prefix } from "./headed-prefix.js";
import type { Label } from "./labels.js";
import { type BrokenRun, behindRoutes, type NlriArb, pathIdArb, pathIdOctets, runOf } from "./nlri.arb.js";
import { prefixArb } from "./unicast.arb.js";

/** What a family's heads give to make its arbitraries of. */
export interface HeadArb<H> {
  /** Heads that leave room for some prefix. */
  head(form: RouteForm): fc.Arbitrary<H>;
  /** Heads that leave room for any prefix, and one more bit. */
  short(form: RouteForm): fc.Arbitrary<H>;
  /** Octets behind the path identifier with a fault of the head, length first. Every fault of the head occurs. */
  faulty(form: RouteForm, fault: (what: string) => Fault): fc.Arbitrary<BrokenRun>[];
  nextHopLengths(extended: boolean): readonly number[];
}

export const headedPrefixArb = <H extends object>(spec: NlriSpec<H & Prefix>, of: HeadArb<H>): NlriArb<H & Prefix> => {
  const width = afiOf(spec.family) === Afi.Ipv4 ? 4 : 16;
  const headBits = (head: H, form: RouteForm): number =>
    8 * (spec.size({ ...head, length: 0, address: new Uint8Array(width) }, false, form) - 1);

  const route: NlriArb<H & Prefix>["route"] = (addPath, form) =>
    fc
      .tuple(pathIdArb(addPath), of.head(form), prefixArb(width))
      .map(([id, head, prefix]) => ({ ...id, ...head, ...shortened(prefix, 255 - headBits(head, form)) }));

  return {
    spec,
    route,
    nextHopLengths: of.nextHopLengths,

    broken(addPath, form): fc.Arbitrary<BrokenRun> {
      const carriage = { addPath, form };
      const fault = (what: string): Fault => faultOf(spec, what);
      // The length says more bits than an address has, and the octets for them are there.
      const tooLong = fc
        .tuple(of.short(form), fc.nat(), fc.uint8Array({ minLength: 32, maxLength: 32 }))
        .map(([head, dice, octets]) => {
          const whole = { ...head, length: 0, address: new Uint8Array(width) };
          const first = headBits(head, form) + width * 8 + 1;
          const run = runOf(spec, [whole], { addPath: false, form });
          run[0] = first + (dice % (256 - first));
          const missing = Math.ceil((run[0] ?? 0) / 8) - (run.length - 1);
          return Uint8Array.of(...pathIdOctets(addPath), ...run, ...octets.subarray(0, missing));
        });
      // The last route lacks 1 octet or more, but not all of it.
      const cut = fc.tuple(route(addPath, form), fc.nat()).map(([last, dice]) => {
        const octets = runOf(spec, [last], carriage);
        return octets.subarray(0, 1 + (dice % (octets.length - 1)));
      });
      const behind = (what: string, octets: fc.Arbitrary<Uint8Array>): fc.Arbitrary<BrokenRun> =>
        behindRoutes({ spec, route }, carriage, fault(what), octets);
      return fc.oneof(
        ...of
          .faulty(form, fault)
          .map((faulty) =>
            faulty.chain((one) =>
              behindRoutes(
                { spec, route },
                carriage,
                one.fault,
                fc.constant(Uint8Array.of(...pathIdOctets(addPath), ...one.octets)),
              ),
            ),
          ),
        behind("prefix-too-long", tooLong),
        behind("overrun", cut),
      );
    },
  };
};

/** The fault `what` of a family. */
export const faultOf = ({ name, faults }: Pick<NlriSpec<unknown>, "name" | "faults">, what: string): Fault => {
  const fault = faults.find(({ id }) => id === `${name}/${what}`);
  if (fault === undefined) throw new RangeError(`${name} has no fault ${what}`);
  return fault;
};

const labelArb: fc.Arbitrary<Label> = fc.record({
  label: fc.oneof(fc.constantFrom(0, 3, 0x80000, 0xfffff), fc.nat(0xfffff)),
  rsrv: fc.oneof(fc.constant(0), fc.nat(7)),
});

/** Labels as they stand in the form: `most` of them in a stack. */
export const labelsArb = (form: RouteForm, most: number): fc.Arbitrary<readonly Label[]> => {
  if (form === "withdrawn") return fc.constant([]);
  return form === "single"
    ? fc.tuple(labelArb)
    : fc.oneof(
        fc.tuple(labelArb),
        fc.array(labelArb, { minLength: 2, maxLength: most }),
        fc.array(labelArb, { minLength: most, maxLength: most }),
      );
};

/** RFC 4364 §4.2 has three types of Route Distinguisher. */
export const rdArb: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.uint8Array({ minLength: 6, maxLength: 6 }))
  .map(([type, value]) => Uint8Array.of(0, type, ...value));

/** Routes too short for a label; and, where stacks are agreed on, stacks that nothing ends. */
export const faultyLabels = (form: RouteForm, fault: (what: string) => Fault): fc.Arbitrary<BrokenRun>[] => {
  const noLabel = run(fault("no-label"), fc.nat(23), (octets) => octets);
  if (form !== "stack") return [noLabel];
  return [
    noLabel,
    run(fault("unending-stack"), fc.integer({ min: 24, max: 255 }), (octets) =>
      octets.map((octet, i) => (i % 3 === 2 ? octet & 0xfe : octet)),
    ),
  ];
};

/** A whole route of so many bits, without its path identifier. */
export const run = (
  fault: Fault,
  bits: fc.Arbitrary<number>,
  made: (octets: Uint8Array) => Uint8Array,
): fc.Arbitrary<BrokenRun> =>
  bits.chain((length) => {
    const size = Math.ceil(length / 8);
    return fc
      .uint8Array({ minLength: size, maxLength: size })
      .map((octets) => ({ octets: Uint8Array.of(length, ...made(octets)), fault }));
  });

/** The prefix, with no more than `room` bits of it. */
const shortened = (prefix: Pick<Prefix, "length" | "address">, room: number): Pick<Prefix, "length" | "address"> => {
  const length = Math.min(prefix.length, room);
  return {
    length,
    address: prefix.address.map((octet, i) => octet & (0xff00 >>> Math.min(8, Math.max(0, length - i * 8)))),
  };
};
