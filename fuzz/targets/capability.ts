import { capabilityFields } from "../../src/codec/capability/fields.js";
import { capabilities } from "../../src/codec/capability/index.js";
import type { CapabilitySpec } from "../../src/codec/capability.js";
import { capabilityCanonicalisations } from "../oracle/canonical/capability.js";
import { bounded } from "../oracle/cost.js";
import { fieldHolds } from "../oracle/field.js";
import { capabilityAgrees } from "../oracle/reference/open.js";
import { moduleName } from "./name.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

/** One target for each row of the capability table. Input: the octets of the value, 255 at most, as on the wire. */
export const capabilityTargets: readonly Target[] = capabilities.map((spec) => capabilityTarget(spec));

function capabilityTarget(spec: CapabilitySpec<unknown>): Target {
  const name = moduleName(spec);
  const canonical = capabilityCanonicalisations(spec.code);
  return {
    name: `capability-${name}`,
    module: `src/codec/capability/${name}.ts`,
    faults: spec.faults,
    fuzz(data) {
      const octets = data.subarray(0, 255);
      return bounded(() => {
        const fault = fieldHolds(spec, octets, canonical);
        const isKept = fault === null || spec.partial.includes(fault);
        capabilityAgrees(spec.code, octets, fault, isKept, () => spec.read(octets, 0, octets.length));
        return outcomeOf(fault);
      });
    },
    parts: (data) => partsOf(data, 0, (reader) => capabilityFields(spec.code, reader)),
    input: (octets) => octets,
  };
}
