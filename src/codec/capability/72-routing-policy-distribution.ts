import { type CapabilitySpec, ignored, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import type { Family } from "../iana.js";
import { setU8, u8 } from "../octets.js";
import { readFamily, writeFamily } from "./family.js";
import { tuples } from "./tuples.js";

/** What the sender of the capability is able to do with routing policies. */
export const PolicyMode = { Receive: 1, Send: 2, Both: 3 } as const;
export type PolicyMode = (typeof PolicyMode)[keyof typeof PolicyMode];

export interface PolicyDistribution {
  readonly family: Family;
  readonly mode: PolicyMode;
}

export const policyDistributionLength: Fault = wrongLength("routing-policy-distribution");
export const unknownPolicyMode: Fault = ignored(
  "routing-policy-distribution/unknown-mode",
  "draft-ietf-idr-rpd-04 §4.3",
);

/**
 * Routing Policy Distribution, draft-ietf-idr-rpd §4.3.
 *
 *     | AFI (2) | SAFI (1) | send/receive (1) |   repeated to the end
 *
 * As in ADD-PATH, another send/receive value than 1, 2 and 3 costs its own tuple.
 */
export const routingPolicyDistribution: CapabilitySpec<readonly PolicyDistribution[]> = tuples({
  code: 72,
  name: "Routing Policy Distribution",
  wrongLength: policyDistributionLength,
  repeated: "all",
  least: 1,
  width: 4,
  ignoredTuple: { fault: unknownPolicyMode, is: (msg, at) => !isMode(u8(msg, at + 3)) },
  read: (msg, at) => ({ family: readFamily(msg, at), mode: u8(msg, at + 3) as PolicyMode }),
  write({ family, mode }, out, at) {
    if (!isMode(mode)) throw new RangeError(`a policy mode is 1, 2 or 3, not ${mode}`);
    return setU8(out, writeFamily(family, out, at), mode);
  },
});

const isMode = (mode: number): boolean =>
  mode === PolicyMode.Receive || mode === PolicyMode.Send || mode === PolicyMode.Both;
