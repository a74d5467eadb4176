import { type FieldReader, named } from "../fields.js";

/** IANA, P-Multicast Service Interface Tunnel Tunnel Types. */
const typeName = named({
  0: "no tunnel information present",
  1: "RSVP-TE P2MP LSP",
  2: "mLDP P2MP LSP",
  3: "PIM-SSM tree",
  4: "PIM-SM tree",
  5: "BIDIR-PIM tree",
  6: "ingress replication",
  7: "mLDP MP2MP LSP",
  8: "transport tunnel",
  10: "assisted replication",
  11: "BIER",
  12: "SR-MPLS P2MP tree",
  13: "SRv6 P2MP tree",
});

/** RFC 6514 §5. */
export const fields = (reader: FieldReader): void => {
  reader.u8("flags", (flags) => ((flags & 1) === 0 ? `${flags}` : `${flags} (leaf information required)`));
  const type = reader.u8("tunnel type", typeName);
  reader.u24("MPLS label", (label) => `${label >>> 4} (as a VNI: ${label})`);
  if (reader.left > 0) {
    reader.group("tunnel identifier", reader.left, (identifier) => {
      identify(type, identifier);
      return undefined;
    });
  }
};

const identify = (type: number, reader: FieldReader): void => {
  if (type === 1) {
    reader.address("extended tunnel ID", reader.left > 12 ? 16 : 4);
    reader.u16("reserved");
    reader.u16("tunnel ID");
    reader.u32("P2MP ID");
  } else if (type === 2 || type === 7) {
    reader.u8("FEC type", named({ 6: "P2MP", 7: "MP2MP upstream", 8: "MP2MP downstream" }));
    reader.u16("address family");
    const root = reader.u8("address length");
    if (root > 0) reader.address("root node", root);
    const opaque = reader.u16("opaque length");
    if (opaque > 0) reader.octets("opaque value", opaque);
  } else if (type === 3 || type === 4 || type === 5) {
    const width = reader.left > 8 ? 16 : 4;
    reader.address(type === 3 ? "root node" : "sender", width);
    reader.address("P-multicast group", width);
  } else if (type === 6) {
    reader.address("endpoint", reader.left);
  } else if (type === 11) {
    reader.u8("sub-domain");
    reader.u16("BFR-id");
    if (reader.left > 0) reader.address("BFR-prefix", reader.left);
  }
};
