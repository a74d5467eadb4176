import { otcLength } from "./35-otc.js";
import { type AttributeArb, unsigned32Arbs } from "./attribute.arb.js";

const arb = unsigned32Arbs(otcLength);

export const values: AttributeArb<number>["values"] = arb.values;
export const valid: AttributeArb<number>["valid"] = arb.valid;
export const broken: AttributeArb<number>["broken"] = arb.broken;
