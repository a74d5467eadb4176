import type { Capability } from "../../../src/codec/capability.js";
import { type Fault, Verdict } from "../../../src/codec/fault.js";
import { ErrorCode } from "../../../src/codec/iana.js";
import type { Open } from "../../../src/codec/message/open.js";
import { same } from "../same.js";
import { capabilityRow, whole } from "./capabilities.js";
import { complaint, decidesAs } from "./complaint.js";
import { Bit, type Judgement, judgementOf, subcodeBit } from "./judgement.js";
import { u8, u16, u32 } from "./octets.js";

/** What RFC 4271 §6.2, 5492, 6286, 7607, 9072, 9234 and 9494 let a receiver decide about a whole OPEN, header included. */
export const judgeOpen = (msg: Uint8Array): Judgement => judgementOf(judge(msg, []), ErrorCode.Open);

/** Throws `OracleViolation` where what the codec made of an OPEN is not what the RFCs say; see `updateAgrees`. */
export const openAgrees = (msg: Uint8Array, fault: Fault | null, read: () => Open | null): void => {
  const capabilities: Instance[] = [];
  decidesAs(judge(msg, capabilities), fault, ErrorCode.Open, msg);
  if (fault?.verdict === Verdict.SessionReset) return;
  const value = read();
  if (value === null) throw complaint("an OPEN that is not refused has no value", msg);
  if (value.version !== u8(msg, 19)) throw complaint("the version is not that of the OPEN", msg);
  if (value.as !== u16(msg, 20)) throw complaint("the AS number is not that of the OPEN", msg);
  if (value.holdTime !== u16(msg, 22)) throw complaint("the hold time is not that of the OPEN", msg);
  if (value.identifier !== u32(msg, 24)) throw complaint("the identifier is not that of the OPEN", msg);
  const isSame =
    value.capabilities.length === capabilities.length &&
    value.capabilities.every((one, i) => one.code === capabilities[i]?.code && same(one.value, capabilities[i]?.value));
  if (!isSame) throw complaint("the capabilities are not those of the OPEN", msg);
};

/** The same for one capability on its own, octets of its value. */
export const capabilityAgrees = (
  code: number,
  octets: Uint8Array,
  fault: Fault | null,
  isKept: boolean,
  read: () => unknown,
): void => {
  const said = capabilityRow(code)?.read(octets, 0, octets.length);
  if (said === undefined) return;
  const isAsZero = code === FOUR_OCTET_AS && said?.value === 0;
  const bits = isAsZero ? Bit.Reset | subcodeBit(2) : said === null || said.isPartial ? Bit.Discard : Bit.Accepted;
  decidesAs(bits, fault, ErrorCode.Open, octets);
  if ((said === null || isAsZero) === isKept) throw complaint(`capability ${code} is kept, or is not, wrongly`, octets);
  if (isKept && !same(read(), said?.value))
    throw complaint(`the value of capability ${code} is not its octets'`, octets);
};

/** The same for the value of a Capabilities parameter on its own: what each instance says, before any counts. */
export const capabilityListAgrees = (
  octets: Uint8Array,
  fault: Fault | null,
  value: readonly Pick<Capability, "code" | "value">[] | null,
): void => {
  const instances: Instance[] = [];
  decision = 0;
  judgeCapabilities(octets, 0, octets.length, instances);
  decidesAs(decided(), fault, ErrorCode.Open, octets);
  if (fault?.verdict !== Verdict.SessionReset && !same(value, instances)) {
    throw complaint("the capabilities are not those of the parameter", octets);
  }
};

interface Instance {
  readonly code: number;
  readonly value: unknown;
}

const FIXED = 29;
const CAPABILITIES = 2;
const GRACEFUL_RESTART = 64;
const FOUR_OCTET_AS = 65;
const LONG_LIVED = 71;

let decision = 0;

const refuse = (subcode: number): void => {
  decision |= Bit.Reset | subcodeBit(subcode);
};

