import { localPrefFromExternal, localPrefLength } from "./05-local-pref.js";
import { type AttributeArb, unsigned32Arbs } from "./attribute.arb.js";

export { isInternal as fits } from "./attribute.arb.js";

const arb = unsigned32Arbs(localPrefLength, localPrefFromExternal);

export const values: AttributeArb<number>["values"] = arb.values;
export const valid: AttributeArb<number>["valid"] = arb.valid;
export const broken: AttributeArb<number>["broken"] = arb.broken;
