import { Afi, AS_TRANS, type Family, family, Ipv4Unicast, isLabeled } from "../../src/codec/iana.js";
import { hex, u8, u16, u32 } from "../../src/codec/octets.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE, type SessionContext } from "../../src/codec/session-context.js";
import type { Expectations, Negotiated } from "../../src/session/types.js";

/** An OPEN by a reading of its own: the codec's and the session's are what is judged. */
export interface ReadOpen {
  /** The two-octet field. */
  readonly as: number;
  /** Seconds. */
  readonly holdTime: number;
  readonly identifier: number;
  /** Values by capability code, in the order they were sent, malformed ones among them. */
  readonly capabilities: ReadonlyMap<number, readonly Uint8Array[]>;
  /** What it must be refused for, as `code/subcode`; RFC 4271 does not say which goes first. */
  readonly refusals: readonly string[];
}

/** What two OPENs agree on. */
export interface Agreement
  extends Pick<
    Negotiated,
    | "localAs"
    | "peerAs"
    | "external"
    | "localIdentifier"
    | "remoteIdentifier"
    | "holdTime"
    | "routeRefresh"
    | "enhancedRefresh"
    | "role"
    | "notificationRestart"
    | "receive"
    | "send"
  > {
  /** Families of the peer's Graceful Restart Capability; null unless both sent one. */
  readonly restarts: readonly Family[] | null;
  /** Some clause leaves open which labels of capability 8 count: they are not compared. */
  readonly labelsOpen: boolean;
}

/** Reads a whole OPEN whose header is good (RFC 4271 §4.2, §6.2; RFC 5492 §4; RFC 9072 §2). */
export const readOpen = (msg: Uint8Array): ReadOpen => {
  const capabilities = new Map<number, Uint8Array[]>();
  const refusals: string[] = [];
  const open = { as: u16(msg, 20), holdTime: u16(msg, 22), identifier: u32(msg, 24), capabilities, refusals };
  if (u8(msg, 19) !== 4) {
    refusals.push("2/1");
    return open;
  }
  // RFC 7607 §2.
  if (open.as === 0) refusals.push("2/2");
  if (open.holdTime === 1 || open.holdTime === 2) refusals.push("2/6");
  if (open.identifier === 0) refusals.push("2/3");
  readParameters(msg, capabilities, refusals);
  // RFC 7607 §2, by way of RFC 6793 §4.1: the last one counts, but zero is no AS number in any.
  if (valuesOf(open, 65, (length) => length === 4).some((value) => u32(value, 0) === 0)) refusals.push("2/2");
  // RFC 9234 §4.2: several roles that differ.
  if (new Set(valuesOf(open, 9, (length) => length === 1).map((value) => value[0])).size > 1) refusals.push("2/11");
  return open;
};

/** What follows from our OPEN and the peer's: an agreement, or the NOTIFICATIONs of which one must be sent. */
export const agree = (
  ours: ReadOpen,
  theirs: ReadOpen,
  expected: Expectations,
):
  | { readonly agreement: Agreement; readonly refusals: null }
  | { readonly agreement: null; readonly refusals: readonly string[] } => {
  const refusals = [...theirs.refusals];
  const localAs = asOf(ours);
  const peerAs = asOf(theirs);
  const external = peerAs !== localAs;
  if (peerAs !== expected.peerAs) refusals.push("2/2");
  // RFC 6793 §3, §4.1: the field has the number itself or AS_TRANS.
  if (fourOctets(theirs) && theirs.as !== peerAs && theirs.as !== AS_TRANS) refusals.push("2/2");
  // RFC 6286 §2.2.
  if (!external && theirs.identifier === ours.identifier) refusals.push("2/3");
  const role = external ? roleOf(ours) : null;
  const remoteRole = roleOf(theirs);
  // RFC 9234 §4.2, table 2 and strict mode.
  if (role !== null && (remoteRole === null ? expected.strictRole === true : !fits(role, remoteRole))) {
    refusals.push("2/11");
  }
  const families = new Set([...familiesOf(ours)].filter((one) => familiesOf(theirs).has(one)));
  if (families.size === 0) refusals.push("2/7");
  if (refusals.length > 0) return { agreement: null, refusals };

  const asnSize = fourOctets(ours) && fourOctets(theirs) ? 4 : 2;
  const common = { asnSize, localAs, peerAs, external, families } as const;
  const both = (code: number): boolean => says(ours, code) && says(theirs, code);
  const restarts = restartOf(ours) === null ? null : restartOf(theirs);
  const agreement: Agreement = {
    localAs,
    peerAs,
    external,
    localIdentifier: ours.identifier,
    remoteIdentifier: theirs.identifier,
    // RFC 4271 §4.2.
    holdTime: Math.min(ours.holdTime, theirs.holdTime),
    receive: direction(common, theirs, ours),
    send: direction(common, ours, theirs),
    routeRefresh: both(2),
    enhancedRefresh: both(2) && both(70),
    role: role as Agreement["role"],
    restarts: restarts?.families ?? null,
    // RFC 8538 §2.
    notificationRestart: restarts?.notification === true && restartOf(ours)?.notification === true,
    labelsOpen: hasOpenLabels(theirs),
  };
  return { agreement, refusals: null };
};

