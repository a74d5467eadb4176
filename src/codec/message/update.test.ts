import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attributes } from "../attribute/index.js";
import { Flag } from "../attribute.js";
import { decisive, Verdict } from "../fault.js";
import { Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE, type SessionContext } from "../session-context.js";
import { unhex } from "../testing.arb.js";
import { ignoresSurroundings, MARKER } from "./testing.arb.js";
import { broken, near, valid } from "./update.arb.js";
import {
  attributeOverrun,
  decodeUpdate,
  duplicateAttribute,
  encodeUpdate,
  errorWithoutNlri,
  foundBy,
  type Update,
  UpdateWalk,
  unrecognizedWellKnown,
  updateFaults,
  walkUpdate,
} from "./update.js";

const session: SessionContext = {
  asnSize: 4,
  localAs: 65000,
  peerAs: 65001,
  external: true,
  families: new Set([Ipv4Unicast, Ipv6Unicast]),
  addPath: new Set(),
  maxMessage: ORDINARY_MAX_MESSAGE,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};

/** RFC 4271 §4.3, by hand: withdraws 10.0.0.0/8, announces 192.0.2.0/24 with ORIGIN, AS_PATH 65001 and NEXT_HOP. */
const VECTOR: Uint8Array = unhex(
  `${MARKER} 0031 02 0002 080a 0014 40010100 400206 02010000fde9 400304c0000201 18c00002`,
);
const VALUE: Update = {
  withdrawn: [{ length: 8, address: Uint8Array.of(10, 0, 0, 0) }],
  attributes: [
    { code: 1, flags: Flag.Transitive, value: 0 },
    { code: 2, flags: Flag.Transitive, value: [{ type: 2, asns: [65001] }] },
    { code: 3, flags: Flag.Transitive, value: Uint8Array.of(192, 0, 2, 1) },
  ],
  nlri: [{ length: 24, address: Uint8Array.of(192, 0, 2, 0) }],
};

const decode = (octets: Uint8Array, context: SessionContext = session): ReturnType<typeof decodeUpdate> =>
  decodeUpdate(octets, 0, octets.length, context);

/** The announcement of VECTOR with other attribute octets. */
const announcing = (attributeOctets: string, nlri = "18c00002"): Uint8Array => {
  const attributesOnly = unhex(attributeOctets);
  const body = [0, 0, attributesOnly.length >>> 8, attributesOnly.length & 255, ...attributesOnly, ...unhex(nlri)];
  const length = 19 + body.length;
  return Uint8Array.of(...unhex(MARKER), length >>> 8, length & 255, 2, ...body);
};

const GOOD = "40010100 4002060201 0000fde9 400304c0000201";

describe("UPDATE", () => {
  it("is read and written as RFC 4271 §4.3 lays it out", () => {
    const { value, found } = decode(VECTOR);
    expect(found).toEqual([]);
    expect(value?.withdrawn).toEqual(VALUE.withdrawn);
    expect(value?.nlri).toEqual(VALUE.nlri);
    expect(value?.attributes.map(({ code, flags }) => [code, flags])).toEqual([
      [1, 0x40],
      [2, 0x40],
      [3, 0x40],
    ]);
    expect(value === null ? null : encodeUpdate(value, session)).toEqual(VECTOR);
  });

  it("comes back the same when it is valid", () => {
    fc.assert(
      fc.property(valid, ({ value, session: context }) => {
        const octets = encodeUpdate(value, context);
        const decoded = decode(octets, context);
        expect(decoded.found).toEqual([]);
        expect(decoded.value === null ? null : encodeUpdate(decoded.value, context)).toEqual(octets);
      }),
    );
  });

  it("names the fault that was planted, and no stronger one", () => {
    fc.assert(
      fc.property(broken, ({ octets, session: context, fault }) => {
        const { value, found } = decode(octets, context);
        expect(decisive(found)?.fault).toBe(fault);
        expect(value === null).toBe(fault.verdict === Verdict.SessionReset);
      }),
      { numRuns: 2000 },
    );
  });

  it("has every fault it declares planted", () => {
    const planted = new Set(fc.sample(broken, { numRuns: 3000, seed: 1 }).map(({ fault }) => fault));
    expect(updateFaults.filter((fault) => !planted.has(fault)).map(({ id }) => id)).toEqual([]);
  });

  it("gives each fault an id of its own, over all of the message", () => {
    const ids = [...updateFaults, ...attributes.flatMap(({ faults }) => faults)].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("is decided alike by the walk of the hot path, whatever the walk was used for before", () => {
    const walk = new UpdateWalk();
    fc.assert(
      fc.property(near, ({ octets, session: context }) => {
        const decided = decisive(decode(octets, context).found)?.fault ?? null;
        expect(walkUpdate(octets, 0, octets.length, context, walk)).toBe(decided);
        expect(foundBy(walk, octets, 0)?.fault ?? null).toBe(decided);
      }),
      { numRuns: 1000 },
    );
  });

  it("means the same wherever it lies", () => {
    ignoresSurroundings(
      near.map(({ octets }) => octets),
      (msg, start, end) => decodeUpdate(msg, start, end, session),
    );
  });

  it("never throws, whatever the octets", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), ({ length, ...rest }) => {
        const body = Uint8Array.from(Object.values(rest));
        const octets = new Uint8Array(19 + body.length);
        octets.set(body, 19);
        expect(length).toBe(body.length);
        decode(octets);
      }),
    );
  });
});

