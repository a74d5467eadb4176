import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mpUnreachNlri } from "../attribute/15-mp-unreach-nlri.js";
import type { Family } from "../iana.js";
import { ORDINARY_MAX_MESSAGE, type SessionContext } from "../session-context.js";
import { nearValid } from "../testing.arb.js";
import { nlriArbs } from "./index.arb.js";
import { carriageArb, type NlriArb, routesArb, runOf } from "./nlri.arb.js";

describe.each(nlriArbs.map((arb): [string, NlriArb<unknown>] => [arb.spec.name, arb]))("%s", (_name, arb) => {
  const { spec } = arb;

  it("has an End-of-RIB: a withdrawal of nothing (RFC 4724 §2)", () => {
    const octets = Uint8Array.of(spec.family >>> 16, (spec.family >>> 8) & 0xff, spec.family & 0xff);
    for (const addPath of [false, spec.pathIds]) {
      const session = sessionOf(spec.family, addPath);
      expect(mpUnreachNlri.check(octets, 0, 3, session)).toBeNull();
      expect(mpUnreachNlri.read(octets, 0, 3, session)).toEqual({ family: spec.family, nlri: [] });
    }
  });

  it("is judged without a look outside its octets, and at none of them more than a few times", () => {
    const some = carriageArb(spec).chain((carriage) => {
      const valid = routesArb(arb, carriage).map((routes) => runOf(spec, routes, carriage));
      const broken = arb.broken(carriage.addPath, carriage.form).map(({ octets }) => octets);
      return fc
        .oneof(nearValid(valid), broken, fc.uint8Array({ maxLength: 64 }))
        .map((octets) => ({ ...carriage, octets }));
    });
    fc.assert(
      fc.property(some, fc.uint8Array({ maxLength: 9 }), ({ octets, addPath, form }, before) => {
        const amid = Uint8Array.of(...before, ...octets, 0xff, 0xff, 0xff);
        const end = before.length + octets.length;
        const looks = { count: 0 };
        const fault = spec.check(fenced(amid, before.length, end, looks), before.length, end, addPath, form);
        expect(fault).toBe(spec.check(octets, 0, octets.length, addPath, form));
        expect(looks.count).toBeLessThanOrEqual(6 + 6 * octets.length);
      }),
      { numRuns: 300 },
    );
  });
});

const sessionOf = (of: Family, addPath: boolean): SessionContext => ({
  asnSize: 4,
  localAs: 64_500,
  peerAs: 64_501,
  external: true,
  families: new Set([of]),
  addPath: new Set(addPath ? [of] : []),
  maxMessage: ORDINARY_MAX_MESSAGE,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
});

/** The same octets behind a fence: to look at one outside [start, end) throws, and each look counts. */
const fenced = (msg: Uint8Array, start: number, end: number, looks: { count: number }): Uint8Array =>
  new Proxy(msg, {
    get(target, key) {
      const at = Number(key);
      if (!(at >= start && at < end)) throw new Error(`looked at ${String(key)}, outside ${start}-${end}`);
      looks.count++;
      return target[at];
    },
  });
