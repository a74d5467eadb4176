import { attributeFields } from "../../src/codec/attribute/fields.js";
import { attributes } from "../../src/codec/attribute/index.js";
import type { AttributeSpec } from "../../src/codec/attribute.js";
import { attributeCanonicalisations } from "../oracle/canonical/attribute.js";
import { bounded } from "../oracle/cost.js";
import { fieldHolds } from "../oracle/field.js";
import { attributeAgrees } from "../oracle/reference/field.js";
import { CONTEXT_OCTETS, contextOf, inContext } from "./context.js";
import { moduleName } from "./name.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

/** One target for each row of the attribute table. Input: context (2), then the octets of the value. */
export const attributeTargets: readonly Target[] = attributes.map((spec) => attributeTarget(spec));

function attributeTarget(spec: AttributeSpec<unknown>): Target {
  const name = moduleName(spec);
  const partial = spec.partial ?? [];
  return {
    name: `attribute-${name}`,
    module: `src/codec/attribute/${name}.ts`,
    // Wrong flags stand before the value: message-update judges them.
    faults: spec.faults.filter((fault) => fault !== spec.flagFault),

    fuzz(data) {
      const session = contextOf(data);
      const octets = data.subarray(CONTEXT_OCTETS, CONTEXT_OCTETS + 0xffff);
      const canonical = attributeCanonicalisations(spec.code, session);
      return bounded(() => {
        const fault = fieldHolds(
          {
            faults: spec.faults,
            partial,
            check: (msg, start, end) => spec.check(msg, start, end, session),
            read: (msg, start, end) => spec.read(msg, start, end, session),
            size: (value) => spec.size(value, session),
            encode: (value, out, at) => spec.encode(value, out, at, session),
          },
          octets,
          canonical,
        );
        const isKept = fault === null || partial.includes(fault);
        attributeAgrees(spec.code, octets, session, fault, isKept, () => spec.read(octets, 0, octets.length, session));
        return outcomeOf(fault);
      });
    },

    parts: (data) => partsOf(data, CONTEXT_OCTETS, (reader) => attributeFields(spec.code, reader, contextOf(data))),
    input: inContext,
  };
}
