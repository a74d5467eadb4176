import type { Fault } from "../fault.js";
import { Afi, type Family, family, Safi } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { copyOctets, ofWidth, setOctets } from "../octets.js";
import { unparsable } from "./fault.js";
import { type Head, headedPrefixes, type Prefix } from "./headed-prefix.js";
import type { LabeledRoute } from "./labeled.js";
import { labelFaults, measureLabels, readLabels, sizeLabels, writeLabels } from "./labels.js";

/** A prefix of a VPN for the choice of an upstream multicast hop: it has no label. */
export interface VpnMulticastRoute extends Prefix {
  /** Route distinguisher, 8 octets: type (2) and value (6), RFC 4364 §4.2. Any type is kept. */
  readonly rd: Uint8Array;
}

/** A prefix of a VPN and the labels bound to it. */
export interface VpnRoute extends VpnMulticastRoute, LabeledRoute {}

const RD_OCTETS = 8;
const RD_BITS = 64;

const readRd = (msg: Uint8Array, at: number): Uint8Array => copyOctets(msg, at, at + RD_OCTETS);

const writeRd = (rd: Uint8Array, out: Uint8Array, at: number): number =>
  setOctets(out, at, ofWidth([RD_OCTETS], rd, "a route distinguisher"));

/** RFC 4364 §4.1: the distinguisher is always there in full, however short the prefix. */
const noDistinguisher = (name: string): Fault => unparsable(name, "no-distinguisher");

/** RFC 4364 §4.3.4: labels as RFC 8277 has them, then the distinguisher. */
const vpnHead = (name: string): Head<Pick<VpnRoute, "labels" | "rd">> => {
  const faults = labelFaults(name);
  const cut = noDistinguisher(name);
  return {
    faults: [faults.noLabel, faults.unendingStack, cut],
    measure(msg, at, bits, form) {
      const labels = measureLabels(msg, at, bits, form, faults);
      if (typeof labels !== "number") return labels;
      return bits - labels * 8 < RD_BITS ? cut : labels + RD_OCTETS;
    },
    read(msg, at, form) {
      const labels = readLabels(msg, at, form);
      return { labels, rd: readRd(msg, at + sizeLabels(labels, form)) };
    },
    size: ({ labels }, form) => sizeLabels(labels, form) + RD_OCTETS,
    write: ({ labels, rd }, out, at, form) => writeRd(rd, out, writeLabels(labels, out, at, form)),
  };
};

/**
 * RFC 6514 §10 has a distinguisher and a prefix in these routes, and RFC 8277 §2 gives labels to SAFI 4 and 128 only:
 * they choose an upstream hop and forward nothing, so there is nothing to label.
 */
const multicastHead = (name: string): Head<Pick<VpnMulticastRoute, "rd">> => {
  const cut = noDistinguisher(name);
  return {
    faults: [cut],
    measure: (_msg, _at, bits) => (bits < RD_BITS ? cut : RD_OCTETS),
    read: (msg, at) => ({ rd: readRd(msg, at) }),
    size: () => RD_OCTETS,
    write: ({ rd }, out, at) => writeRd(rd, out, at),
  };
};

/** Of a next hop with its distinguisher of zero: RFC 4364 §4.3.2, and RFC 8950 §3 where its capability says so. */
const isIpv4NextHop = (length: number, extended: boolean): boolean =>
  length === 12 || (extended && isIpv6NextHop(length));

/** RFC 4659 §3.2.1.1: with or without a link-local companion, each with a distinguisher. */
const isIpv6NextHop = (length: number): boolean => length === 24 || length === 48;

/**
 * Labeled routes of VPNs, RFC 4364 §4.3.4 and RFC 4659 §3.2.
 *
 *     [ path identifier (4) ] | length in bits (1) | label (3) ... | RD (8) | prefix |   repeated to the end
 */
const vpn = (of: Family, name: string, nextHop: NlriSpec<VpnRoute>["isNextHopLength"]): NlriSpec<VpnRoute> =>
  headedPrefixes(of, name, vpnHead(name), nextHop);

export const ipv4Vpn: NlriSpec<VpnRoute> = vpn(family(Afi.Ipv4, Safi.Vpn), "ipv4-vpn", isIpv4NextHop);
export const ipv6Vpn: NlriSpec<VpnRoute> = vpn(family(Afi.Ipv6, Safi.Vpn), "ipv6-vpn", isIpv6NextHop);

/**
 * Routes of VPNs for multicast, RFC 6514 §10.
 *
 *     [ path identifier (4) ] | length in bits (1) | RD (8) | prefix |   repeated to the end
 */
const vpnMulticast = (
  of: Family,
  name: string,
  nextHop: NlriSpec<VpnMulticastRoute>["isNextHopLength"],
): NlriSpec<VpnMulticastRoute> => headedPrefixes(of, name, multicastHead(name), nextHop);

export const ipv4VpnMulticast: NlriSpec<VpnMulticastRoute> = vpnMulticast(
  family(Afi.Ipv4, Safi.VpnMulticast),
  "ipv4-vpn-multicast",
  isIpv4NextHop,
);
export const ipv6VpnMulticast: NlriSpec<VpnMulticastRoute> = vpnMulticast(
  family(Afi.Ipv6, Safi.VpnMulticast),
  "ipv6-vpn-multicast",
  isIpv6NextHop,
);
