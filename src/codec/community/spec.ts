import { copyOctets, setOctets, setU8, setU16, setU24, setU32, u8, u16, u24, u32, within } from "../octets.js";

/** A part of a community's value: an unsigned integer of so many octets, or octets as they are. */
export type Part = "u8" | "u16" | "u24" | "u32" | "octets4" | "octets5" | "octets6";

export type Parts = Readonly<Record<string, Part>>;

/** Parts by their names: numbers, and octets in arrays of their own. */
export type PartsValue<Of extends Parts> = {
  readonly [Name in keyof Of]: Of[Name] extends `u${string}` ? number : Uint8Array;
};

export type CommunityValue = Readonly<Record<string, number | Uint8Array>>;

/** One row of the table of extended communities: what the 6 octets behind a type mean. */
export interface ExtendedCommunitySpec<Value extends CommunityValue = CommunityValue> {
  /** Type and sub-type; bit 0x4000 set: not transitive over ASes (RFC 4360 §2). */
  readonly type: number;
  readonly name: string;
  /** The parts of the value in the order of its octets, of which there are 6. */
  readonly parts: Parts;
  /** Reads 6 octets: any 6, for no value of a known type is an error (RFC 7606 §7.14). */
  read(octets: Uint8Array): Value;
  /** The 6 octets of a value. Throws RangeError for what they cannot carry. */
  encode(value: Value): Uint8Array;
  /** In words, without the name. */
  text(value: Value): string;
}

export const defineCommunity = <const Of extends Parts>(
  type: number,
  name: string,
  parts: Of,
  text: (value: PartsValue<Of>) => string,
): ExtendedCommunitySpec<PartsValue<Of>> => ({
  type,
  name,
  parts,
  text,

  read(octets) {
    let at = 0;
    const entries = Object.entries(parts).map(([part, kind]) => {
      const value = readPart(kind, octets, at);
      at += widthOf(kind);
      return [part, value] as const;
    });
    // One entry for each part, of the kind that its name says.
    return Object.fromEntries(entries) as PartsValue<Of>;
  },

  encode(value) {
    const octets = new Uint8Array(6);
    let at = 0;
    for (const [part, kind] of Object.entries(parts))
      at = writePart(`${part} of ${name}`, kind, value[part], octets, at);
    return octets;
  },
});

/** `u16`: 2, `octets6`: 6. */
export const widthOf = (kind: Part): number => WIDTHS[kind];

const WIDTHS: Readonly<Record<Part, number>> = {
  u8: 1,
  u16: 2,
  u24: 3,
  u32: 4,
  octets4: 4,
  octets5: 5,
  octets6: 6,
};

const readPart = (kind: Part, octets: Uint8Array, at: number): number | Uint8Array => {
  if (kind === "u8") return u8(octets, at);
  if (kind === "u16") return u16(octets, at);
  if (kind === "u24") return u24(octets, at);
  if (kind === "u32") return u32(octets, at);
  return copyOctets(octets, at, at + widthOf(kind));
};

const writePart = (
  what: string,
  kind: Part,
  value: number | Uint8Array | undefined,
  octets: Uint8Array,
  at: number,
): number => {
  if (typeof value === "number") {
    if (kind === "u8") return setU8(octets, at, within(0xff, value, what));
    if (kind === "u16") return setU16(octets, at, within(0xffff, value, what));
    if (kind === "u24") return setU24(octets, at, within(0xffffff, value, what));
    if (kind === "u32") return setU32(octets, at, within(0xffffffff, value, what));
  } else if (value?.length === widthOf(kind) && kind.startsWith("octets")) {
    return setOctets(octets, at, value);
  }
  throw new RangeError(`${what} is not what ${kind} can carry`);
};
