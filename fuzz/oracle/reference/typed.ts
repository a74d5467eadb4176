import {
  BAD,
  dropped,
  either,
  type Form,
  isDropped,
  long,
  maybeBad,
  OTHER,
  octet,
  octets,
  record,
  rest,
  three,
  UNSURE,
  upTo,
  whole,
} from "./form.js";
import { isOctets, u8 } from "./octets.js";

/**
 * Routes that say their type and their length (RFC 7606 §5.4): a type that is not in the table costs that route, what is
 * malformed in one that is, the session (§5.3). `lead`: octets before the length; the type is the last of them.
 */
const typed = (
  lead: number,
  types: Readonly<Record<number, Form>>,
  isKnown = (_: Uint8Array, __: number) => true,
): Form => ({
  skip(m, at, end) {
    if (at + lead + 1 > end) return BAD;
    const start = at + lead + 1;
    const stop = start + u8(m, at + lead);
    if (stop > end) return BAD;
    const form = isKnown(m, at) ? types[u8(m, at + lead - 1)] : undefined;
    if (form === undefined) return dropped(stop);
    const next = form.skip(m, start, stop);
    if (next === stop || isDropped(next)) return next;
    return next >= 0 || next === BAD ? BAD : maybeBad(stop);
  },
  says(m, at, _, value) {
    const type = u8(m, at + lead - 1);
    const stop = at + lead + 1 + u8(m, at + lead);
    if ((value as { readonly type?: unknown }).type !== type) return OTHER;
    return types[type]?.says(m, at + lead + 1, stop, value) === stop ? stop : OTHER;
  },
});

/** An address behind its length in bits, which `bits` lists; RFC 7432 §7.2. */
const address = (...bits: readonly number[]): Form =>
  either((m, at, end) => (at < end && bits.includes(u8(m, at)) ? (BEHIND[u8(m, at) / 8] ?? null) : null));

const behindAnOctet = (form: Form): Form => ({
  skip: (m, at, end) => form.skip(m, at + 1, end),
  says: (m, at, end, value) => form.says(m, at + 1, end, value),
});

const BEHIND: Readonly<Record<number, Form>> = {
  0: behindAnOctet(octets(0)),
  4: behindAnOctet(octets(4)),
  6: behindAnOctet(octets(6)),
  16: behindAnOctet(octets(16)),
};

/** RFC 7432 §7.2: one label, or two. */
const labels: Form = {
  skip: (_, at, end) => (end - at === 3 || end - at === 6 ? end : BAD),
  says(m, at, end, value) {
    if (!Array.isArray(value) || value.length !== (end - at) / 3) return OTHER;
    return value.every((label, i) => three.says(m, at + 3 * i, end, label) > 0) ? end : OTHER;
  },
};

/** RFC 9136 §3.1: 34 octets with IPv4, 58 with IPv6. */
const ipPrefix = (width: 4 | 16): Form =>
  whole(
    record(
      ["rd", octets(8)],
      ["esi", octets(10)],
      ["ethernetTag", long],
      ["prefix", record(["length", upTo(8 * width)], ["address", octets(width)])],
      ["gateway", octets(width)],
      ["label", three],
    ),
  );

const ipPrefix4 = ipPrefix(4);
const ipPrefix6 = ipPrefix(16);

/** RFC 9251 §9.1: what the three kinds of multicast membership end with, before what only they have. */
const membership = [
  ["ethernetTag", long],
  ["source", address(0, 32, 128)],
  ["group", address(0, 32, 128)],
  ["originator", address(32, 128)],
] as const;

export const evpnRoute: Form = typed(1, {
  // RFC 7432 §7.1 to §7.4.
  1: whole(record(["rd", octets(8)], ["esi", octets(10)], ["ethernetTag", long], ["label", three])),
  2: record(
    ["rd", octets(8)],
    ["esi", octets(10)],
    ["ethernetTag", long],
    ["mac", address(48)],
    ["ip", address(0, 32, 128)],
    ["labels", labels],
  ),
  3: whole(record(["rd", octets(8)], ["ethernetTag", long], ["originator", address(32, 128)])),
  4: whole(record(["rd", octets(8)], ["esi", octets(10)], ["originator", address(32, 128)])),
  5: either((_, at, end) => (end - at === 34 ? ipPrefix4 : end - at === 58 ? ipPrefix6 : null)),
  6: whole(record(["rd", octets(8)], ...membership, ["flags", octet])),
  7: whole(record(["rd", octets(8)], ["esi", octets(10)], ...membership, ["flags", octet])),
  8: whole(
    record(
      ["rd", octets(8)],
      ["esi", octets(10)],
      ...membership,
      ["reserved", long],
      ["maxResponseTime", octet],
      ["flags", octet],
    ),
  ),
});

/** All that is left, which has to be an address of either version: RFC 6515 §2. */
const provider: Form = {
  skip: (_, at, end) => (end - at === 4 || end - at === 16 ? end : BAD),
  says: rest.says,
};

/** RFC 6514 §4.4: an NLRI in full. One that is no I-PMSI or S-PMSI route is not known here, and left out with its route. */
const routeKey: Form = {
  skip(m, at, end) {
    if (at + 2 > end) return UNSURE;
    const type = u8(m, at);
    const next = at + 2 + u8(m, at + 1);
    if (next > end) return UNSURE;
    return type >= 1 && type <= 3 ? next : dropped(next);
  },
  says: (m, at, _, value) => {
    const next = at + 2 + u8(m, at + 1);
    return isOctets(m, at, next, value) ? next : OTHER;
  },
};

/** RFC 6514 §4.4; which of two faults decides where the key is unknown and the address wrong is left open. */
const leaf: Form = {
  skip(m, at, end) {
    const next = routeKey.skip(m, at, end);
    return next >= 0 ? provider.skip(m, next, end) : isDropped(next) ? dropped(end) : next;
  },
  says: record(["routeKey", routeKey], ["originator", provider]).says,
};

/** RFC 6514 §4. Sources and groups are of the AFI's width; none means any, in S-PMSI A-D routes (RFC 6625). */
export const mcastVpnRoute = (width: 4 | 16): Form => {
  const flow = [
    ["source", address(8 * width)],
    ["group", address(8 * width)],
  ] as const;
  const tree = whole(record(["rd", octets(8)], ["sourceAs", long], ...flow));
  return typed(1, {
    1: record(["rd", octets(8)], ["originator", provider]),
    2: whole(record(["rd", octets(8)], ["sourceAs", long])),
    3: record(
      ["rd", octets(8)],
      ["source", address(0, 8 * width)],
      ["group", address(0, 8 * width)],
      ["originator", provider],
    ),
    4: leaf,
    5: whole(record(["rd", octets(8)], ...flow)),
    6: tree,
    7: tree,
  });
};

/** draft-ietf-bess-mup-safi §3.1: architecture (1), type (2), length (1); each of the four types has a distinguisher. */
const mupBody: Form = record(["rd", octets(8)], ["body", rest]);
const isArchitecture1 = (m: Uint8Array, at: number): boolean => u8(m, at) === 1 && u8(m, at + 1) === 0;
export const mupRoute: Form = typed(3, { 1: mupBody, 2: mupBody, 3: mupBody, 4: mupBody }, isArchitecture1);
