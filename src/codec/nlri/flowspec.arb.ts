import fc from "fast-check";
import {
  type FlowSpecRoute,
  type FlowSpecSpec,
  ipv4FlowSpec,
  ipv4FlowSpecVpn,
  ipv6FlowSpec,
  ipv6FlowSpecVpn,
} from "./flowspec.js";
import { END_OF_LIST, type FlowSpecComponent, type FlowSpecCondition, valueOctets } from "./flowspec-components.js";
import { rdArb } from "./headed-prefix.arb.js";
import { type BrokenRun, behindRoutes, type NlriArb, pathIdArb, pathIdOctets, runOf } from "./nlri.arb.js";

const arbOf = (spec: FlowSpecSpec): NlriArb<FlowSpecRoute> => {
  const { width, isVpn } = spec;
  const distinguisher = isVpn ? fc.record({ distinguisher: rdArb }) : fc.constant({});
  const highest = width === 16 ? 13 : 12;

  const route: NlriArb<FlowSpecRoute>["route"] = (addPath) =>
    fc
      .tuple(
        pathIdArb(addPath),
        distinguisher,
        fc.oneof(
          { weight: 24, arbitrary: componentsArb(width, highest) },
          { weight: 1, arbitrary: longComponentsArb(isVpn) },
        ),
      )
      .map(([id, rd, components]) => ({ ...id, ...rd, components }));

  return {
    spec,
    route,
    // RFC 8955 §4: set to 0, and ignored when received.
    nextHopLengths: () => [0],

    broken(addPath, form): fc.Arbitrary<BrokenRun> {
      const carriage = { addPath, form };
      const lead = [...pathIdOctets(addPath)];
      const front = isVpn ? [0, 0, 251, 244, 0, 0, 0, 7] : [];
      // The last rule lacks an octet or more, but not all of them.
      const cut = fc.tuple(route(addPath, form), fc.nat()).map(([last, dice]) => {
        const whole = runOf(spec, [last], carriage);
        return whole.subarray(0, 1 + (dice % (whole.length - 1)));
      });
      // Nothing, in one octet of length or in two; in a VPN a distinguisher alone, or not even that.
      const empty = fc
        .tuple(fc.boolean(), fc.nat(front.length))
        .map(([isLong, kept]) => Uint8Array.of(...lead, ...(isLong ? [0xf0, kept] : [kept]), ...front.slice(0, kept)));
      const rule = (components: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Uint8Array> =>
        components.map((inside) => Uint8Array.of(...lead, front.length + inside.length, ...front, ...inside));
      const protocol = [3, 0x81, 6];
      const behind = (components: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Uint8Array> =>
        rule(fc.tuple(fc.constantFrom([], protocol), components).map(([before, fault]) => [...before, ...fault]));

      const unknownType = fc.oneof(fc.constantFrom(0, highest + 1, 255), fc.integer({ min: highest + 1, max: 255 }));
      const wide = fc.oneof(
        fc.record({ type: fc.constant(9), operator: fc.constantFrom(0x20, 0x30, 0xa0, 0xb0) }),
        fc.record({ type: fc.constantFrom(11, 12), operator: fc.constantFrom(0x10, 0x20, 0x90, 0xa0, 0xb0) }),
      );
      const badPrefix = width === 16 ? badIpv6Prefix : fc.integer({ min: 33, max: 255 }).map((length) => [length]);

      const plants: readonly (readonly [fault: BrokenRun["fault"], octets: fc.Arbitrary<Uint8Array>])[] = [
        [spec.overrun, cut],
        [spec.noComponent, empty],
        [spec.unknownComponent, behind(fc.tuple(unknownType, fc.nat(255)))],
        [
          spec.componentOrder,
          rule(
            fc
              .tuple(fc.integer({ min: 3, max: highest }), fc.nat(highest))
              .map(([type, less]) => [type, 0x81, 6, Math.max(1, type - less), 0x81, 6]),
          ),
        ],
        [
          spec.badPrefix,
          rule(fc.tuple(fc.constantFrom(1, 2), badPrefix).map(([type, bits]) => [type, ...bits, ...Array(32).fill(9)])),
        ],
        [
          spec.valueWidth,
          behind(wide.map(({ type, operator }) => [type, 0x01, 6, operator, ...Array(valueOctets(operator)).fill(6)])),
        ],
        [spec.componentOverrun, behind(overrunArb(width))],
        [spec.componentOverrun, rule(fc.constantFrom([1], [2, 32], [1, 24, 1, 2]))],
      ];
      return fc.oneof(...plants.map(([fault, run]) => behindRoutes({ spec, route }, carriage, fault, run)));
    },
  };
};

const octets = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

/** Up to three components, of which each type occurs. */
const componentsArb = (width: 4 | 16, highest: number): fc.Arbitrary<readonly FlowSpecComponent[]> =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: highest }), { minLength: 1, maxLength: 3 })
    .chain((types) =>
      fc.tuple(
        ...types
          .sort((a, b) => a - b)
          .map((type) => (type <= 2 ? prefixComponentArb(type as 1 | 2, width) : listArb(type as 3, 3))),
      ),
    );

