import { Ipv4Unicast } from "../../../src/codec/iana.js";
import { u8, u16 } from "../../../src/codec/octets.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import { attributeCanonicalisations } from "./attribute.js";
import { hostBitsCleared } from "./nlri.js";

/**
 * A whole UPDATE without faults, header included: the unused flag bits are sent as zero and the length of an attribute
 * takes two octets only when it must (RFC 4271 §4.3), beside what the parts themselves have made canonical.
 */
export const canonicalUpdate = (msg: Uint8Array, session: SessionContext): Uint8Array => {
  const withdrawnEnd = 21 + u16(msg, 19);
  const attributesEnd = withdrawnEnd + 2 + u16(msg, withdrawnEnd);
  const v4 = hostBitsCleared(session.addPath.has(Ipv4Unicast), "single");
  const attributes: number[] = [];
  for (let at = withdrawnEnd + 2; at < attributesEnd; ) {
    const flags = u8(msg, at);
    const code = u8(msg, at + 1);
    const isLong = (flags & 0x10) !== 0;
    const start = at + (isLong ? 4 : 3);
    at = start + (isLong ? u16(msg, at + 2) : u8(msg, at + 2));
    let value: Uint8Array = msg.slice(start, at);
    for (const { apply } of attributeCanonicalisations(code, session)) value = apply(value);
    const kept = flags & 0xe0;
    if (value.length > 255) attributes.push(kept | 0x10, code, value.length >> 8, value.length & 0xff);
    else attributes.push(kept, code, value.length);
    for (const octet of value) attributes.push(octet);
  }
  const length = Uint8Array.of(attributes.length >> 8, attributes.length & 0xff);
  const withdrawn = v4.apply(msg.slice(21, withdrawnEnd));
  const out = joined(msg.slice(0, 21), withdrawn, length, attributes, v4.apply(msg.slice(attributesEnd)));
  out[16] = out.length >> 8;
  out[17] = out.length & 0xff;
  return out;
};

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};
