import { multiExitDiscLength } from "./04-multi-exit-disc.js";
import { type AttributeArb, unsigned32Arbs } from "./attribute.arb.js";

const arb = unsigned32Arbs(multiExitDiscLength);

export const values: AttributeArb<number>["values"] = arb.values;
export const valid: AttributeArb<number>["valid"] = arb.valid;
export const broken: AttributeArb<number>["broken"] = arb.broken;
