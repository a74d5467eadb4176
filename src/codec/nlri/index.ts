import type { Family } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { ipv4Multicast, ipv4Unicast, ipv6Multicast, ipv6Unicast } from "./unicast.js";

/** Every family whose routes the codec can read. A new family is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds specs of many kinds of route
export const nlriFamilies: readonly NlriSpec<any>[] = [ipv4Unicast, ipv6Unicast, ipv4Multicast, ipv6Multicast];

const byFamily: ReadonlyMap<Family, NlriSpec<unknown>> = new Map(nlriFamilies.map((spec) => [spec.family, spec]));

export const nlriOf = (family: Family): NlriSpec<unknown> | undefined => byFamily.get(family);
