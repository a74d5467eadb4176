import fc from "fast-check";
import { octetsArb, unsigned32Arb } from "../attribute/attribute.arb.js";
import type { Fault } from "../fault.js";
import { setU16 } from "../octets.js";
import { PDU_HEADER, type Pdu, type PduSpec, type RtrVersion, setPduHeader } from "../rtr.js";
import { anyCharacter } from "../testing.arb.js";
import { serialNotify } from "./00-serial-notify.js";
import { serialQuery } from "./01-serial-query.js";
import { resetQuery } from "./02-reset-query.js";
import { type CacheResponse, cacheResponse, cacheResponseLength } from "./03-cache-response.js";
import { ipv4Prefix } from "./04-ipv4-prefix.js";
import { ipv6Prefix } from "./06-ipv6-prefix.js";
import { type EndOfData, endOfData, endOfDataLength } from "./07-end-of-data.js";
import { cacheReset } from "./08-cache-reset.js";
import { type RouterKey, routerKey, routerKeyTooShort } from "./09-router-key.js";
import {
  type ErrorReport,
  errorReport,
  errorReportNotUtf8,
  errorReportPduOverrun,
  errorReportTextLength,
  errorReportTooShort,
} from "./10-error-report.js";
import {
  type Aspa,
  aspa,
  aspaLength,
  aspaNoProvider,
  aspaProviderOrder,
  aspaWithdrawnProviders,
  aspaZeroProvider,
} from "./11-aspa.js";
import type { BareSpec } from "./bare.js";
import {
  decodePdu,
  encodePdu,
  LONGEST_PDU,
  pduLengthMismatch,
  pduTooLong,
  pduTooShort,
  pduUnsupportedType,
  pduUnsupportedVersion,
} from "./frame.js";
import type { PrefixPayload, PrefixSpec } from "./prefix.js";
import type { Serial, SerialSpec } from "./serial.js";

/** A PDU with one planted fault. */
export interface BrokenPdu {
  readonly octets: Uint8Array;
  readonly fault: Fault;
}

/** The arbitraries of one type. */
export interface PduArb<Value> {
  readonly spec: PduSpec<Value>;
  values(version: RtrVersion): fc.Arbitrary<Value>;
  /** Faults behind the header; every one that the type declares occurs. */
  readonly broken: fc.Arbitrary<BrokenPdu>;
}

/** A PDU around octets behind its header, with these in octets 2 and 3. */
const pduOctets = (version: number, type: number, field: number, body: Uint8Array | readonly number[]): Uint8Array => {
  const out = new Uint8Array(PDU_HEADER + body.length);
  setPduHeader(out, 0, version as RtrVersion, type, out.length);
  setU16(out, 2, field);
  out.set(body, PDU_HEADER);
  return out;
};

const u16Arb: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 1, 0xffff), fc.nat(0xffff));

const versionArb = ({ versions }: PduSpec<unknown>): fc.Arbitrary<RtrVersion> => fc.constantFrom(...versions);

const plant = (
  spec: PduSpec<unknown>,
  fault: Fault,
  body: (version: RtrVersion) => fc.Arbitrary<Uint8Array | readonly number[]>,
  field: fc.Arbitrary<number> = u16Arb,
): fc.Arbitrary<BrokenPdu> =>
  versionArb(spec).chain((version) =>
    fc
      .tuple(field, body(version))
      .map(([two, octets]) => ({ octets: pduOctets(version, spec.type, two, octets), fault })),
  );

/** Any body but one of the right length. */
const wrongLength = (
  spec: PduSpec<unknown>,
  fault: Fault,
  right: (version: RtrVersion) => number,
): fc.Arbitrary<BrokenPdu> =>
  plant(spec, fault, (version) =>
    fc
      .constantFrom(...Array.from({ length: 40 }, (_, length) => length).filter((one) => one !== right(version)))
      .chain(octetsArb),
  );

const serialArb = (spec: SerialSpec): PduArb<Serial> => ({
  spec,
  values: () => fc.record({ sessionId: u16Arb, serial: unsigned32Arb }),
  broken: wrongLength(spec, spec.wrongLength, () => 4),
});

const bareArb = (spec: BareSpec): PduArb<null> => ({
  spec,
  values: () => fc.constant(null),
  broken: wrongLength(spec, spec.wrongLength, () => 0),
});

