import { Afi, type Family, family, Safi } from "../../../src/codec/iana.js";
import { flowSpecRoute } from "./flow.js";
import {
  BAD,
  counted,
  either,
  type Form,
  isDropped,
  isMaybeBad,
  isMaybeDropped,
  long,
  OTHER,
  octets,
  offsetIn,
  record,
  short,
} from "./form.js";
import { linkStateRoute } from "./link-state.js";
import { isOctets, u8, u16, u24, u32 } from "./octets.js";
import { evpnRoute, mcastVpnRoute, mupRoute } from "./typed.js";

/** What stands where labels stand: RFC 8277 §2.2 one, §2.3 a stack, §2.4 three octets that mean nothing. */
export type Labels = "single" | "stack" | "withdrawn";

/** What a family's routes look like, and how long a next hop may be. */
export interface FamilyRow {
  readonly route: Readonly<Record<Labels, Form>>;
  /** Null: of any length. The second list: with RFC 8950 agreed on. */
  readonly nextHop: readonly number[] | null;
  readonly extended: readonly number[];
}

/** Octets that hold so many bits. */
const octetsFor = (bits: number): number => (bits + 7) >> 3;

/** Whether `address` is the `bits` bits of `m` from `at`, then zeros: RFC 4271 §4.3 makes the rest irrelevant. */
const isPrefix = (m: Uint8Array, at: number, bits: number, width: number, address: unknown): boolean => {
  if (!(address instanceof Uint8Array) || address.length !== width) return false;
  const full = bits >> 3;
  for (let i = 0; i < full; i++) if (address[i] !== m[at + i]) return false;
  if (full === width) return true;
  const mask = 0xff00 >> (bits & 7);
  if (address[full] !== (u8(m, at + full) & mask & 0xff) && (bits & 7) !== 0) return false;
  for (let i = (bits & 7) === 0 ? full : full + 1; i < width; i++) if (address[i] !== 0) return false;
  return true;
};

interface PrefixValue {
  readonly length?: unknown;
  readonly address?: unknown;
  readonly labels?: unknown;
  readonly rd?: unknown;
}

const isObject = (value: unknown): value is PrefixValue => typeof value === "object" && value !== null;

/**
 * RFC 4271 §4.3: a length in bits and as many octets as it takes. With labels (RFC 8277 §2) or a distinguisher
 * (RFC 4364 §4.3.4) in front, their bits are counted, too.
 */
const prefix = (width: 4 | 16, labels: Labels | null, hasRd: boolean): Form => ({
  skip(m, at, end) {
    if (at >= end) return BAD;
    const bits = u8(m, at);
    const next = at + 1 + octetsFor(bits);
    // RFC 7606 §5.3: the last one exceeds the unconsumed data.
    if (next > end) return BAD;
    const stack = labelBits(m, at + 1, bits, labels);
    if (stack < 0) return BAD;
    const left = bits - stack - (hasRd ? 64 : 0);
    // RFC 7606 §5.3: a length inconsistent with the family.
    return left >= 0 && left <= 8 * width ? next : BAD;
  },
  says(m, at, _, value) {
    if (!isObject(value)) return OTHER;
    const bits = u8(m, at);
    const stack = labelBits(m, at + 1, bits, labels);
    const left = bits - stack - (hasRd ? 64 : 0);
    let from = at + 1;
    if (labels !== null && !saysLabels(m, from, labels === "withdrawn" ? 0 : stack / 24, value.labels)) return OTHER;
    from += stack / 8;
    if (hasRd && !isOctets(m, from, from + 8, value.rd)) return OTHER;
    if (hasRd) from += 8;
    return value.length === left && isPrefix(m, from, left, width, value.address) ? at + 1 + octetsFor(bits) : OTHER;
  },
});

/** The bits that labels take in a route of `bits` bits, or -1. */
const labelBits = (m: Uint8Array, at: number, bits: number, labels: Labels | null): number => {
  if (labels === null) return 0;
  if (labels !== "stack") return bits < 24 ? -1 : 24;
  // RFC 8277 §2.3: the S bit in the last label, and in no other.
  for (let taken = 24; taken <= bits; taken += 24) if ((u8(m, at + taken / 8 - 1) & 1) === 1) return taken;
  return -1;
};

