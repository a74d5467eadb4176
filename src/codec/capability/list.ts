import type { Capability, CapabilitySpec } from "../capability.js";
import { declareFault, type Fault, type Found, Verdict } from "../fault.js";
import { ErrorCode, OpenError } from "../iana.js";
import { copyOctets, setOctets, setU8, u8, within } from "../octets.js";
import { capabilities, capabilityOf } from "./index.js";

// RFC 4271 §6.2: a parameter that is recognised but malformed is Unspecific.
export const capabilityOverrun: Fault = declareFault(
  "capability/overrun",
  Verdict.SessionReset,
  [ErrorCode.Open, OpenError.Unspecific],
  "RFC 4271 §6.2",
);

/** Every fault `readCapabilities` can give. */
export const capabilityListFaults: readonly Fault[] = [
  capabilityOverrun,
  ...capabilities.flatMap((spec) => [...spec.faults]),
];

/** A capability and the octets it came from, code and length included. */
export interface PlacedCapability extends Capability {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the value of a Capabilities parameter, octets [start, end) of `msg` (RFC 5492 §4), into `placed`.
 *
 *     | code (1) | length (1) | value |   repeated to the end
 *
 * Faults go to `found`. All offsets that are noted count from `origin`, the first octet of the message.
 */
export const readCapabilities = (
  msg: Uint8Array,
  start: number,
  end: number,
  origin: number,
  placed: PlacedCapability[],
  found: Found[],
): void => {
  for (let at = start; at < end; ) {
    const value = at + 2;
    const next = value > end ? value : value + u8(msg, at + 1);
    if (next > end) {
      found.push({ fault: capabilityOverrun, start: at - origin, end: end - origin });
      return;
    }
    const code = u8(msg, at);
    const place = { start: at - origin, end: next - origin };
    const spec = capabilityOf(code);
    at = next;
    if (spec === undefined) {
      placed.push({ code, value: copyOctets(msg, value, next), ...place });
      continue;
    }
    const fault = spec.check(msg, value, next);
    if (fault !== null) found.push({ fault, ...place });
    if (fault !== null && !spec.partial.includes(fault)) continue;
    const kept = spec.read(msg, value, next);
    // Of a capability whose every part was ignored nothing is left.
    if (fault === null || spec.size(kept) > 0) placed.push({ code, value: kept, ...place });
  }
};

/** Octets that `writeCapability` will write. */
export const sizeOfCapability = ({ code, value }: Capability): number =>
  2 + (capabilityOf(code)?.size(value) ?? (value as Uint8Array).length);

/** Writes code, length and value at `at` and gives the offset after. Throws RangeError for what cannot be carried. */
export const writeCapability = (capability: Capability, out: Uint8Array, start: number): number => {
  const { code, value } = capability;
  const length = sizeOfCapability(capability) - 2;
  if (length > 0xff) throw new RangeError(`capability ${code} has ${length} octets, but 255 is the most`);
  const at = setU8(out, setU8(out, start, within(0xff, code, "the capability code")), length);
  const spec = capabilityOf(code);
  return spec === undefined ? setOctets(out, at, value as Uint8Array) : spec.encode(value, out, at);
};

/** A capability to send. */
export const capability = <Value>(spec: CapabilitySpec<Value>, value: Value): Capability<Value> => ({
  code: spec.code,
  value,
});

/** The values of every instance of one capability, in the order they were sent. */
export const valuesOf = <Value>(list: readonly Capability[], spec: CapabilitySpec<Value>): readonly Value[] =>
  list.filter(({ code }) => code === spec.code).map(({ value }) => value as Value);

/** The value of the last instance of one capability, or undefined. */
export const lastValueOf = <Value>(list: readonly Capability[], spec: CapabilitySpec<Value>): Value | undefined =>
  valuesOf(list, spec).at(-1);
