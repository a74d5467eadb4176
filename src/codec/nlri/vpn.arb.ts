import fc from "fast-check";
import type { Fault } from "../fault.js";
import type { RouteForm } from "../nlri.js";
import { faultyLabels, type HeadArb, headedPrefixArb, labelsArb, rdArb, run } from "./headed-prefix.arb.js";
import type { BrokenRun, NlriArb } from "./nlri.arb.js";
import { ipv4Vpn, ipv4VpnMulticast, ipv6Vpn, ipv6VpnMulticast, type VpnMulticastRoute, type VpnRoute } from "./vpn.js";

/** Seven labels and a distinguisher leave 23 of 255 bits. */
const MOST_LABELS = 7;

type NextHops = Pick<HeadArb<unknown>, "nextHopLengths">;
const ipv4NextHops: NextHops = { nextHopLengths: (extended) => (extended ? [12, 24, 48] : [12]) };
const ipv6NextHops: NextHops = { nextHopLengths: () => [24, 48] };

const labeled: Omit<HeadArb<Pick<VpnRoute, "labels" | "rd">>, "nextHopLengths"> = {
  head: (form) => fc.record({ labels: labelsArb(form, MOST_LABELS), rd: rdArb }),
  short: (form) => fc.record({ labels: labelsArb(form === "stack" ? "single" : form, 1), rd: rdArb }),
  faulty: (form, fault) => [...faultyLabels(form, fault), noDistinguisher(form, fault)],
};

/** One label, with the S bit, and fewer bits behind it than a distinguisher has. */
const noDistinguisher = (form: RouteForm, fault: (what: string) => Fault): fc.Arbitrary<BrokenRun> =>
  run(fault("no-distinguisher"), fc.integer({ min: 24, max: 24 + 63 }), (octets) =>
    octets.map((octet, i) => (i === 2 && form === "stack" ? octet | 1 : octet)),
  );

const multicast: Omit<HeadArb<Pick<VpnMulticastRoute, "rd">>, "nextHopLengths"> = {
  head: () => fc.record({ rd: rdArb }),
  short: () => fc.record({ rd: rdArb }),
  faulty: (_form, fault) => [run(fault("no-distinguisher"), fc.nat(63), (octets) => octets)],
};

export const ipv4VpnArb: NlriArb<VpnRoute> = headedPrefixArb(ipv4Vpn, { ...labeled, ...ipv4NextHops });
export const ipv6VpnArb: NlriArb<VpnRoute> = headedPrefixArb(ipv6Vpn, { ...labeled, ...ipv6NextHops });
export const ipv4VpnMulticastArb: NlriArb<VpnMulticastRoute> = headedPrefixArb(ipv4VpnMulticast, {
  ...multicast,
  ...ipv4NextHops,
});
export const ipv6VpnMulticastArb: NlriArb<VpnMulticastRoute> = headedPrefixArb(ipv6VpnMulticast, {
  ...multicast,
  ...ipv6NextHops,
});
