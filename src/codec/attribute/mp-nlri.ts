import type { Fault } from "../fault.js";
import type { Family } from "../iana.js";
import { nlriOf } from "../nlri/index.js";
import type { NlriSpec, RouteForm } from "../nlri.js";
import { copyOctets, setOctets } from "../octets.js";
import type { SessionContext } from "../session-context.js";

/** The routes of a multiprotocol attribute, as the family's module reads them; of a family without one, their octets. */
export type MpNlri = readonly unknown[] | Uint8Array;

/** The form of routes that MP_REACH_NLRI announces; in MP_UNREACH_NLRI it is "withdrawn". */
export const announcedForm = (family: Family, { multipleLabels }: SessionContext): RouteForm =>
  multipleLabels.has(family) ? "stack" : "single";

/** The NLRI module's fault in octets [start, end); null when they are well formed, or of a family that no module reads. */
export const checkMpNlri = (
  family: Family,
  msg: Uint8Array,
  start: number,
  end: number,
  session: SessionContext,
  form: RouteForm,
): Fault | null => nlriOf(family)?.check(msg, start, end, session.addPath.has(family), form) ?? null;

export const readMpNlri = (
  family: Family,
  msg: Uint8Array,
  start: number,
  end: number,
  session: SessionContext,
  form: RouteForm,
): MpNlri => nlriOf(family)?.read(msg, start, end, session.addPath.has(family), form) ?? copyOctets(msg, start, end);

export const sizeMpNlri = (family: Family, nlri: MpNlri, session: SessionContext, form: RouteForm): number => {
  if (nlri instanceof Uint8Array) return unreadOf(family, nlri).length;
  const spec = writerOf(family);
  const addPath = session.addPath.has(family);
  let size = 0;
  for (const route of nlri) size += spec.size(route, addPath, form);
  return size;
};

/** Writes the routes and gives the offset after. */
export const encodeMpNlri = (
  family: Family,
  nlri: MpNlri,
  out: Uint8Array,
  start: number,
  session: SessionContext,
  form: RouteForm,
): number => {
  if (nlri instanceof Uint8Array) return setOctets(out, start, unreadOf(family, nlri));
  const spec = writerOf(family);
  const addPath = session.addPath.has(family);
  let at = start;
  for (const route of nlri) at = spec.encode(route, out, at, addPath, form);
  return at;
};

/** The octets themselves; RangeError when the family has a module that wants routes. */
const unreadOf = (family: Family, octets: Uint8Array): Uint8Array => {
  const spec = nlriOf(family);
  if (spec !== undefined) throw new RangeError(`the routes of ${spec.name} are given as routes, not as octets`);
  return octets;
};

/** What writes the routes; RangeError when no module does. */
const writerOf = (family: Family): NlriSpec<unknown> => {
  const spec = nlriOf(family);
  if (spec === undefined)
    throw new RangeError(`the routes of family ${family} are given as octets: no module writes it`);
  return spec;
};
