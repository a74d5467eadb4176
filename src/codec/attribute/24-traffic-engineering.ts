import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets, setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";

/** An interface switching capability descriptor, RFC 5543 §3. */
export interface SwitchingCapability {
  /** RFC 3471 §3.1.1: 1 to 4 packet, 51 layer 2, 100 time division, 150 lambda, 200 fiber. */
  readonly capability: number;
  readonly encoding: number;
  /** Means nothing; kept. */
  readonly reserved: number;
  /** Eight, of priority 0 to 7: the 32 bits of an IEEE floating point number, octets per second. */
  readonly maxLspBandwidth: readonly number[];
  /** What the capability alone gives a meaning, padding and all; of an unknown capability all octets to the end. */
  readonly specific: Uint8Array;
}

export const trafficEngineeringFlags: Fault = wrongFlags("traffic-engineering");
// RFC 5543 does not say what is malformed (RFC 7606 §7.13): octets that are no whole descriptors, here.
export const trafficEngineeringLength: Fault = treatAsWithdraw(
  "traffic-engineering/bad-length",
  "RFC 7606 §7.13",
  UpdateError.AttributeLength,
);

/** Octets of a descriptor before what its capability has for itself. */
const FIXED = 36;
const PRIORITIES = 8;
/** RFC 4203 §1.4 pads what RFC 5543 §3 has in 5 or 6 octets to this. */
const PADDED = 8;

/**
 * Traffic Engineering, RFC 5543 §3.
 *
 *     | capability (1) | encoding (1) | reserved (2) | maximum LSP bandwidth (8 × 4) | specific |   repeated to the end
 *
 * Specific are the minimum LSP bandwidth (4) and the MTU (2) of packet switching, the minimum LSP bandwidth and an
 * indication (1) of time division; others have nothing. "Identical to" the descriptors of OSPF and IS-IS, says §3, but
 * OSPF's are padded and those of IS-IS are not. Both are taken: there is no capability 0 with which the next could begin.
 */
export const trafficEngineering: AttributeSpec<readonly SwitchingCapability[]> = {
  code: 24,
  name: "Traffic Engineering",
  flags: Flag.Optional,
  flagFault: trafficEngineeringFlags,
  faults: [trafficEngineeringFlags, trafficEngineeringLength],

  check(msg, start, end) {
    let at = start;
    do {
      if (end - at < FIXED) return trafficEngineeringLength;
      at += FIXED + specificOctets(msg, at, end);
    } while (at < end);
    return at > end ? trafficEngineeringLength : null;
  },

  read(msg, start, end) {
    const descriptors: SwitchingCapability[] = [];
    for (let at = start; at < end; ) {
      const next = at + FIXED + specificOctets(msg, at, end);
      const bandwidths = at + 4;
      descriptors.push({
        capability: u8(msg, at),
        encoding: u8(msg, at + 1),
        reserved: u16(msg, at + 2),
        maxLspBandwidth: Array.from({ length: PRIORITIES }, (_, priority) => u32(msg, bandwidths + 4 * priority)),
        specific: copyOctets(msg, at + FIXED, next),
      });
      at = next;
    }
    return descriptors;
  },

  size(descriptors) {
    return descriptors.reduce((size, { specific }) => size + FIXED + specific.length, 0);
  },

  encode(descriptors, out, start) {
    if (descriptors.length === 0)
      throw new RangeError("Traffic Engineering has at least one descriptor, or is left out");
    const end = descriptors.reduce((at, descriptor) => writeDescriptor(descriptor, out, at), start);
    // Nothing on the wire says where a descriptor ends but its capability.
    let at = start;
    for (const { capability, specific } of descriptors) {
      if (specificOctets(out, at, end) !== specific.length) {
        throw new RangeError(`capability ${capability} has not ${specific.length} octets of its own here`);
      }
      at += FIXED + specific.length;
    }
    return end;
  },
};

/** Octets behind the fixed ones of the descriptor at `start`, as its capability has it: perhaps more than there are. */
export const specificOctets = (msg: Uint8Array, start: number, end: number): number => {
  const at = start + FIXED;
  const capability = u8(msg, start);
  if (NOTHING_SPECIFIC.includes(capability)) return 0;
  const octets = capability === TIME_DIVISION ? 5 : isPacket(capability) ? 6 : end - at;
  if (octets >= PADDED || at + PADDED > end) return octets;
  for (let i = at + octets; i < at + PADDED; i++) if (u8(msg, i) !== 0) return octets;
  return PADDED;
};

const isPacket = (capability: number): boolean => capability >= 1 && capability <= 4;
const TIME_DIVISION = 100;
/** Layer 2, lambda and fiber. */
const NOTHING_SPECIFIC: readonly number[] = [51, 150, 200];

const writeDescriptor = (descriptor: SwitchingCapability, out: Uint8Array, start: number): number => {
  const { capability, encoding, reserved, maxLspBandwidth, specific } = descriptor;
  if (maxLspBandwidth.length !== PRIORITIES) throw new RangeError(`a bandwidth for each of ${PRIORITIES} priorities`);
  let at = setU8(out, start, within(0xff, capability, "the switching capability"));
  at = setU8(out, at, within(0xff, encoding, "the encoding"));
  at = setU16(out, at, within(0xffff, reserved, "the reserved field"));
  for (const one of maxLspBandwidth) at = setU32(out, at, within(0xffffffff, one, "a bandwidth"));
  return setOctets(out, at, specific);
};
