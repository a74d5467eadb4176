import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decisive, declareFault, describeFound, type Fault, type Found, stronger, Verdict } from "./fault.js";

const verdicts = Object.values(Verdict);
const fault = (verdict: Verdict, id = `test/${verdict}`): Fault => declareFault(id, verdict, [3, 1], "RFC 7606 §3");
const faultArb: fc.Arbitrary<Fault> = fc
  .tuple(fc.constantFrom(...verdicts), fc.string())
  .map(([verdict, id]) => fault(verdict, id));

describe("verdicts", () => {
  it("are ordered mildest first, RFC 7606 §2 and §3 (h)", () => {
    const { Discard, TreatAsWithdraw, AfiSafiDisable, SessionReset } = Verdict;
    expect([Discard, TreatAsWithdraw, AfiSafiDisable, SessionReset]).toEqual([1, 2, 3, 4]);
  });
});

describe("declareFault", () => {
  it("gives what it was told, frozen through and through", () => {
    const one = fault(Verdict.SessionReset);
    expect(one).toEqual({ id: "test/4", verdict: Verdict.SessionReset, notify: [3, 1], rfc: "RFC 7606 §3" });
    expect(Object.isFrozen(one) && Object.isFrozen(one.notify)).toBe(true);
  });
});

describe("stronger", () => {
  it("gives one of the two, and no other is stronger", () => {
    fc.assert(
      fc.property(faultArb, faultArb, (a, b) => {
        const one = stronger(a, b);
        expect(one === a || one === b).toBe(true);
        expect(one?.verdict).toBe(Math.max(a.verdict, b.verdict));
        if (a.verdict === b.verdict) expect(one).toBe(a);
      }),
    );
  });

  it("has nothing to choose where there is one or none", () => {
    const one = fault(Verdict.Discard);
    expect([stronger(one, null), stronger(null, one), stronger(null, null)]).toEqual([one, one, null]);
  });
});

describe("decisive", () => {
  it("is the first of the strongest", () => {
    fc.assert(
      fc.property(fc.array(faultArb), (faults) => {
        const found: Found[] = faults.map((one, at) => ({ fault: one, start: at, end: at + 1 }));
        const most = Math.max(0, ...faults.map(({ verdict }) => verdict));
        expect(decisive(found)).toBe(found.find((one) => one.fault.verdict === most) ?? null);
        expect(decisive(found)?.fault ?? null).toBe(faults.reduce<Fault | null>(stronger, null));
      }),
    );
  });
});

describe("describeFound", () => {
  const msg = Uint8Array.from({ length: 60 }, (_, at) => at);

  it("names the fault, its clause, the place and the octets", () => {
    const found = { fault: fault(Verdict.Discard), start: 2, end: 5 };
    expect(describeFound(found, msg)).toBe("test/1 (RFC 7606 §3) at octets 2-5: 020304");
  });

  it("shows no more than 32 octets", () => {
    const of = (end: number) => describeFound({ fault: fault(Verdict.Discard), start: 0, end }, msg);
    expect(of(32)).toMatch(/: 0001[0-9a-f]{60}$/);
    expect(of(33)).toMatch(/: 0001[0-9a-f]{60}…$/);
  });
});
