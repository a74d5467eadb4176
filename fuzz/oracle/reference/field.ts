import type { Fault } from "../../../src/codec/fault.js";
import { ErrorCode, type Family, family } from "../../../src/codec/iana.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import { attributeRow, flagsOf } from "./attributes.js";
import { complaint, decidesAs } from "./complaint.js";
import { BAD } from "./form.js";
import { Bit, subcodeBit } from "./judgement.js";
import { isOctets, u8, u16, u32 } from "./octets.js";
import { Kept, Reading } from "./reading.js";
import { familyRow, judgeRoutes, type Labels, Run, saysRoutes } from "./routes.js";

export const MP_REACH = 14;
export const MP_UNREACH = 15;
const ATTR_SET = 128;

/**
 * Throws `OracleViolation` where what the codec made of one attribute's value is not what the RFCs say. `isKept`:
 * whether the attribute stands, so that `read` gives its value.
 */
export const attributeAgrees = (
  code: number,
  octets: Uint8Array,
  session: SessionContext,
  fault: Fault | null,
  isKept: boolean,
  read: () => unknown,
): void => {
  reading.begin();
  judgeValue(reading, octets, code, 0, octets.length, session);
  decidesAs(reading.decisions() | reading.subcodes, fault, ErrorCode.Update, octets);
  if (!isKept || reading.count === 0 || saysValue(reading, octets, 0, session, read())) return;
  throw complaint(`the value of attribute ${code} is not what its octets say`, octets);
};

/** The same for a run of routes, behind path identifiers if `pathIds`; where it stands decides what its faults cost. */
export const routesAgree = (
  of: Family,
  octets: Uint8Array,
  pathIds: boolean,
  form: Labels,
  fault: Fault | null,
  read: () => unknown,
): void => {
  const route = familyRow(of)?.route[form];
  if (route === undefined) return;
  reading.begin();
  const run = judgeRoutes(octets, 0, octets.length, route, pathIds);
  judgeRun(reading, MP_REACH, run, 0, octets.length);
  decidesAs(reading.decisions() | ANY_SUBCODE, fault, ErrorCode.Update, octets);
  if (reading.count === 0 || (run & Run.MaybeBad) !== 0) return;
  if (!saysRoutes(octets, 0, octets.length, route, pathIds, run, read())) {
    throw complaint(`routes of family ${of} are not what their octets say`, octets);
  }
};

const reading = new Reading();

const ANY_SUBCODE = subcodeBit(9) | subcodeBit(10);

/** Judges the value [start, end) of an attribute whose flags are right, and keeps it if it stands. */
export const judgeValue = (
  found: Reading,
  msg: Uint8Array,
  code: number,
  start: number,
  end: number,
  session: SessionContext,
): void => {
  if (code === MP_REACH) judgeReach(found, msg, start, end, session);
  else if (code === MP_UNREACH) judgeUnreach(found, msg, start, end, session);
  else if (code === ATTR_SET) judgeSet(found, msg, start, end);
  else judgeRow(found, msg, code, start, end, session);
};

const judgeRow = (
  found: Reading,
  msg: Uint8Array,
  code: number,
  start: number,
  end: number,
  session: SessionContext,
): void => {
  const row = attributeRow(code);
  if (row === undefined) {
    found.keep(code, start, end);
    return;
  }
  if ((row.internalOnly && session.external) || (row.twoOctetOnly && session.asnSize === 4)) {
    found.sure |= Bit.Discard;
    return;
  }
  const next = row.form(session).skip(msg, start, end);
  if (next === end) {
    found.keep(code, start, end);
  } else if (next >= 0 || next === BAD) {
    found.sure |= row.isWorse(msg, start, end) ? Bit.Withdraw : row.malformed;
  } else {
    found.perhaps |= row.malformed;
    found.keep(code, start, end, Kept.Maybe);
  }
};