/** The judgement in bits; the capabilities that count go to `kept`. */
const judge = (msg: Uint8Array, kept: Instance[]): number => {
  if (msg.length < FIXED) return Bit.Reset | Bit.Header;
  // RFC 4271 §6.2. Of another version nothing else is known.
  if (u8(msg, 19) !== 4) return Bit.Reset | subcodeBit(1);
  decision = 0;
  // RFC 7607 §2.
  if (u16(msg, 20) === 0) refuse(2);
  // RFC 4271 §6.2: one and two seconds MUST be rejected.
  if (u16(msg, 22) === 1 || u16(msg, 22) === 2) refuse(6);
  // RFC 6286 §2.2.
  if (u32(msg, 24) === 0) refuse(3);
  const instances: Instance[] = [];
  judgeParameters(msg, instances);
  settle(instances, kept);
  return decided();
};

/** A refusal is stronger than what is ignored. */
const decided = (): number => {
  if ((decision & Bit.Reset) !== 0) return decision & ~Bit.Discard;
  return decision === 0 ? Bit.Accepted : decision;
};

/** RFC 4271 §4.2 and §6.2: what does not add up is 2/0, a parameter that is not known 2/4. */
const judgeParameters = (msg: Uint8Array, instances: Instance[]): void => {
  let at = FIXED;
  let length = u8(msg, FIXED - 1);
  let lengthOctets = 1;
  // RFC 9072 §2: the octet of the first type tells, whatever the length says that is not 0.
  if (length !== 0 && u8(msg, FIXED) === 255 && msg.length > FIXED) {
    if (msg.length < FIXED + 3) {
      refuse(0);
      return;
    }
    length = u16(msg, FIXED + 1);
    at = FIXED + 3;
    lengthOctets = 2;
  }
  const end = at + length;
  if (end > msg.length) {
    refuse(0);
    return;
  }
  if (end < msg.length) refuse(0);
  while (at < end) {
    const start = at + 1 + lengthOctets;
    const next = start + (lengthOctets === 1 ? u8(msg, at + 1) : u16(msg, at + 1));
    if (start > end || next > end) {
      refuse(0);
      return;
    }
    if (u8(msg, at) === CAPABILITIES) judgeCapabilities(msg, start, next, instances);
    else refuse(4);
    at = next;
  }
};

/** RFC 5492 §4; one that reaches past its parameter makes that malformed: 2/0. */
const judgeCapabilities = (msg: Uint8Array, start: number, end: number, instances: Instance[]): void => {
  for (let at = start; at < end; ) {
    const next = at + 2 + u8(msg, at + 1);
    if (at + 2 > end || next > end) {
      refuse(0);
      return;
    }
    const code = u8(msg, at);
    const row = capabilityRow(code);
    const said = row === undefined ? whole(msg.slice(at + 2, next)) : row.read(msg, at + 2, next);
    at = next;
    if (said === null || said.isPartial) decision |= Bit.Discard;
    if (said === null || said.isSpent) continue;
    // RFC 7607 §2.
    if (code === FOUR_OCTET_AS && said.value === 0) refuse(2);
    instances.push({ code, value: said.value });
  }
};

/** Which instances count: RFC 5492 §4, and what each capability says of more than one. */
const settle = (instances: readonly Instance[], kept: Instance[]): void => {
  const last = new Map(instances.map((one) => [one.code, one]));
  const before = new Map<number, Instance[]>();
  for (const one of instances) {
    const { code, value } = one;
    const rule = capabilityRow(code)?.repeated ?? "all";
    // RFC 4724 §3 and its like: all but the last MUST be ignored. Equal ones change nothing.
    if (rule === "last" && last.get(code) !== one) {
      if (!same(last.get(code)?.value, value)) decision |= Bit.Discard;
      continue;
    }
    const others = before.get(code) ?? [];
    if (others.some((other) => same(other.value, value))) continue;
    others.push(one);
    before.set(code, others);
    // RFC 9234 §4.2.
    if (others.length > 1 && rule === "refused") refuse(11);
    // RFC 9494 §4.5: without Graceful Restart as though it had not been received. RFC 8277 §2.1: the first counts.
    const isIgnored = (others.length > 1 && rule === "first") || (code === LONG_LIVED && !last.has(GRACEFUL_RESTART));
    if (isIgnored) decision |= Bit.Discard;
    else kept.push(one);
  }
};
