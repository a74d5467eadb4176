import type { Fault } from "../fault.js";
import type { Family } from "../iana.js";
import { nlriOf } from "../nlri/index.js";
import type { UnicastRoute } from "../nlri/unicast.js";
import { copyOctets, setOctets } from "../octets.js";
import type { SessionContext } from "../session-context.js";

/** The routes of a multiprotocol attribute; of a family that no module reads, their octets. */
export type MpNlri = readonly UnicastRoute[] | Uint8Array;

/** The NLRI module's fault in octets [start, end); null when they are well formed, or of a family that no module reads. */
export const checkMpNlri = (
  family: Family,
  msg: Uint8Array,
  start: number,
  end: number,
  session: SessionContext,
): Fault | null => nlriOf(family)?.check(msg, start, end, session.addPath.has(family)) ?? null;

export const readMpNlri = (
  family: Family,
  msg: Uint8Array,
  start: number,
  end: number,
  session: SessionContext,
): MpNlri => nlriOf(family)?.read(msg, start, end, session.addPath.has(family)) ?? copyOctets(msg, start, end);

export const sizeMpNlri = (family: Family, nlri: MpNlri, session: SessionContext): number => {
  const spec = nlriOf(family);
  if (nlri instanceof Uint8Array) {
    if (spec !== undefined) throw new RangeError(`the routes of ${spec.name} are given as routes, not as octets`);
    return nlri.length;
  }
  if (spec === undefined)
    throw new RangeError(`the routes of family ${family} are given as octets: no module writes it`);
  let size = 0;
  for (const route of nlri) size += spec.size(route, session.addPath.has(family));
  return size;
};

/** Writes what `sizeMpNlri` has measured. */
export const encodeMpNlri = (
  family: Family,
  nlri: MpNlri,
  out: Uint8Array,
  start: number,
  session: SessionContext,
): number => {
  sizeMpNlri(family, nlri, session);
  if (nlri instanceof Uint8Array) return setOctets(out, start, nlri);
  let at = start;
  for (const route of nlri) at = nlriOf(family)?.encode(route, out, at, session.addPath.has(family)) ?? at;
  return at;
};
