import type { AttributeSpec } from "../attribute.js";
import { origin } from "./01-origin.js";
import { asPath } from "./02-as-path.js";
import { nextHop } from "./03-next-hop.js";
import { multiExitDisc } from "./04-multi-exit-disc.js";
import { localPref } from "./05-local-pref.js";
import { atomicAggregate } from "./06-atomic-aggregate.js";
import { aggregator } from "./07-aggregator.js";
import { communities } from "./08-communities.js";
import { originatorId } from "./09-originator-id.js";
import { clusterList } from "./10-cluster-list.js";
import { mpReachNlri } from "./14-mp-reach-nlri.js";
import { mpUnreachNlri } from "./15-mp-unreach-nlri.js";
import { extendedCommunities } from "./16-extended-communities.js";
import { as4Path } from "./17-as4-path.js";
import { as4Aggregator } from "./18-as4-aggregator.js";
import { pmsiTunnel } from "./22-pmsi-tunnel.js";
import { tunnelEncapsulation } from "./23-tunnel-encapsulation.js";
import { trafficEngineering } from "./24-traffic-engineering.js";
import { ipv6ExtendedCommunities } from "./25-ipv6-extended-communities.js";
import { aigp } from "./26-aigp.js";
import { peDistinguisherLabels } from "./27-pe-distinguisher-labels.js";
import { bgpLs } from "./29-bgp-ls.js";
import { largeCommunities } from "./32-large-communities.js";
import { bgpsecPath } from "./33-bgpsec-path.js";
import { communityContainer } from "./34-community-container.js";
import { otc } from "./35-otc.js";
import { dPath } from "./36-d-path.js";
import { sfp } from "./37-sfp.js";
import { bfdDiscriminator } from "./38-bfd-discriminator.js";
import { nextHopCapabilities } from "./39-next-hop-capabilities.js";
import { prefixSid } from "./40-prefix-sid.js";
import { bier } from "./41-bier.js";
import { attrSet } from "./128-attr-set.js";

/** Every attribute the codec understands, by type code. A new module is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds specs of many value types
export const attributes: readonly AttributeSpec<any>[] = [
  origin,
  asPath,
  nextHop,
  multiExitDisc,
  localPref,
  atomicAggregate,
  aggregator,
  communities,
  originatorId,
  clusterList,
  mpReachNlri,
  mpUnreachNlri,
  extendedCommunities,
  as4Path,
  as4Aggregator,
  pmsiTunnel,
  tunnelEncapsulation,
  trafficEngineering,
  ipv6ExtendedCommunities,
  aigp,
  peDistinguisherLabels,
  bgpLs,
  largeCommunities,
  bgpsecPath,
  communityContainer,
  otc,
  dPath,
  sfp,
  bfdDiscriminator,
  nextHopCapabilities,
  prefixSid,
  bier,
  attrSet((code) => attributeOf(code)),
];

const table: readonly (AttributeSpec<unknown> | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  attributes.find((spec) => spec.code === code),
);

export const attributeOf = (code: number): AttributeSpec<unknown> | undefined => table[code];
