import { type CapabilitySpec, wrongLength } from "../capability.js";

/** A capability that says all by being there: its length is 0 and its value `true`. */
export const bare = (code: number, name: string, id: string): CapabilitySpec<true> => {
  const notEmpty = wrongLength(id);
  return {
    code,
    name,
    repeated: "all",
    faults: [notEmpty],
    partial: [],
    check: (_msg, start, end) => (end === start ? null : notEmpty),
    read: () => true,
    size: () => 0,
    encode: (_value, _out, at) => at,
  };
};
