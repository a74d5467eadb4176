import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AS_TRANS } from "../iana.js";
import { hex } from "../octets.js";
import { asnArb } from "../session-context.arb.js";
import { unhex } from "../testing.arb.js";
import { AllSegments, pathArb, RouteSegments } from "./02-as-path.arb.js";
import { type AsPath, encodeAsPath, readAsPath, SegmentType, sizeAsPath } from "./02-as-path.js";
import * as arb from "./17-as4-path.arb.js";
import {
  as4Path,
  mergeAsPath,
  mergedAsPathSize,
  narrowAsPath,
  needsAs4Path,
  withoutConfederations,
} from "./17-as4-path.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws, plain, twoOctets } from "./laws.arb.js";

obeysTheLaws(as4Path, arb, {
  code: 17,
  name: "AS4_PATH",
  flags: 0xc0,
  faults: [
    "as4-path/wrong-flags: treat-as-withdraw 3/4",
    "as4-path/from-new-speaker: discard 3/9",
    "as4-path/bad-length: discard 3/9",
    "as4-path/unknown-segment: discard 3/9",
    "as4-path/empty-segment: discard 3/9",
    "as4-path/overrun: discard 3/9",
    "as4-path/as-zero: discard 3/9",
  ],
  vectors: [
    {
      octets: "02020001000000000002" + "0101ffffffff",
      value: [
        { type: SegmentType.Sequence, asns: [65536, 2] },
        { type: SegmentType.Set, asns: [4294967295] },
      ],
      session: twoOctets,
    },
  ],
  malformed: [
    { octets: "020100010000", fault: "as4-path/from-new-speaker", session: plain },
    { octets: "", fault: "as4-path/bad-length", session: twoOctets },
    { octets: "0200", fault: "as4-path/bad-length", session: twoOctets },
    { octets: "02010001000002", fault: "as4-path/bad-length", session: twoOctets },
    { octets: "030100010000", fault: "as4-path/bad-length", session: twoOctets },
    { octets: "000100010000", fault: "as4-path/unknown-segment", session: twoOctets },
    { octets: "050100010000", fault: "as4-path/unknown-segment", session: twoOctets },
    { octets: "0201000100000200", fault: "as4-path/empty-segment", session: twoOctets },
    { octets: "020200010000", fault: "as4-path/overrun", session: twoOctets },
    { octets: "020100000000", fault: "as4-path/as-zero", session: twoOctets },
  ],
  refused: [
    { why: "no segment at all", value: [], session: twoOctets },
    { why: "a confederation segment", value: [{ type: 3, asns: [1] }], session: twoOctets },
    { why: "an empty segment", value: [{ type: 2, asns: [] }], session: twoOctets },
    { why: "AS 0", value: [{ type: 2, asns: [0] }], session: twoOctets },
  ],
});

