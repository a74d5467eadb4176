import { family } from "../../../src/codec/iana.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import { as4Path, asPath } from "./as-path.js";
import {
  BAD,
  counted,
  eight,
  either,
  type Form,
  listOf,
  long,
  nonZero,
  nothing,
  OTHER,
  octet,
  octets,
  record,
  rest,
  short,
  three,
  UNSURE,
  unread,
  upTo,
  whole,
} from "./form.js";
import { Bit } from "./judgement.js";
import { isOctets, u8, u16, u32 } from "./octets.js";

type Session = Pick<SessionContext, "asnSize" | "external">;

/** One attribute as its document has it. */
export interface AttributeRow {
  /** Optional and Transitive as they have to be. */
  readonly flags: number;
  /** What a malformed value costs, as a bit of `Bit`. */
  readonly malformed: number;
  /** Whether a malformed value is so in a part whose document has the routes withdrawn, whatever `malformed` says. */
  isWorse(m: Uint8Array, at: number, end: number): boolean;
  /** What wrong flags cost: RFC 7606 §3 (c). */
  readonly wrongFlags: number;
  /** RFC 7606 §7.5, §7.9, §7.10: from an external peer it is discarded, whatever is in it. */
  readonly internalOnly: boolean;
  /** RFC 6793 §6: between speakers of four-octet AS numbers it is discarded, whatever is in it. */
  readonly twoOctetOnly: boolean;
  form(session: Session): Form;
}

const WELL_KNOWN = 0x40;
const OPTIONAL = 0x80;
const OPTIONAL_TRANSITIVE = 0xc0;

const { Withdraw, Discard } = Bit;

const row = (
  flags: number,
  malformed: number,
  form: Form | ((session: Session) => Form),
  special: Partial<Pick<AttributeRow, "isWorse" | "wrongFlags" | "internalOnly" | "twoOctetOnly">> = {},
): AttributeRow => ({
  flags,
  malformed,
  isWorse: () => false,
  wrongFlags: Withdraw,
  internalOnly: false,
  twoOctetOnly: false,
  ...special,
  form: typeof form === "function" ? form : () => form,
});

const aggregator = (width: 2 | 4): Form => whole(record(["as", nonZero(width)], ["address", octets(4)]));
// RFC 7607 §2: AS 0 is malformed. Else RFC 7606 §7.7.
const aggregator2 = aggregator(2);
const aggregator4 = aggregator(4);

const largeCommunity = record(["globalAdministrator", long], ["localData1", long], ["localData2", long]);

/** RFC 8092 §3: redundant ones are removed, so that values may be fewer than there are. */
const largeCommunities: Form = {
  skip: (_, at, end) => (end > at && (end - at) % 12 === 0 ? end : BAD),
  says(m, at, end, value) {
    if (!Array.isArray(value)) return OTHER;
    const before = end - at > MANY ? new Set<string>() : null;
    let count = 0;
    for (let next = at; next < end; next += 12) {
      if (before === null ? isBefore(m, at, next) : isIn(before, m, next)) continue;
      if (largeCommunity.says(m, next, end, value[count++]) < 0) return OTHER;
    }
    return count === value.length ? end : OTHER;
  },
};

/** Octets of a list in which it takes too long to compare each with each. */
const MANY = 64 * 12;

const isBefore = (m: Uint8Array, at: number, end: number): boolean => {
  for (let other = at; other < end; other += 12) {
    let i = 0;
    while (i < 12 && m[other + i] === m[end + i]) i++;
    if (i === 12) return true;
  }
  return false;
};

const isIn = (before: Set<string>, m: Uint8Array, at: number): boolean => {
  const size = before.size;
  return before.add(`${u32(m, at)} ${u32(m, at + 4)} ${u32(m, at + 8)}`).size === size;
};

/** RFC 6514 §5: octets of the identifier by type of tunnel, for IPv4 and IPv6; of others, of mLDP's, it may be anything. */
const IDENTIFIERS: Readonly<Record<number, readonly number[]>> = {
  0: [0],
  1: [12, 24],
  3: [8, 32],
  4: [8, 32],
  5: [8, 32],
  6: [4, 16],
};