/** RFC 4760 §3 with RFC 7606 §5.3 and §7.11; 3/9 by RFC 4760 §7. */
const judgeReach = (found: Reading, msg: Uint8Array, start: number, end: number, session: SessionContext): void => {
  if (end - start < 5) {
    found.reset(9);
    return;
  }
  const of = family(u16(msg, start), u8(msg, start + 2));
  const hop = u8(msg, start + 3);
  const routes = start + 4 + hop + 1;
  // RFC 4760 §8: what both did not offer is not taken. Whether it announced something can't always be told.
  if (!session.families.has(of)) {
    found.announces = routes < end ? true : null;
    found.sure |= Bit.Discard;
    return;
  }
  const row = familyRow(of);
  const isRight =
    row === undefined ||
    row.nextHop === null ||
    row.nextHop.includes(hop) ||
    (row.extended.includes(hop) && session.extendedNextHop.has(of));
  if (routes > end || !isRight) {
    found.reset(9);
    return;
  }
  found.announces = routes < end;
  const form = row?.route[announcedAs(of, session)];
  const run = form === undefined ? 0 : judgeRoutes(msg, routes, end, form, session.addPath.has(of));
  judgeRun(found, MP_REACH, run, start, end);
};

/** RFC 4760 §4 with RFC 7606 §5.3. */
const judgeUnreach = (found: Reading, msg: Uint8Array, start: number, end: number, session: SessionContext): void => {
  if (end - start < 3) {
    found.reset(9);
    return;
  }
  const of = family(u16(msg, start), u8(msg, start + 2));
  if (!session.families.has(of)) {
    found.sure |= Bit.Discard;
    return;
  }
  const form = familyRow(of)?.route.withdrawn;
  const run = form === undefined ? 0 : judgeRoutes(msg, start + 3, end, form, session.addPath.has(of));
  judgeRun(found, MP_UNREACH, run, start, end);
};

const announcedAs = (of: Family, session: SessionContext): Labels =>
  session.multipleLabels.has(of) ? "stack" : "single";

const judgeRun = (found: Reading, code: number, run: number, start: number, end: number): void => {
  if ((run & Run.Bad) !== 0) {
    found.reset(9);
    return;
  }
  // RFC 7606 §5.4.
  if ((run & Run.Dropped) !== 0) found.sure |= Bit.Discard;
  if ((run & (Run.MaybeDropped | Run.MaybeBad)) !== 0) found.perhaps |= Bit.Discard;
  if ((run & Run.MaybeBad) !== 0) {
    found.perhaps |= Bit.Reset;
    found.subcodes |= subcodeBit(9);
  }
  found.keep(code, start, end, Kept.Surely, run);
};

/**
 * RFC 6368 §5: the customer's AS, then attributes as in an UPDATE within that AS. A malformed one, one twice, and
 * MP_REACH_NLRI and MP_UNREACH_NLRI make the set malformed. What is in a set within the set is left to the codec.
 */
const judgeSet = (found: Reading, msg: Uint8Array, start: number, end: number): void => {
  let isSure = true;
  inSet.begin();
  let isBad = end - start < 4;
  for (let at = start + 4; at < end && !isBad; ) {
    const flags = u8(msg, at);
    const code = u8(msg, at + 1);
    const value = at + ((flags & 0x10) === 0 ? 3 : 4);
    const next = value > end ? end + 1 : value + ((flags & 0x10) === 0 ? u8(msg, at + 2) : u16(msg, at + 2));
    isBad = next > end || inSet.seeAgain(code) || code === MP_REACH || code === MP_UNREACH;
    if (isBad) break;
    const row = attributeRow(code);
    const skipped = row?.form(WITHIN).skip(msg, value, next) ?? next;
    isBad =
      !hasRightFlags(code, flags) ||
      skipped === BAD ||
      (skipped >= 0 && skipped !== next) ||
      // RFC 6793 §6: between speakers of four-octet AS numbers they MUST NOT be.
      row?.twoOctetOnly === true;
    if (code === ATTR_SET || skipped < 0) isSure = false;
    at = next;
  }
  if (isBad) {
    found.sure |= Bit.Withdraw;
    return;
  }
  if (!isSure) found.perhaps |= Bit.Withdraw;
  found.keep(ATTR_SET, start, end, isSure ? Kept.Surely : Kept.Maybe);
};

