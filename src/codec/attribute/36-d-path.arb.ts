import fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import { type Domain, type DPath, dPath, dPathEmptySegment, dPathOverrun, dPathTooShort } from "./36-d-path.js";
import { brokenOf, casesOf, octetsOf, unsigned32Arb } from "./attribute.arb.js";

const domain: fc.Arbitrary<Domain> = fc.record({
  globalAdministrator: unsigned32Arb,
  localAdministrator: fc.nat(0xffff),
  isfSafiType: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 70, 128) }, fc.nat(0xff)),
});

const segment = fc.array(domain, { minLength: 1, maxLength: 4 });

export const values = (): fc.Arbitrary<DPath> => fc.array(segment, { minLength: 1, maxLength: 3 });

export const valid: fc.Arbitrary<Case<DPath>> = casesOf(values);

const written = (session: SessionContext): fc.Arbitrary<Uint8Array> =>
  values().map((value) => octetsOf(dPath, value, session));

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: dPathTooShort, octets: () => fc.uint8Array({ maxLength: 7 }) },
  {
    fault: dPathEmptySegment,
    octets: (session) =>
      fc.oneof(
        fc
          .tuple(written(session), fc.uint8Array({ maxLength: 9 }))
          .map(([octets, more]) => Uint8Array.of(...octets, 0, ...more)),
        written(session).map((octets) => octets.with(0, 0)),
      ),
  },
  {
    fault: dPathOverrun,
    octets: (session) =>
      fc.oneof(
        fc
          .tuple(written(session), fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 6 }))
          .map(([octets, count, more]) => Uint8Array.of(...octets, count, ...more)),
        fc
          .tuple(segment, fc.integer({ min: 5, max: 255 }))
          .map(([one, count]) => octetsOf(dPath, [one], session).with(0, count)),
      ),
  },
);
