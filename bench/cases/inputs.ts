import { Ipv4Unicast, Ipv6Unicast } from "../../src/codec/iana.js";
import { ORDINARY_MAX_MESSAGE, type SessionContext } from "../../src/codec/session-context.js";
import { type GeneratorOptions, generateTable, peerAsOf } from "../../src/table/generate.js";
import { eachUpdate, type PreparedTable, type UpdateSpan } from "../../src/table/prepared.js";

/** An ordinary external session of today: four-octet AS, both families, no ADD-PATH. */
export const session: SessionContext = {
  asnSize: 4,
  localAs: 65_550,
  peerAs: peerAsOf(0),
  external: true,
  families: new Set([Ipv4Unicast, Ipv6Unicast]),
  addPath: new Set(),
  maxMessage: ORDINARY_MAX_MESSAGE,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};

/** Large enough to miss the caches as a real table does, small enough to be made in no time. */
export const PREFIXES = 20_000;

/** Of all generated inputs. */
export const SEED = 1;

/** Generated like a real table; the same every time. `variant` is what another peer has for the same prefixes. */
export const table = (family: GeneratorOptions["family"], variant = 0): PreparedTable => {
  const key = `${family}/${variant}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const made = generateTable({ prefixes: PREFIXES, family, seed: SEED, variant });
  tables.set(key, made);
  return made;
};

const tables = new Map<string, PreparedTable>();

/** Where each UPDATE of a table lies. */
export const updatesOf = ({ messages }: PreparedTable): readonly Readonly<UpdateSpan>[] => {
  const spans: UpdateSpan[] = [];
  eachUpdate(messages, (span) => spans.push({ ...span }));
  return spans;
};
