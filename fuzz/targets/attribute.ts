import { attributes } from "../../src/codec/attribute/index.js";
import type { AttributeSpec } from "../../src/codec/attribute.js";
import { attributeCanonicalisations } from "../oracle/canonical/attribute.js";
import { bounded } from "../oracle/cost.js";
import { fieldHolds } from "../oracle/field.js";
import { CONTEXT_OCTETS, contextOf, inContext } from "./context.js";
import { moduleName } from "./name.js";
import { outcomeOf, type Target } from "./target.js";

/** One target for each row of the attribute table. Input: context (2), then the octets of the value. */
export const attributeTargets: readonly Target[] = attributes.map((spec) => attributeTarget(spec));

function attributeTarget(spec: AttributeSpec<unknown>): Target {
  const name = moduleName(spec);
  return {
    name: `attribute-${name}`,
    module: `src/codec/attribute/${name}.ts`,
    // Wrong flags stand before the value: message-update judges them.
    faults: spec.faults.filter((fault) => fault !== spec.flagFault),

    fuzz(data) {
      const session = contextOf(data);
      const octets = data.subarray(CONTEXT_OCTETS, CONTEXT_OCTETS + 0xffff);
      const canonical = attributeCanonicalisations(spec.code, session);
      return bounded(() =>
        outcomeOf(
          fieldHolds(
            {
              faults: spec.faults,
              partial: spec.partial ?? [],
              check: (msg, start, end) => spec.check(msg, start, end, session),
              read: (msg, start, end) => spec.read(msg, start, end, session),
              size: (value) => spec.size(value, session),
              encode: (value, out, at) => spec.encode(value, out, at, session),
            },
            octets,
            canonical,
          ),
        ),
      );
    },

    input: inContext,
  };
}
