import type { Found } from "../../../src/codec/fault.js";
import { Ipv4Unicast } from "../../../src/codec/iana.js";
import { u8, u16 } from "../../../src/codec/octets.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import { attributeCanonicalisations } from "./attribute.js";
import { hostBitsCleared } from "./nlri.js";

/**
 * A whole UPDATE with nothing worse than discards in it, header included: the unused flag bits are sent as zero and the
 * length of an attribute takes two octets only when it must (RFC 4271 §4.3), beside what the parts themselves have made
 * canonical. What `found` discards is gone, save the attributes of which it discards a part: that is canonical.
 */
export const canonicalUpdate = (msg: Uint8Array, session: SessionContext, found: readonly Found[] = []): Uint8Array => {
  const isGone = (from: number, to: number): boolean =>
    found.some(({ fault, start, end }) => start === from && end === to && !PARTIAL.has(fault.id));
  const withdrawnEnd = 21 + u16(msg, 19);
  const attributesEnd = withdrawnEnd + 2 + u16(msg, withdrawnEnd);
  const v4 = hostBitsCleared(session.addPath.has(Ipv4Unicast), "single");
  const attributes: number[] = [];
  for (let at = withdrawnEnd + 2; at < attributesEnd; ) {
    const flags = u8(msg, at);
    const code = u8(msg, at + 1);
    const first = at;
    const isLong = (flags & 0x10) !== 0;
    const start = at + (isLong ? 4 : 3);
    at = start + (isLong ? u16(msg, at + 2) : u8(msg, at + 2));
    if (isGone(first, at)) continue;
    let value: Uint8Array = msg.slice(start, at);
    for (const { apply } of attributeCanonicalisations(code, session)) value = apply(value);
    const kept = flags & 0xe0;
    if (value.length > 255) attributes.push(kept | 0x10, code, value.length >> 8, value.length & 0xff);
    else attributes.push(kept, code, value.length);
    for (const octet of value) attributes.push(octet);
  }
  const length = Uint8Array.of(attributes.length >> 8, attributes.length & 0xff);
  const routes = (from: number, to: number): Uint8Array => (isGone(from, to) ? NONE : v4.apply(msg.slice(from, to)));
  const withdrawn = routes(21, withdrawnEnd);
  const before = Uint8Array.of(...msg.subarray(0, 19), withdrawn.length >> 8, withdrawn.length & 0xff);
  const out = joined(before, withdrawn, length, attributes, routes(attributesEnd, msg.length));
  out[16] = out.length >> 8;
  out[17] = out.length & 0xff;
  return out;
};

const NONE = new Uint8Array(0);

/** Faults of one route among others, RFC 7606 §5.4. */
const PARTIAL: ReadonlySet<string> = new Set(["mp-reach-nlri/route-discarded", "mp-unreach-nlri/route-discarded"]);

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};
