import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU8, setU16, setU24, u8, u16, u24, within } from "../octets.js";
import { tlv8x16, tlvEnd } from "./tlv.js";

/** RFC 9015 §3.2.1.1. */
export interface Association {
  readonly type: 1;
  /** 1: the two paths run in opposite directions. */
  readonly associationType: number;
  /** The route distinguisher of the other SFP's route, 8 octets. */
  readonly rd: Uint8Array;
  /** The other SFP's service path identifier, 24 bits. */
  readonly spi: number;
}

/** RFC 9015 §3.2.1.2. */
export interface Hop {
  readonly type: 2;
  readonly serviceIndex: number;
  /** At least one. */
  readonly tlvs: readonly (ServiceFunction | OpaqueTlv)[];
}

/** RFC 9015 §3.2.1.3: a type of service function and the SFIRs that can be chosen for it. */
export interface ServiceFunction {
  readonly type: 3;
  readonly serviceFunctionType: number;
  /** Route distinguishers, 8 octets each. */
  readonly rds: readonly Uint8Array[];
}

/** A TLV that says something by being there (4 in a hop, 5 beside it), or one of a type that is not known there. */
export interface OpaqueTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

export type SfpTlv = Association | Hop | OpaqueTlv;

const malformed = (what: string): Fault => treatAsWithdraw(`sfp/${what}`, "RFC 9015 §3.2.1");

export const sfpFlags: Fault = wrongFlags("sfp");
export const sfpTlvLength: Fault = malformed("bad-tlv-length");
export const sfpAssociation: Fault = malformed("bad-association");
export const sfpEmptyHop: Fault = malformed("empty-hop");
export const sfpServiceFunction: Fault = malformed("bad-service-function");
export const sfpMplsNotEmpty: Fault = malformed("mpls-tlv-not-empty");
export const sfpNoHop: Fault = malformed("no-hop");

const ASSOCIATION = 1;
const HOP = 2;
const SERVICE_FUNCTION = 3;
const MPLS_SWAPPING = 4;
const MPLS_TRAVERSAL = 5;
const TLV_HEADER = 3;
const RD = 8;
const ASSOCIATION_LENGTH = 1 + RD + 3;

/**
 * SFP, the path through service functions, RFC 9015 §3.2.1: TLVs of type (1), length (2) and value.
 *
 *     association (1)            | association type (1) | SFPR-RD (8) | SPI (3) |
 *     hop (2)                    | service index (1) | TLVs, at least one |
 *       service function (3)     | service function type (2) | SFIR-RD (8), any number |
 *       MPLS swapping (4)        |
 *     traversal with MPLS (5)    |
 *
 * A TLV of a type that is not known is kept and no fault. There is at least one hop.
 */
export const sfp: AttributeSpec<readonly SfpTlv[]> = {
  code: 37,
  name: "SFP attribute",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: sfpFlags,
  faults: [sfpFlags, sfpTlvLength, sfpAssociation, sfpEmptyHop, sfpServiceFunction, sfpMplsNotEmpty, sfpNoHop],

  check(msg, start, end) {
    let hops = 0;
    for (let at = start; at < end; ) {
      const next = tlvEnd(tlv8x16, msg, at, end);
      if (next < 0) return sfpTlvLength;
      const type = u8(msg, at);
      const value = at + TLV_HEADER;
      if (type === ASSOCIATION && next - value !== ASSOCIATION_LENGTH) return sfpAssociation;
      if (type === MPLS_TRAVERSAL && next !== value) return sfpMplsNotEmpty;
      if (type === HOP) {
        const fault = checkHop(msg, value, next);
        if (fault !== null) return fault;
        hops++;
      }
      at = next;
    }
    return hops === 0 ? sfpNoHop : null;
  },

  read(msg, start, end) {
    return readTlvs(msg, start, end, (type, value, next): SfpTlv => {
      if (type === ASSOCIATION) {
        const spi = value + 1 + RD;
        return {
          type: ASSOCIATION,
          associationType: u8(msg, value),
          rd: copyOctets(msg, value + 1, spi),
          spi: u24(msg, spi),
        };
      }
      if (type === HOP) {
        return { type: HOP, serviceIndex: u8(msg, value), tlvs: readTlvs(msg, value + 1, next, readHopTlv(msg)) };
      }
      return { type, value: copyOctets(msg, value, next) };
    });
  },

  size(tlvs) {
    return tlvs.reduce((sum, tlv) => sum + TLV_HEADER + lengthOf(tlv), 0);
  },

  encode(tlvs, out, start) {
    if (!tlvs.some(isHop)) throw new RangeError("an SFP has at least one hop");
    let at = start;
    for (const tlv of tlvs) at = isHop(tlv) ? writeHop(tlv, out, at) : writeTlv(tlv, out, at);
    return at;
  },
};

