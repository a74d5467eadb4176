import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Field } from "../codec/fields.js";
import * as notificationArb from "../codec/message/notification.arb.js";
import { encodeNotification } from "../codec/message/notification.js";
import * as openArb from "../codec/message/open.arb.js";
import { MARKER } from "../codec/message/testing.arb.js";
import * as updateArb from "../codec/message/update.arb.js";
import { decodeUpdate, encodeUpdate } from "../codec/message/update.js";
import { hex } from "../codec/octets.js";
import { unhex } from "../codec/testing.arb.js";
import { explainDocument } from "../results/explain.js";
import { dissect } from "./dissect.js";
import { explain, explained } from "./explain.js";
import type { RawMessage } from "./input.js";
import { linesOf } from "./text.js";

const pasted = (octets: Uint8Array): RawMessage => ({ from: null, to: null, packet: 0, octets });
const linesFor = (digits: string): string[] =>
  [...explain([pasted(unhex(`${MARKER}${digits}`))], {})].flatMap((one) => linesOf(one).map((line) => line.trimEnd()));

const leaves = (fields: readonly Field[]): Field[] =>
  fields.flatMap((field) => (field.fields === undefined || field.fields.length === 0 ? [field] : leaves(field.fields)));

/** Every octet stands in one field, and in one only; a field's parts lie within it. */
const coversOnce = (fields: readonly Field[], length: number): void => {
  let at = 0;
  for (const { start, end } of leaves(fields)) {
    expect(start).toBe(at);
    at = end;
  }
  expect(at).toBe(length);
};

const anyMessage: fc.Arbitrary<Uint8Array> = fc.oneof(
  updateArb.valid.map(({ value, session }) => encodeUpdate(value, session)),
  updateArb.near.map(({ octets }) => octets),
  updateArb.broken.map(({ octets }) => octets),
  openArb.octets,
  openArb.broken.map(({ octets }) => octets),
  notificationArb.valid.map((one) => encodeNotification(one)),
  fc
    .tuple(fc.nat(6), fc.uint8Array({ maxLength: 60 }))
    .map(([type, body]) => unhex(`${MARKER}${(19 + body.length).toString(16).padStart(4, "0")}0${type}${hex(body)}`)),
);

