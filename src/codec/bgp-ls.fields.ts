import { TLV_HEADER, tlvRule } from "./bgp-ls.js";
import { addressText, type FieldReader, prefixText } from "./fields.js";
import { u16, u32 } from "./octets.js";

/** Names the TLVs of BGP-LS to the end of the reader, and what is in them (RFC 9552 §5, RFC 9085, RFC 9086, RFC 9514). */
export const tlvFields = (reader: FieldReader, lead: (reader: FieldReader) => void = () => {}, depth = 0): void => {
  while (reader.left > 0) {
    lead(reader);
    if (reader.left < TLV_HEADER) {
      reader.rest("cut short");
      return;
    }
    const type = u16(reader.msg, reader.at);
    const rule = tlvRule(type);
    reader.group(rule?.name ?? "TLV", TLV_HEADER + u16(reader.msg, reader.at + 2), (tlv) => {
      tlv.u16("type", (value) => (rule === undefined ? `${value} (unknown)` : `${value}`));
      tlv.u16("length");
      const before = BEFORE_SUB_TLVS[type];
      if (rule?.contents === undefined || depth === DEEPEST) (VALUES[type] ?? octets)(tlv);
      else {
        before?.(tlv);
        tlvFields(tlv, rule.lead === undefined ? undefined : rangeSize, depth + 1);
      }
      return undefined;
    });
  }
};

// A peer can nest as deep as its message is long.
const DEEPEST = 8;

type Part = (reader: FieldReader) => void;

const octets: Part = (tlv) => tlv.rest("value");
const number: Part = (tlv) => (tlv.left === 4 ? void tlv.u32("value") : octets(tlv));
const address: Part = (tlv) => tlv.rest("address", addressText);
const text: Part = (tlv) => tlv.text("text", tlv.left);
/** RFC 9552 §5.3.2: IEEE 754, octets per second. */
const bandwidth: Part = (tlv) => {
  while (tlv.left >= 4) tlv.octets("octets per second", 4, (four) => `${floatOf(four)}`);
  octets(tlv);
};
const rangeSize: Part = (tlv) => void tlv.u24("range size");

const floatOf = (four: Uint8Array): number => {
  const bits = u32(four, 0);
  const exponent = (bits >>> 23) & 0xff;
  const fraction = (bits & 0x7fffff) / 2 ** 23;
  const sign = bits >>> 31 ? -1 : 1;
  if (exponent === 0xff) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -126 : sign * (1 + fraction) * 2 ** (exponent - 127);
};

/** RFC 9552 §5.2.3.2. */
const reachability: Part = (tlv) => {
  const bits = tlv.u8("prefix length");
  // IPv4 or IPv6 is said by the type of the route: here, by what fits.
  tlv.rest("prefix", (prefix) => prefixText(prefix, bits, bits > 32 || prefix.length > 4 ? 16 : 4));
};

const topologies: Part = (tlv) => {
  while (tlv.left >= 2) tlv.u16("multi-topology ID", (value) => `${value & 0xfff}`);
  octets(tlv);
};

const srlg: Part = (tlv) => {
  while (tlv.left >= 4) tlv.u32("shared risk link group");
  octets(tlv);
};

const igpMetric: Part = (tlv) => tlv.rest("metric", (some) => `${some.reduce((sum, one) => sum * 256 + one, 0)}`);

/** RFC 9085 §2.1.1: 3 octets are a label, 4 an index. */
const sid: Part = (tlv) => {
  if (tlv.left === 3) tlv.u24("label", (value) => `${value & 0xfffff}`);
  else if (tlv.left === 4) tlv.u32("index");
  else octets(tlv);
};

const adjacency: Part = (tlv) => {
  tlv.u8("flags", bits);
  tlv.u8("weight");
  tlv.u16("reserved");
  if (tlv.left > 4) tlv.octets("neighbor ID", tlv.left > 8 ? 6 : tlv.left === 7 || tlv.left === 8 ? 4 : tlv.left - 4);
  sid(tlv);
};

const prefixSid: Part = (tlv) => {
  tlv.u8("flags", bits);
  tlv.u8("algorithm");
  tlv.u16("reserved");
  sid(tlv);
};

const bits = (value: number): string => `0x${value.toString(16).padStart(2, "0")}`;

const endX =
  (neighbor: number): Part =>
  (tlv) => {
    tlv.u16("endpoint behavior", (value) => `0x${value.toString(16).padStart(4, "0")}`);
    tlv.u8("flags", bits);
    tlv.u8("algorithm");
    tlv.u8("weight");
    tlv.u8("reserved");
    if (neighbor > 0) tlv.octets("neighbor ID", neighbor);
    tlv.address("SID", 16);
  };

/** What stands in front of the sub-TLVs. */
const BEFORE_SUB_TLVS: Readonly<Record<number, Part>> = {
  1034: (tlv) => {
    tlv.u8("flags", bits);
    tlv.u8("reserved");
  },
  1036: (tlv) => {
    tlv.u8("flags", bits);
    tlv.u8("reserved");
  },
  1106: endX(0),
  1107: endX(6),
  1108: endX(4),
  1159: (tlv) => {
    tlv.u8("flags", bits);
    tlv.u8("reserved");
    tlv.u16("range size");
  },
  1162: (tlv) => {
    tlv.u8("flags", bits);
    tlv.u8("algorithm");
    tlv.u16("reserved");
    tlv.u32("metric");
  },
  1172: (tlv) => void tlv.u32("L2 bundle member descriptor"),
};

const VALUES: Readonly<Record<number, Part>> = {
  258: (tlv) => {
    tlv.u32("local identifier");
    tlv.u32("remote identifier");
  },
  259: address,
  260: address,
  261: address,
  262: address,
  263: topologies,
  264: (tlv) => void tlv.u8("route type", (value) => `${value} (${ROUTE_TYPES[value] ?? "unassigned"})`),
  265: reachability,
  512: number,
  513: number,
  514: address,
  516: address,
  517: number,
  518: address,
  1024: (tlv) => void tlv.u8("flags", bits),
  1026: text,
  1028: address,
  1029: address,
  1030: address,
  1031: address,
  1088: number,
  1089: bandwidth,
  1090: bandwidth,
  1091: bandwidth,
  1092: number,
  1094: (tlv) => void tlv.u8("flags", bits),
  1095: igpMetric,
  1096: srlg,
  1098: text,
  1099: adjacency,
  1100: adjacency,
  1101: adjacency,
  1102: adjacency,
  1103: adjacency,
  1152: (tlv) => void tlv.u8("flags", bits),
  1155: number,
  1156: address,
  1158: prefixSid,
  1161: sid,
  1171: address,
  1174: address,
  1250: (tlv) => {
    tlv.u16("endpoint behavior", (value) => `0x${value.toString(16).padStart(4, "0")}`);
    tlv.u8("flags", bits);
    tlv.u8("algorithm");
  },
  1251: (tlv) => {
    tlv.u8("flags", bits);
    tlv.u8("weight");
    tlv.u16("reserved");
    tlv.u32("peer AS");
    tlv.address("peer BGP identifier", 4);
  },
  1252: (tlv) => {
    tlv.u8("locator block length");
    tlv.u8("locator node length");
    tlv.u8("function length");
    tlv.u8("argument length");
  },
};

/** RFC 9552 §5.2.3.1. */
const ROUTE_TYPES: Readonly<Record<number, string>> = {
  1: "intra-area",
  2: "inter-area",
  3: "external 1",
  4: "external 2",
  5: "NSSA 1",
  6: "NSSA 2",
};
