import fc from "fast-check";
import { capabilityListArb, capabilityOctets } from "../capability/index.arb.js";
import { badLength } from "../frame.js";
import { CeaseSubcode, ErrorCode, OpenError } from "../iana.js";
import { sessionArb } from "../session-context.arb.js";
import { anyCharacter, type BrokenCase, nearValid } from "../testing.arb.js";
import { encodeNotification, hardReset, type Notification, shutdownData } from "./notification.js";

const plain: fc.Arbitrary<Notification> = fc
  .record({
    code: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.nat(255)),
    subcode: fc.oneof(fc.nat(11), fc.nat(255)),
    data: fc.uint8Array({ maxLength: 300 }),
  })
  // RFC 5492 §5: there, capabilities are the data.
  .map((one) =>
    one.code === ErrorCode.Open && one.subcode === OpenError.UnsupportedCapability ? { ...one, subcode: 0 } : one,
  );

const shutdown: fc.Arbitrary<Notification> = fc.record({
  code: fc.constant(ErrorCode.Cease),
  subcode: fc.constantFrom(CeaseSubcode.AdministrativeShutdown, CeaseSubcode.AdministrativeReset),
  data: fc.string({ unit: anyCharacter, maxLength: 60 }).map(shutdownData),
});

/** Those whose data has a form of its own: short ones, and capabilities (RFC 5492 §5). */
const detailed: fc.Arbitrary<Notification> = fc.oneof(
  fc
    .tuple(fc.constantFrom([1, 2], [1, 3], [2, 1], [5, 1], [5, 2], [5, 3], [6, 1]), fc.uint8Array({ maxLength: 8 }))
    .map(([[code = 0, subcode = 0], data]) => ({ code, subcode, data })),
  capabilityListArb.map((list) => ({
    code: ErrorCode.Open,
    subcode: OpenError.UnsupportedCapability,
    data: Uint8Array.from(list.flatMap((one) => [...capabilityOctets(one)])),
  })),
);

/** Any NOTIFICATION: most with a code that has a name, some that say why, some wrapped in a Hard Reset. */
export const valid: fc.Arbitrary<Notification> = fc.oneof(
  plain,
  shutdown,
  detailed,
  fc.oneof(plain, shutdown, detailed).map((inner) => hardReset(inner)),
);

/** A message cut below its least length: nothing else can be wrong with a NOTIFICATION. */
export const broken: fc.Arbitrary<BrokenCase> = fc.record({
  octets: fc.tuple(valid, fc.nat(20)).map(([one, length]) => encodeNotification(one).slice(0, length)),
  session: sessionArb,
  fault: fc.constant(badLength),
});

/** Whole messages with some octets overwritten or cut off the end: all are accepted unless they end before the subcode. */
export const near: fc.Arbitrary<Uint8Array> = nearValid(valid.map((one) => encodeNotification(one)));
