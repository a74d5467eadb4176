import { type CapabilitySpec, ignored, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import type { Family } from "../iana.js";
import { setU8, u8 } from "../octets.js";
import { readFamily, writeFamily } from "./family.js";
import { tuples } from "./tuples.js";

/** What the sender of the capability is able to do with several paths, RFC 7911 §4. */
export const AddPathMode = { Receive: 1, Send: 2, Both: 3 } as const;
export type AddPathMode = (typeof AddPathMode)[keyof typeof AddPathMode];

export interface AddPath {
  readonly family: Family;
  readonly mode: AddPathMode;
}

export const addPathLength: Fault = wrongLength("add-path");
export const unknownMode: Fault = ignored("add-path/unknown-mode", "RFC 7911 §4");

/**
 * ADD-PATH, RFC 7911 §4.
 *
 *     | AFI (2) | SAFI (1) | send/receive (1) |   repeated to the end
 *
 * Another send/receive value than 1, 2 and 3 is not understood; as it speaks of one family, that family's tuple alone
 * is ignored.
 */
export const addPath: CapabilitySpec<readonly AddPath[]> = tuples({
  code: 69,
  name: "ADD-PATH",
  wrongLength: addPathLength,
  repeated: "all",
  least: 1,
  width: 4,
  ignoredTuple: { fault: unknownMode, is: (msg, at) => !isMode(u8(msg, at + 3)) },
  read: (msg, at) => ({ family: readFamily(msg, at), mode: u8(msg, at + 3) as AddPathMode }),
  write({ family, mode }, out, at) {
    if (!isMode(mode)) throw new RangeError(`an ADD-PATH mode is 1, 2 or 3, not ${mode}`);
    return setU8(out, writeFamily(family, out, at), mode);
  },
});

const isMode = (mode: number): boolean =>
  mode === AddPathMode.Receive || mode === AddPathMode.Send || mode === AddPathMode.Both;
