import type { FieldReader } from "../fields.js";
import { fields as multiprotocol } from "./01-multiprotocol.fields.js";
import { fields as extendedNextHop } from "./05-extended-next-hop.fields.js";
import { fields as bgpsec } from "./07-bgpsec.fields.js";
import { fields as multipleLabels } from "./08-multiple-labels.fields.js";
import { fields as role } from "./09-role.fields.js";
import { fields as gracefulRestart } from "./64-graceful-restart.fields.js";
import { fields as fourOctetAs } from "./65-four-octet-as.fields.js";
import { fields as dynamic } from "./67-dynamic.fields.js";
import { fields as addPath } from "./69-add-path.fields.js";
import { fields as longLivedGracefulRestart } from "./71-long-lived-graceful-restart.fields.js";
import { fields as routingPolicyDistribution } from "./72-routing-policy-distribution.fields.js";
import { fields as fqdn } from "./73-fqdn.fields.js";
import { fields as softwareVersion } from "./75-software-version.fields.js";
import { fields as pathsLimit } from "./76-paths-limit.fields.js";
import { codeText } from "./names.js";
import { fields as routeFiltering } from "./route-filtering.fields.js";
import { fields as sessions } from "./sessions.fields.js";

/** Names the fields of a capability's value, well formed or not. */
export type CapabilityFields = (reader: FieldReader) => void;

/** A capability that says all by being there has no field. */
const bare: CapabilityFields = () => {};

/** The dissector of each capability, by code. A new module is one more line here. */
const BY_CODE: ReadonlyMap<number, CapabilityFields> = new Map<number, CapabilityFields>([
  [1, multiprotocol],
  [2, bare],
  [3, routeFiltering],
  [5, extendedNextHop],
  [6, bare],
  [7, bgpsec],
  [8, multipleLabels],
  [9, role],
  [64, gracefulRestart],
  [65, fourOctetAs],
  [67, dynamic],
  [68, sessions],
  [69, addPath],
  [70, bare],
  [71, longLivedGracefulRestart],
  [72, routingPolicyDistribution],
  [73, fqdn],
  [74, bare],
  [75, softwareVersion],
  [76, pathsLimit],
  [77, bare],
  [128, bare],
  [130, routeFiltering],
  [131, sessions],
]);

/** The fields of a capability's value; of one that no module knows, its octets. */
export const capabilityFields = (code: number, reader: FieldReader): void => {
  BY_CODE.get(code)?.(reader);
  reader.rest(BY_CODE.has(code) ? "not understood" : "value");
};

/** Capabilities, code, length and value each, to the end (RFC 5492 §4). */
export const capabilityListFields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    const code = reader.msg[reader.at] ?? 0;
    const length = reader.left > 1 ? (reader.msg[reader.at + 1] ?? 0) : 0;
    reader.group("capability", 2 + length, (one) => {
      one.u8("code", codeText);
      one.u8("length");
      capabilityFields(code, one);
      return codeText(code);
    });
  }
};
