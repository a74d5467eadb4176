import fc from "fast-check";
import { octetsArb } from "../attribute/attribute.arb.js";
import { knownTlvArb, tlvOctets, unknownTypeArb } from "../bgp-ls.arb.js";
import type { Tlv } from "../bgp-ls.js";
import type { Fault } from "../fault.js";
import { hex } from "../octets.js";
import {
  type BgpLsSpec,
  type LinkStateRoute,
  LinkStateType,
  linkState,
  linkStateVpn,
  type NodeDescriptors,
} from "./bgp-ls.js";
import { rdArb } from "./headed-prefix.arb.js";
import { type BrokenRun, behindRoutes, type NlriArb, pathIdArb, pathIdOctets } from "./nlri.arb.js";

/** RFC 9552 §5.2.2.1: one topology, reserved bits zero. */
const topologyArb: fc.Arbitrary<Tlv> = fc.nat(0xfff).map((id) => tlv(263, id >> 8, id & 255));

/** RFC 9552 §5.2.3.2. */
const reachabilityArb = (bits: number): fc.Arbitrary<Tlv> =>
  fc.nat(bits).chain((length) =>
    octetsArb(Math.ceil(length / 8)).map((prefix) => {
      const spare = (8 - (length % 8)) % 8;
      return tlv(265, length, ...prefix.map((one, at) => (at === prefix.length - 1 ? (one >> spare) << spare : one)));
    }),
  );

const tlvArb: fc.Arbitrary<Tlv> = fc.oneof(
  { weight: 8, arbitrary: knownTlvArb([258, 259, 260, 261, 262, 264, 518]) },
  { weight: 1, arbitrary: topologyArb },
  { weight: 1, arbitrary: reachabilityArb(32) },
  { weight: 2, arbitrary: fc.record({ type: unknownTypeArb, value: fc.uint8Array({ maxLength: 12 }) }) },
);

const subTlvsArb: fc.Arbitrary<readonly Tlv[]> = fc
  .uniqueArray(
    fc.oneof(
      { weight: 9, arbitrary: knownTlvArb([512, 513, 514, 515, 516, 517]) },
      fc.record({ type: unknownTypeArb, value: fc.uint8Array({ maxLength: 12 }) }),
    ),
    { maxLength: 6, selector: ({ type }) => type },
  )
  .map((tlvs) => tlvs.toSorted((a, b) => a.type - b.type));

const nodeArb: fc.Arbitrary<readonly NodeDescriptors[]> = fc.oneof(
  subTlvsArb.map((subTlvs): NodeDescriptors[] => [{ type: 256, subTlvs }]),
  fc.tuple(subTlvsArb, subTlvsArb).map(([local, remote]): NodeDescriptors[] => [
    { type: 256, subTlvs: local },
    { type: 257, subTlvs: remote },
  ]),
);

/** RFC 9552 §5.1: by type, length and value. */
const key = ({ type, value }: Tlv): string =>
  `${type.toString(16).padStart(4, "0")}${value.length.toString(16).padStart(4, "0")}${hex(value)}`;

/** Whatever stands in order: RFC 9552 §8.2.2 lets neither a missing nor an unexpected TLV make a route malformed. */
const anyDescriptorsArb: fc.Arbitrary<readonly (NodeDescriptors | Tlv)[]> = fc
  .tuple(fc.oneof({ weight: 5, arbitrary: nodeArb }, fc.constant([])), fc.array(tlvArb, { maxLength: 5 }))
  .map(([nodes, tlvs]) => {
    const inOrder = tlvs.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
    return [...inOrder.filter(({ type }) => type < 256), ...nodes, ...inOrder.filter(({ type }) => type > 257)];
  });

const maybe = (tlv: fc.Arbitrary<Tlv>): fc.Arbitrary<readonly Tlv[]> => fc.array(tlv, { maxLength: 1 });

const localArb: fc.Arbitrary<NodeDescriptors> = subTlvsArb.map((subTlvs) => ({ type: 256, subTlvs }));
const remoteArb: fc.Arbitrary<NodeDescriptors> = subTlvsArb.map((subTlvs) => ({ type: 257, subTlvs }));

/** What RFC 9552 §5.2.1 to §5.2.3 and RFC 9514 §6 would have in a route of each type. */
const usualArb = (type: LinkStateType): fc.Arbitrary<readonly (NodeDescriptors | Tlv)[]> => {
  const link = [258, 259, 260, 261, 262].map((of) => maybe(knownTlvArb([of])));
  const routeType = fc.integer({ min: 1, max: 6 }).map((of) => tlv(264, of));
  const tlvs: readonly fc.Arbitrary<readonly Tlv[]>[] = {
    [LinkStateType.Node]: [],
    [LinkStateType.Link]: [...link, maybe(topologyArb)],
    [LinkStateType.Ipv4Prefix]: [maybe(topologyArb), maybe(routeType), reachabilityArb(32).map((one) => [one])],
    [LinkStateType.Ipv6Prefix]: [maybe(topologyArb), maybe(routeType), reachabilityArb(128).map((one) => [one])],
    [LinkStateType.Srv6Sid]: [maybe(topologyArb), knownTlvArb([518]).map((one) => [one])],
  }[type];
  const nodes: fc.Arbitrary<readonly NodeDescriptors[]> =
    type === LinkStateType.Link ? fc.tuple(localArb, remoteArb) : fc.tuple(localArb);
  return fc.tuple(nodes, fc.tuple(...tlvs)).map(([of, lists]): (NodeDescriptors | Tlv)[] => [...of, ...lists.flat()]);
};

const KNOWN = [1, 2, 3, 4, 6] as const;