const saysLabels = (m: Uint8Array, at: number, count: number, value: unknown): boolean => {
  if (!Array.isArray(value) || value.length !== count) return false;
  for (let i = 0; i < count; i++) {
    const bits = u24(m, at + 3 * i);
    if (value[i]?.label !== bits >>> 4 || value[i]?.rsrv !== ((bits >>> 1) & 7)) return false;
  }
  return true;
};

const inAnyForm = (form: Form): FamilyRow["route"] => ({ single: form, stack: form, withdrawn: form });

const labeled = (width: 4 | 16, hasRd: boolean): FamilyRow["route"] => ({
  single: prefix(width, "single", hasRd),
  stack: prefix(width, "stack", hasRd),
  withdrawn: prefix(width, "withdrawn", hasRd),
});

/** RFC 4684 §4: a prefix of an AS and a route target; none at all, or the AS in full. */
const routeTarget: Form = {
  skip(m, at, end) {
    if (at >= end) return BAD;
    const bits = u8(m, at);
    const next = at + 1 + octetsFor(bits);
    return next <= end && (bits === 0 || (bits >= 32 && bits <= 96)) ? next : BAD;
  },
  says(m, at, _, value) {
    if (!isObject(value)) return OTHER;
    const bits = u8(m, at);
    const { length, originAs, routeTarget: target } = value as PrefixValue & Readonly<Record<string, unknown>>;
    if (length !== bits || originAs !== (bits === 0 ? 0 : u32(m, at + 1))) return OTHER;
    return isPrefix(m, at + 5, Math.max(0, bits - 32), 8, target) ? at + 1 + octetsFor(bits) : OTHER;
  },
};

/** RFC 4761 §3.2.2 with 17 octets, RFC 6074 §3.2.2.1 with 12; RFC 6074 §7: there is no other. */
const vplsRoute: Form = either((m, at, end) => {
  if (at + 2 > end) return null;
  const length = u16(m, at);
  if (length === 17) return vplsLabelBlock;
  return length === 12 ? vplsDiscovery : null;
});

const label20: Form = {
  skip: (_, at, end) => (at + 3 <= end ? at + 3 : BAD),
  says: (m, at, _, value) => {
    const { labelBase, lowBits } = value as { readonly labelBase?: unknown; readonly lowBits?: unknown };
    return labelBase === u24(m, at) >>> 4 && lowBits === (u24(m, at) & 15) ? at + 3 : OTHER;
  },
};

const vplsDiscovery: Form = counted(2, record(["rd", octets(8)], ["peAddress", octets(4)]));
const vplsBlockFields: Form = record(["rd", octets(8)], ["veId", short], ["blockOffset", short], ["blockSize", short]);
const vplsLabelBlock: Form = counted(2, {
  skip: (_, at, end) => (at + 17 <= end ? at + 17 : BAD),
  says: (m, at, end, value) =>
    vplsBlockFields.says(m, at, end, value) < 0 ? OTHER : label20.says(m, at + 14, end, value),
});

/** RFC 9830 §2.1: a length in bits that the family fixes, then distinguisher, color and endpoint. */
const srPolicy = (width: 4 | 16): Form => {
  const fields = record(["distinguisher", long], ["color", long], ["endpoint", octets(width)]);
  return {
    skip: (m, at, end) => (at < end && u8(m, at) === 64 + 8 * width ? fields.skip(m, at + 1, end) : BAD),
    says: (m, at, end, value) => fields.says(m, at + 1, end, value),
  };
};

const IPV4 = [4];
const IPV6 = [16, 32];
const VPN4 = [12];
const VPN6 = [24, 48];
const EITHER = [4, 16];
const NONE: readonly number[] = [];

const row = (route: FamilyRow["route"], nextHop: readonly number[] | null, extended = NONE): FamilyRow => ({
  route,
  nextHop,
  extended,
});

const families = new Map<Family, FamilyRow>();

