import { type Family, family } from "../../../src/codec/iana.js";
import { u8, u16, u24, u32 } from "./octets.js";

/** What a capability's octets say, and whether a part of them is to be ignored. */
export interface Said {
  readonly value: unknown;
  readonly isPartial: boolean;
  /** Every part of it is to be ignored: as if it had not been sent. */
  readonly isSpent: boolean;
}

/** One capability as its document has it. */
export interface CapabilityRow {
  /** What instances mean that differ (RFC 5492 §4). Where no document says it, the last counts, or all add up. */
  readonly repeated: "all" | "first" | "last" | "refused";
  /** Null: malformed, and so ignored (RFC 5492 §3); no document says what else, and 2/7 MUST NOT be sent (§5). */
  read(m: Uint8Array, start: number, end: number): Said | null;
}

export const whole = (value: unknown): Said => ({ value, isPartial: false, isSpent: false });

/** What is left of a list that had `count` parts. */
const remaining = (value: readonly unknown[], count: number): Said => ({
  value,
  isPartial: value.length < count,
  isSpent: value.length === 0 && count > 0,
});

const fixed = (
  length: number,
  repeated: CapabilityRow["repeated"],
  read: (m: Uint8Array, at: number) => unknown,
): CapabilityRow => ({
  repeated,
  read: (m, start, end) => (end - start === length ? whole(read(m, start)) : null),
});

/** It says all by being there. */
const bare = fixed(0, "all", () => true);

/** Tuples of one width. `read` gives undefined for one that is to be ignored. */
const tuples = (
  width: number,
  least: number,
  repeated: CapabilityRow["repeated"],
  read: (m: Uint8Array, at: number) => unknown,
): CapabilityRow => ({
  repeated,
  read(m, start, end) {
    if ((end - start) % width !== 0 || end - start < least * width) return null;
    const value: unknown[] = [];
    for (let at = start; at < end; at += width) {
      const tuple = read(m, at);
      if (tuple !== undefined) value.push(tuple);
    }
    return remaining(value, (end - start) / width);
  },
});

/** AFI (2), SAFI (1). */
const familyAt = (m: Uint8Array, at: number): Family => family(u16(m, at), u8(m, at + 2));

/** RFC 5291 §5: AFI (2), reserved (1), SAFI (1), number, and as many pairs of type and send/receive. */
const filtering: CapabilityRow = {
  repeated: "all",
  read(m, start, end) {
    const value: unknown[] = [];
    for (let at = start; at < end; ) {
      if (at + 5 > end) return null;
      const stop = at + 5 + 2 * u8(m, at + 4);
      if (stop > end) return null;
      const types: unknown[] = [];
      for (let pair = at + 5; pair < stop; pair += 2) types.push({ type: u8(m, pair), mode: u8(m, pair + 1) });
      value.push({ family: family(u16(m, at), u8(m, at + 3)), types });
      at = stop;
    }
    return value.length === 0 ? null : whole(value);
  },
};

/** draft-ietf-idr-bgp-multisession §4: flags, then codes; its own is ignored. */
const sessions = (own: number): CapabilityRow => ({
  repeated: "last",
  read(m, start, end) {
    if (start === end) return null;
    const value = [...m.subarray(start + 1, end)].filter((code) => code !== own);
    return { ...remaining(value, end - start - 1), isSpent: false };
  },
});

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const textOf = (octets: Uint8Array): string | null => {
  try {
    return utf8.decode(octets);
  } catch {
    return null;
  }
};

/** draft-abraitis-bgp-version-capability: up to -14 the length of the text leads it. */
const softwareVersion: CapabilityRow = {
  repeated: "last",
  read(m, start, end) {
    const isLed = end > start && u8(m, start) + 1 === end - start;
    const octets = m.slice(isLed ? start + 1 : start, end);
    if (octets.length === 0) return null;
    return whole({ encoding: isLed ? "length-prefixed" : "bare", octets, text: textOf(octets) });
  },
};