const prefixArb = (spec: PrefixSpec): PduArb<PrefixPayload> => {
  const bits = spec.width * 8;
  const body = (length: number, maxLength: number) => [1, length, maxLength, 0, ...new Uint8Array(spec.width + 4)];
  return {
    spec,
    values: () =>
      fc.tuple(fc.nat(bits), fc.nat(bits)).chain(([a, b]) =>
        fc.record({
          announce: fc.boolean(),
          length: fc.constant(Math.min(a, b)),
          maxLength: fc.constant(Math.max(a, b)),
          prefix: octetsArb(spec.width),
          as: unsigned32Arb,
        }),
      ),
    broken: fc.oneof(
      wrongLength(spec, spec.wrongLength, () => 8 + spec.width),
      plant(spec, spec.tooLong, () =>
        fc.tuple(fc.integer({ min: bits + 1, max: 255 }), fc.nat(255)).map(([length, max]) => body(length, max)),
      ),
      plant(spec, spec.badMaxLength, () =>
        fc.integer({ min: 1, max: bits }).chain((length) => fc.nat(length - 1).map((max) => body(length, max))),
      ),
      plant(spec, spec.badMaxLength, () => fc.integer({ min: bits + 1, max: 255 }).map((max) => body(bits, max))),
    ),
  };
};

const cacheResponseArb: PduArb<CacheResponse> = {
  spec: cacheResponse,
  values: () => fc.record({ sessionId: u16Arb }),
  broken: wrongLength(cacheResponse, cacheResponseLength, () => 0),
};

const endOfDataArb: PduArb<EndOfData> = {
  spec: endOfData,
  values: (version) =>
    fc.record({
      sessionId: u16Arb,
      serial: unsigned32Arb,
      intervals:
        version === 0
          ? fc.constant(null)
          : fc.record({ refresh: unsigned32Arb, retry: unsigned32Arb, expire: unsigned32Arb }),
    }),
  broken: wrongLength(endOfData, endOfDataLength, (version) => (version === 0 ? 4 : 16)),
};

const routerKeyArb: PduArb<RouterKey> = {
  spec: routerKey,
  values: () =>
    fc.record({
      announce: fc.boolean(),
      subjectKeyIdentifier: octetsArb(20),
      as: unsigned32Arb,
      subjectPublicKeyInfo: fc.uint8Array({ minLength: 2, maxLength: 100 }),
    }),
  broken: plant(routerKey, routerKeyTooShort, () => fc.uint8Array({ maxLength: 25 })),
};

const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

const errorReportArb: PduArb<ErrorReport> = {
  spec: errorReport,
  values: (version) =>
    fc.record({
      code: fc.oneof(fc.nat(9), u16Arb),
      pdu: fc.oneof(
        fc.constant(new Uint8Array(0)),
        fc.constant(pduOctets(version, 2, 0, [])),
        fc.uint8Array({ maxLength: 40 }),
      ),
      text: fc.oneof(fc.constant(""), fc.string({ unit: anyCharacter, maxLength: 40 })),
    }),
  broken: fc.oneof(
    plant(errorReport, errorReportTooShort, () => fc.uint8Array({ maxLength: 7 })),
    plant(errorReport, errorReportPduOverrun, () =>
      fc
        .tuple(fc.nat(20), fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant(0xffffff00)))
        .map(([length, more]) => [...u32(length + more), ...new Uint8Array(length), ...u32(0)]),
    ),
    plant(errorReport, errorReportTextLength, () =>
      fc
        .tuple(fc.nat(20), fc.nat(20), fc.constantFrom(-1, 1, 0xffff0000))
        .map(([pdu, text, off]) => [
          ...u32(pdu),
          ...new Uint8Array(pdu),
          ...u32(Math.max(0, text + off) === text ? text + 1 : Math.max(0, text + off)),
          ...new Uint8Array(text),
        ]),
    ),
    plant(errorReport, errorReportNotUtf8, () =>
      fc
        .constantFrom([0xff], [0xc0, 0x80], [0x61, 0xe2, 0x82])
        .map((text) => [...u32(0), ...u32(text.length), ...text]),
    ),
  ),
};

