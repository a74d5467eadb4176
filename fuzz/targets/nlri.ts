import { nlriFamilies } from "../../src/codec/nlri/index.js";
import type { UnicastRoute } from "../../src/codec/nlri/unicast.js";
import type { NlriSpec } from "../../src/codec/nlri.js";
import { hostBitsCleared } from "../oracle/canonical.js";
import { bounded } from "../oracle/cost.js";
import { fieldHolds } from "../oracle/field.js";
import { CONTEXT_OCTETS, contextOf, inContext } from "./context.js";
import { outcomeOf, type Target } from "./target.js";

/** One target for each family whose routes the codec reads. Input: context (2), then a run of routes. */
export const nlriTargets: readonly Target[] = nlriFamilies.map((spec) => nlriTarget(spec));

function nlriTarget(spec: NlriSpec<UnicastRoute>): Target {
  return {
    name: `nlri-${spec.name}`,
    module: "src/codec/nlri/unicast.ts",
    faults: spec.faults,

    fuzz(data) {
      const addPath = contextOf(data).addPath.has(spec.family);
      const octets = data.subarray(CONTEXT_OCTETS, CONTEXT_OCTETS + 0xffff);
      return bounded(() =>
        outcomeOf(
          fieldHolds(
            {
              faults: spec.faults,
              partial: [],
              check: (msg, start, end) => spec.check(msg, start, end, addPath),
              read: (msg, start, end) => spec.read(msg, start, end, addPath),
              size: (value) =>
                (value as readonly UnicastRoute[]).reduce((sum, route) => sum + spec.size(route, addPath), 0),
              encode: (value, out, start) =>
                (value as readonly UnicastRoute[]).reduce((at, route) => spec.encode(route, out, at, addPath), start),
            },
            octets,
            [hostBitsCleared(addPath)],
          ),
        ),
      );
    },

    input: inContext,
  };
}