/** draft-walton-bgp-hostname-capability §3: host and domain, each behind its length. */
const fqdn: CapabilityRow = {
  repeated: "last",
  read(m, start, end) {
    if (end - start < 2) return null;
    const domain = start + 1 + u8(m, start);
    if (domain + 1 > end || domain + 1 + u8(m, domain) !== end) return null;
    return whole({ host: m.slice(start + 1, domain), domain: m.slice(domain + 1, end) });
  },
};

/** RFC 4724 §3, RFC 8538 §2. */
const gracefulRestart: CapabilityRow = {
  repeated: "last",
  read(m, start, end) {
    if (end - start < 2 || (end - start) % 4 !== 2) return null;
    const families: unknown[] = [];
    for (let at = start + 2; at < end; at += 4) {
      families.push({ family: familyAt(m, at), forwarding: u8(m, at + 3) >= 0x80 });
    }
    const head = u16(m, start);
    const restarting = (head & 0x8000) !== 0;
    return whole({ restarting, notification: (head & 0x4000) !== 0, time: head & 0x0fff, families });
  },
};

/** draft-ietf-idr-dynamic-cap: codes; 0 is none. */
const dynamic: CapabilityRow = {
  repeated: "last",
  read(m, start, end) {
    const value = [...m.subarray(start, end)].filter((code) => code !== 0);
    return remaining(value, end - start);
  },
};

/** A family and a mode of 1 to 3; RFC 7911 §4 ignores another. */
const modes = tuples(4, 1, "all", (m, at) => {
  const mode = u8(m, at + 3);
  return mode >= 1 && mode <= 3 ? { family: familyAt(m, at), mode } : undefined;
});

const rows: Readonly<Record<number, CapabilityRow>> = {
  // RFC 4760 §8: AFI (2), reserved (1), SAFI (1).
  1: fixed(4, "all", (m, at) => family(u16(m, at), u8(m, at + 3))),
  2: bare,
  3: filtering,
  // RFC 8950 §4; a SAFI has one octet, so that no route can be meant above 255.
  5: tuples(6, 1, "all", (m, at) =>
    u16(m, at + 2) > 255 ? undefined : { family: family(u16(m, at), u16(m, at + 2)), nextHopAfi: u16(m, at + 4) },
  ),
  6: bare,
  // RFC 8205 §2.1: version (4 bits), direction, reserved (3), AFI.
  7: fixed(3, "all", (m, at) => ({ version: u8(m, at) >> 4, sends: (u8(m, at) & 8) !== 0, afi: u16(m, at + 1) })),
  // RFC 8277 §2.1.
  8: tuples(4, 1, "first", (m, at) =>
    u8(m, at + 3) < 2 ? undefined : { family: familyAt(m, at), count: u8(m, at + 3) },
  ),
  // RFC 9234 §4.2.
  9: fixed(1, "refused", u8),
  64: gracefulRestart,
  65: fixed(4, "last", u32),
  67: dynamic,
  68: sessions(68),
  69: modes,
  70: bare,
  // RFC 9494 §3.1: zero or more tuples.
  71: tuples(7, 0, "last", (m, at) => ({
    family: familyAt(m, at),
    forwarding: u8(m, at + 3) >= 0x80,
    time: u24(m, at + 4),
  })),
  72: modes,
  73: fqdn,
  74: bare,
  75: softwareVersion,
  76: tuples(5, 1, "all", (m, at) => ({ family: familyAt(m, at), limit: u16(m, at + 3) })),
  77: bare,
  // RFC 8810 §3: 2, 3 and 68 before they had their numbers.
  128: bare,
  130: filtering,
  131: sessions(131),
};

/** Undefined for a code that is not recognised: its octets are kept. */
export const capabilityRow = (code: number): CapabilityRow | undefined => rows[code];
