import { announcedForm } from "../../src/codec/attribute/mp-nlri.js";
import { routeFields } from "../../src/codec/nlri/fields.js";
import { nlriFamilies } from "../../src/codec/nlri/index.js";
import type { NlriSpec, RouteForm } from "../../src/codec/nlri.js";
import { u8 } from "../../src/codec/octets.js";
import { nlriCanonicalisations } from "../oracle/canonical/nlri.js";
import { bounded } from "../oracle/cost.js";
import { fieldHolds } from "../oracle/field.js";
import { routesAgree } from "../oracle/reference/field.js";
import { CONTEXT_OCTETS, contextOf, inContext } from "./context.js";
import { nlriModule } from "./name.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

/**
 * One target for each family whose routes the codec reads. Input: context (2), of which the last bit says that the routes
 * are withdrawn, then a run of routes.
 */
export const nlriTargets: readonly Target[] = nlriFamilies.map((spec) => nlriTarget(spec));

/** In the second octet of the context. */
const WITHDRAWN = 0x80;

/** The octet to set in an input for routes that are withdrawn. */
export const asWithdrawn = (input: Uint8Array): Uint8Array => {
  const data = input.slice();
  data[1] = u8(data, 1) | WITHDRAWN;
  return data;
};

function nlriTarget(spec: NlriSpec<unknown>): Target {
  const formOf = (data: Uint8Array): RouteForm =>
    data.length > 1 && u8(data, 1) & WITHDRAWN ? "withdrawn" : announcedForm(spec.family, contextOf(data));
  return {
    name: `nlri-${spec.name}`,
    module: `src/codec/nlri/${nlriModule(spec)}.ts`,
    faults: spec.faults,

    fuzz(data) {
      const session = contextOf(data);
      const addPath = session.addPath.has(spec.family);
      const form = formOf(data);
      const octets = data.subarray(CONTEXT_OCTETS, CONTEXT_OCTETS + 0xffff);
      return bounded(() => {
        const fault = fieldHolds(
          {
            faults: spec.faults,
            partial: spec.partial,
            check: (msg, start, end) => spec.check(msg, start, end, addPath, form),
            read: (msg, start, end) => spec.read(msg, start, end, addPath, form),
            size: (value) =>
              (value as readonly unknown[]).reduce((sum: number, route) => sum + spec.size(route, addPath, form), 0),
            encode: (value, out, start) =>
              (value as readonly unknown[]).reduce(
                (at: number, route) => spec.encode(route, out, at, addPath, form),
                start,
              ),
          },
          octets,
          nlriCanonicalisations(spec.family, addPath, form),
        );
        const read = () => spec.read(octets, 0, octets.length, addPath, form);
        routesAgree(spec.family, octets, addPath, form, fault, read);
        return outcomeOf(fault);
      });
    },

    parts: (data) =>
      partsOf(data, CONTEXT_OCTETS, (reader) =>
        routeFields(spec.family, reader, contextOf(data).addPath.has(spec.family), formOf(data)),
      ),

    input: inContext,
  };
}
