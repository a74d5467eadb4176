import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { setU32, u32, within } from "../octets.js";
import { isListOf, listOf, type Shape } from "./shape.js";

/** RFC 8092 §3, three unsigned integers of 32 bits; written `globalAdministrator:localData1:localData2` (§5). */
export interface LargeCommunity {
  readonly globalAdministrator: number;
  readonly localData1: number;
  readonly localData2: number;
}

export const largeCommunitiesFlags: Fault = wrongFlags("large-communities");
export const largeCommunitiesLength: Fault = treatAsWithdraw(
  "large-communities/bad-length",
  "RFC 8092 §6",
  UpdateError.AttributeLength,
);

const shape: Shape<readonly LargeCommunity[]> = listOf("LARGE_COMMUNITY", 12, read, write);

/**
 * LARGE_COMMUNITY, RFC 8092 §3.
 *
 *     | global administrator (4) | local data 1 (4) | local data 2 (4) |   repeated to the end
 */
export const largeCommunities: AttributeSpec<readonly LargeCommunity[]> = {
  code: 32,
  name: "LARGE_COMMUNITY",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: largeCommunitiesFlags,
  faults: [largeCommunitiesFlags, largeCommunitiesLength],

  // RFC 8092 §6: neither redundant values nor any global administrator make it malformed.
  check(_msg, start, end) {
    return isListOf(12, start, end) ? null : largeCommunitiesLength;
  },

  // RFC 8092 §3: "A receiving speaker MUST silently remove redundant" values.
  read(msg, start, end, session) {
    const seen = new Set<string>();
    return shape.read(msg, start, end, session).filter((one) => {
      const text = `${one.globalAdministrator}:${one.localData1}:${one.localData2}`;
      return !seen.has(text) && seen.add(text);
    });
  },

  size: shape.size,
  encode: shape.encode,
};

function read(msg: Uint8Array, at: number): LargeCommunity {
  return { globalAdministrator: u32(msg, at), localData1: u32(msg, at + 4), localData2: u32(msg, at + 8) };
}

function write(
  { globalAdministrator, localData1, localData2 }: LargeCommunity,
  out: Uint8Array,
  start: number,
): number {
  let at = start;
  for (const one of [globalAdministrator, localData1, localData2]) {
    at = setU32(out, at, within(0xffffffff, one, "a part of a large community"));
  }
  return at;
}
