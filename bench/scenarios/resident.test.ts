import { describe, expect, it } from "vitest";
import { parseRollup, residentOf } from "./resident.js";

const text = `55a1c8c3f000-7ffd8a3f2000 ---p 00000000 00:00 0                          [rollup]
Rss:               44320 kB
Pss:               21210 kB
Pss_Anon:          15000 kB
Shared_Clean:      28000 kB
Private_Clean:      1320 kB
Private_Dirty:     15000 kB
`;

describe("resident memory", () => {
  it("is what smaps_rollup says", () => {
    expect(parseRollup(text)).toEqual({ pssBytes: 21210 * 1024, privateBytes: 16320 * 1024 });
  });

  it("is not made up for a text without it", () => {
    expect(() => parseRollup("Pss: 12 kB\n")).toThrow(RangeError);
  });

  it("of a process that is not there is not known", () => {
    expect(residentOf(0x7ffffffe)).toBeNull();
  });
});
