import { extendedCommunityOf, extendedCommunityText } from "../community/extended.js";
import { widthOf } from "../community/spec.js";
import { hexText } from "../community/text.js";
import type { FieldReader } from "../fields.js";
import { copyOctets } from "../octets.js";

/** RFC 4360 §2: each with the parts of its value when its type is known. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    reader.group("extended community", 8, (one) => {
      const type = one.u16(
        "type",
        (value) => `${hexText(value, 2)} (${extendedCommunityOf(value)?.name ?? "not known here"})`,
      );
      if (one.left < 6) return undefined;
      const text = extendedCommunityText(type, copyOctets(one.msg, one.at, one.at + 6));
      for (const [name, kind] of Object.entries(extendedCommunityOf(type)?.parts ?? { value: "octets6" as const })) {
        const width = widthOf(kind);
        if (kind === "octets4") one.address(wordsOf(name), width);
        else if (kind === "u8") one.u8(wordsOf(name));
        else if (kind === "u16") one.u16(wordsOf(name));
        else if (kind === "u24") one.u24(wordsOf(name));
        else if (kind === "u32") one.u32(wordsOf(name));
        else one.octets(wordsOf(name), width);
      }
      return text;
    });
  }
};

/** `controlFlags`: control flags. */
const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