for (const [afi, width, hop, vpnHop, more, vpnMore] of [
  // RFC 4760 §3, RFC 4364 §4.3.2; RFC 8950 §3 adds the next hops of IPv6.
  [Afi.Ipv4, 4, IPV4, VPN4, IPV6, VPN6],
  // RFC 2545 §3, RFC 4659 §3.2.1.
  [Afi.Ipv6, 16, IPV6, VPN6, NONE, NONE],
] as const) {
  const plain = inAnyForm(prefix(width, null, false));
  families.set(family(afi, Safi.Unicast), row(plain, hop, more));
  families.set(family(afi, Safi.Multicast), row(plain, hop, more));
  families.set(family(afi, Safi.Labeled), row(labeled(width, false), hop, more));
  families.set(family(afi, Safi.Vpn), row(labeled(width, true), vpnHop, vpnMore));
  families.set(family(afi, Safi.VpnMulticast), row(inAnyForm(prefix(width, null, true)), vpnHop, vpnMore));
  // RFC 8955 §4: the length is 0 and the next hop ignored, so that another length harms nothing.
  families.set(family(afi, Safi.FlowSpec), row(inAnyForm(flowSpecRoute(width, false)), null));
  families.set(family(afi, Safi.FlowSpecVpn), row(inAnyForm(flowSpecRoute(width, true)), null));
  // RFC 9830 §2.1: of either version whatever the AFI, and with a link-local address.
  families.set(family(afi, Safi.SrPolicy), row(inAnyForm(srPolicy(width)), [4, 16, 32]));
  families.set(family(afi, Safi.McastVpn), row(inAnyForm(mcastVpnRoute(width)), EITHER));
  families.set(family(afi, Safi.Mup), row(inAnyForm(mupRoute), EITHER));
}
families.set(family(Afi.Ipv4, Safi.RouteTarget), row(inAnyForm(routeTarget), EITHER));
families.set(family(Afi.L2vpn, Safi.Vpls), row(inAnyForm(vplsRoute), EITHER));
families.set(family(Afi.L2vpn, Safi.Evpn), row(inAnyForm(evpnRoute), EITHER));
// RFC 7752 §3.4. In a VPN a distinguisher is prepended; to which of two addresses it doesn't say.
families.set(family(Afi.LinkState, Safi.LinkState), row(inAnyForm(linkStateRoute(false)), [4, 16, 32]));
families.set(family(Afi.LinkState, Safi.LinkStateVpn), row(inAnyForm(linkStateRoute(true)), [12, 24, 40, 48]));

/** Undefined for a family whose routes are not read. */
export const familyRow = (of: Family): FamilyRow | undefined => families.get(of);

/** A route in the withdrawn routes and the NLRI of an UPDATE. */
export const ipv4Prefix: Form = prefix(4, null, false);

/** What a run of routes is, as bits: some of it is left out; or may be; it can't be parsed; or may not. */
export const Run = { Dropped: 1, MaybeDropped: 2, Bad: 4, MaybeBad: 8 } as const;

/** Judges the routes in [at, end), each behind a path identifier if `pathIds` (RFC 7911 §3). 0: all well formed. */
export const judgeRoutes = (m: Uint8Array, at: number, end: number, route: Form, pathIds: boolean): number => {
  let run = 0;
  let next = at;
  while (next < end) {
    if (pathIds && next + 4 > end) return run | Run.Bad;
    next = route.skip(m, pathIds ? next + 4 : next, end);
    if (next >= 0) continue;
    if (next === BAD) return run | Run.Bad;
    if (isDropped(next)) run |= Run.Dropped;
    else run |= isMaybeBad(next) ? Run.MaybeBad : Run.MaybeDropped;
    next = offsetIn(next);
    if (next < 0) return run | Run.MaybeBad;
  }
  return run;
};

/** Whether `value` is the routes in [at, end) that are not dropped. `run`: what `judgeRoutes` said of them. */
export const saysRoutes = (
  m: Uint8Array,
  at: number,
  end: number,
  route: Form,
  pathIds: boolean,
  run: number,
  value: unknown,
): boolean => {
  if (!Array.isArray(value)) return false;
  if ((run & Run.MaybeBad) !== 0) return true;
  let next = at;
  let count = 0;
  while (next < end) {
    const from = pathIds ? next + 4 : next;
    const after = run === 0 ? from : route.skip(m, from, end);
    if (isDropped(after)) {
      next = offsetIn(after);
      continue;
    }
    const one: unknown = value[count];
    const isHere =
      isObject(one) && (one as { readonly pathId?: unknown }).pathId === (pathIds ? u32(m, next) : undefined);
    const behind = isHere ? route.says(m, from, end, one) : OTHER;
    if (behind >= 0) count++;
    else if (!isMaybeDropped(after)) return false;
    next = behind >= 0 ? behind : offsetIn(after);
  }
  return count === value.length;
};
