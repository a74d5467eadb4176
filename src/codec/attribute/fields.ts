import type { FieldReader } from "../fields.js";
import type { SessionContext } from "../session-context.js";
import { fields as origin } from "./01-origin.fields.js";
import { fields as asPath } from "./02-as-path.fields.js";
import { fields as nextHop } from "./03-next-hop.fields.js";
import { fields as multiExitDisc } from "./04-multi-exit-disc.fields.js";
import { fields as localPref } from "./05-local-pref.fields.js";
import { fields as aggregator } from "./07-aggregator.fields.js";
import { fields as originatorId } from "./09-originator-id.fields.js";
import { fields as clusterList } from "./10-cluster-list.fields.js";
import { fields as mpReachNlri } from "./14-mp-reach-nlri.fields.js";
import { fields as mpUnreachNlri } from "./15-mp-unreach-nlri.fields.js";
import { fields as as4Path } from "./17-as4-path.fields.js";
import { fields as as4Aggregator } from "./18-as4-aggregator.fields.js";
import { fields as bgpLs } from "./29-bgp-ls.fields.js";
import { fields as otc } from "./35-otc.fields.js";

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
  [9, originatorId],
  [10, clusterList],
  [14, mpReachNlri],
  [15, mpUnreachNlri],
  [17, as4Path],
  [18, as4Aggregator],
  [29, bgpLs],
  [35, otc],
]);

/** The fields of an attribute's value; of one that no module knows, its octets. */
export const attributeFields = (code: number, reader: FieldReader, session: SessionContext): void => {
  BY_CODE.get(code)?.(reader, session);
  reader.rest(BY_CODE.has(code) ? "not understood" : "value");
};
