import { expect, it } from "vitest";
import { singleEdits } from "./single-edits.js";

const digits = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");
const editsOf = (input: Uint8Array): Set<string> => new Set(Array.from(singleEdits(input), digits));

it("gives what is one edit away, whatever the edit", () => {
  const edits = editsOf(Uint8Array.of(1, 2, 3, 4, 5));
  const near = {
    "an octet changed": "0102fe0405",
    "two octets at a limit": "01ffff0405",
    "four octets at a limit": "017fffffff",
    "an octet put in": "01020903 0405",
    "one put at the end": "010203040509",
    "a stretch taken out": "0105",
    "the end cut off": "01",
    "all of it taken out": "",
    "a stretch twice": "0102030203 0405",
  };
  for (const [what, octets] of Object.entries(near)) expect(edits, what).toContain(octets.replace(" ", ""));
});

it("gives nothing that takes two", () => {
  const edits = editsOf(Uint8Array.of(1, 2, 3, 4, 5));
  for (const far of ["09020309 05", "0109", "0102030405 0101"]) expect(edits).not.toContain(far.replace(" ", ""));
});

it("puts an octet into an empty input, and no more", () => {
  expect(editsOf(new Uint8Array(0)).size).toBe(256);
});
