import { type FieldReader, named } from "../fields.js";
import { u8, u24 } from "../octets.js";
import { fields as prefixSidFields } from "./40-prefix-sid.fields.js";
import { type TlvNames, tlvFields } from "./tlv.fields.js";
import { tlv8x8, tlv8x8or16, tlv16x16 } from "./tlv.js";

/** RFC 9012 §2 and §3; RFC 9830 §2.4. */
export const fields = (reader: FieldReader): void => tlvFields(reader, tunnels);

const tunnels: TlvNames = {
  what: "tunnel",
  form: tlv16x16,
  types: {
    1: "L2TPv3 over IP",
    2: "GRE",
    7: "IP in IP",
    8: "VXLAN",
    9: "NVGRE",
    10: "MPLS",
    11: "MPLS in GRE",
    12: "VXLAN GPE",
    13: "MPLS in UDP",
    14: "IPv6 tunnel",
    15: "SR policy",
    16: "bare",
    17: "SR tunnel",
    19: "Geneve",
  },
  value: (type, tunnel) => tlvFields(tunnel, subTlvsOf(type)),
};

const SUB_TLVS: Readonly<Record<number, string>> = {
  1: "encapsulation",
  2: "protocol type",
  3: "IPsec tunnel authenticator",
  4: "color",
  5: "load-balancing block",
  6: "tunnel egress endpoint",
  7: "DS field",
  8: "UDP destination port",
  9: "embedded label handling",
  10: "MPLS label stack",
  11: "Prefix-SID",
  12: "preference",
  13: "binding SID",
  14: "ENLP",
  15: "priority",
  20: "SRv6 binding SID",
  128: "segment list",
  129: "SR policy candidate path name",
  130: "SR policy name",
};

const subTlvsOf = (tunnel: number): TlvNames => ({
  what: "sub-TLV",
  form: tlv8x8or16,
  types: SUB_TLVS,
  value(code, tlv) {
    if (code === 1) encapsulation(tunnel, tlv);
    else if (tunnel === 15 && code > 11) srPolicy(code, tlv);
    else common(code, tlv);
  },
});

const encapsulation = (tunnel: number, tlv: FieldReader): void => {
  if (tunnel === 8 || tunnel === 9) {
    tlv.u8("flags");
    tlv.u24("virtual network identifier");
    tlv.octets("MAC address", 6);
    tlv.u16("reserved");
  }
  if (tunnel === 1) {
    tlv.u32("session ID");
    tlv.rest("cookie");
  }
  if (tunnel === 2 || tunnel === 11) tlv.u32("GRE key");
};

const common = (code: number, tlv: FieldReader): void => {
  switch (code) {
    case 2:
      tlv.u16("protocol type", (value) => `0x${value.toString(16).padStart(4, "0")}`);
      break;
    case 4:
      tlv.u16("type of extended community", named({ 779: "color" }));
      tlv.u16("flags");
      tlv.u32("color");
      break;
    case 6:
      tlv.u32("reserved");
      tlv.u16("address family", named({ 0: "next hop", 1: "IPv4", 2: "IPv6" }));
      if (tlv.left > 0) tlv.address("address", tlv.left);
      break;
    case 7:
      tlv.u8("DS value");
      break;
    case 8:
      tlv.u16("UDP port");
      break;
    case 9:
      tlv.u8("embedded label handling", named({ 1: "payload is MPLS", 2: "no MPLS label is carried" }));
      break;
    case 10:
      while (tlv.left > 0) labelStackEntry(tlv);
      break;
    case 11:
      prefixSidFields(tlv);
  }
};

const srPolicy = (code: number, tlv: FieldReader): void => {
  if (code === 12) {
    head(tlv);
    tlv.u32("preference");
  }
  if (code === 13) {
    head(tlv);
    if (tlv.left === 4) labelStackEntry(tlv);
    else if (tlv.left > 0) tlv.address("binding SID", tlv.left);
  }
  if (code === 14) {
    head(tlv);
    tlv.u8("ENLP", named({ 1: "IPv4", 2: "IPv6", 3: "IPv4 and IPv6", 4: "none" }));
  }
  if (code === 15) {
    tlv.u8("priority");
    tlv.u8("reserved");
  }
  if (code === 20) srv6Sid(tlv);
  if (code === 128) {
    tlv.u8("reserved");
    tlvFields(tlv, segmentList);
  }
  if (code === 129 || code === 130) {
    tlv.u8("reserved");
    if (tlv.left > 0) tlv.text("name", tlv.left);
  }
};

/** RFC 9830 §2.4.4, RFC 9831 §2. */
const segmentList: TlvNames = {
  what: "segment list sub-TLV",
  form: tlv8x8,
  types: {
    1: "segment type A",
    3: "segment type C",
    4: "segment type D",
    5: "segment type E",
    6: "segment type F",
    7: "segment type G",
    8: "segment type H",
    9: "weight",
    13: "segment type B",
    14: "segment type I",
    15: "segment type J",
    16: "segment type K",
  },
  value(code, tlv) {
    if (code === 1) {
      head(tlv);
      labelStackEntry(tlv);
    }
    if (code === 9) {
      head(tlv);
      tlv.u32("weight");
    }
    if (code === 13) srv6Sid(tlv);
  },
};

const head = (tlv: FieldReader): void => {
  tlv.u8("flags");
  tlv.u8("reserved");
};

const srv6Sid = (tlv: FieldReader): void => {
  head(tlv);
  tlv.address("SRv6 SID", 16);
  if (tlv.left !== 8) return;
  tlv.u16("endpoint behavior", (value) => `0x${value.toString(16).padStart(4, "0")}`);
  tlv.u16("reserved");
  for (const name of ["locator block", "locator node", "function", "argument"]) tlv.u8(`${name} length`);
};

const labelStackEntry = (tlv: FieldReader): void => {
  tlv.octets("label stack entry", 4, (octets) => {
    const bits = u24(octets, 0);
    const bottom = bits & 1 ? ", bottom of stack" : "";
    return `label ${bits >>> 4}, traffic class ${(bits >>> 1) & 7}${bottom}, TTL ${u8(octets, 3)}`;
  });
};