describe("a dissection", () => {
  it("covers every octet once, whatever the message, and its document is what the schema says", () => {
    fc.assert(
      fc.property(anyMessage, (octets) => {
        const [one] = explain([pasted(octets)], {});
        if (one === undefined) throw new Error("nothing was explained");
        coversOnce(one.dissection.fields, octets.length);
        const document = {
          schema: "kiln.explain/1",
          source: "test",
          messages: [explained(one)],
          notes: [],
          trouble: null,
        };
        expect(explainDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(
          JSON.parse(JSON.stringify(document)),
        );
      }),
      { numRuns: 400 },
    );
  });

  it("has the faults that the decoder finds, each in its lines", () => {
    fc.assert(
      fc.property(updateArb.broken, ({ octets, session }) => {
        const { found } = dissect(octets, session);
        const lines = linesOf({
          message: pasted(octets),
          session,
          agreed: false,
          dissection: dissect(octets, session),
        });
        expect(lines.filter((line) => line.includes("! "))).toHaveLength(found.length);
        if (octets.length >= 23)
          expect(found.map(({ fault }) => fault)).toEqual(
            decodeUpdate(octets, 0, octets.length, session).found.map(({ fault }) => fault),
          );
      }),
      { numRuns: 300 },
    );
  });
});

describe("a message as people read it", () => {
  it("shows a fault behind the field it stands in, and what becomes of the message", () => {
    expect(linesFor("002c 02 0000 0012 40010103 400206 0201 0000fde9 400304 c0000201 20").slice(4, 20)).toEqual([
      "    19-21  withdrawn routes length: 0",
      "    21-23  total path attribute length: 18",
      "    23-41  path attributes",
      "    23-27    ORIGIN",
      "    23-24      flags: 0x40 (well-known, transitive)",
      "    24-25      type code: 1",
      "    25-26      length: 1",
      "    26-27      origin: 3 (undefined)",
      "               ! origin/undefined-value: treat-as-withdraw by RFC 7606 §7.1, octets 23-27",
      "    27-36    AS_PATH",
      "    27-28      flags: 0x40 (well-known, transitive)",
      "    28-29      type code: 2",
      "    29-30      length: 6",
      "    30-36      segment: 65001",
      "    30-31        type: 2 (AS_SEQUENCE)",
      "    31-32        AS numbers: 1",
    ]);
  });

  it("ends with the NOTIFICATION that a reset sends", () => {
    expect(linesFor("001c 02 0000 0000 21 c0000201").at(-1)).toBe(
      "           verdict: session-reset by RFC 7606 §5.3, NOTIFICATION 3/10 UPDATE Message Error / Invalid Network Field",
    );
    expect(linesFor("0013 04").at(-1)).toBe("           verdict: well formed");
  });

  it("shows the fault of routes behind the one route that has it", () => {
    const mp = "800e 20 0019 46 04 c0000201 00 0b 02 0102 03 11 0000fde900000001 00000000 20 c0000201";
    const lines = linesFor(`0047 02 0000 0030 ${mp} 40010100 400206 0201 0000fde9`);
    const at = lines.findIndex((line) => line.includes("! mp-reach-nlri/route-discarded because of evpn/unknown-type"));
    expect(lines[at]).toContain("in octets 35-39");
    expect(lines[at - 1]).toContain("37-39");
    expect(lines[at + 1]).toContain("39-58        route: Inclusive Multicast Ethernet Tag");
  });

  it("says what is missing from a whole, under the whole", () => {
    const lines = linesFor("001f 02 0000 0004 40010100 08 0a 08 0b");
    expect(lines).toContain(
      "             ! update/missing-as-path: treat-as-withdraw by RFC 7606 §3 (d), octets 23-23",
    );
  });

  it("says when it is cut short, and judges nothing but the header", () => {
    const lines = linesFor("0030 02 0000 0004 40010109");
    expect(lines).toContain("           21 octets are missing: nothing behind the header was judged");
    expect(lines.at(-1)).toBe("           verdict: none, the message is not whole");
    expect(linesFor("0012 04").at(-1)).toContain("NOTIFICATION 1/2");
    expect(linesFor("0013 09").at(-1)).toContain("NOTIFICATION 1/3");
  });
});

describe("the session", () => {
  const open = (as: string, capabilities = ""): string => {
    const parameters =
      capabilities === "" ? "" : `02${(capabilities.length / 2).toString(16).padStart(2, "0")}${capabilities}`;
    const size = parameters.length / 2;
    return `${MARKER}${(29 + size).toString(16).padStart(4, "0")}01 04 ${as} 00b4 c0000201 ${size.toString(16).padStart(2, "0")}${parameters}`;
  };
  const between = (from: string, to: string, octets: Uint8Array): RawMessage => ({ from, to, packet: 1, octets });
  const shortPath = unhex(
    `${MARKER}0029 02 0000 0012 40010100 400204 0201 fde9 400304 c0000201 00`
      .replace("0029", "002a")
      .replace("0012", "0012"),
  );

  it("is that of the OPENs before", () => {
    const update = unhex(
      `${MARKER}0029 02 0000 0012 40010100 400204 0201 fde9 400304 c0000201`.replace("0012", "0012"),
    );
    const messages = [
      between("a", "b", unhex(open("fde8"))),
      between("b", "a", unhex(open("fde9").replace("c0000201", "c0000202"))),
      between("b", "a", update),
    ];
    const [, , last] = explain(messages, {});
    expect(last?.agreed).toBe(true);
    expect([last?.session.asnSize, last?.session.external, last?.session.peerAs]).toEqual([2, true, 0xfde9]);
  });

  it("is that of the last OPENs, when the two speak anew", () => {
    const update = unhex(`${MARKER}0029 02 0000 0012 40010100 400204 0201 fde9 400304 c0000201`);
    const opens = (...[ofA, ofB]: readonly [string, string]): RawMessage[] => [
      between("a", "b", unhex(open("fde8", ofA))),
      between("b", "a", unhex(open("fde9", ofB).replace("c0000201", "c0000202"))),
    ];
    const again = between("b", "a", update);
    const anew = opens("41040000fde8", "41040000fde9");
    const sizes = [...explain([...opens("", ""), again, ...anew, again], {})].map(({ session }) => session.asnSize);
    expect([sizes[2], sizes[5]]).toEqual([2, 4]);
  });

  it("is assumed without them: AS numbers of two octets when only those make sense", () => {
    const [one] = explain([pasted(shortPath)], {});
    expect([one?.agreed, one?.session.asnSize]).toEqual([false, 2]);
    const [told] = explain([pasted(shortPath)], { asnSize: 4, external: true });
    expect([told?.session.asnSize, told?.session.external]).toEqual([4, true]);
    expect(told?.dissection.decisive?.fault.id).toBe("as-path/overrun");
  });
});
