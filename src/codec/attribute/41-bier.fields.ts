import { type FieldReader, named } from "../fields.js";
import { u24 } from "../octets.js";
import { type TlvNames, tlvFields } from "./tlv.fields.js";
import { tlv16x16 } from "./tlv.js";

/** RFC 9793 §3. */
export const fields = (reader: FieldReader): void => tlvFields(reader, bierTlvs);

/** One registry for all levels. */
const types = { 1: "BIER", 2: "BIER MPLS encapsulation", 3: "BIER non-MPLS encapsulation", 4: "BIER next hop" };

/** RFC 8296 §2.1.2. */
const bitStringLength = named({
  1: "64 bits",
  2: "128 bits",
  3: "256 bits",
  4: "512 bits",
  5: "1024 bits",
  6: "2048 bits",
  7: "4096 bits",
});

const bierTlvs: TlvNames = {
  what: "TLV",
  form: tlv16x16,
  types,
  value(code, tlv) {
    if (code !== 1) return;
    tlv.u8("sub-domain");
    tlv.u16("BFR-id");
    tlv.u8("reserved");
    tlvFields(tlv, subTlvs);
  },
};

const subTlvs: TlvNames = {
  what: "sub-TLV",
  form: tlv16x16,
  types,
  value(code, tlv) {
    if (code !== 2 && code !== 3) return;
    tlv.u8("max SI");
    const base = code === 2 ? "label" : "BIFT-id";
    tlv.octets(`bit string length and ${base}`, 3, (octets) => {
      const bits = u24(octets, 0);
      return `bit string length ${bitStringLength(bits >>> 20)}, ${base} ${bits & 0xfffff}`;
    });
    tlvFields(tlv, nextHops);
  },
};

const nextHops: TlvNames = {
  what: "sub-sub-TLV",
  form: tlv16x16,
  types,
  value(code, tlv) {
    if (code === 4 && tlv.left > 0) tlv.address("next hop", tlv.left);
  },
};