/** The first field in which a `Negotiated` is not what the OPENs say, or null. */
export const disagreement = (agreed: Agreement, negotiated: Negotiated): string | null => {
  for (const field of FIELDS) if (agreed[field] !== negotiated[field]) return field;
  for (const way of ["receive", "send"] as const) {
    for (const field of ["asnSize", "localAs", "peerAs", "external", "maxMessage"] as const) {
      if (agreed[way][field] !== negotiated[way][field]) return `${way}.${field}`;
    }
    for (const field of ["families", "addPath", "extendedNextHop"] as const) {
      if (!sameSet(agreed[way][field], negotiated[way][field])) return `${way}.${field}`;
    }
    if (!agreed.labelsOpen && !sameSet(agreed[way].multipleLabels, negotiated[way].multipleLabels)) {
      return `${way}.multipleLabels`;
    }
  }
  const restarts = negotiated.gracefulRestart?.families.map((one) => one.family) ?? null;
  if (String(restarts) !== String(agreed.restarts)) return "gracefulRestart";
  return null;
};

const FIELDS = [
  "localAs",
  "peerAs",
  "external",
  "localIdentifier",
  "remoteIdentifier",
  "holdTime",
  "routeRefresh",
  "enhancedRefresh",
  "role",
  "notificationRestart",
] as const;

const sameSet = (a: ReadonlySet<Family>, b: ReadonlySet<Family>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));

const readParameters = (msg: Uint8Array, into: Map<number, Uint8Array[]>, refusals: string[]): void => {
  const first = u8(msg, 28);
  // RFC 9072 §2: type 255 right behind the length says that the lengths that follow have two octets.
  const wide = first !== 0 && msg.length > 29 && u8(msg, 29) === 255;
  const start = wide ? 32 : 29;
  const end = start + (wide && msg.length >= 32 ? u16(msg, 30) : first);
  if (start > msg.length || end > msg.length) {
    refusals.push("2/0");
    return;
  }
  if (end < msg.length) refusals.push("2/0");
  for (let at = start; at < end; ) {
    const value = at + (wide ? 3 : 2);
    const next = value > end ? end + 1 : value + (wide ? u16(msg, at + 1) : u8(msg, at + 1));
    if (next > end) {
      refusals.push("2/0");
      return;
    }
    if (u8(msg, at) !== 2) refusals.push("2/4");
    else if (!readCapabilities(msg, value, next, into)) refusals.push("2/0");
    at = next;
  }
};

/** False when the last capability reaches past its parameter. */
const readCapabilities = (msg: Uint8Array, start: number, end: number, into: Map<number, Uint8Array[]>): boolean => {
  for (let at = start; at < end; ) {
    const next = at + 2 > end ? end + 1 : at + 2 + u8(msg, at + 1);
    if (next > end) return false;
    const values = into.get(u8(msg, at)) ?? [];
    values.push(msg.subarray(at + 2, next));
    into.set(u8(msg, at), values);
    at = next;
  }
  return true;
};

/** RFC 5492 §3: what is no value of its capability is as if it were not there. */
const valuesOf = (
  { capabilities }: ReadOpen,
  code: number,
  fitsIn: (length: number) => boolean,
): readonly Uint8Array[] => (capabilities.get(code) ?? NONE).filter(({ length }) => fitsIn(length));

const NONE: readonly Uint8Array[] = [];

/** Of those capabilities that say all by being there. */
const says = (open: ReadOpen, code: number): boolean => valuesOf(open, code, (length) => length === 0).length > 0;

const fourOctets = (open: ReadOpen): boolean => valuesOf(open, 65, (length) => length === 4).length > 0;

/** RFC 6793 §4.1. */
const asOf = (open: ReadOpen): number => {
  const last = valuesOf(open, 65, (length) => length === 4).at(-1);
  return last === undefined ? open.as : u32(last, 0);
};

