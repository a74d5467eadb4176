import type { AttributeSpec } from "../attribute.js";
import { asPath } from "./02-as-path.js";

/** Every attribute the codec understands, by type code. A new module is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds specs of many value types
export const attributes: readonly AttributeSpec<any>[] = [asPath];

const table: readonly (AttributeSpec<unknown> | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  attributes.find((spec) => spec.code === code),
);

export const attributeOf = (code: number): AttributeSpec<unknown> | undefined => table[code];