const pmsiFields = record(["flags", octet], ["tunnelType", octet], ["label", three], ["identifier", rest]);
const pmsiTunnel: Form = {
  skip(m, at, end) {
    if (end - at < 5) return BAD;
    const type = u8(m, at + 1);
    const lengths = IDENTIFIERS[type];
    if (lengths !== undefined) return lengths.includes(end - at - 5) ? end : BAD;
    return UNSURE;
  },
  says: pmsiFields.says,
};

/** RFC 9012 §3.1: of a sub-TLV below 128 the length has one octet, of others two. */
const tunnelSubTlv: Form = either((m, at, end) => (at >= end ? null : u8(m, at) < 128 ? shortSubTlv : longSubTlv));
const shortSubTlv: Form = unread(record(["", octet], ["", counted(1, rest)]));
const longSubTlv: Form = unread(record(["", octet], ["", counted(2, rest)]));
const subTlvs: Form = {
  skip: listOf(tunnelSubTlv).skip,
  says: (_, __, end, value) => (Array.isArray(value) ? end : OTHER),
};
const tunnel = record(["type", short], ["subTlvs", counted(2, subTlvs)]);

/** RFC 7311 §3: the length counts its own TLV in full. The first of type 1 counts, and must not be the maximum (§3.2). */
const aigpTlv: Form = either((m, at, end) => (at + 3 > end ? null : u8(m, at) === 1 ? aigpMetric : aigpOther));
const aigpMetric = record(["type", octet], ["metric", counted(2, eight, 3)]);
const aigpOther = record(["type", octet], ["value", counted(2, rest, 3)]);
const aigpList = listOf(aigpTlv, 1);
const aigp: Form = {
  skip(m, at, end) {
    const next = aigpList.skip(m, at, end);
    if (next < 0) return next;
    for (let tlv = at; tlv < end; tlv += u16(m, tlv + 1)) {
      if (u8(m, tlv) === 1) return u32(m, tlv + 3) === 0xffffffff && u32(m, tlv + 7) === 0xffffffff ? BAD : next;
    }
    return next;
  },
  says: aigpList.says,
};

/** RFC 6514 §8: an address and a label, again and again; with 133 octets nobody can tell of which family. */
const peLabels: Form = {
  skip: (_, at, end) => (end > at && ((end - at) % 7 === 0 || (end - at) % 19 === 0) ? end : BAD),
  says(m, at, end, value) {
    const length = end - at;
    if (length % 133 === 0) return rest.says(m, at, end, value);
    return (length % 7 === 0 ? peLabels4 : peLabels16).says(m, at, end, value);
  },
};
const peLabels4 = listOf(record(["address", octets(4)], ["label", three]), 1);
const peLabels16 = listOf(record(["address", octets(16)], ["label", three]), 1);

/** RFC 7752 §3.1; RFC 9552 §8.2.2 discards when TLVs don't add up. The lengths of known ones are judged by the codec alone. */
const linkStateTlv = record(["type", short], ["value", counted(2, rest)]);
const linkState: Form = unsureBehind(listOf(linkStateTlv, 1));

/** Malformed where `form` is, else who knows. */
function unsureBehind(form: Form): Form {
  return {
    skip: (m, at, end) => (form.skip(m, at, end) === BAD ? BAD : UNSURE),
    says: form.says,
  };
}

/** RFC 10039 §4: domains of seven octets, in segments that say how many. */
const domain = record(["globalAdministrator", long], ["localAdministrator", short], ["isfSafiType", octet]);
const domainSegment: Form = {
  skip(m, at, end) {
    const next = at + 1 + 7 * u8(m, at);
    return u8(m, at) > 0 && next <= end ? next : BAD;
  },
  says: (m, at, _, value) => listOf(domain).says(m, at + 1, at + 1 + 7 * u8(m, at), value),
};

/** RFC 9026 §3.1: TLVs that fit; of type 1 an address; in mode 1 there has to be one. Shorter than 11 octets never. */
const bfd: Form = {
  skip(m, at, end) {
    if (end - at < 11) return BAD;
    let hasSource = false;
    for (let tlv = at + 5; tlv < end; ) {
      if (tlv + 2 > end) return BAD;
      const length = u8(m, tlv + 1);
      if (tlv + 2 + length > end) return BAD;
      if (u8(m, tlv) === 1) {
        if (length !== 4 && length !== 16) return BAD;
        hasSource = true;
      }
      tlv += 2 + length;
    }
    return u8(m, at) !== 1 || hasSource ? end : BAD;
  },
  says: (m, at, end, value) =>
    record(["mode", octet], ["discriminator", long]).says(m, at, end, value) < 0 ? OTHER : end,
};

