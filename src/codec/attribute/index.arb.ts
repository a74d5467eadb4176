import fc from "fast-check";
import { type Attribute, type AttributeSpec, Flag } from "../attribute.js";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase } from "../testing.arb.js";
import * as origin from "./01-origin.arb.js";
import * as asPath from "./02-as-path.arb.js";
import * as nextHop from "./03-next-hop.arb.js";
import * as multiExitDisc from "./04-multi-exit-disc.arb.js";
import * as localPref from "./05-local-pref.arb.js";
import * as atomicAggregate from "./06-atomic-aggregate.arb.js";
import * as aggregator from "./07-aggregator.arb.js";
import * as communities from "./08-communities.arb.js";
import * as originatorId from "./09-originator-id.arb.js";
import * as clusterList from "./10-cluster-list.arb.js";
import * as mpReachNlri from "./14-mp-reach-nlri.arb.js";
import * as mpUnreachNlri from "./15-mp-unreach-nlri.arb.js";
import * as extendedCommunities from "./16-extended-communities.arb.js";
import * as as4Path from "./17-as4-path.arb.js";
import * as as4Aggregator from "./18-as4-aggregator.arb.js";
import * as pmsiTunnel from "./22-pmsi-tunnel.arb.js";
import * as tunnelEncapsulation from "./23-tunnel-encapsulation.arb.js";
import * as trafficEngineering from "./24-traffic-engineering.arb.js";
import * as ipv6ExtendedCommunities from "./25-ipv6-extended-communities.arb.js";
import * as aigp from "./26-aigp.arb.js";
import * as peDistinguisherLabels from "./27-pe-distinguisher-labels.arb.js";
import * as bgpLs from "./29-bgp-ls.arb.js";
import * as largeCommunities from "./32-large-communities.arb.js";
import * as bgpsecPath from "./33-bgpsec-path.arb.js";
import * as communityContainer from "./34-community-container.arb.js";
import * as otc from "./35-otc.arb.js";
import * as dPath from "./36-d-path.arb.js";
import * as sfp from "./37-sfp.arb.js";
import * as bfdDiscriminator from "./38-bfd-discriminator.arb.js";
import * as nextHopCapabilities from "./39-next-hop-capabilities.arb.js";
import * as prefixSid from "./40-prefix-sid.arb.js";
import * as bier from "./41-bier.arb.js";
import { attrSetArb } from "./128-attr-set.arb.js";
import { type AttributeArb, nearValidOf, octetsOf } from "./attribute.arb.js";
import { attributeOf, attributes } from "./index.js";

/** The arbitraries of each attribute, by type code. A new module is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds arbitraries of many value types
export const attributeArbs: ReadonlyMap<number, AttributeArb<any>> = new Map<number, AttributeArb<any>>([
  [1, origin],
  [2, asPath],
  [3, nextHop],
  [4, multiExitDisc],
  [5, localPref],
  [6, atomicAggregate],
  [7, aggregator],
  [8, communities],
  [9, originatorId],
  [10, clusterList],
  [14, mpReachNlri],
  [15, mpUnreachNlri],
  [16, extendedCommunities],
  [17, as4Path],
  [18, as4Aggregator],
  [22, pmsiTunnel],
  [23, tunnelEncapsulation],
  [24, trafficEngineering],
  [25, ipv6ExtendedCommunities],
  [26, aigp],
  [27, peDistinguisherLabels],
  [29, bgpLs],
  [32, largeCommunities],
  [33, bgpsecPath],
  [34, communityContainer],
  [35, otc],
  [36, dPath],
  [37, sfp],
  [38, bfdDiscriminator],
  [39, nextHopCapabilities],
  [40, prefixSid],
  [41, bier],
  [128, attrSetArb(() => attributeArbs, attributeOf)],
]);

/** A well-formed attribute of any kind that may travel in `session`, one of an unknown code among them. */
export const attributeArb = (session: SessionContext): fc.Arbitrary<Attribute> =>
  fc.oneof(
    { weight: 1, arbitrary: unknownArb },
    ...sent(session).map((spec) => ({ weight: 1, arbitrary: knownArb(spec, session) })),
  );

/**
 * Well-formed attributes that may stand together in an UPDATE with IPv4 routes: no code twice, ORIGIN, AS_PATH and
 * NEXT_HOP always, LOCAL_PREF within an AS (RFC 4271 §5). A multiprotocol attribute comes first (RFC 7606 §5.1), the
 * others by code. All together they fit an ordinary message with 500 octets to spare.
 */
