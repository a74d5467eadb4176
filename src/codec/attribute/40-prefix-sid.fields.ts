import type { FieldReader } from "../fields.js";
import { type TlvNames, tlvFields } from "./tlv.fields.js";
import { tlv8x16 } from "./tlv.js";

/** RFC 8669 §3, RFC 9252 §2. */
export const fields = (reader: FieldReader): void => tlvFields(reader, prefixSidTlvs);

const prefixSidTlvs: TlvNames = {
  what: "TLV",
  form: tlv8x16,
  types: {
    1: "label-index",
    2: "deprecated",
    3: "originator SRGB",
    4: "deprecated",
    5: "SRv6 L3 service",
    6: "SRv6 L2 service",
  },
  value(code, tlv) {
    if (code === 1) {
      tlv.u8("reserved");
      tlv.u16("flags");
      tlv.u32("label index");
    }
    if (code === 3) {
      tlv.u16("flags");
      while (tlv.left > 0) {
        tlv.group("SRGB range", 6, (range) => {
          range.u24("base");
          range.u24("range");
          return undefined;
        });
      }
    }
    if (code === 5 || code === 6) {
      tlv.u8("reserved");
      tlvFields(tlv, serviceTlvs);
    }
  },
};

const serviceTlvs: TlvNames = {
  what: "sub-TLV",
  form: tlv8x16,
  types: { 1: "SRv6 SID information" },
  value(code, tlv) {
    if (code !== 1) return;
    tlv.u8("reserved");
    tlv.address("SRv6 SID", 16);
    tlv.u8("SRv6 service SID flags");
    tlv.u16("SRv6 endpoint behavior", (value) => `0x${value.toString(16).padStart(4, "0")}`);
    tlv.u8("reserved");
    tlvFields(tlv, dataTlvs);
  },
};

const dataTlvs: TlvNames = {
  what: "sub-sub-TLV",
  form: tlv8x16,
  types: { 1: "SRv6 SID structure" },
  value(code, tlv) {
    if (code !== 1) return;
    for (const name of ["locator block", "locator node", "function", "argument", "transposition"]) {
      tlv.u8(`${name} length`);
    }
    tlv.u8("transposition offset");
  },
};