const roleOf = (open: ReadOpen): number | null => valuesOf(open, 9, (length) => length === 1).at(-1)?.[0] ?? null;

/** RFC 9234 §4.2, table 2: 0 provider, 1 route server, 2 its client, 3 customer, 4 peer. */
const fits = (a: number, b: number): boolean => ["03", "30", "12", "21", "44"].includes(`${a}${b}`);

/** RFC 4760 §8: who sends no such capability speaks of IPv4 unicast only. */
const familiesOf = (open: ReadOpen): ReadonlySet<Family> => {
  const values = valuesOf(open, 1, (length) => length === 4);
  return new Set(values.length === 0 ? [Ipv4Unicast] : values.map((value) => family(u16(value, 0), u8(value, 3))));
};

/** The tuples of all copies of a capability. */
const tuplesOf = (open: ReadOpen, code: number, width: number): readonly Uint8Array[] =>
  valuesOf(open, code, (length) => length > 0 && length % width === 0).flatMap((value) =>
    Array.from({ length: value.length / width }, (_, i) => value.subarray(i * width, (i + 1) * width)),
  );

/** RFC 7911 §4: 1 can receive, 2 can send, 3 both; other values don't count. Of several for a family the first does. */
const addPathModes = (open: ReadOpen): ReadonlyMap<Family, number> => {
  const modes = new Map<Family, number>();
  for (const tuple of tuplesOf(open, 69, 4)) {
    const of = family(u16(tuple, 0), u8(tuple, 2));
    const mode = u8(tuple, 3);
    if (mode >= 1 && mode <= 3 && !modes.has(of)) modes.set(of, mode);
  }
  return modes;
};

/** RFC 8950 §4: families whose routes its sender takes with an IPv6 next hop. */
const ipv6NextHops = (open: ReadOpen): readonly Family[] =>
  tuplesOf(open, 5, 6)
    .filter((tuple) => u16(tuple, 2) <= 0xff && u16(tuple, 4) === Afi.Ipv6)
    .map((tuple) => family(u16(tuple, 0), u16(tuple, 2)));

/** RFC 8277 §2.1: families with two labels or more. */
const stacks = (open: ReadOpen): ReadonlySet<Family> =>
  new Set(
    tuplesOf(open, 8, 4)
      .filter((tuple) => u8(tuple, 3) >= 2)
      .map((tuple) => family(u16(tuple, 0), u8(tuple, 2))),
  );

/** RFC 8277 §2.1 has only the first copy and the first triple of a family count, and a count of 0 or 1 ignored: before or after? */
const hasOpenLabels = (open: ReadOpen): boolean => {
  const triples = tuplesOf(open, 8, 4);
  const copies = new Set(open.capabilities.get(8)?.map((value) => hex(value)));
  return copies.size > 1 || new Set(triples.map((triple) => hex(triple, 0, 3))).size < triples.length;
};

const restartOf = (open: ReadOpen): { readonly notification: boolean; readonly families: readonly Family[] } | null => {
  // RFC 4724 §3: all but the last are ignored.
  const last = valuesOf(open, 64, (length) => length % 4 === 2).at(-1);
  if (last === undefined) return null;
  const families: Family[] = [];
  for (let at = 2; at < last.length; at += 4) families.push(family(u16(last, at), u8(last, at + 2)));
  return { notification: (u8(last, 0) & 0x40) !== 0, families };
};

const direction = (
  common: Pick<SessionContext, "asnSize" | "localAs" | "peerAs" | "external" | "families">,
  sender: ReadOpen,
  receiver: ReadOpen,
): SessionContext => {
  const sends = addPathModes(sender);
  const receives = addPathModes(receiver);
  const among = (one: Family): boolean => common.families.has(one);
  return {
    ...common,
    addPath: new Set(
      [...common.families].filter((one) => ((sends.get(one) ?? 0) & 2) !== 0 && ((receives.get(one) ?? 0) & 1) !== 0),
    ),
    // RFC 8654 §4: whoever offered to take long messages may be sent some.
    maxMessage: says(receiver, 6) ? EXTENDED_MAX_MESSAGE : ORDINARY_MAX_MESSAGE,
    extendedNextHop: new Set(ipv6NextHops(receiver).filter(among)),
    multipleLabels: new Set(
      [...stacks(sender)].filter((one) => stacks(receiver).has(one) && isLabeled(one) && among(one)),
    ),
  };
};
