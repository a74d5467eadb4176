import { type FieldReader, named } from "../fields.js";
import type { TlvForm } from "./tlv.js";

/** What a dissector knows of one level of TLVs. */
export interface TlvNames {
  /** What each of them is called: `sub-TLV`. */
  readonly what: string;
  readonly form: TlvForm;
  /** Their types in words. */
  readonly types: Readonly<Record<number, string>>;
  /** Names the fields of a value; what it leaves is shown as octets. */
  value?(code: number, reader: FieldReader): void;
}

/** TLVs to the end. */
export const tlvFields = (reader: FieldReader, { what, form, types, value }: TlvNames): void => {
  while (reader.left > 0) {
    const header = form.header(reader.msg, reader.at);
    const length = header <= reader.left ? form.length(reader.msg, reader.at) : 0;
    reader.group(what, header + length, (tlv) => {
      const code = header === 4 ? tlv.u16("type", named(types)) : tlv.u8("type", named(types));
      if (header === 2) tlv.u8("length");
      else tlv.u16("length");
      value?.(code, tlv);
      tlv.rest("value");
      return types[code];
    });
  }
};
