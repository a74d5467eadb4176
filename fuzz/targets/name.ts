import type { Fault } from "../../src/codec/fault.js";

/**
 * `02-as-path`: the file of a module in a table, from its code and the first part of its faults' ids. The inventory test
 * compares with the files that there are.
 */
export const moduleName = ({ code, faults }: { readonly code: number; readonly faults: readonly Fault[] }): string => {
  const id = faults[0]?.id.split("/")[0] ?? "unnamed";
  // A capability called like a message says so in its ids, not in its file's name.
  return `${String(code).padStart(2, "0")}-${id.replace(/-capability$/, "")}`;
};

/** The files of families that share one: `ipv4-unicast` and `ipv6-multicast` stand in `unicast.ts`, and so on. */
const NLRI_MODULES: readonly (readonly [module: string, of: RegExp])[] = [
  ["unicast", /^ipv[46]-(unicast|multicast)$/],
  ["labeled", /^ipv[46]-labeled$/],
  ["vpn", /^ipv[46]-vpn(-multicast)?$/],
  ["flowspec", /^ipv[46]-flowspec(-vpn)?$/],
  ["sr-policy", /^ipv[46]-sr-policy$/],
  ["bgp-ls", /^link-state(-vpn)?$/],
  ["mcast-vpn", /^ipv[46]-mcast-vpn$/],
  ["mup", /^ipv[46]-mup$/],
];

/** `unicast`: the file of a family's module. */
export const nlriModule = ({ name }: { readonly name: string }): string =>
  NLRI_MODULES.find(([, of]) => of.test(name))?.[0] ?? name;
