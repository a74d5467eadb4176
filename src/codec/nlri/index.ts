import type { Family } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { ipv4Unicast, ipv6Unicast, type UnicastRoute } from "./unicast.js";

/** Every family whose routes the codec can read. */
export const nlriFamilies: readonly NlriSpec<UnicastRoute>[] = [ipv4Unicast, ipv6Unicast];

const byFamily: ReadonlyMap<Family, NlriSpec<UnicastRoute>> = new Map(nlriFamilies.map((spec) => [spec.family, spec]));

export const nlriOf = (family: Family): NlriSpec<UnicastRoute> | undefined => byFamily.get(family);