const checkHop = (msg: Uint8Array, start: number, end: number): Fault | null => {
  if (end - start < 2) return sfpEmptyHop;
  for (let at = start + 1; at < end; ) {
    const next = tlvEnd(tlv8x16, msg, at, end);
    if (next < 0) return sfpTlvLength;
    const length = next - at - TLV_HEADER;
    const type = u8(msg, at);
    if (type === SERVICE_FUNCTION && length % RD !== 2) return sfpServiceFunction;
    if (type === MPLS_SWAPPING && length !== 0) return sfpMplsNotEmpty;
    at = next;
  }
  return null;
};

const readTlvs = <Tlv>(
  msg: Uint8Array,
  start: number,
  end: number,
  read: (type: number, value: number, next: number) => Tlv,
): readonly Tlv[] => {
  const tlvs: Tlv[] = [];
  for (let at = start; at < end; ) {
    const next = tlvEnd(tlv8x16, msg, at, end);
    tlvs.push(read(u8(msg, at), at + TLV_HEADER, next));
    at = next;
  }
  return tlvs;
};

const readHopTlv =
  (msg: Uint8Array) =>
  (type: number, value: number, next: number): ServiceFunction | OpaqueTlv => {
    if (type !== SERVICE_FUNCTION) return { type, value: copyOctets(msg, value, next) };
    const rds: Uint8Array[] = [];
    for (let at = value + 2; at < next; at += RD) rds.push(copyOctets(msg, at, at + RD));
    return { type: SERVICE_FUNCTION, serviceFunctionType: u16(msg, value), rds };
  };

type AnyTlv = SfpTlv | ServiceFunction;

const isHop = (tlv: AnyTlv): tlv is Hop => "tlvs" in tlv;

const lengthOf = (tlv: AnyTlv): number => {
  if ("associationType" in tlv) return ASSOCIATION_LENGTH;
  if (isHop(tlv)) return tlv.tlvs.reduce((sum, one) => sum + TLV_HEADER + lengthOf(one), 1);
  return "rds" in tlv ? 2 + RD * tlv.rds.length : tlv.value.length;
};

const writeHop = (hop: Hop, out: Uint8Array, start: number): number => {
  if (hop.tlvs.length === 0) throw new RangeError("a hop has at least one TLV");
  let at = tlv8x16.write(HOP, lengthOf(hop), out, start);
  at = setU8(out, at, within(0xff, hop.serviceIndex, "a service index"));
  for (const tlv of hop.tlvs)
    at = "rds" in tlv ? writeServiceFunction(tlv, out, at) : writeOpaque(tlv, out, at, IN_HOP);
  return at;
};

const writeTlv = (tlv: Association | OpaqueTlv, out: Uint8Array, start: number): number => {
  if (!("associationType" in tlv)) return writeOpaque(tlv, out, start, BESIDE_HOPS);
  let at = tlv8x16.write(ASSOCIATION, ASSOCIATION_LENGTH, out, start);
  at = setU8(out, at, within(0xff, tlv.associationType, "an association type"));
  at = setOctets(out, at, distinguisher(tlv.rd));
  return setU24(out, at, within(0xffffff, tlv.spi, "a service path identifier"));
};

const writeServiceFunction = (tlv: ServiceFunction, out: Uint8Array, start: number): number => {
  let at = tlv8x16.write(SERVICE_FUNCTION, lengthOf(tlv), out, start);
  at = setU16(out, at, within(0xffff, tlv.serviceFunctionType, "a service function type"));
  for (const rd of tlv.rds) at = setOctets(out, at, distinguisher(rd));
  return at;
};

/** Types that are not given as octets, and the one that has none. */
const BESIDE_HOPS = { known: [ASSOCIATION, HOP], empty: MPLS_TRAVERSAL } as const;
const IN_HOP = { known: [SERVICE_FUNCTION], empty: MPLS_SWAPPING } as const;

const writeOpaque = (
  { type, value }: OpaqueTlv,
  out: Uint8Array,
  at: number,
  { known, empty }: { readonly known: readonly number[]; readonly empty: number },
): number => {
  if (known.includes(type)) throw new RangeError(`TLV ${type} is not given as octets`);
  if (type === empty && value.length > 0) throw new RangeError(`TLV ${type} has no value`);
  return setOctets(out, tlv8x16.write(type, value.length, out, at), value);
};

const distinguisher = (rd: Uint8Array): Uint8Array => {
  if (rd.length !== RD) throw new RangeError(`a route distinguisher has 8 octets, not ${rd.length}`);
  return rd;
};