/** Whatever is in it, at least so many octets. */
const atLeast = (least: number): Form => ({
  skip: (_, at, end) => (end - at < least ? BAD : UNSURE),
  says: (_, __, end) => end,
});

/**
 * Prefix-SID, RFC 8669 §3: type (1), length (2). A label index has 7 octets, an SRGB flags and ranges of six octets each;
 * for SRv6 service TLVs (5 and 6) see `srv6Service`.
 */
const prefixSid: Form = unread({
  skip(m, at, end) {
    const next = prefixSidTlvs.skip(m, at, end);
    if (next < 0) return next;
    for (let tlv = at; tlv < end; tlv += 3 + u16(m, tlv + 1)) {
      const type = u8(m, tlv);
      const length = u16(m, tlv + 1);
      if (type === 1 && length !== 7) return BAD;
      if (type === 3 && (length < 8 || length % 6 !== 2)) return BAD;
    }
    return hasBadService(m, at, end) ? BAD : next;
  },
  says: rest.says,
});
const anyTlv = record(["", octet], ["", counted(2, rest)]);
const prefixSidTlvs = listOf(anyTlv, 1);

/** TLVs of which those of type 1 are laid out as `one`, and others may be anything. */
const tlvsWith = (one: Form): Form => {
  const known = record(["", octet], ["", counted(2, one)]);
  return listOf(either((m, at) => (u8(m, at) === 1 ? known : anyTlv)));
};

/**
 * The value of an SRv6 service TLV, RFC 9252 §2 and §3: an octet, and sub-TLVs. Of those 1 has 21 octets of a SID, and
 * sub-sub-TLVs; of those 1, the structure of the SID, six octets.
 */
const srv6Service = record(["", octet], ["", tlvsWith(record(["", octets(21)], ["", tlvsWith(octets(6))]))]);

/** RFC 9252 §7: with one malformed service TLV the routes are withdrawn. Behind one that does not end there is none. */
const hasBadService = (m: Uint8Array, at: number, end: number): boolean => {
  for (let tlv = at; tlv < end; ) {
    const stop = tlv + 3 <= end ? tlv + 3 + u16(m, tlv + 1) : end + 1;
    const isService = u8(m, tlv) === 5 || u8(m, tlv) === 6;
    if (stop > end) return isService;
    if (isService && srv6Service.skip(m, tlv + 3, stop) !== stop) return true;
    tlv = stop;
  }
  return false;
};

/** Next hop dependent characteristics, draft-ietf-idr-nhc: AFI (2), SAFI (1), next hop behind its length, TLVs. */
const nextHopCharacteristics: Form = {
  skip: record(
    ["", short],
    ["", octet],
    ["", counted(1, rest)],
    ["", listOf(record(["", short], ["", counted(2, rest)]))],
  ).skip,
  says(m, at, end, value) {
    const { family: said, nextHop } = value as { readonly family?: unknown; readonly nextHop?: unknown };
    const isSame = said === family(u16(m, at), u8(m, at + 2)) && isOctets(m, at + 4, at + 4 + u8(m, at + 3), nextHop);
    return isSame ? end : OTHER;
  },
};