/** A rule just below or above the lengths that one octet can say, 239. */
const longComponentsArb = (isVpn: boolean): fc.Arbitrary<readonly FlowSpecComponent[]> =>
  fc.integer({ min: 118, max: 121 }).chain((count) => {
    const conditions = fc
      .array(fc.nat(255), { minLength: count, maxLength: count })
      .map((values) =>
        values.map((value, i): FlowSpecCondition => ({ operator: i === count - 1 ? 0x81 : 0x01, value })),
      );
    return conditions.map((all) => [{ type: 4, conditions: isVpn ? all.slice(4) : all }]);
  });

const prefixComponentArb = (type: 1 | 2, width: 4 | 16): fc.Arbitrary<FlowSpecComponent> => {
  const bits = 8 * width;
  const whole = fc.record({
    length: fc.oneof(fc.constantFrom(0, 7, 8, 9, bits), fc.nat(bits)),
    offset: fc.constant(0),
  });
  const part = fc
    .tuple(fc.integer({ min: 1, max: 128 }), fc.nat(127))
    .map(([length, offset]) => ({ length, offset: offset % length }));
  return fc.tuple(width === 16 ? fc.oneof(whole, part) : whole, octets(16)).map(([{ length, offset }, random]) => {
    const needed = length - offset;
    const pattern = random.slice(0, Math.ceil(needed / 8));
    const last = pattern.length - 1;
    if (needed % 8 > 0) pattern[last] = (pattern[last] ?? 0) & (0xff00 >> (needed % 8));
    return { type, length, offset, pattern };
  });
};

/** Any operator that may be sent: reserved bits are zero, and the end-of-list bit is where it must be. */
const listArb = (type: 3, most: number): fc.Arbitrary<FlowSpecComponent> =>
  fc.array(conditionArb(type), { minLength: 1, maxLength: most }).map((conditions) => ({
    type,
    conditions: conditions.map(({ operator, value }, i) => ({
      operator: i === conditions.length - 1 ? operator | END_OF_LIST : operator & ~END_OF_LIST,
      value,
    })),
  }));

const conditionArb = (type: number): fc.Arbitrary<FlowSpecCondition> =>
  fc
    .record({ bits: fc.nat(0xff), power: fc.nat(type === 9 ? 1 : type === 11 || type === 12 ? 0 : 3) })
    .map(({ bits, power }) => (bits & ~0x30 & ~reservedBits(type)) | (power << 4))
    .chain((operator) => valueArb(valueOctets(operator)).map((value) => ({ operator, value })));

// RFC 8955 §4.2.1.1 and §4.2.1.2: "MUST be set to 0 on NLRI encoding".
const reservedBits = (type: number): number => (type === 9 || type === 12 ? 0x0c : 0x08);

const valueArb = (width: number): fc.Arbitrary<number | bigint> =>
  width === 8
    ? fc.oneof(fc.constantFrom(0n, 1n << 32n, 2n ** 64n - 1n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
    : fc.oneof(fc.constantFrom(0, 2 ** (8 * width) - 1), fc.nat(2 ** (8 * width) - 1));

/** Length and offset of no bits: neither both 0 nor offset < length < 129. */
const badIpv6Prefix: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.tuple(fc.integer({ min: 129, max: 255 }), fc.constantFrom(0, 64)),
  fc.integer({ min: 1, max: 128 }).map((bits) => [bits, bits]),
  fc.tuple(fc.nat(128), fc.integer({ min: 129, max: 255 })),
  fc.constant([0, 1]),
);

/** The last component of a rule, which ends before it does. */
const overrunArb = (width: 4 | 16): fc.Arbitrary<readonly number[]> =>
  fc.constantFrom<number[][]>(
    [4],
    [4, 0x81],
    [4, 0x01, 25],
    [4, 0x91, 0],
    [4, 0x01, 25, 0xb1, 0, 0, 0, 0, 0, 0, 0],
    [13 - (width === 4 ? 3 : 0), 0xa1, 0, 0, 0],
    [9, 0x91, 0],
  );

export const ipv4FlowSpecArb: NlriArb<FlowSpecRoute> = arbOf(ipv4FlowSpec);
export const ipv6FlowSpecArb: NlriArb<FlowSpecRoute> = arbOf(ipv6FlowSpec);
export const ipv4FlowSpecVpnArb: NlriArb<FlowSpecRoute> = arbOf(ipv4FlowSpecVpn);
export const ipv6FlowSpecVpnArb: NlriArb<FlowSpecRoute> = arbOf(ipv6FlowSpecVpn);
