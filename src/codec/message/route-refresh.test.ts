import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Verdict } from "../fault.js";
import { family, Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { hex, u8, u16 } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { addressBits, OrfAction } from "./orf.js";
import { broken, near, valid } from "./route-refresh.arb.js";
import { decodeRouteRefresh, encodeRouteRefresh, type RouteRefresh, routeRefreshFaults } from "./route-refresh.js";
import { ignoresSurroundings, MARKER } from "./testing.arb.js";

const decode = (whole: Uint8Array, enhanced?: boolean) => decodeRouteRefresh(whole, 0, whole.length, enhanced);

describe("ROUTE-REFRESH laid out by hand", () => {
  it.each<readonly [string, string, RouteRefresh]>([
    ["RFC 2918 §3", "0017 05 0001 00 01", { family: Ipv4Unicast, subtype: 0 }],
    ["RFC 7313 §3.2, begin", "0017 05 0002 01 01", { family: Ipv6Unicast, subtype: 1 }],
    ["RFC 7313 §3.2, end", "0017 05 0019 02 46", { family: family(25, 70), subtype: 2 }],
    [
      "RFC 5291 §4, remove all filters of type 64",
      "001c 05 0001 00 01 01 40 0001 80",
      {
        family: Ipv4Unicast,
        subtype: 0,
        orf: { when: 1, orfs: [{ type: 64, entries: [{ action: OrfAction.RemoveAll, deny: false }] }] },
      },
    ],
  ])("%s", (_source, digits, value) => {
    const whole = unhex(`${MARKER} ${digits}`);
    expect(hex(encodeRouteRefresh(value))).toBe(hex(whole));
    expect(decode(whole)).toEqual({ value, found: [] });
  });

  it("of another length with subtype 1 or 2 resets, and the message is the data, RFC 7313 §5", () => {
    for (const subtype of ["01", "02"]) {
      const whole = unhex(`${MARKER} 0018 05 0001 ${subtype} 01 00`);
      const { value, found } = decode(whole);
      expect(value).toBeNull();
      expect(found).toHaveLength(1);
      expect(found[0]?.fault.notify).toEqual([7, 1]);
      expect(hex(found[0]?.data ?? unhex(""))).toBe(hex(whole));
    }
  });

  it("gives no more data than an ordinary NOTIFICATION carries", () => {
    const whole = new Uint8Array(65535).fill(0xff);
    whole.set(unhex("ffff 05 0001 01 01"), 16);
    expect(decode(whole).found[0]?.data).toHaveLength(4096 - 21);
  });

  it("of an unknown subtype is for the caller to ignore, RFC 7313 §5", () => {
    const { value, found } = decode(unhex(`${MARKER} 0017 05 0001 03 01`));
    expect(value).toEqual({ family: Ipv4Unicast, subtype: 3 });
    expect(found.map(({ fault, start, end }) => [fault.verdict, start, end])).toEqual([[Verdict.Discard, 21, 22]]);
  });

  it("has a reserved octet where the subtype is, unless capability 70 was received, RFC 2918 §3", () => {
    for (const subtype of ["01", "02", "07"]) {
      const request = { value: { family: Ipv4Unicast, subtype: 0 }, found: [] };
      expect(decode(unhex(`${MARKER} 0017 05 0001 ${subtype} 01`), false)).toEqual(request);
    }
  });

  it("too short is a bad length", () => {
    const { value, found } = decode(unhex(`${MARKER} 0016 05 0001 00`));
    expect(value).toBeNull();
    expect(found.map(({ fault, data }) => [fault.notify, data])).toEqual([[[1, 2], unhex("0016")]]);
  });
});

describe("ROUTE-REFRESH in general", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(valid, (value) => {
        expect(decode(encodeRouteRefresh(value))).toEqual({ value, found: [] });
      }),
    );
  });

  it("has the planted fault named, and no other", () => {
    fc.assert(
      fc.property(broken, ({ octets, fault }) => {
        const { value, found } = decode(octets);
        expect(found.map((one) => one.fault)).toEqual([fault]);
        expect(value === null).toBe(fault.verdict === Verdict.SessionReset);
      }),
    );
  });

  it("has every fault that is declared planted", () => {
    const planted = new Set(fc.sample(broken, { numRuns: 200, seed: 1 }).map(({ fault }) => fault.id));
    expect([...planted].sort()).toEqual(routeRefreshFaults.map(({ id }) => id).sort());
  });

  const anything = fc.oneof(near, fc.uint8Array({ maxLength: 60 }));

  it("is judged by its own octets only", () => {
    ignoresSurroundings(anything, decodeRouteRefresh);
  });

  it("is written again as it was, header aside", () => {
    fc.assert(
      fc.property(anything, (whole) => {
        const { value, found } = decode(whole);
        if (value === null || found.length > 0) return;
        const again = encodeRouteRefresh(value);
        expect(hex(again, 19)).toBe(hex(reservedCleared(whole), 19));
      }),
    );
  });
});

/** Clears the reserved bits of the entries that are read: all that a round trip may change. */
const reservedCleared = (whole: Uint8Array): Uint8Array => {
  const out = whole.slice();
  const isPrefixes = addressBits((u16(out, 19) << 8) | u8(out, 22)) !== null;
  for (let at = 24; at < out.length; ) {
    const next = at + 3 + u16(out, at + 1);
    for (let one = at + 3; isPrefixes && u8(out, at) === 64 && one < next; ) {
      out[one] = u8(out, one) & 0xe0;
      one += u8(out, one) >> 6 === 2 ? 1 : 8 + Math.ceil(u8(out, one + 7) / 8);
    }
    at = next;
  }
  return out;
};

describe("encodeRouteRefresh", () => {
  it.each<readonly [string, RouteRefresh]>([
    ["subtype 3", { family: Ipv4Unicast, subtype: 3 }],
    ["a family of more than 24 bits", { family: 0x1000000, subtype: 0 }],
    ["filters behind a beginning", { family: Ipv4Unicast, subtype: 1, orf: { when: 1, orfs: [] } }],
    [
      "more than 65535 octets",
      { family: Ipv4Unicast, subtype: 0, orf: { when: 1, orfs: [{ type: 1, octets: new Uint8Array(65509) }] } },
    ],
  ])("refuses %s", (_what, value) => {
    expect(() => encodeRouteRefresh(value)).toThrow(RangeError);
  });
});
