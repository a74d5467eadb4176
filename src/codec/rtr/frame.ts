import type { Decoded, Fault } from "../fault.js";
import { u8, u32, within } from "../octets.js";
import { fatal, PDU_HEADER, type Pdu, RtrError, type RtrVersion, setPduHeader } from "../rtr.js";
import { pduOf, pdus } from "./index.js";

/** Octets of the longest PDU we take. The documents set no limit; ours bounds what a peer can make us hold. */
export const LONGEST_PDU = 65_536;

export const pduTooShort: Fault = fatal("rtr/too-short");
export const pduUnsupportedVersion: Fault = fatal("rtr/unsupported-version", RtrError.UnsupportedVersion);
export const pduUnsupportedType: Fault = fatal("rtr/unsupported-type", RtrError.UnsupportedPduType);
export const pduTooLong: Fault = fatal("rtr/too-long");
export const pduLengthMismatch: Fault = fatal("rtr/length-mismatch");

/** Those of the header. */
export const pduHeaderFaults: readonly Fault[] = [
  pduTooShort,
  pduUnsupportedVersion,
  pduUnsupportedType,
  pduTooLong,
  pduLengthMismatch,
];

/** Every fault `decodePdu` can give. */
export const pduFaults: readonly Fault[] = [...pduHeaderFaults, ...pdus.flatMap(({ faults }) => faults)];

/**
 * One PDU of the RPKI-Router protocol, RFC 8210 §5, octets [start, end) of `msg`, header included.
 *
 *     | version (1) | type (1) | session ID, error code, flags or zero (2) | length of all (4) | … |
 *
 * A type that the version does not have is unsupported in it: Router Key in 0, ASPA before 2. The code to answer a fault
 * with is the first of `notify`; what is wrong with an Error Report is not answered (§5.11).
 */
export const decodePdu = (msg: Uint8Array, start: number, end: number): Decoded<Pdu> => {
  const wrong = (fault: Fault, from: number, to: number): Decoded<Pdu> => ({
    value: null,
    found: [{ fault, start: from - start, end: to - start }],
  });
  if (end - start < PDU_HEADER) return wrong(pduTooShort, start, end);
  const version = u8(msg, start);
  if (!isVersion(version)) return wrong(pduUnsupportedVersion, start, start + 1);
  const spec = pduOf(u8(msg, start + 1));
  if (!spec?.versions.includes(version)) return wrong(pduUnsupportedType, start + 1, start + 2);
  const length = u32(msg, start + 4);
  if (length > LONGEST_PDU) return wrong(pduTooLong, start + 4, start + 8);
  if (length !== end - start) return wrong(pduLengthMismatch, start + 4, start + 8);
  const fault = spec.check(msg, start, end, version);
  if (fault !== null) return wrong(fault, start, end);
  return { value: { version, type: spec.type, value: spec.read(msg, start, end, version) }, found: [] };
};

/** The whole PDU. Throws RangeError for what the wire cannot carry, and for a type that the version does not have. */
export const encodePdu = ({ version, type, value }: Pdu): Uint8Array => {
  const spec = pduOf(type);
  if (!spec?.versions.includes(version)) throw new RangeError(`version ${version} has no PDU of type ${type}`);
  const length = within(LONGEST_PDU, spec.size(value, version), "the length of a PDU");
  const out = new Uint8Array(length);
  setPduHeader(out, 0, version, type, length);
  spec.encode(value, out, 0, version);
  return out;
};

const isVersion = (version: number): version is RtrVersion => version <= 2;
