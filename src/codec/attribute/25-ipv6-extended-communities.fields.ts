import type { FieldReader } from "../fields.js";

/** IANA, Transitive IPv6-Address-Specific Extended Community Types. */
const TYPES: Readonly<Record<number, string>> = {
  2: "route target",
  3: "route origin",
  11: "VRF route import",
  12: "flow-spec redirect to IPv6",
  13: "flow-spec redirect to route target",
  16: "Cisco VPN-distinguisher",
  17: "UUID-based route target",
  18: "inter-area P2MP segmented next hop",
  16386: "route target, not transitive",
  16387: "route origin, not transitive",
};

/** RFC 5701 §2. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    reader.group("community", 20, (community) => {
      community.u16("type", (type) => `0x${type.toString(16).padStart(4, "0")} (${TYPES[type] ?? "unassigned"})`);
      community.address("global administrator", 16);
      community.u16("local administrator");
      return undefined;
    });
  }
};
