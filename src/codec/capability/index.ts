import type { CapabilitySpec } from "../capability.js";

/** Every capability the codec understands, by code. A new module is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds specs of many value types
export const capabilities: readonly CapabilitySpec<any>[] = [];

const table: readonly (CapabilitySpec<unknown> | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  capabilities.find((spec) => spec.code === code),
);

export const capabilityOf = (code: number): CapabilitySpec<unknown> | undefined => table[code];
