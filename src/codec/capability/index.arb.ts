import fc from "fast-check";
import type { Capability, CapabilitySpec } from "../capability.js";
import { hex } from "../octets.js";
import type { BrokenCase } from "../testing.arb.js";
import * as multiprotocolArb from "./01-multiprotocol.arb.js";
import { multiprotocol } from "./01-multiprotocol.js";
import * as routeRefreshArb from "./02-route-refresh.arb.js";
import { routeRefresh } from "./02-route-refresh.js";
import * as outboundRouteFilteringArb from "./03-outbound-route-filtering.arb.js";
import { outboundRouteFiltering } from "./03-outbound-route-filtering.js";
import * as extendedNextHopArb from "./05-extended-next-hop.arb.js";
import { extendedNextHop } from "./05-extended-next-hop.js";
import * as extendedMessageArb from "./06-extended-message.arb.js";
import { extendedMessage } from "./06-extended-message.js";
import * as bgpsecArb from "./07-bgpsec.arb.js";
import { bgpsec } from "./07-bgpsec.js";
import * as multipleLabelsArb from "./08-multiple-labels.arb.js";
import { multipleLabels } from "./08-multiple-labels.js";
import * as roleArb from "./09-role.arb.js";
import { role } from "./09-role.js";
import * as gracefulRestartArb from "./64-graceful-restart.arb.js";
import { gracefulRestart } from "./64-graceful-restart.js";
import * as fourOctetAsArb from "./65-four-octet-as.arb.js";
import { fourOctetAs } from "./65-four-octet-as.js";
import * as dynamicArb from "./67-dynamic.arb.js";
import { dynamic } from "./67-dynamic.js";
import * as multisessionArb from "./68-multisession.arb.js";
import { multisession } from "./68-multisession.js";
import * as addPathArb from "./69-add-path.arb.js";
import { addPath } from "./69-add-path.js";
import * as enhancedRouteRefreshArb from "./70-enhanced-route-refresh.arb.js";
import { enhancedRouteRefresh } from "./70-enhanced-route-refresh.js";
import * as longLivedArb from "./71-long-lived-graceful-restart.arb.js";
import { longLivedGracefulRestart } from "./71-long-lived-graceful-restart.js";
import * as policyDistributionArb from "./72-routing-policy-distribution.arb.js";
import { routingPolicyDistribution } from "./72-routing-policy-distribution.js";
import * as fqdnArb from "./73-fqdn.arb.js";
import { fqdn } from "./73-fqdn.js";
import * as bfdStrictModeArb from "./74-bfd-strict-mode.arb.js";
import { bfdStrictMode } from "./74-bfd-strict-mode.js";
import * as softwareVersionArb from "./75-software-version.arb.js";
import { softwareVersion } from "./75-software-version.js";
import * as pathsLimitArb from "./76-paths-limit.arb.js";
import { pathsLimit } from "./76-paths-limit.js";
import * as linkLocalNextHopArb from "./77-link-local-next-hop.arb.js";
import { linkLocalNextHop } from "./77-link-local-next-hop.js";
import * as prestandardRouteRefreshArb from "./128-prestandard-route-refresh.arb.js";
import { prestandardRouteRefresh } from "./128-prestandard-route-refresh.js";
import * as prestandardRouteFilteringArb from "./130-prestandard-outbound-route-filtering.arb.js";
import { prestandardRouteFiltering } from "./130-prestandard-outbound-route-filtering.js";
import * as prestandardMultisessionArb from "./131-prestandard-multisession.arb.js";
import { prestandardMultisession } from "./131-prestandard-multisession.js";
import { capabilityOf } from "./index.js";
import { sizeOfCapability, writeCapability } from "./list.js";

/** A capability's module and its generators. */
export interface CapabilityArbs {
  // biome-ignore lint/suspicious/noExplicitAny: the table holds specs of many value types
  readonly spec: CapabilitySpec<any>;
  readonly valid: fc.Arbitrary<unknown>;
  readonly broken: fc.Arbitrary<BrokenCase>;
}

const row = <Value>(
  spec: CapabilitySpec<Value>,
  { valid, broken }: { readonly valid: fc.Arbitrary<Value>; readonly broken: fc.Arbitrary<BrokenCase> },
): CapabilityArbs => ({ spec, valid, broken });

/** The generators of every capability in the table. */
export const capabilityArbs: readonly CapabilityArbs[] = [
  row(multiprotocol, multiprotocolArb),
  row(routeRefresh, routeRefreshArb),
  row(outboundRouteFiltering, outboundRouteFilteringArb),
  row(extendedNextHop, extendedNextHopArb),
  row(extendedMessage, extendedMessageArb),
  row(bgpsec, bgpsecArb),
  row(multipleLabels, multipleLabelsArb),
  row(role, roleArb),
  row(gracefulRestart, gracefulRestartArb),
  row(fourOctetAs, fourOctetAsArb),
  row(dynamic, dynamicArb),
  row(multisession, multisessionArb),
  row(addPath, addPathArb),
  row(enhancedRouteRefresh, enhancedRouteRefreshArb),
  row(longLivedGracefulRestart, longLivedArb),
  row(routingPolicyDistribution, policyDistributionArb),
  row(fqdn, fqdnArb),
  row(bfdStrictMode, bfdStrictModeArb),
  row(softwareVersion, softwareVersionArb),
  row(pathsLimit, pathsLimitArb),
  row(linkLocalNextHop, linkLocalNextHopArb),
  row(prestandardRouteRefresh, prestandardRouteRefreshArb),
  row(prestandardRouteFiltering, prestandardRouteFilteringArb),
  row(prestandardMultisession, prestandardMultisessionArb),
];

/** A capability that no module knows: its octets. */
const unknownCapabilityArb: fc.Arbitrary<Capability> = fc.record({
  code: fc.nat(255).filter((code) => capabilityOf(code) === undefined),
  value: fc.uint8Array({ maxLength: 255 }),
});

/** Any capability with a value that it can carry. */
export const capabilityArb: fc.Arbitrary<Capability> = fc.oneof(
  unknownCapabilityArb,
  ...capabilityArbs.map(({ spec, valid }) => valid.map((value) => ({ code: spec.code, value }))),
);

/** Code, length and value of a capability. */
export const capabilityOctets = (one: Capability): Uint8Array => {
  const octets = new Uint8Array(sizeOfCapability(one));
  writeCapability(one, octets, 0);
  return octets;
};

/**
 * Capabilities that can stand in one OPEN without any of them being ignored: none twice, one instance only of those that
 * take one, no 71 without 64.
 */
export const capabilityListArb: fc.Arbitrary<readonly Capability[]> = fc
  .uniqueArray(capabilityArb, {
    maxLength: 12,
    selector: (one) =>
      (capabilityOf(one.code)?.repeated ?? "all") === "all" ? hex(capabilityOctets(one)) : `${one.code}`,
  })
  .map((list) => {
    const restarts = list.some(({ code }) => code === gracefulRestart.code);
    return restarts ? list : list.filter(({ code }) => code !== longLivedGracefulRestart.code);
  });