const increasingArb = (least: number, lowest: number): fc.Arbitrary<readonly number[]> =>
  fc
    .uniqueArray(fc.integer({ min: lowest, max: 0xffffffff }), { minLength: least, maxLength: 8 })
    .map((list) => list.toSorted((a, b) => a - b));

const aspaArb: PduArb<Aspa> = {
  spec: aspa,
  values: () =>
    fc.oneof(
      fc.record({
        announce: fc.constant(true),
        customer: unsigned32Arb,
        providers: fc.oneof({ weight: 3, arbitrary: increasingArb(1, 1) }, fc.constant([0])),
      }),
      fc.record({ announce: fc.constant(false), customer: unsigned32Arb, providers: fc.constant([]) }),
    ),
  broken: fc.oneof(
    plant(aspa, aspaLength, () => fc.constantFrom(0, 1, 3, 5, 7, 9, 10).chain(octetsArb)),
    plant(aspa, aspaNoProvider, () => octetsArb(4), fc.constant(0x0100)),
    plant(
      aspa,
      aspaProviderOrder,
      () => increasingArb(2, 1).map((list) => [...u32(7), ...list.toReversed().flatMap(u32)]),
      fc.constant(0x0100),
    ),
    plant(
      aspa,
      aspaProviderOrder,
      () => increasingArb(1, 0).map((list) => [...u32(7), ...[...list, ...list.slice(-1)].flatMap(u32)]),
      fc.constant(0x0100),
    ),
    plant(
      aspa,
      aspaZeroProvider,
      () => increasingArb(1, 1).map((list) => [...u32(7), ...[0, ...list].flatMap(u32)]),
      fc.constant(0x0100),
    ),
    plant(
      aspa,
      aspaWithdrawnProviders,
      () => increasingArb(1, 0).map((list) => [...u32(7), ...list.flatMap(u32)]),
      fc.constant(0x0000),
    ),
  ),
};

/** The arbitraries of every PDU. A new one is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds arbitraries of many value types
export const pduArbs: readonly PduArb<any>[] = [
  serialArb(serialNotify),
  serialArb(serialQuery),
  bareArb(resetQuery),
  cacheResponseArb,
  prefixArb(ipv4Prefix),
  prefixArb(ipv6Prefix),
  endOfDataArb,
  bareArb(cacheReset),
  routerKeyArb,
  errorReportArb,
  aspaArb,
];

/** PDUs of one type in each version that has it. */
export const pdusOf = <Value>({ spec, values }: PduArb<Value>): fc.Arbitrary<Pdu<Value>> =>
  versionArb(spec).chain((version) => values(version).map((value) => ({ version, type: spec.type, value })));

export const pduArb: fc.Arbitrary<Pdu> = fc.oneof(...pduArbs.map(pdusOf));

const valid: fc.Arbitrary<Uint8Array> = pduArb.map(encodePdu);

/** Whole PDUs with a fault in their header, or behind it. */
export const brokenPduArb: fc.Arbitrary<BrokenPdu> = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(...pduArbs.map(({ broken }) => broken)) },
  fc.tuple(valid, fc.nat(7)).map(([pdu, length]) => ({ octets: pdu.slice(0, length), fault: pduTooShort })),
  fc
    .tuple(valid, fc.integer({ min: 3, max: 255 }))
    .map(([pdu, version]) => ({ octets: pdu.with(0, version), fault: pduUnsupportedVersion })),
  fc
    .tuple(
      valid,
      fc.constantFrom<[version: number, type: number][]>([0, 9], [0, 11], [1, 11], [2, 5], [2, 12], [1, 255]),
    )
    .map(([pdu, [version, type]]) => ({ octets: pdu.with(0, version).with(1, type), fault: pduUnsupportedType })),
  fc.tuple(valid, fc.integer({ min: LONGEST_PDU + 1, max: 0xffffffff })).map(([pdu, length]) => {
    const octets = pdu.slice();
    octets.set(u32(length), 4);
    return { octets, fault: pduTooLong };
  }),
  fc.tuple(valid, fc.nat(LONGEST_PDU)).map(([pdu, length]) => {
    const octets = pdu.slice();
    octets.set(u32(length === pdu.length ? length + 1 : length), 4);
    return { octets, fault: pduLengthMismatch };
  }),
);

export const decoded = (octets: Uint8Array): ReturnType<typeof decodePdu> => decodePdu(octets, 0, octets.length);
