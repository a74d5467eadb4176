import type { Family } from "../iana.js";
import { ipv4Unicast, ipv6Unicast, type UnicastSpec } from "./unicast.js";

/** Every family whose routes the codec can read. */
export const nlriFamilies: readonly UnicastSpec[] = [ipv4Unicast, ipv6Unicast];

const byFamily: ReadonlyMap<Family, UnicastSpec> = new Map(nlriFamilies.map((spec) => [spec.family, spec]));

export const nlriOf = (family: Family): UnicastSpec | undefined => byFamily.get(family);