describe("RFC 7606", () => {
  it("§3 (h): of several faults the strongest decides, wherever it stands", () => {
    // ATOMIC_AGGREGATE with a length of 1 (discard), ORIGIN with the value 9 (withdraw).
    const mild = "40060100";
    const strong = "40010109";
    for (const both of [`${mild}${strong}`, `${strong}${mild}`]) {
      const { found } = decode(announcing(`${both} 4002060201 0000fde9 400304c0000201`));
      expect(decisive(found)?.fault.verdict).toBe(Verdict.TreatAsWithdraw);
      expect(found).toHaveLength(2);
    }
  });

  it("§3 (g): the first of several equal attributes counts", () => {
    const { value, found } = decode(announcing(`${GOOD} 40010102`));
    expect(found.map(({ fault }) => fault)).toEqual([duplicateAttribute]);
    expect(value?.attributes.find(({ code }) => code === 1)?.value).toBe(0);
  });

  it("§4: an attribute that overruns leaves the routes where the total length says", () => {
    const { value, found } = decode(announcing(`${GOOD} c063ff`));
    expect(found.map(({ fault }) => fault)).toEqual([attributeOverrun]);
    expect(value?.nlri).toEqual(VALUE.nlri);
  });

  it("§5.2: an error without any route resets, a discarded attribute does not", () => {
    expect(decisive(decode(announcing("40010109", "")).found)?.fault).toBe(errorWithoutNlri);
    expect(decisive(decode(announcing("40060100", "")).found)?.fault.verdict).toBe(Verdict.Discard);
  });

  it("§5.2: an error beside an MP_REACH_NLRI that announces nothing resets too", () => {
    const reach = `800e15 0002 01 10 ${"20010db8000000000000000000000001"} 00`;
    expect(decisive(decode(announcing(`${reach} 40010109 400200`, "")).found)?.fault).toBe(errorWithoutNlri);
  });

  it("an UPDATE with nothing in it is End-of-RIB, without a fault", () => {
    expect(decode(announcing("", ""))).toEqual({ value: { withdrawn: [], attributes: [], nlri: [] }, found: [] });
    expect(decode(announcing("800f03 0002 01", "")).found).toEqual([]);
  });
});

describe("the NOTIFICATION data", () => {
  it("is the attribute with its type and length (RFC 4271 §6.3), at its place in the message", () => {
    const octets = announcing(`${GOOD} 40c801aa`);
    const chunk = Uint8Array.of(1, 2, 3, ...octets);
    const walk = new UpdateWalk();
    expect(walkUpdate(chunk, 3, chunk.length, session, walk)).toBe(unrecognizedWellKnown);
    const found = foundBy(walk, chunk, 3);
    expect(found?.data).toEqual(unhex("40c801aa"));
    expect(octets.slice(found?.start, found?.end)).toEqual(unhex("40c801aa"));
  });
});

describe("the encoder", () => {
  it("refuses what the session cannot carry", () => {
    const long = {
      ...VALUE,
      attributes: [...VALUE.attributes, { code: 99, flags: 0xc0, value: new Uint8Array(4096) }],
    };
    expect(() => encodeUpdate(long, session)).toThrow(RangeError);
    const roomier = { ...session, maxMessage: EXTENDED_MAX_MESSAGE };
    expect(encodeUpdate(long, roomier)).toHaveLength(VECTOR.length + 4100);
  });

  it("refuses an unknown attribute without octets, and codes and flags beyond an octet", () => {
    for (const one of [
      { code: 99, flags: 0xc0, value: "text" },
      { code: 256, flags: 0xc0, value: new Uint8Array(0) },
      { code: 99, flags: 0x1c0, value: new Uint8Array(0) },
    ]) {
      expect(() => encodeUpdate({ ...VALUE, attributes: [one] }, session)).toThrow(RangeError);
    }
  });

  it("sets Extended Length from 256 octets on", () => {
    for (const [size, lead] of [
      [255, 3],
      [256, 4],
    ] as const) {
      const value = new Uint8Array(size);
      const octets = encodeUpdate({ withdrawn: [], attributes: [{ code: 99, flags: 0xc0, value }], nlri: [] }, session);
      expect(octets).toHaveLength(23 + lead + size);
      expect((octets[23] ?? 0) & Flag.ExtendedLength).toBe(lead === 4 ? Flag.ExtendedLength : 0);
    }
  });
});
