import { originatorIdFromExternal, originatorIdLength } from "./09-originator-id.js";
import { type AttributeArb, unsigned32Arbs } from "./attribute.arb.js";

export { isInternal as fits } from "./attribute.arb.js";

const arb = unsigned32Arbs(originatorIdLength, originatorIdFromExternal);

export const values: AttributeArb<number>["values"] = arb.values;
export const valid: AttributeArb<number>["valid"] = arb.valid;
export const broken: AttributeArb<number>["broken"] = arb.broken;
