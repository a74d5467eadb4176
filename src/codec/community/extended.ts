import { hex } from "../octets.js";
import { administered } from "./administered.js";
import { evpnCommunities } from "./evpn.js";
import { flowSpecificationActions } from "./flow-specification.js";
import { opaqueCommunities } from "./opaque.js";
import type { ExtendedCommunitySpec } from "./spec.js";
import { hexText } from "./text.js";

/** Every extended community whose value has a layout here. */
export const extendedCommunitySpecs: readonly ExtendedCommunitySpec[] = [
  ...administered,
  ...opaqueCommunities,
  ...flowSpecificationActions,
  ...evpnCommunities,
];

const BY_TYPE: ReadonlyMap<number, ExtendedCommunitySpec> = new Map(
  extendedCommunitySpecs.map((spec) => [spec.type, spec]),
);

export const extendedCommunityOf = (type: number): ExtendedCommunitySpec | undefined => BY_TYPE.get(type);

/** `route target 64500:100`; a type that is not known in hexadecimal digits. `value`: 6 octets. */
export const extendedCommunityText = (type: number, value: Uint8Array): string => {
  const spec = extendedCommunityOf(type);
  if (spec === undefined || value.length !== 6) return `${hexText(type, 2)} ${hex(value)}`;
  return `${spec.name} ${spec.text(spec.read(value))}`;
};
