import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type Tunnel,
  tunnelEncapsulationEmpty,
  tunnelEncapsulationSubTlvOverrun,
  tunnelEncapsulationTunnelOverrun,
} from "./23-tunnel-encapsulation.js";
import * as prefixSid from "./40-prefix-sid.arb.js";
import { brokenOf, casesOf, octetsArb, unsigned32Arb } from "./attribute.arb.js";
import type { LabelStackEntry, SegmentListSubTlv, Srv6Sid } from "./sr-policy.js";
import { joined, opaqueArb, u8Arb, u16Arb, u24Arb } from "./tlv.arb.js";
import { type TunnelSubTlv, TunnelType } from "./tunnel-sub-tlv.js";

const entryArb: fc.Arbitrary<LabelStackEntry> = fc.record({
  label: fc.nat(0xfffff),
  trafficClass: fc.nat(7),
  isBottom: fc.boolean(),
  ttl: u8Arb,
});

const constant = <Value>(value: Value): fc.Arbitrary<Value> => fc.constant(value);
const head = { flags: u8Arb, reserved: u8Arb };

const commonArb: fc.Arbitrary<TunnelSubTlv> = fc.oneof(
  fc.record({ type: constant("protocol-type" as const), etherType: u16Arb }),
  fc.record({ type: constant("color" as const), flags: u16Arb, color: unsigned32Arb }),
  fc.constantFrom(0, 1, 2).chain((afi) =>
    fc.record({
      type: constant("egress-endpoint" as const),
      reserved: unsigned32Arb,
      afi: constant(afi),
      address: octetsArb([0, 4, 16][afi] ?? 0),
    }),
  ),
  fc.record({ type: constant("ds-field" as const), ds: u8Arb }),
  fc.record({ type: constant("udp-destination-port" as const), port: u16Arb }),
  fc.record({ type: constant("embedded-label-handling" as const), handling: fc.constantFrom(1, 2) }),
  fc.record({
    type: constant("mpls-label-stack" as const),
    entries: fc.array(entryArb, { minLength: 1, maxLength: 3 }),
  }),
  prefixSid.tlvArb.map((tlv) => ({ type: "prefix-sid" as const, tlvs: [tlv] })),
  // Codes without a layout, and those that only an SR policy or an encapsulation gives one are left to their tunnels.
  opaqueArb(0xff, (code) => ![1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 128, 129, 130].includes(code)),
  // Known ones that do not keep to their layout.
  fc
    .tuple(fc.constantFrom(2, 4, 6, 7, 8, 9, 10, 11), octetsArb(5))
    .map(([code, octets]) => ({ type: "opaque" as const, code, octets })),
);

const encapsulationArb = (tunnel: number): fc.Arbitrary<TunnelSubTlv> | null => {
  switch (tunnel) {
    case TunnelType.Vxlan:
    case TunnelType.Nvgre:
      return fc.record({
        type: constant("virtual-network" as const),
        flags: u8Arb,
        identifier: u24Arb,
        mac: octetsArb(6),
        reserved: u16Arb,
      });
    case TunnelType.L2tpv3:
      return fc.record({
        type: constant("l2tpv3" as const),
        session: unsigned32Arb,
        cookie: fc.uint8Array({ maxLength: 8 }),
      });
    case TunnelType.Gre:
    case TunnelType.MplsInGre:
      return fc.record({ type: constant("gre" as const), key: unsigned32Arb });
    case TunnelType.SrPolicy:
      return srPolicyArb;
    default:
      return null;
  }
};

const srv6SidArb: fc.Arbitrary<Srv6Sid> = fc.record(
  {
    ...head,
    sid: octetsArb(16),
    structure: fc.record({
      behavior: u16Arb,
      reserved: u16Arb,
      locatorBlock: u8Arb,
      locatorNode: u8Arb,
      function: u8Arb,
      argument: u8Arb,
    }),
  },
  { requiredKeys: ["flags", "reserved", "sid"] },
);

const segmentArb: fc.Arbitrary<SegmentListSubTlv> = fc.oneof(
  fc.record({ type: constant("weight" as const), ...head, weight: unsigned32Arb }),
  fc.record({ type: constant("label" as const), ...head, entry: entryArb }),
  srv6SidArb.map((sid) => ({ type: "srv6-sid" as const, ...sid })),
  opaqueArb(0xff, (code) => ![1, 9, 13].includes(code)),
);

const srPolicyArb: fc.Arbitrary<TunnelSubTlv> = fc.oneof(
  fc.record({ type: constant("preference" as const), ...head, preference: unsigned32Arb }),
  fc.record({ type: constant("binding-sid" as const), ...head, sid: fc.constantFrom(0, 4, 16).chain(octetsArb) }),
  fc.record({ type: constant("explicit-null-label-policy" as const), ...head, policy: u8Arb }),
  fc.record({ type: constant("priority" as const), priority: u8Arb, reserved: u8Arb }),
  srv6SidArb.map((sid) => ({ type: "srv6-binding-sid" as const, ...sid })),
  fc.record({
    type: constant("segment-list" as const),
    reserved: u8Arb,
    subTlvs: fc.array(segmentArb, { maxLength: 2 }),
  }),
  fc
    .tuple(fc.boolean(), u8Arb, fc.uint8Array({ maxLength: 12 }))
    .map(([isPath, reserved, name]) =>
      isPath
        ? { type: "candidate-path-name" as const, reserved, name }
        : { type: "policy-name" as const, reserved, name },
    ),
);

const tunnelArb: fc.Arbitrary<Tunnel> = fc
  .oneof(fc.constantFrom(...Object.values(TunnelType)), u16Arb)
  .chain((type) => {
    const own = encapsulationArb(type);
    return fc.record({
      type: constant(type),
      subTlvs: fc.array(own === null ? commonArb : fc.oneof(own, commonArb), { maxLength: 3 }),
    });
  });

export const values = (): fc.Arbitrary<readonly Tunnel[]> => fc.array(tunnelArb, { minLength: 1, maxLength: 2 });

export const valid: fc.Arbitrary<Case<readonly Tunnel[]>> = casesOf(values);

const tunnel = (type: number, subTlvs: Uint8Array): Uint8Array =>
  joined([type >> 8, type & 0xff, subTlvs.length >> 8, subTlvs.length & 0xff], subTlvs);

const port: Uint8Array = Uint8Array.of(8, 2, 0x12, 0xb5);
const list: Uint8Array = Uint8Array.of(128, 0, 2, 0, 0);

/** A sub-TLV of either form of header, cut anywhere but before its first octet and after its last. */
const cutSubTlv: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(port, list), fc.nat())
  .map(([octets, cut]) => octets.slice(0, 1 + (cut % (octets.length - 1))));

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: tunnelEncapsulationEmpty, octets: () => fc.constant(new Uint8Array(0)) },
  {
    fault: tunnelEncapsulationTunnelOverrun,
    octets: () =>
      fc.tuple(u16Arb, fc.nat(6)).map(([type, kept]) => joined(tunnel(8, port), tunnel(type, port).slice(0, 1 + kept))),
  },
  {
    fault: tunnelEncapsulationSubTlvOverrun,
    // What follows would hold the missing octets: it is another tunnel.
    octets: () =>
      fc.tuple(u16Arb, cutSubTlv).map(([type, cut]) => joined(tunnel(type, joined(port, cut)), tunnel(8, port))),
  },
);