const inSet = new Reading();
const WITHIN = { asnSize: 4, external: false } as const;

/** RFC 4271 §5; of a code that is not recognised it has to be optional (§6.3). */
const hasRightFlags = (code: number, flags: number): boolean => {
  const right = flagsOf(code);
  return right === undefined ? (flags & 0x80) !== 0 : ((flags ^ right) & 0xc0) === 0;
};

/** Whether `value` is what the octets of attribute `i` of those kept stand for. */
export const saysValue = (
  found: Reading,
  msg: Uint8Array,
  i: number,
  session: SessionContext,
  value: unknown,
): boolean => {
  const code = found.codes[i] ?? 0;
  const start = found.starts[i] ?? 0;
  const end = found.ends[i] ?? 0;
  if (code === MP_REACH) return saysReach(msg, start, end, session, found.runs[i] ?? 0, value as Multiprotocol);
  if (code === MP_UNREACH) return saysUnreach(msg, start, end, session, found.runs[i] ?? 0, value as Multiprotocol);
  if (code === ATTR_SET)
    return saysSet(msg, start, end, value as { readonly as?: unknown; readonly attributes?: unknown });
  const row = attributeRow(code);
  return row === undefined ? isOctets(msg, start, end, value) : row.form(session).says(msg, start, end, value) === end;
};

interface Multiprotocol {
  readonly family?: unknown;
  readonly nextHop?: unknown;
  readonly nlri?: unknown;
}

const saysReach = (
  msg: Uint8Array,
  start: number,
  end: number,
  session: SessionContext,
  run: number,
  { family: said, nextHop, nlri }: Multiprotocol,
): boolean => {
  const of = family(u16(msg, start), u8(msg, start + 2));
  const hopEnd = start + 4 + u8(msg, start + 3);
  const form = familyRow(of)?.route[announcedAs(of, session)];
  if (said !== of || !isOctets(msg, start + 4, hopEnd, nextHop)) return false;
  if (form === undefined) return isOctets(msg, hopEnd + 1, end, nlri);
  return saysRoutes(msg, hopEnd + 1, end, form, session.addPath.has(of), run, nlri);
};

const saysUnreach = (
  msg: Uint8Array,
  start: number,
  end: number,
  session: SessionContext,
  run: number,
  { family: said, nlri }: Multiprotocol,
): boolean => {
  const of = family(u16(msg, start), u8(msg, start + 2));
  const form = familyRow(of)?.route.withdrawn;
  if (said !== of) return false;
  if (form === undefined) return isOctets(msg, start + 3, end, nlri);
  return saysRoutes(msg, start + 3, end, form, session.addPath.has(of), run, nlri);
};

/** The AS and each attribute, in order; a set within is left to the codec. */
const saysSet = (
  msg: Uint8Array,
  start: number,
  end: number,
  { as, attributes }: { readonly as?: unknown; readonly attributes?: unknown },
): boolean => {
  if (as !== u32(msg, start) || !Array.isArray(attributes)) return false;
  let at = start + 4;
  for (const one of attributes) {
    if (at >= end) return false;
    const flags = u8(msg, at);
    const value = at + ((flags & 0x10) === 0 ? 3 : 4);
    const next = value + ((flags & 0x10) === 0 ? u8(msg, at + 2) : u16(msg, at + 2));
    if (one?.code !== u8(msg, at + 1) || one.flags !== (flags & 0xe0)) return false;
    const form = attributeRow(one.code)?.form(WITHIN);
    if (form !== undefined && form.says(msg, value, next, one.value) !== next) return false;
    if (form === undefined && one.code !== ATTR_SET && !isOctets(msg, value, next, one.value)) return false;
    at = next;
  }
  return at === end;
};