describe("AS_PATH and AS4_PATH together (RFC 6793 §4.2.3)", () => {
  const merge = (path: AsPath, as4: AsPath): AsPath => {
    const two = write(path, 2);
    const four = write(as4, 4);
    const msg = Uint8Array.of(...two, ...four);
    const size = mergedAsPathSize(two.length, four.length);
    const out = new Uint8Array(size + 2).fill(0xa5);
    const end = mergeAsPath(msg, 0, two.length, two.length, msg.length, out, 1);
    expect(end).toBeLessThanOrEqual(1 + size);
    expect([out[0], out[end]]).toEqual([0xa5, 0xa5]);
    return readAsPath(out, 1, end, 4);
  };
  const seq = (...asns: number[]) => ({ type: SegmentType.Sequence, asns });
  const set = (...asns: number[]) => ({ type: SegmentType.Set, asns });
  const confed = (...asns: number[]) => ({ type: SegmentType.ConfedSequence, asns });

  it.each<{ what: string; path: AsPath; as4: AsPath; merged: AsPath }>([
    { what: "no AS4_PATH", path: [seq(1, 2), set(3)], as4: [], merged: [seq(1, 2), set(3)] },
    { what: "equal lengths", path: [seq(AS_TRANS, 2)], as4: [seq(65536, 2)], merged: [seq(65536, 2)] },
    {
      what: "what two-octet speakers prepended",
      path: [seq(7, 8, AS_TRANS, 2)],
      as4: [seq(65536, 2)],
      merged: [seq(7, 8), seq(65536, 2)],
    },
    { what: "an AS4_PATH that is longer", path: [seq(7)], as4: [seq(65536, 2)], merged: [seq(7)] },
    {
      what: "a set, which counts as one",
      path: [seq(7), set(8, 9), seq(AS_TRANS)],
      as4: [seq(65536)],
      merged: [seq(7), set(8, 9), seq(65536)],
    },
    {
      what: "a set in AS4_PATH, which counts as one too",
      path: [seq(7, 8), set(AS_TRANS, 9)],
      as4: [seq(8), set(65536, 9)],
      merged: [seq(7), seq(8), set(65536, 9)],
    },
    {
      what: "a set that the AS4_PATH has",
      path: [seq(7), set(AS_TRANS, 9)],
      as4: [set(65536, 9)],
      merged: [seq(7), set(65536, 9)],
    },
    {
      what: "a leading confederation segment",
      path: [confed(1), seq(AS_TRANS)],
      as4: [seq(65536)],
      merged: [confed(1), seq(65536)],
    },
    {
      what: "a confederation segment next to one that was taken",
      path: [seq(7), confed(1), seq(AS_TRANS)],
      as4: [seq(65536)],
      merged: [seq(7), confed(1), seq(65536)],
    },
    {
      what: "a confederation segment next to none that was taken",
      path: [seq(7, AS_TRANS), confed(1), seq(9)],
      as4: [seq(65536, 9)],
      merged: [seq(7), seq(65536, 9)],
    },
    {
      what: "a confederation segment in AS4_PATH",
      path: [seq(AS_TRANS)],
      as4: [confed(1), seq(65536)],
      merged: [seq(65536)],
    },
  ])("takes $what", ({ path, as4, merged }) => {
    expect(merge(path, as4)).toEqual(merged);
  });

  it("gives back the path that a four-octet speaker sent through two-octet ones", () => {
    fc.assert(
      fc.property(pathArb(4, RouteSegments), fc.array(asnArb(2), { minLength: 1, maxLength: 5 }), (sent, asns) => {
        const octets = write(sent, 4);
        const narrow = new Uint8Array(octets.length);
        const end = narrowAsPath(octets, 0, octets.length, narrow, 0);
        const old = readAsPath(narrow, 0, end, 2);
        const as4 = needsAs4Path(octets, 0, octets.length) ? sent : [];
        expect(merge([seq(...asns), ...old], as4)).toEqual([seq(...asns), ...sent]);
      }),
    );
  });

  it("never needs more room than it says", () => {
    expect(mergedAsPathSize(10, 6)).toBe(26);
  });

  it("keeps the number of hops of AS_PATH, whatever the two hold", () => {
    const hops = (path: AsPath): number =>
      path.reduce((sum, { type, asns }) => sum + (type === 2 ? asns.length : type === 1 ? 1 : 0), 0);
    fc.assert(
      fc.property(pathArb(2, AllSegments), pathArb(4, AllSegments), (path, as4) => {
        expect(hops(merge(path, as4))).toBe(hops(path));
      }),
    );
  });
});

describe("a four-octet path for a two-octet speaker (RFC 6793 §4.2.2)", () => {
  it("has AS_TRANS for what does not fit", () => {
    const octets = unhex("09" + "02030000ffff0001000000000001" + "09");
    const out = new Uint8Array(9);
    expect(narrowAsPath(octets, 1, 15, out, 1)).toBe(9);
    expect(hex(out, 1)).toBe("0203" + "ffff" + "5ba0" + "0001");
  });

  it("needs an AS4_PATH only when something did not fit", () => {
    // What stands around the path has large numbers and does not count.
    expect(needsAs4Path(unhex("ffffffff" + "02020000ffff00000001" + "0202ffffffffffffffff"), 4, 14)).toBe(false);
    expect(needsAs4Path(unhex("02010000ffff" + "010100010000"), 0, 12)).toBe(true);
    // All that would be left of it is nothing.
    expect(needsAs4Path(unhex("030100010000"), 0, 6)).toBe(false);
  });

  it("keeps confederation segments out of the AS4_PATH", () => {
    const octets = unhex("030100000001" + "020100010000" + "040100000001");
    const out = new Uint8Array(18);
    expect(withoutConfederations(octets, 0, 18, out, 0)).toBe(6);
    expect(hex(out, 0, 6)).toBe("020100010000");
  });
});

function write(path: AsPath, asnSize: 2 | 4): Uint8Array {
  const octets = new Uint8Array(sizeAsPath(path, asnSize));
  encodeAsPath(path, octets, 0, asnSize);
  return octets;
}

dissectsAttribute(as4Path, arb, {
  session: twoOctets,
  octets: "0201" + "00010000",
  lines: ["0-1 segment/type: 2 (AS_SEQUENCE)", "1-2 segment/AS numbers: 1", "2-6 segment/AS: 65536"],
});
