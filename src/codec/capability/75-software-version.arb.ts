import fc from "fast-check";
import { anyCharacter, type BrokenCase } from "../testing.arb.js";
import { utf8 } from "../text.js";
import { emptyVersion, type SoftwareVersion, versionToSend } from "./75-software-version.js";
import { planted } from "./testing.arb.js";

const encoding: fc.Arbitrary<SoftwareVersion["encoding"]> = fc.constantFrom("length-prefixed", "bare");

const versionText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("FRRouting/10.2", "Kiln 0.1.0", "\u001b[2J", "BIRD 2.0.12 🦜"),
  fc.string({ unit: anyCharacter, minLength: 1, maxLength: 60 }),
);

/** Texts, and octets that are no text, in both encodings; never a bare one that would be read as the other. */
export const valid: fc.Arbitrary<SoftwareVersion> = fc
  .oneof(
    fc.tuple(versionText, encoding).map(([text, form]) => versionToSend(text, form)),
    fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 254 }), encoding)
      .map(([octets, form]) => ({ encoding: form, octets, text: utf8(octets) })),
  )
  .filter(({ encoding, octets }) => encoding === "length-prefixed" || octets[0] !== octets.length - 1);

export const broken: fc.Arbitrary<BrokenCase> = planted(
  emptyVersion,
  fc.constantFrom(0, 1).map((length) => new Uint8Array(length)),
);
