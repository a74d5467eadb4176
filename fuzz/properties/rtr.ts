import fc from "fast-check";
import { encodePdu } from "../../src/codec/rtr/frame.js";
import { brokenPduArb, pduArb, pduArbs, pdusOf } from "../../src/codec/rtr/index.arb.js";
import { sessionArb } from "../../src/codec/session-context.arb.js";
import { rtrTargetName } from "../targets/rtr.js";
import type { WireArbs } from "./arbitraries.js";

/** PDUs do not depend on a BGP session: any will do. */
const inSomeSession = <T extends object>(arb: fc.Arbitrary<T>) =>
  fc.tuple(arb, sessionArb).map(([one, session]) => ({ ...one, session }));

export const rtrArbs: readonly [string, WireArbs][] = [
  [
    "rtr-frame",
    { valid: inSomeSession(pduArb.map((pdu) => ({ octets: encodePdu(pdu) }))), broken: inSomeSession(brokenPduArb) },
  ],
  ...pduArbs.map((arb): [string, WireArbs] => [
    rtrTargetName(arb.spec),
    {
      valid: inSomeSession(pdusOf(arb).map((pdu) => ({ octets: encodePdu(pdu) }))),
      broken: inSomeSession(arb.broken),
    },
  ]),
];
