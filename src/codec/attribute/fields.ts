import type { FieldReader } from "../fields.js";
import type { SessionContext } from "../session-context.js";
import { fields as origin } from "./01-origin.fields.js";
import { fields as asPath } from "./02-as-path.fields.js";
import { fields as nextHop } from "./03-next-hop.fields.js";
import { fields as multiExitDisc } from "./04-multi-exit-disc.fields.js";
import { fields as localPref } from "./05-local-pref.fields.js";
import { fields as aggregator } from "./07-aggregator.fields.js";
import { fields as communities } from "./08-communities.fields.js";
import { fields as originatorId } from "./09-originator-id.fields.js";
import { fields as clusterList } from "./10-cluster-list.fields.js";
import { fields as mpReachNlri } from "./14-mp-reach-nlri.fields.js";
import { fields as mpUnreachNlri } from "./15-mp-unreach-nlri.fields.js";
import { fields as extendedCommunities } from "./16-extended-communities.fields.js";
import { fields as as4Path } from "./17-as4-path.fields.js";
import { fields as as4Aggregator } from "./18-as4-aggregator.fields.js";
import { fields as pmsiTunnel } from "./22-pmsi-tunnel.fields.js";
import { fields as tunnelEncapsulation } from "./23-tunnel-encapsulation.fields.js";
import { fields as trafficEngineering } from "./24-traffic-engineering.fields.js";
import { fields as ipv6ExtendedCommunities } from "./25-ipv6-extended-communities.fields.js";
import { fields as aigp } from "./26-aigp.fields.js";
import { fields as peDistinguisherLabels } from "./27-pe-distinguisher-labels.fields.js";
import { fields as bgpLs } from "./29-bgp-ls.fields.js";
import { fields as largeCommunities } from "./32-large-communities.fields.js";
import { fields as bgpsecPath } from "./33-bgpsec-path.fields.js";
import { fields as communityContainer } from "./34-community-container.fields.js";
import { fields as otc } from "./35-otc.fields.js";
import { fields as dPath } from "./36-d-path.fields.js";
import { fields as sfp } from "./37-sfp.fields.js";
import { fields as bfdDiscriminator } from "./38-bfd-discriminator.fields.js";
import { fields as nextHopCapabilities } from "./39-next-hop-capabilities.fields.js";
import { fields as prefixSid } from "./40-prefix-sid.fields.js";
import { fields as bier } from "./41-bier.fields.js";
import { attrSetFields } from "./128-attr-set.fields.js";

/** Names the fields of an attribute's value, well formed or not. */
export type AttributeFields = (reader: FieldReader, session: SessionContext) => void;

/** The dissector of each attribute, by type code. A new module is one more line here. */
const BY_CODE: ReadonlyMap<number, AttributeFields> = new Map<number, AttributeFields>([
  [1, origin],
  [2, asPath],
  [3, nextHop],
  [4, multiExitDisc],
  [5, localPref],
  [6, () => {}],
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
  [128, attrSetFields((code, reader, session) => attributeFields(code, reader, session))],
]);

/** The fields of an attribute's value; of one that no module knows, its octets. */
export const attributeFields = (code: number, reader: FieldReader, session: SessionContext): void => {
  BY_CODE.get(code)?.(reader, session);
  reader.rest(BY_CODE.has(code) ? "not understood" : "value");
};