export const validAttributeSetArb = (session: SessionContext): fc.Arbitrary<readonly Attribute[]> => {
  const mandatory = session.external ? [1, 2, 3] : [1, 2, 3, 5];
  const [must, may] = [true, false].map((needed) =>
    sent(session).filter(({ code }) => !isMultiprotocol(code) && mandatory.includes(code) === needed),
  );
  const multiprotocol = sent(session).filter(({ code }) => isMultiprotocol(code));
  return fc
    .tuple(
      fc.subarray(multiprotocol, { maxLength: Math.min(1, multiprotocol.length) }),
      fc.subarray(may ?? []),
      fc.array(unknownArb, { maxLength: 2 }),
    )
    .chain(([first, chosen, unknown]) =>
      fc
        .tuple(...[...first, ...(must ?? []), ...chosen].map((spec) => knownArb(spec, session)))
        .map((known) => inOrder([...known, ...unknown])),
    );
};

/** Value octets with one planted fault and the flags in front of them; each declared fault of each attribute occurs. */
export interface BrokenAttribute extends BrokenCase {
  readonly code: number;
  readonly flags: number;
}

export const brokenAttributeArb: fc.Arbitrary<BrokenAttribute> = fc.oneof(
  ...attributes.flatMap((spec) => {
    const { valid, broken } = arbOf(spec);
    const inValue = broken.map((one): BrokenAttribute => ({ ...one, code: spec.code, flags: spec.flags }));
    const inFlags = fc.tuple(valid, fc.constantFrom(0x80, 0x40, 0xc0)).map(
      ([{ value, session }, wrong]): BrokenAttribute => ({
        code: spec.code,
        flags: spec.flags ^ wrong,
        octets: octetsOf(spec, value, session),
        session,
        fault: spec.flagFault,
      }),
    );
    return [inValue, inFlags];
  }),
);

/** Value octets of a known attribute, near to valid ones. */
export const nearValidArb: fc.Arbitrary<{
  readonly spec: AttributeSpec<unknown>;
  readonly octets: Uint8Array;
  readonly session: SessionContext;
}> = fc.oneof(...attributes.map((spec) => nearValidOf(spec, arbOf(spec).valid).map((near) => ({ spec, ...near }))));

/** An attribute that no module knows: its value is its octets, now and then enough for the extended length. */
const unknownArb: fc.Arbitrary<Attribute<Uint8Array>> = fc.record({
  code: fc.nat(255).filter((code) => attributeOf(code) === undefined),
  flags: fc.constantFrom(
    Flag.Optional,
    Flag.Optional | Flag.Transitive,
    Flag.Optional | Flag.Transitive | Flag.Partial,
  ),
  value: fc.oneof(
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 20 }) },
    fc.uint8Array({ minLength: 254, maxLength: 258 }),
  ),
});

const knownArb = (spec: AttributeSpec<unknown>, session: SessionContext): fc.Arbitrary<Attribute> =>
  fc.record({ code: fc.constant(spec.code), flags: flagsArb(spec.flags), value: arbOf(spec).values(session) });

// RFC 4271 §4.3: Partial only where the attribute is optional and transitive.
const flagsArb = (flags: number): fc.Arbitrary<number> =>
  flags === (Flag.Optional | Flag.Transitive) ? fc.constantFrom(flags, flags | Flag.Partial) : fc.constant(flags);

const sent = (session: SessionContext): readonly AttributeSpec<unknown>[] =>
  attributes.filter((spec) => arbOf(spec).fits?.(session) ?? true);

function arbOf({ code, name }: AttributeSpec<unknown>): AttributeArb<unknown> {
  const arb = attributeArbs.get(code);
  if (arb === undefined) throw new RangeError(`attribute ${name} has no line in attributeArbs`);
  return arb;
}

const isMultiprotocol = (code: number): boolean => code === 14 || code === 15;

const inOrder = (all: readonly Attribute[]): readonly Attribute[] => {
  const rank = ({ code }: Attribute): number => (isMultiprotocol(code) ? 0 : code);
  const byCode = [...all].sort((a, b) => rank(a) - rank(b));
  return byCode.filter((one, i) => one.code !== byCode[i - 1]?.code);
};
