import { type FieldReader, named, prefixText } from "../fields.js";
import type { Family } from "../iana.js";
import { ADDRESS_PREFIX, addressBits } from "./orf.js";

/** IANA, BGP Outbound Route Filtering (ORF) Types. */
export const orfTypeName: (value: number) => string = (value) =>
  value >= 128 ? `${value} (vendor-specific)` : registered(value);

const registered = named({ 0: "reserved", 64: "Address Prefix", 65: "CP-ORF" });

const whenName = named({ 1: "IMMEDIATE", 2: "DEFER" }, "not understood");
const ACTIONS = ["ADD", "REMOVE", "REMOVE-ALL", "not understood"] as const;

/** Behind the family of a ROUTE-REFRESH: when to refresh, then filters by type (RFC 5291 §4). */
export const orfFields = (reader: FieldReader, of: Family): void => {
  reader.u8("when-to-refresh", whenName);
  const bits = addressBits(of);
  while (reader.left > 0) {
    const type = reader.msg[reader.at] ?? 0;
    const length = reader.left < 3 ? 0 : ((reader.msg[reader.at + 1] ?? 0) << 8) | (reader.msg[reader.at + 2] ?? 0);
    reader.group("ORF", 3 + length, (orf) => {
      orf.u8("ORF type", orfTypeName);
      orf.u16("length of ORF entries");
      if (type === ADDRESS_PREFIX && bits !== null) while (orf.left > 0) prefixEntry(orf, bits);
      orf.rest("ORF entries");
      return undefined;
    });
  }
};

/** RFC 5292 §3. */
const prefixEntry = (orf: FieldReader, bits: 32 | 128): void => {
  const first = orf.msg[orf.at] ?? 0;
  const isRemoveAll = first >> 6 === 2;
  const length = orf.left > 7 ? (orf.msg[orf.at + 7] ?? 0) : 0;
  orf.group("entry", isRemoveAll ? 1 : 8 + Math.ceil(length / 8), (entry) => {
    entry.u8(
      "action and match",
      (octet) =>
        `0x${octet.toString(16).padStart(2, "0")} (${ACTIONS[octet >> 6] ?? ""}, ${octet & 0x20 ? "DENY" : "PERMIT"})`,
    );
    if (isRemoveAll) return undefined;
    entry.u32("sequence");
    entry.u8("minlen", (value) => (value === 0 ? "0 (unspecified)" : `${value}`));
    entry.u8("maxlen", (value) => (value === 0 ? "0 (unspecified)" : `${value}`));
    entry.u8("length");
    if (entry.left > 0) entry.rest("prefix", (octets) => prefixText(octets, length, bits === 32 ? 4 : 16));
    return undefined;
  });
};