const rows: readonly (readonly [code: number, row: AttributeRow])[] = [
  // RFC 7606 §7.1 to §7.10; RFC 4271 §4.3 for what they look like.
  [1, row(WELL_KNOWN, Withdraw, whole(upTo(2)))],
  [2, row(WELL_KNOWN, Withdraw, asPath)],
  [3, row(WELL_KNOWN, Withdraw, whole(octets(4)))],
  [4, row(OPTIONAL, Withdraw, whole(long))],
  [5, row(WELL_KNOWN, Withdraw, whole(long), { internalOnly: true })],
  [6, row(WELL_KNOWN, Discard, whole(nothing))],
  [7, row(OPTIONAL_TRANSITIVE, Discard, ({ asnSize }) => (asnSize === 2 ? aggregator2 : aggregator4))],
  [8, row(OPTIONAL_TRANSITIVE, Withdraw, listOf(long, 1))],
  [9, row(OPTIONAL, Withdraw, whole(long), { internalOnly: true })],
  [10, row(OPTIONAL, Withdraw, listOf(long, 1), { internalOnly: true })],
  // RFC 7606 §7.14.
  [16, row(OPTIONAL_TRANSITIVE, Withdraw, listOf(record(["type", short], ["value", octets(6)]), 1))],
  // RFC 6793 §6.
  [17, row(OPTIONAL_TRANSITIVE, Discard, as4Path, { twoOctetOnly: true })],
  [18, row(OPTIONAL_TRANSITIVE, Discard, aggregator4, { twoOctetOnly: true })],
  [22, row(OPTIONAL_TRANSITIVE, Withdraw, pmsiTunnel)],
  // RFC 9012 §13.
  [23, row(OPTIONAL_TRANSITIVE, Withdraw, listOf(tunnel, 1))],
  // RFC 5543 §3: the shortest descriptor has 36 octets.
  [24, row(OPTIONAL, Withdraw, atLeast(36))],
  // RFC 7606 §7.15.
  [
    25,
    row(
      OPTIONAL_TRANSITIVE,
      Withdraw,
      listOf(record(["type", short], ["globalAdministrator", octets(16)], ["localAdministrator", short]), 1),
    ),
  ],
  // RFC 7311 §3.2: wrong flags make it malformed, and malformed it is discarded.
  [26, row(OPTIONAL, Discard, aigp, { wrongFlags: Discard })],
  [27, row(OPTIONAL_TRANSITIVE, Withdraw, peLabels)],
  [29, row(OPTIONAL, Discard, linkState)],
  // RFC 8092 §6.
  [32, row(OPTIONAL_TRANSITIVE, Withdraw, largeCommunities)],
  // RFC 8205 §3: a Secure_Path of one segment, a Signature_Block with one signature of no octets.
  [33, row(OPTIONAL, Withdraw, atLeast(2 + 6 + 3 + 22))],
  [34, row(OPTIONAL_TRANSITIVE, Withdraw, atLeast(1))],
  // RFC 9234 §5.
  [35, row(OPTIONAL_TRANSITIVE, Withdraw, whole(long))],
  [36, row(OPTIONAL_TRANSITIVE, Withdraw, listOf(domainSegment, 1))],
  // RFC 9015 §3.2.1: types of one octet, lengths of two.
  [
    37,
    row(OPTIONAL_TRANSITIVE, Withdraw, unsureBehind(unread(listOf(record(["", octet], ["", counted(2, rest)]), 1)))),
  ],
  [38, row(OPTIONAL_TRANSITIVE, Discard, bfd)],
  [39, row(OPTIONAL_TRANSITIVE, Discard, unsureBehind(nextHopCharacteristics))],
  // RFC 8669 §6, RFC 9252 §7.
  [40, row(OPTIONAL_TRANSITIVE, Discard, prefixSid, { isWorse: hasBadService })],
  // RFC 9793: types and lengths of two octets.
  [41, row(OPTIONAL_TRANSITIVE, Discard, unsureBehind(unread(listOf(record(["", short], ["", counted(2, rest)]), 1))))],
];

const table: readonly (AttributeRow | undefined)[] = Array.from(
  { length: 256 },
  (_, code) => rows.find(([one]) => one === code)?.[1],
);

/** Undefined for a code that is not recognised, and for 14, 15 and 128, which are judged in `field.ts`. */
export const attributeRow = (code: number): AttributeRow | undefined => table[code];

/** Optional and Transitive as they have to be; undefined for a code that is not recognised. */
export const flagsOf = (code: number): number | undefined => flags[code];

const flags: readonly (number | undefined)[] = Array.from({ length: 256 }, (_, code) => {
  // RFC 4760 §3 and §4; RFC 6368 §5.
  if (code === 14 || code === 15) return OPTIONAL;
  return code === 128 ? OPTIONAL_TRANSITIVE : table[code]?.flags;
});

/** What wrong flags of a recognised attribute cost, but for 14 and 15. */
export const wrongFlagsOf = (code: number): number => table[code]?.wrongFlags ?? Withdraw;