const arbOf = (spec: BgpLsSpec, lead: 0 | 8): NlriArb<LinkStateRoute> => {
  const route: NlriArb<LinkStateRoute>["route"] = (addPath) => {
    const object = fc.constantFrom(...KNOWN).chain((type) =>
      fc.record({
        type: fc.constant(type),
        ...(lead === 8 && { distinguisher: rdArb }),
        protocol: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.nat(255)),
        identifier: octetsArb(8),
        descriptors: fc.oneof({ weight: 3, arbitrary: usualArb(type) }, anyDescriptorsArb),
      }),
    );
    const opaque = fc.record({
      type: fc.constantFrom(0, 5, 7, 8, 0xffff),
      octets: fc.uint8Array({ maxLength: 30 }),
    });
    return fc
      .tuple(pathIdArb(addPath), fc.oneof({ weight: 4, arbitrary: object }, opaque))
      .map(([id, one]): LinkStateRoute => ({ ...id, ...one }));
  };

  /** A route whose descriptors are these octets. */
  const framed = (addPath: boolean, type: number, tlvs: readonly number[]): number[] => {
    const body = [...Array.from({ length: lead }, (_, i) => i), 2, ...Array.from({ length: 8 }, () => 0), ...tlvs];
    return [...pathIdOctets(addPath), type >> 8, type & 255, body.length >> 8, body.length & 255, ...body];
  };

  return {
    spec,
    route,
    nextHopLengths: () => (lead === 8 ? [12, 24, 40, 48] : [4, 16, 32]),

    broken(addPath, form): fc.Arbitrary<BrokenRun> {
      const type = fc.constantFrom(...KNOWN);
      const plant = (fault: Fault, octets: fc.Arbitrary<readonly number[]>): fc.Arbitrary<BrokenRun> =>
        behindRoutes(
          { spec, route },
          { addPath, form },
          fault,
          octets.map((one) => Uint8Array.from(one)),
        );
      const descriptors = (fault: Fault, octets: fc.Arbitrary<readonly number[]>): fc.Arbitrary<BrokenRun> =>
        plant(
          fault,
          fc.tuple(type, octets).map(([of, tlvs]) => framed(addPath, of, tlvs)),
        );
      /** In front of the descriptors or in those of a node. */
      const anywhere = (octets: fc.Arbitrary<readonly number[]>): fc.Arbitrary<readonly number[]> =>
        fc
          .tuple(octets, fc.constantFrom(null, 256, 257))
          .map(([one, node]) => (node === null ? one : tlvOctets({ type: node, value: Uint8Array.from(one) })));
      const cut = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.nat(60), fc.constantFrom(1, 6, 9));
      return fc.oneof(
        plant(
          spec.overrun,
          cut.map(([more, length, of]) => {
            const whole = [...framed(addPath, of, []), ...Array.from({ length }, () => 0)];
            const at = pathIdOctets(addPath).length + 3;
            whole[at] = whole.length - at - 1 + Math.min(more, 255 - whole.length + at + 1);
            return whole;
          }),
        ),
        plant(
          spec.overrun,
          fc.nat(pathIdOctets(addPath).length + 2).map((length) => framed(addPath, 1, []).slice(0, length + 1)),
        ),
        plant(
          spec.tooShort,
          fc
            .tuple(type, fc.nat(lead + 8))
            .map(([of, length]) => [
              ...pathIdOctets(addPath),
              ...[0, of, 0, length],
              ...Array.from({ length }, () => 1),
            ]),
        ),
        descriptors(
          spec.tlvOverrun,
          anywhere(fc.constantFrom([0], [2, 0, 0], [0xff, 0, 0, 1], [2, 0, 0, 5, 1, 2, 3, 4])),
        ),
        descriptors(
          spec.tlvLength,
          anywhere(
            fc
              .constantFrom([512, 3], [512, 5], [516, 0], [259, 16], [263, 3], [264, 2], [265, 0], [265, 18], [518, 15])
              .map(([of = 0, length = 0]) => tlvOctets({ type: of, value: new Uint8Array(length) })),
          ),
        ),
        descriptors(
          spec.tlvOrder,
          fc
            .constantFrom<readonly Tlv[]>(
              [tlv(264, 1), tlv(263, 0, 1)],
              [tlv(0xff00, 1, 2), tlv(0xff00, 3)],
              [tlv(0xff00, 1, 2), tlv(0xff00, 1, 1)],
              [tlv(256), tlv(256), tlv(255)],
            )
            .map((tlvs) => tlvs.flatMap(tlvOctets)),
        ),
        descriptors(
          spec.tlvOrder,
          fc.constantFrom(256, 257).map((node) =>
            tlvOctets({
              type: node,
              value: Uint8Array.from([tlv(513, 1, 2, 3, 4), tlv(512, 1, 2, 3, 4)].flatMap(tlvOctets)),
            }),
          ),
        ),
        descriptors(
          spec.duplicate,
          fc
            .tuple(fc.constantFrom(256, 257), fc.constantFrom(515, 0xff00))
            .map(([node, of]) =>
              tlvOctets({ type: node, value: Uint8Array.from([tlv(of, 1), tlv(of, 1, 2)].flatMap(tlvOctets)) }),
            ),
        ),
      );
    },
  };
};

function tlv(type: number, ...value: readonly number[]): Tlv {
  return { type, value: Uint8Array.from(value) };
}

export const linkStateArb: NlriArb<LinkStateRoute> = arbOf(linkState, 0);
export const linkStateVpnArb: NlriArb<LinkStateRoute> = arbOf(linkStateVpn, 8);
