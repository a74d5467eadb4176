import { type AttributeSpec, discarded, Flag, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";

export const atomicAggregateFlags: Fault = wrongFlags("atomic-aggregate");
export const atomicAggregateLength: Fault = discarded(
  "atomic-aggregate/bad-length",
  "RFC 7606 §7.6",
  UpdateError.AttributeLength,
);

/** ATOMIC_AGGREGATE, RFC 4271 §4.3 (f): no octets, its presence says it all. The value is `true`. */
export const atomicAggregate: AttributeSpec<true> = {
  code: 6,
  name: "ATOMIC_AGGREGATE",
  flags: Flag.Transitive,
  flagFault: atomicAggregateFlags,
  faults: [atomicAggregateFlags, atomicAggregateLength],

  check(_msg, start, end) {
    return end === start ? null : atomicAggregateLength;
  },

  read() {
    return true;
  },

  size() {
    return 0;
  },

  encode(_value, _out, at) {
    return at;
  },
};
