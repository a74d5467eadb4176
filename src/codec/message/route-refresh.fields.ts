import { afiName, safiName } from "../family.fields.js";
import { type FieldReader, named } from "../fields.js";
import { family } from "../iana.js";
import { orfFields } from "./orf.fields.js";
import { RefreshSubtype } from "./route-refresh.js";

const subtypeName = named({ 0: "request", 1: "beginning of route refresh", 2: "end of route refresh" });

/**
 * ROUTE-REFRESH behind its header: RFC 2918 §3, RFC 7313 §3.2, RFC 5291 §4. `enhanced`: the peer sent capability 70; if
 * it did not, the subtype is a reserved octet.
 */
export const fields = (reader: FieldReader, enhanced = true): void => {
  const afi = reader.u16("AFI", afiName);
  const subtype = enhanced ? reader.u8("message subtype", subtypeName) : reader.u8("reserved");
  const safi = reader.u8("SAFI", safiName);
  if (reader.left > 0 && (subtype === RefreshSubtype.Request || !enhanced)) orfFields(reader, family(afi, safi));
};
