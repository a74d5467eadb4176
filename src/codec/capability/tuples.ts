import type { CapabilitySpec, Repeated } from "../capability.js";
import type { Fault } from "../fault.js";

/** How a capability that lists tuples of one width differs from the others that do. */
export interface TupleLayout<Tuple> {
  readonly code: number;
  readonly name: string;
  readonly repeated: Repeated;
  readonly wrongLength: Fault;
  /** Fewest tuples: 0 or 1. */
  readonly least: number;
  /** Octets of one tuple. */
  readonly width: number;
  /** Given for a tuple that is ignored while the others stand. */
  readonly ignoredTuple?: { readonly fault: Fault; is(msg: Uint8Array, at: number): boolean };
  read(msg: Uint8Array, at: number): Tuple;
  write(tuple: Tuple, out: Uint8Array, at: number): number;
}

/** A capability whose value is tuples, side by side to its end. */
export const tuples = <Tuple>(layout: TupleLayout<Tuple>): CapabilitySpec<readonly Tuple[]> => {
  const { code, name, repeated, wrongLength, least, width, ignoredTuple: odd } = layout;
  const partial = odd === undefined ? [] : [odd.fault];
  return {
    code,
    name,
    repeated,
    faults: [wrongLength, ...partial],
    partial,

    check(msg, start, end) {
      if (end - start < least * width || (end - start) % width !== 0) return wrongLength;
      if (odd !== undefined) for (let at = start; at < end; at += width) if (odd.is(msg, at)) return odd.fault;
      return null;
    },

    read(msg, start, end) {
      const list: Tuple[] = [];
      for (let at = start; at < end; at += width) if (!odd?.is(msg, at)) list.push(layout.read(msg, at));
      return list;
    },

    size: (list) => list.length * width,

    encode(list, out, start) {
      if (list.length < least) throw new RangeError(`${name} lists one tuple or more`);
      let at = start;
      for (const one of list) at = layout.write(one, out, at);
      return at;
    },
  };
};
