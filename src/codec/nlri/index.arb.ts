import type { Family } from "../iana.js";
import type { NlriArb } from "./nlri.arb.js";
import { ipv4MulticastArb, ipv4UnicastArb, ipv6MulticastArb, ipv6UnicastArb } from "./unicast.arb.js";

/** The arbitraries of every family. A new family is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds arbitraries of many kinds of route
export const nlriArbs: readonly NlriArb<any>[] = [ipv4UnicastArb, ipv6UnicastArb, ipv4MulticastArb, ipv6MulticastArb];

/** Throws RangeError for a family that no module reads, or one without arbitraries: each must have some. */
export const nlriArbOf = (family: Family): NlriArb<unknown> => {
  const arb = nlriArbs.find(({ spec }) => spec.family === family);
  if (arb === undefined) throw new RangeError(`family ${family} has no line in nlriArbs`);
  return arb;
};
