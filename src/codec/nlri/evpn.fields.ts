import { distinguisherText, type FieldReader, named, prefixText } from "../fields.js";
import { hex } from "../octets.js";
import { countedAddress, type TypedBody, typedFields } from "./typed/typed.fields.js";

const rd = (body: FieldReader): void => {
  body.octets("Route Distinguisher", 8, distinguisherText);
};

const esi = (body: FieldReader): void => {
  body.octets("Ethernet Segment Identifier", 10);
};

const ethernetTag = (body: FieldReader): void => {
  body.u32("Ethernet Tag ID", (value) => (value === 0xffffffff ? `${value} (MAX-ET)` : `${value}`));
};

/** RFC 7432 §9.2.1: the upper 20 bits; RFC 8365 §5.1.3: or all of them, for a VNI. Only the tunnel's type tells. */
const label = (body: FieldReader, name: string): void => {
  body.u24(name, (value) => `label ${value >>> 4} or VNI ${value}`);
};

const originator = (body: FieldReader): void =>
  countedAddress(body, "IP Address Length", "Originating Router's IP Address");

const membership = (body: FieldReader): void => {
  ethernetTag(body);
  countedAddress(body, "Multicast Source Length", "Multicast Source Address");
  countedAddress(body, "Multicast Group Length", "Multicast Group Address");
  countedAddress(body, "Originator Router Length", "Originator Router Address");
};

/** RFC 9251 §9.1, from the low end: v1, v2, v3 and include or exclude; of IGMP, or of MLD, which has no v3. */
const flags = (body: FieldReader): void => {
  body.u8("Flags", (value) => {
    const versions = [1, 2, 3].filter((version) => value & (1 << (version - 1))).map((version) => `v${version}`);
    const said = [...versions, value & 8 ? "exclude" : "include"].join(", ");
    return `0x${hex(Uint8Array.of(value))} (${said})`;
  });
};

const TYPES: Readonly<Record<number, TypedBody>> = {
  1: {
    name: "Ethernet Auto-Discovery",
    fields(body) {
      rd(body);
      esi(body);
      ethernetTag(body);
      label(body, "MPLS Label");
    },
  },
  2: {
    name: "MAC/IP Advertisement",
    fields(body) {
      rd(body);
      esi(body);
      ethernetTag(body);
      const bits = body.u8("MAC Address Length", (value) => `${value} bits`);
      if (bits > 0) body.octets("MAC Address", (bits + 7) >>> 3, (octets) => Array.from(octets, pair).join(":"));
      countedAddress(body, "IP Address Length", "IP Address");
      label(body, "MPLS Label1");
      if (body.left > 0) label(body, "MPLS Label2");
    },
  },
  3: {
    name: "Inclusive Multicast Ethernet Tag",
    fields(body) {
      rd(body);
      ethernetTag(body);
      originator(body);
    },
  },
  4: {
    name: "Ethernet Segment",
    fields(body) {
      rd(body);
      esi(body);
      originator(body);
    },
  },
  5: {
    name: "IP Prefix",
    fields(body) {
      // RFC 9136 §3.1: the length of the route says which addresses it has.
      const width = body.left === 58 ? 16 : 4;
      rd(body);
      esi(body);
      ethernetTag(body);
      const bits = body.u8("IP Prefix Length", (value) => `${value} bits`);
      body.octets("IP Prefix", width, (octets) => prefixText(octets, bits, width));
      body.address("GW IP Address", width);
      label(body, "MPLS Label");
    },
  },
  6: {
    name: "Selective Multicast Ethernet Tag",
    fields(body) {
      rd(body);
      membership(body);
      flags(body);
    },
  },
  7: {
    name: "Multicast Join Synch",
    fields(body) {
      rd(body);
      esi(body);
      membership(body);
      flags(body);
    },
  },
  8: {
    name: "Multicast Leave Synch",
    fields(body) {
      rd(body);
      esi(body);
      membership(body);
      body.u32("Reserved");
      body.u8("Maximum Response Time");
      flags(body);
    },
  },
};

const typeText = named(Object.fromEntries(Object.entries(TYPES).map(([type, { name }]) => [type, name])), "not known");

/** RFC 7432 §7, RFC 9136 §3.1, RFC 9251 §9. */
export const fields: (reader: FieldReader, addPath: boolean) => void = typedFields(
  1,
  (route) => TYPES[route.u8("Route Type", typeText)],
);

const pair = (octet: number): string => hex(Uint8Array.of(octet));
