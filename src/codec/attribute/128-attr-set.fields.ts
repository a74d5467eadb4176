import { Flag } from "../attribute.js";
import type { FieldReader } from "../fields.js";
import { u8, u16 } from "../octets.js";
import type { SessionContext } from "../session-context.js";
import { ATTR_SET, ATTR_SET_DEPTH, customerSession } from "./128-attr-set.js";
import { attributeOf } from "./index.js";

/**
 * RFC 6368 §5. `attribute` shows the value of an attribute by its code; sets that stand deeper in one another than the
 * decoder goes are shown as octets.
 */
export const attrSetFields =
  (
    attribute: (code: number, reader: FieldReader, session: SessionContext) => void,
    depth = 1,
  ): ((reader: FieldReader) => void) =>
  (reader) => {
    reader.u32("origin AS");
    while (reader.left > 0) {
      reader.group("attribute", sizeAt(reader), (one) => {
        const flags = one.u8("flags", flagsText);
        const code = one.u8("type code");
        if ((flags & Flag.ExtendedLength) === 0) one.u8("length");
        else one.u16("length");
        if (one.left > 0) {
          one.group("value", one.left, (value) => {
            if (code !== ATTR_SET) attribute(code, value, customerSession);
            else if (depth < ATTR_SET_DEPTH) attrSetFields(attribute, depth + 1)(value);
            return undefined;
          });
        }
        return attributeOf(code)?.name ?? "not known";
      });
    }
  };

const flagsText = (flags: number): string => {
  const names = [
    [Flag.Optional, "optional"],
    [Flag.Transitive, "transitive"],
    [Flag.Partial, "partial"],
    [Flag.ExtendedLength, "extended length"],
  ] as const;
  const set = names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return set.length === 0 ? `${flags}` : `${flags} (${set.join(", ")})`;
};

/** Octets that the attribute at hand claims, with its header. */
const sizeAt = ({ msg, at, left }: FieldReader): number => {
  const lead = (u8(msg, at) & Flag.ExtendedLength) === 0 ? 3 : 4;
  return left < lead ? lead : lead + (lead === 3 ? u8(msg, at + 2) : u16(msg, at + 2));
};
