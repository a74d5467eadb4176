import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attributeCanonicalisations } from "../../../fuzz/oracle/canonical/attribute.js";
import type { AttributeSpec } from "../attribute.js";
import type { Fault } from "../fault.js";
import { Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { hex } from "../octets.js";
import { sessionArb } from "../session-context.arb.js";
import type { SessionContext } from "../session-context.js";
import { unhex } from "../testing.arb.js";
import { verdictName } from "../verdict-name.js";
import { type AttributeArb, nearValidOf, octetsOf } from "./attribute.arb.js";

/** What a module adds to the laws: the constants, which no property can see, as literal text and octets. */
export interface Pinned<Value> {
  readonly code: number;
  readonly name: string;
  readonly flags: number;
  /** One line for each fault: `id: verdict code/subcode`, in the order of the table. */
  readonly faults: readonly string[];
  /** Value octets as hex, and what they mean; both ways. */
  readonly vectors: readonly { readonly octets: string; readonly value: Value; readonly session?: SessionContext }[];
  /** Value octets as hex that are malformed, and the id of the fault. */
  readonly malformed: readonly { readonly octets: string; readonly fault: string; readonly session?: SessionContext }[];
  /** Values that no octets can carry. */
  readonly refused: readonly { readonly why: string; readonly value: Value; readonly session?: SessionContext }[];
}

/** A session for vectors: internal, four-octet AS numbers, both unicast families, nothing else. */
export const plain: SessionContext = {
  asnSize: 4,
  localAs: 64500,
  peerAs: 64500,
  external: false,
  families: new Set([Ipv4Unicast, Ipv6Unicast]),
  addPath: new Set(),
  maxMessage: 4096,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};
export const external: SessionContext = { ...plain, peerAs: 64501, external: true };
export const twoOctets: SessionContext = { ...plain, asnSize: 2 };

/** The laws that every attribute obeys. */
export const obeysTheLaws = <Value>(
  spec: AttributeSpec<Value>,
  arb: AttributeArb<Value>,
  pinned: Pinned<Value>,
): void => {
  describe(`${spec.name}, the laws`, () => {
    it("is declared as its RFC has it", () => {
      expect([spec.code, spec.name, spec.flags]).toEqual([pinned.code, pinned.name, pinned.flags]);
      expect(spec.faults.map(lineOf)).toEqual(pinned.faults);
      expect(spec.faults).toContain(spec.flagFault);
    });

    it.each(pinned.vectors)("reads and writes $octets", ({ octets, value, session = plain }) => {
      const msg = unhex(octets);
      expect(spec.check(msg, 0, msg.length, session)).toBeNull();
      expect(spec.read(msg, 0, msg.length, session)).toEqual(value);
      expect(hex(octetsOf(spec, value, session))).toBe(octets);
    });

    it.each(pinned.malformed)("finds $fault in $octets", ({ octets, fault, session = plain }) => {
      const msg = unhex(octets);
      expect(spec.check(msg, 0, msg.length, session)?.id).toBe(fault);
    });

    it.each(pinned.refused)("refuses $why", ({ value, session = plain }) => {
      expect(() => spec.encode(value, new Uint8Array(70_000), 0, session)).toThrow(RangeError);
    });

    it("writes a value in as many octets as it said, and reads it back", () => {
      fc.assert(
        fc.property(arb.valid, fc.nat(9), ({ value, session }, at) => {
          const size = spec.size(value, session);
          const out = new Uint8Array(at + size + 9).fill(0xa5);
          expect(spec.encode(value, out, at, session)).toBe(at + size);
          expect(out.subarray(0, at).every(untouched) && out.subarray(at + size).every(untouched)).toBe(true);
          expect(spec.check(out, at, at + size, session)).toBeNull();
          expect(spec.read(out, at, at + size, session)).toEqual(value);
        }),
      );
    });

    it("writes octets that it accepted as they were, or as a named canonicalisation says", () => {
      let accepted = 0;
      fc.assert(
        fc.property(nearValidOf(spec, arb.valid), ({ octets, session }) => {
          if (spec.check(octets, 0, octets.length, session) !== null) return;
          accepted++;
          let expected = octets;
          for (const { apply } of attributeCanonicalisations(spec.code, session)) expected = apply(expected);
          expect(hex(octetsOf(spec, spec.read(octets, 0, octets.length, session), session))).toBe(hex(expected));
        }),
        { numRuns: 300 },
      );
      // Else the law would be empty: near-valid octets are well formed more often than not in every module.
      expect(accepted).toBeGreaterThan(60);
    });

    it("names the fault that was planted, and can find each that it declares", () => {
      const found = new Set<Fault>([spec.flagFault]);
      fc.assert(
        fc.property(arb.broken, ({ octets, session, fault }) => {
          found.add(fault);
          expect(spec.check(octets, 0, octets.length, session)?.id).toBe(fault.id);
        }),
        { numRuns: 300 },
      );
      expect([...found].map(({ id }) => id).sort()).toEqual(spec.faults.map(({ id }) => id).sort());
    });

    it("leaves out only what a partial fault spoils, and what stands can be written again", () => {
      const partial = spec.partial ?? [];
      for (const fault of partial) expect(spec.faults).toContain(fault);
      fc.assert(
        fc.property(arb.broken, ({ octets, session, fault }) => {
          if (!partial.includes(fault)) return;
          const again = octetsOf(spec, spec.read(octets, 0, octets.length, session), session);
          expect(spec.check(again, 0, again.length, session)).toBeNull();
        }),
      );
    });

    it("judges any octets without a throw, by nothing but themselves", () => {
      const some = fc.oneof(
        nearValidOf(spec, arb.valid),
        arb.broken.map(({ octets, session }) => ({ octets, session })),
        fc.record({ octets: fc.uint8Array({ maxLength: 64 }), session: sessionArb }),
      );
      fc.assert(
        fc.property(some, fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (one, before, after) => {
          const { octets, session } = one;
          const verdict = spec.check(octets, 0, octets.length, session);
          if (verdict !== null) expect(spec.faults).toContain(verdict);
          const start = before.length;
          const end = start + octets.length;
          const amid = Uint8Array.of(...before, ...octets, ...after);
          expect(spec.check(amid, start, end, session)).toBe(verdict);
          expect(spec.check(fenced(amid, start, end), start, end, session)).toBe(verdict);
        }),
        { numRuns: 300 },
      );
    });

    it("reads values that outlive the message", () => {
      fc.assert(
        fc.property(arb.valid, ({ value, session }) => {
          const msg = octetsOf(spec, value, session);
          const read = spec.read(msg, 0, msg.length, session);
          msg.fill(0xa5);
          expect(read).toEqual(value);
        }),
      );
    });
  });
};

/** The vectors of an attribute that is one unsigned integer of four octets. */
export const unsigned32Pinned = (badLength: string): Pick<Pinned<number>, "vectors" | "malformed" | "refused"> => ({
  vectors: [
    { octets: "00000000", value: 0 },
    { octets: "fedcba98", value: 0xfedcba98 },
  ],
  malformed: ["", "000064", "0000000064"].map((octets) => ({ octets, fault: badLength })),
  refused: [
    { why: "33 bits", value: 0x100000000 },
    { why: "a negative number", value: -1 },
    { why: "a fraction", value: 0.5 },
  ],
});

/** The same octets behind a fence: to look at one outside [start, end) throws. */
const fenced = (msg: Uint8Array, start: number, end: number): Uint8Array =>
  new Proxy(msg, {
    get(target, key) {
      const at = Number(key);
      if (!(at >= start && at < end)) throw new Error(`looked at ${String(key)}, outside ${start}-${end}`);
      return target[at];
    },
  });

const untouched = (octet: number): boolean => octet === 0xa5;

export const lineOf = ({ id, verdict, notify }: Fault): string => `${id}: ${verdictName(verdict)} ${notify.join("/")}`;
