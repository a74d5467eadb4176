import { type FieldReader, named } from "../fields.js";
import { u16 } from "../octets.js";

const algorithmName = named({ 1: "ECDSA P-256 with SHA-256" });

/** RFC 8205 §3. */
export const fields = (reader: FieldReader): void => {
  reader.group("Secure_Path", lengthAt(reader), (path) => {
    path.u16("length");
    const ases: number[] = [];
    while (path.left > 0) {
      path.group("segment", 6, (segment) => {
        segment.u8("pCount");
        segment.u8("flags", (flags) => ((flags & 0x80) === 0 ? `${flags}` : `${flags} (confederation segment)`));
        ases.push(segment.u32("AS"));
        return undefined;
      });
    }
    return ases.join(" ");
  });
  while (reader.left > 0) {
    reader.group("Signature_Block", lengthAt(reader), (block) => {
      block.u16("length");
      block.u8("algorithm suite", algorithmName);
      while (block.left > 0) {
        block.group("signature segment", signatureLength(block), (signature) => {
          signature.octets("subject key identifier", 20);
          const length = signature.u16("length");
          if (length > 0) signature.octets("signature", length);
          return undefined;
        });
      }
      return undefined;
    });
  }
};

/** A length of two octets that counts itself, of which at least these are taken. */
const lengthAt = ({ msg, at, left }: FieldReader): number => (left < 2 ? 2 : Math.max(2, u16(msg, at)));

const signatureLength = ({ msg, at, left }: FieldReader): number => 22 + (left < 22 ? 0 : u16(msg, at + 20));
