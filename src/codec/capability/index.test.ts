import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capabilityCanonicalisations } from "../../../fuzz/oracle/canonical/capability.js";
import { Verdict } from "../fault.js";
import { hex } from "../octets.js";
import { nearValid } from "../testing.arb.js";
import { capabilityArbs } from "./index.arb.js";
import { capabilities, capabilityOf } from "./index.js";
import { encoded } from "./testing.arb.js";

describe("the capability table", () => {
  it("has these codes, each once", () => {
    expect(capabilities.map(({ code }) => code)).toEqual([
      1, 2, 3, 5, 6, 7, 8, 9, 64, 65, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 128, 130, 131,
    ]);
    expect(capabilityArbs.map(({ spec }) => spec)).toEqual(capabilities);
  });

  it("finds a capability by its code, and none by another", () => {
    for (const spec of capabilities) expect(capabilityOf(spec.code)).toBe(spec);
    for (const code of [0, 4, 63, 66, 78, 127, 129, 132, 184, 239, 255]) expect(capabilityOf(code)).toBeUndefined();
  });

  it("declares each fault once, frozen", () => {
    const ids = capabilities.flatMap(({ faults }) => faults.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { faults } of capabilities) for (const fault of faults) expect(Object.isFrozen(fault)).toBe(true);
  });

  it("lets a wrong length cost the capability, never the session", () => {
    const wrong = capabilities.flatMap(({ faults }) => faults.filter(({ id }) => id.endsWith("/wrong-length")));
    expect(wrong).toHaveLength(22);
    for (const fault of wrong) expect(fault.verdict).toBe(Verdict.Discard);
  });
});

describe.each(capabilityArbs.map((row) => ({ ...row, name: row.spec.name })))("$name", ({ spec, valid, broken }) => {
  it("reads what it wrote, and writes as many octets as it said", () => {
    fc.assert(
      fc.property(valid, (value) => {
        const octets = new Uint8Array(spec.size(value));
        expect(spec.encode(value, octets, 0)).toBe(octets.length);
        expect(octets.length).toBeLessThanOrEqual(255);
        expect(spec.check(octets, 0, octets.length)).toBeNull();
        expect(spec.read(octets, 0, octets.length)).toEqual(value);
      }),
    );
  });

  it("names the planted fault", () => {
    fc.assert(
      fc.property(broken, ({ octets, fault }) => {
        expect(spec.faults).toContain(fault);
        expect(spec.check(octets, 0, octets.length)).toBe(fault);
      }),
    );
  });

  it("has every fault it declares planted", () => {
    const planted = new Set(fc.sample(broken, { numRuns: 300, seed: 1 }).map(({ fault }) => fault));
    expect([...planted].sort(byId)).toEqual([...spec.faults].sort(byId));
  });

  const valids = valid.map((value) => encoded(spec, value));
  const anyOctets = fc.oneof(
    valids,
    nearValid(valids),
    broken.map(({ octets }) => octets),
    fc.uint8Array({ maxLength: 255 }),
  );

  it("writes accepted octets again as they were, or as a named canonicalisation says", () => {
    fc.assert(
      fc.property(anyOctets, (octets) => {
        const fault = spec.check(octets, 0, octets.length);
        if (fault !== null) {
          expect(spec.faults).toContain(fault);
          return;
        }
        const again = encoded(spec, spec.read(octets, 0, octets.length));
        let expected = octets;
        for (const { apply } of capabilityCanonicalisations(spec.code)) expected = apply(expected);
        expect(hex(again)).toBe(hex(expected));
      }),
      { numRuns: 300 },
    );
  });

  it("looks at nothing outside its octets", () => {
    fc.assert(
      fc.property(
        anyOctets,
        fc.uint8Array({ maxLength: 9 }),
        fc.uint8Array({ maxLength: 9 }),
        (octets, before, after) => {
          const end = before.length + octets.length;
          const within = Uint8Array.of(...before, ...octets, ...after);
          const fault = spec.check(octets, 0, octets.length);
          expect(spec.check(within, before.length, end)).toBe(fault);
          if (fault !== null && !spec.partial.includes(fault)) return;
          const value = spec.read(within, before.length, end);
          expect(value).toEqual(spec.read(octets, 0, octets.length));
          // Nothing in the value refers to the message.
          const copy = JSON.stringify(value);
          within.fill(0xa5);
          expect(JSON.stringify(value)).toBe(copy);
        },
      ),
    );
  });
});

const byId = (a: { id: string }, b: { id: string }): number => a.id.localeCompare(b.id);
