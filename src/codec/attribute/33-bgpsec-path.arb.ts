import fc from "fast-check";
import { asnArb } from "../session-context.arb.js";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type BgpsecPath,
  bgpsecConfederation,
  bgpsecPath,
  bgpsecSecurePath,
  bgpsecSignatureBlock,
  bgpsecSignatureCount,
  type SecurePathSegment,
  type SignatureBlock,
} from "./33-bgpsec-path.js";
import { brokenOf, casesOf, octetsArb, octetsOf } from "./attribute.arb.js";

/** One to three segments; a confederation's within an AS only. */
export const values = ({ external }: Pick<SessionContext, "external">): fc.Arbitrary<BgpsecPath> =>
  fc.integer({ min: 1, max: 3 }).chain((length) =>
    fc.record({
      securePath: fc.array(segment(external ? 0x7f : 0xff), { minLength: length, maxLength: length }),
      signatureBlocks: fc.array(block(length), { minLength: 1, maxLength: 2 }),
    }),
  );

export const valid: fc.Arbitrary<Case<BgpsecPath>> = casesOf(values);

const segment = (flags: number): fc.Arbitrary<SecurePathSegment> =>
  fc.record({
    pCount: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.nat(0xff)),
    flags: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(0xff)).map((bits) => bits & flags),
    as: asnArb(4),
  });

const block = (length: number): fc.Arbitrary<SignatureBlock> =>
  fc.record({
    algorithm: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.nat(0xff)),
    signatures: fc.array(
      fc.record({
        ski: octetsArb(20),
        // An ECDSA signature on P-256 has up to 72 octets.
        signature: fc.oneof({ weight: 1, arbitrary: octetsArb(0) }, { weight: 4, arbitrary: octetsArb(72) }),
      }),
      { minLength: length, maxLength: length },
    ),
  });

const written = (session: SessionContext): fc.Arbitrary<Uint8Array> =>
  values({ external: true }).map((value) => octetsOf(bgpsecPath, value, session));

const blocksAt = (octets: Uint8Array): number => (octets[1] ?? 0) + 256 * (octets[0] ?? 0);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  {
    fault: bgpsecSecurePath,
    octets: (session) =>
      fc.oneof(
        fc.uint8Array({ maxLength: 7 }),
        // No segment, part of one, or more than there is.
        fc
          .tuple(written(session), fc.constantFrom([0, 2], [0, 1], [0, 9], [0, 13], [255, 254]))
          .map(([octets, [high = 0, low = 0]]) => octets.with(0, high).with(1, low)),
      ),
  },
  {
    fault: bgpsecConfederation,
    fits: ({ external }) => external,
    octets: (session) =>
      fc.tuple(written(session), fc.nat()).map(([octets, dice]) => {
        const at = 3 + 6 * (dice % ((blocksAt(octets) - 2) / 6));
        return octets.with(at, 0x80 | (octets[at] ?? 0));
      }),
  },
  {
    fault: bgpsecSignatureBlock,
    octets: (session) =>
      fc.oneof(
        written(session).map((octets) => octets.slice(0, blocksAt(octets))),
        fc.tuple(written(session), fc.integer({ min: 1, max: 2 })).map(([octets, off]) => octets.slice(0, -off)),
        // The same block three times.
        fc.tuple(values({ external: true }), block(1)).map(([{ securePath }, one]) => {
          const path = { securePath: securePath.slice(0, 1), signatureBlocks: [one] };
          const octets = octetsOf(bgpsecPath, path, session);
          const signatures = octets.subarray(blocksAt(octets));
          return Uint8Array.of(...octets, ...signatures, ...signatures);
        }),
      ),
  },
  {
    fault: bgpsecSignatureCount,
    octets: (session) =>
      fc.tuple(written(session), octetsArb(6)).map(([octets, more]) => {
        // One segment more, that nobody signed.
        more[1] = 0;
        const length = blocksAt(octets) + 6;
        return Uint8Array.of(length >>> 8, length & 0xff, ...more, ...octets.subarray(2));
      }),
  },
);
