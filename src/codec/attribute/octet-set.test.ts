import { expect, it } from "vitest";
import { OctetSet } from "./octet-set.js";

it("knows each octet once, until it is cleared", () => {
  const set = new OctetSet();
  for (let octet = 0; octet < 256; octet++) expect(set.add(octet)).toBe(true);
  for (let octet = 0; octet < 256; octet++) expect(set.add(octet)).toBe(false);
  set.clear();
  for (let octet = 255; octet >= 0; octet--) expect(set.add(octet)).toBe(true);
});
