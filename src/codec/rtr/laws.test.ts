import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalPdu } from "../../../fuzz/oracle/canonical/rtr.js";
import { coversAny } from "../dissection.arb.js";
import { ignoresSurroundings } from "../message/testing.arb.js";
import { hex } from "../octets.js";
import { nearValid } from "../testing.arb.js";
import { pduFields } from "./fields.js";
import { decodePdu, encodePdu, pduFaults } from "./frame.js";
import { brokenPduArb, decoded, pduArb, pduArbs, pdusOf } from "./index.arb.js";
import { pdus } from "./index.js";

const near = nearValid(pduArb.map(encodePdu));

describe("PDUs", () => {
  it.each(pduArbs.map((arb) => [arb.spec.name, arb] as const))(
    "%s: what was written is read the same",
    (_name, arb) => {
      fc.assert(
        fc.property(pdusOf(arb), (pdu) => {
          const octets = encodePdu(pdu);
          expect(octets.length).toBe(arb.spec.size(pdu.value, pdu.version));
          expect(decoded(octets)).toEqual({ value: pdu, found: [] });
        }),
      );
    },
  );

  it("that are accepted are written as they were, save for reserved bits", () => {
    let accepted = 0;
    fc.assert(
      fc.property(near, (octets) => {
        const { value } = decoded(octets);
        if (value === null) return;
        accepted++;
        expect(hex(encodePdu(value))).toBe(hex(canonicalPdu(octets)));
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(60);
  });

  it("are found to have the fault that was planted, and each that is declared can be", () => {
    const found = new Set<string>();
    fc.assert(
      fc.property(brokenPduArb, ({ octets, fault }) => {
        found.add(fault.id);
        expect(decoded(octets).found.map((one) => one.fault.id)).toEqual([fault.id]);
      }),
      { numRuns: 2000 },
    );
    expect([...found].sort()).toEqual(pduFaults.map(({ id }) => id).sort());
  });

  it("mean the same wherever they lie, and refer to nothing there", () => {
    ignoresSurroundings(
      fc.oneof(
        near,
        brokenPduArb.map(({ octets }) => octets),
        fc.uint8Array({ maxLength: 60 }),
      ),
      decodePdu,
    );
  });

  it("have arbitraries each", () => {
    expect(pduArbs.map(({ spec }) => spec)).toEqual(pdus);
  });

  it("are dissected so that every octet has one field", () => {
    coversAny(
      pduFields,
      near,
      brokenPduArb.map(({ octets }) => octets),
    );
  });
});
