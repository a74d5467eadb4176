import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Found, Verdict } from "../fault.js";
import { type Family, family, Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { broken, filterOctets, valid } from "./orf.arb.js";
import {
  addressBits,
  type Orf,
  OrfAction,
  orfFaults,
  type PrefixEntry,
  type RouteFilters,
  readRouteFilters,
  sizeOfRouteFilters,
  WhenToRefresh,
  writeRouteFilters,
} from "./orf.js";

const read = (octets: Uint8Array, of: Family = Ipv4Unicast) => {
  const found: Found[] = [];
  // Something in front and behind: neither may matter.
  const msg = Uint8Array.of(0xff, 0xff, ...octets, 0xff);
  const value = readRouteFilters(msg, 2, 2 + octets.length, of, 2, found);
  msg.fill(0x5a);
  return { value, found: found.map(({ fault, start, end }) => [fault.id, start, end]) };
};

const prefixes = (...entries: PrefixEntry[]): Orf => ({ type: 64, entries });
const entry = (change: Partial<Extract<PrefixEntry, { prefix: Uint8Array }>> = {}): PrefixEntry => ({
  action: OrfAction.Add,
  deny: false,
  sequence: 5,
  minLength: 0,
  maxLength: 0,
  length: 24,
  prefix: unhex("c00002"),
  ...change,
});
const removeAll: PrefixEntry = { action: OrfAction.RemoveAll, deny: false };

describe("route filters laid out by hand, RFC 5291 §4 and RFC 5292 §3", () => {
  it.each<readonly [string, Family, string, RouteFilters]>([
    ["no filter", Ipv4Unicast, "01", { when: WhenToRefresh.Immediate, orfs: [] }],
    ["no entry, later", Ipv4Unicast, "02 40 0000", { when: WhenToRefresh.Defer, orfs: [prefixes()] }],
    ["an exact prefix", Ipv4Unicast, "01 40 000b 00 00000005 00 00 18 c00002", { when: 1, orfs: [prefixes(entry())] }],
    [
      "deny, with bounds",
      Ipv4Unicast,
      "01 40 000b 20 ffffffff 19 20 18 c00002",
      { when: 1, orfs: [prefixes(entry({ deny: true, sequence: 0xffffffff, minLength: 25, maxLength: 32 }))] },
    ],
    [
      "bounds that are the same",
      Ipv4Unicast,
      "01 40 000b 00 00000005 19 19 18 c00002",
      { when: 1, orfs: [prefixes(entry({ minLength: 25, maxLength: 25 }))] },
    ],
    [
      "all prefixes up to a length, and at least a length",
      Ipv4Unicast,
      "01 40 0010 00 00000005 00 20 00 00 00000005 20 00 00",
      {
        when: 1,
        orfs: [
          prefixes(
            entry({ maxLength: 32, length: 0, prefix: unhex("") }),
            entry({ minLength: 32, length: 0, prefix: unhex("") }),
          ),
        ],
      },
    ],
    [
      "RFC 5292 §2: without minlen, maxlen is not compared with the length",
      Ipv4Unicast,
      "01 40 000b 00 00000005 00 08 18 c00002",
      { when: 1, orfs: [prefixes(entry({ maxLength: 8 }))] },
    ],
    [
      "bits behind the prefix are kept",
      Ipv4Unicast,
      "01 40 000a 40 00000005 00 00 09 c0ff",
      { when: 1, orfs: [prefixes(entry({ action: OrfAction.Remove, length: 9, prefix: unhex("c0ff") }))] },
    ],
    [
      "a whole IPv6 address, all entries removed before, and a filter of another type",
      Ipv6Unicast,
      "02 40 0019 80 00 00000005 00 00 80 20010db8000000000000000000000001 03 0002 aabb",
      {
        when: 2,
        orfs: [
          prefixes(removeAll, entry({ length: 128, prefix: unhex("20010db8000000000000000000000001") })),
          { type: 3, octets: unhex("aabb") },
        ],
      },
    ],
    [
      "a whole IPv4 address",
      Ipv4Unicast,
      "01 40 000c 00 00000005 00 00 20 c0000201",
      {
        when: 1,
        orfs: [prefixes(entry({ length: 32, prefix: unhex("c0000201") }))],
      },
    ],
    ["deny with REMOVE-ALL", Ipv4Unicast, "01 40 0001 a0", { when: 1, orfs: [prefixes({ ...removeAll, deny: true })] }],
    [
      "entries for routes that are more than a prefix",
      family(1, 128),
      "01 40 0001 c0",
      { when: 1, orfs: [{ type: 64, octets: unhex("c0") }] },
    ],
    ["a vendor's type", Ipv4Unicast, "01 80 0001 c0", { when: 1, orfs: [{ type: 128, octets: unhex("c0") }] }],
  ])("%s", (_what, of, digits, orf) => {
    const octets = unhex(digits);
    expect(read(octets, of)).toEqual({ value: orf, found: [] });
    expect(hex(filterOctets({ family: of, orf }))).toBe(hex(octets));
  });

  it("clears the reserved bits of an entry", () => {
    const { value } = read(unhex("01 40 0002 9f bf"));
    expect(value).toEqual({ when: 1, orfs: [prefixes(removeAll, { ...removeAll, deny: true })] });
  });

  it.each([
    [family(1, 1), 32],
    [family(1, 2), 32],
    [family(1, 4), 32],
    [family(2, 1), 128],
    [family(2, 4), 128],
    [family(1, 128), null],
    [family(1, 133), null],
    [family(25, 1), null],
    [family(3, 1), null],
  ])("has prefixes of family %s in addresses of %s bits", (of, bits) => {
    expect(addressBits(of)).toBe(bits);
  });
});

describe("route filters that are malformed", () => {
  it.each([
    ["orf/unknown-when-to-refresh", "00", 0, 1],
    ["orf/unknown-when-to-refresh", "03 40 0001 80", 0, 1],
    ["orf/overrun", "01 40", 1, 2],
    ["orf/overrun", "01 40 00", 1, 3],
    ["orf/overrun", "01 40 0001", 1, 4],
    ["orf/overrun", "01 40 0002 80", 1, 5],
    ["orf/overrun", "01 03 0001 aa 03 0100 aa", 5, 9],
    // The first filter would stand; that it is not applied in part is what B47 of FRR was about.
    ["orf/overrun", "01 40 0001 c0 40 0001", 5, 8],
  ])("%s in %s: none of them is taken", (id, digits, start, end) => {
    expect(read(unhex(digits))).toEqual({ value: null, found: [[id, start, end]] });
  });

  it.each([
    ["orf/unknown-action", "01 40 0001 c0", 1, 5],
    ["orf/unknown-action", "01 40 000b 80 ff 00000005 00 00 18 c000", 1, 15],
    ["orf/entry-overrun", "01 40 0001 00", 1, 5],
    ["orf/entry-overrun", "01 40 0007 00 00000005 00 00", 1, 11],
    ["orf/entry-overrun", "01 40 000a 00 00000005 00 00 18 c000", 1, 14],
    ["orf/entry-overrun", "01 40 0009 00 00000005 00 00 09 c0", 1, 13],
    ["orf/entry-lengths", "01 40 000d 00 00000005 00 00 21 c000020100", 1, 17],
    ["orf/entry-lengths", "01 40 000b 00 00000005 18 00 18 c00002", 1, 15],
    ["orf/entry-lengths", "01 40 000b 00 00000005 1a 19 18 c00002", 1, 15],
    ["orf/entry-lengths", "01 40 000b 00 00000005 00 21 18 c00002", 1, 15],
    ["orf/entry-lengths", "01 40 000b 00 00000005 21 00 18 c00002", 1, 15],
  ])("%s in %s: the filter of that type is removed, RFC 5291 §6", (id, digits, start, end) => {
    expect(read(unhex(digits))).toEqual({ value: { when: 1, orfs: [prefixes(removeAll)] }, found: [[id, start, end]] });
  });

  it("touches no filter of another type", () => {
    expect(read(unhex("01 03 0001 aa 40 0001 c0 02 0000"))).toEqual({
      value: { when: 1, orfs: [{ type: 3, octets: unhex("aa") }, prefixes(removeAll), { type: 2, octets: unhex("") }] },
      found: [["orf/unknown-action", 5, 9]],
    });
  });

  it("has an IPv6 prefix longer than an address refused, too", () => {
    expect(read(unhex(`01 40 0019 00 00000005 00 00 81 ${"00".repeat(17)}`), Ipv6Unicast).found).toEqual([
      ["orf/entry-lengths", 1, 29],
    ]);
  });

  it("is a matter for the log alone: each fault is a discard, by its clause", () => {
    expect(orfFaults.map(({ id, verdict, notify, rfc }) => [id, verdict, notify, rfc])).toEqual([
      ["orf/overrun", Verdict.Discard, [7, 0], "RFC 5291 §4"],
      ["orf/unknown-when-to-refresh", Verdict.Discard, [7, 0], "RFC 5291 §4"],
      ["orf/entry-overrun", Verdict.Discard, [7, 0], "RFC 5291 §6"],
      ["orf/unknown-action", Verdict.Discard, [7, 0], "RFC 5291 §6"],
      ["orf/entry-lengths", Verdict.Discard, [7, 0], "RFC 5292 §2"],
    ]);
  });
});

describe("route filters in general", () => {
  it("are read as they were written, in as many octets as was said", () => {
    fc.assert(
      fc.property(valid, ({ family: of, orf }) => {
        const out = new Uint8Array(sizeOfRouteFilters(orf));
        expect(writeRouteFilters(orf, of, out, 0)).toBe(out.length);
        expect(read(out, of)).toEqual({ value: orf, found: [] });
      }),
      { numRuns: 300 },
    );
  });

  it("have the planted fault named, and no other", () => {
    fc.assert(
      fc.property(broken, ({ family: of, octets, fault }) => {
        expect(read(octets, of).found.map(([id]) => id)).toEqual([fault.id]);
      }),
      { numRuns: 500 },
    );
  });

  it("have every fault that is declared planted", () => {
    const planted = new Set(fc.sample(broken, { numRuns: 200, seed: 1 }).map(({ fault }) => fault.id));
    expect([...planted].sort()).toEqual(orfFaults.map(({ id }) => id).sort());
  });
});

describe("what route filters cannot carry is a RangeError", () => {
  const filters = (...orfs: Orf[]): RouteFilters => ({ when: 1, orfs });

  it.each<readonly [string, RouteFilters, Family]>([
    ["when-to-refresh 0", { when: 0 as 1, orfs: [] }, Ipv4Unicast],
    ["when-to-refresh 3", { when: 3 as 1, orfs: [] }, Ipv4Unicast],
    ["a type of more than 8 bits", filters({ type: 256, octets: unhex("") }), Ipv4Unicast],
    ["entries of more than 65535 octets", filters({ type: 3, octets: new Uint8Array(65536) }), Ipv4Unicast],
    ["prefixes of a family that has none", filters(prefixes()), family(1, 128)],
    ["prefixes as octets", filters({ type: 64, octets: unhex("80") }), Ipv4Unicast],
    ["action 3", filters(prefixes(entry({ action: 3 as 0 }))), Ipv4Unicast],
    ["a sequence of more than 32 bits", filters(prefixes(entry({ sequence: 2 ** 32 }))), Ipv4Unicast],
    [
      "a prefix longer than an address",
      filters(prefixes(entry({ length: 33, prefix: new Uint8Array(5) }))),
      Ipv4Unicast,
    ],
    ["half a bit", filters(prefixes(entry({ maxLength: 24.5 }))), Ipv4Unicast],
    ["a minlen of the prefix's own", filters(prefixes(entry({ minLength: 24 }))), Ipv4Unicast],
    ["a minlen above maxlen", filters(prefixes(entry({ minLength: 26, maxLength: 25 }))), Ipv4Unicast],
    ["a prefix with too few octets", filters(prefixes(entry({ prefix: unhex("c000") }))), Ipv4Unicast],
    ["a prefix with too many octets", filters(prefixes(entry({ prefix: unhex("c0000200") }))), Ipv4Unicast],
  ])("%s", (_what, orf, of) => {
    expect(() => filterOctets({ family: of, orf })).toThrow(RangeError);
  });

  it("but 65535 octets of entries are carried", () => {
    const orf = filters({ type: 3, octets: new Uint8Array(65535) });
    expect(filterOctets({ family: Ipv4Unicast, orf })).toHaveLength(65539);
  });
});
