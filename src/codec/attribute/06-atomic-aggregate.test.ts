import * as arb from "./06-atomic-aggregate.arb.js";
import { atomicAggregate } from "./06-atomic-aggregate.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

obeysTheLaws(atomicAggregate, arb, {
  code: 6,
  name: "ATOMIC_AGGREGATE",
  flags: 0x40,
  faults: ["atomic-aggregate/wrong-flags: treat-as-withdraw 3/4", "atomic-aggregate/bad-length: discard 3/5"],
  vectors: [{ octets: "", value: true }],
  malformed: [{ octets: "00", fault: "atomic-aggregate/bad-length" }],
  refused: [],
});

dissectsAttribute(atomicAggregate, arb, { octets: "", lines: [] }, { octets: "ff", lines: ["0-1 not understood: ff"] });
