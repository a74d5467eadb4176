import { describe, expect, it } from "vitest";
import type { Found } from "../fault.js";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import {
  capabilityOverrun,
  type PlacedCapability,
  readCapabilities,
  sizeOfCapability,
  writeCapability,
} from "./list.js";

const read = (octets: string): { readonly placed: PlacedCapability[]; readonly found: Found[] } => {
  const msg = unhex(octets);
  const placed: PlacedCapability[] = [];
  const found: Found[] = [];
  readCapabilities(msg, 0, msg.length, 0, placed, found);
  return { placed, found };
};

// RFC 5492 §4: code, length, value; laid out by hand.
describe("a list of capabilities", () => {
  it.each<[string, string, { code: number; value: unknown; start: number; end: number }[]]>([
    ["none", "", []],
    ["route refresh", "02 00", [{ code: 2, value: true, start: 0, end: 2 }]],
    [
      "multiprotocol, four-octet AS, and one of no module",
      "01 04 0002 00 01 41 04 000fbff1 fd 02 abcd",
      [
        { code: 1, value: 0x201, start: 0, end: 6 },
        { code: 65, value: 1_032_177, start: 6, end: 12 },
        { code: 253, value: unhex("abcd"), start: 12, end: 16 },
      ],
    ],
  ])("is read with its places: %s", (_name, octets, expected) => {
    const { placed, found } = read(octets);
    expect(placed).toEqual(expected);
    expect(found).toEqual([]);
    const out = new Uint8Array(expected.reduce((sum, one) => sum + sizeOfCapability(one), 0));
    expected.reduce((at, one) => writeCapability(one, out, at), 0);
    expect(hex(out)).toBe(octets.replaceAll(" ", ""));
  });

  it.each([
    ["a code without a length", "02 00 01", 2, 3],
    ["a length that reaches one octet too far", "02 00 41 04 000fbf", 2, 7],
  ])("ends the session for %s", (_name, octets, start, end) => {
    const { placed, found } = read(octets);
    expect(placed.map(({ code }) => code)).toEqual([2]);
    expect(found).toEqual([{ fault: capabilityOverrun, start, end }]);
  });
});
