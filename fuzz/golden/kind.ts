import { type Family, family, Ipv4Unicast, MessageType } from "../../src/codec/iana.js";
import { u8, u16 } from "../../src/codec/octets.js";

/**
 * What sort of message it is, in words that stay the same from run to run: `open`, `keepalive`, `notification 6/2`,
 * `refresh 1/1 begin`, `update 1/1 +`, `update 25/70 -`, `end-of-rib 2/1`. Reads the frame of a message only, without
 * help of the decoders that golden messages are to test.
 */
export const kindOf = (msg: Uint8Array): string => {
  switch (u8(msg, 18)) {
    case MessageType.Open:
      return "open";
    case MessageType.Update:
      return updateKind(msg);
    case MessageType.Notification:
      return `notification ${u8(msg, 19)}/${u8(msg, 20)}`;
    case MessageType.Keepalive:
      return "keepalive";
    case MessageType.RouteRefresh:
      return `refresh ${familyName(family(u16(msg, 19), u8(msg, 22)))} ${refreshWord(msg)}`;
    default:
      return `type ${u8(msg, 18)}`;
  }
};

export interface Frame {
  readonly withdrawn: boolean;
  readonly nlri: boolean;
  readonly attributes: readonly AttributeFrame[];
}

export interface AttributeFrame {
  readonly flags: number;
  readonly code: number;
  readonly start: number;
  readonly end: number;
}

/** Where the attributes of an UPDATE lie. */
export const frameOf = (msg: Uint8Array): Frame => {
  const attributesAt = 21 + u16(msg, 19);
  const end = attributesAt + 2 + u16(msg, attributesAt);
  const attributes: AttributeFrame[] = [];
  for (let at = attributesAt + 2; at + 3 <= end; ) {
    const flags = u8(msg, at);
    const isLong = (flags & 0x10) !== 0;
    const start = at + (isLong ? 4 : 3);
    const length = isLong ? u16(msg, at + 2) : u8(msg, at + 2);
    attributes.push({ flags, code: u8(msg, at + 1), start, end: start + length });
    at = start + length;
  }
  return { withdrawn: attributesAt > 21, nlri: end < msg.length, attributes };
};

/** `AFI/SAFI`, as numbers: names are for the codec, which may not know the family. */
export const familyName = (of: Family): string => `${of >>> 8}/${of & 0xff}`;

const updateKind = (msg: Uint8Array): string => {
  const { withdrawn, nlri, attributes } = frameOf(msg);
  // RFC 4724 §2: an UPDATE with nothing in it, or with an empty MP_UNREACH_NLRI alone.
  if (!withdrawn && !nlri && attributes.length === 0) return `end-of-rib ${familyName(Ipv4Unicast)}`;
  const [only] = attributes;
  const isAlone = !withdrawn && !nlri && attributes.length === 1 && only !== undefined;
  if (isAlone && only.code === 15 && only.end - only.start === 3)
    return `end-of-rib ${familyName(familyAt(msg, only))}`;
  const parts = new Set<string>();
  if (withdrawn) parts.add(`${familyName(Ipv4Unicast)} -`);
  for (const one of attributes) {
    if (one.code === 14) parts.add(`${familyName(familyAt(msg, one))} +`);
    if (one.code === 15) parts.add(`${familyName(familyAt(msg, one))} -`);
  }
  if (nlri) parts.add(`${familyName(Ipv4Unicast)} +`);
  return `update ${[...parts].join(", ")}`;
};

/** The family that MP_REACH_NLRI and MP_UNREACH_NLRI begin with. */
export const familyAt = (msg: Uint8Array, { start }: AttributeFrame): Family =>
  family(u16(msg, start), u8(msg, start + 2));

const refreshWord = (msg: Uint8Array): string => {
  // RFC 5291 §4: filters stand behind a request.
  if (msg.length > 23) return "request with filters";
  return ["request", "begin", "end"][u8(msg, 21)] ?? `subtype ${u8(msg, 21)}`;
};
