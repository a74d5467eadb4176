import type { Fault } from "../../src/codec/fault.js";
import { setU32, u8 } from "../../src/codec/octets.js";
import { pduFields } from "../../src/codec/rtr/fields.js";
import { decodePdu, encodePdu, LONGEST_PDU, pduFaults, pduHeaderFaults } from "../../src/codec/rtr/frame.js";
import { pdus } from "../../src/codec/rtr/index.js";
import { PDU_HEADER, type Pdu, type PduSpec, type RtrVersion } from "../../src/codec/rtr.js";
import { canonicalPdu } from "../oracle/canonical/rtr.js";
import { bounded } from "../oracle/cost.js";
import { type MessageCodec, messageHolds } from "../oracle/message.js";
import { pduAgrees } from "../oracle/reference/rtr.js";
import { partsOf } from "./parts.js";
import { CONTEXT, type Outcome, outcomeOf, type Part, type Target } from "./target.js";

/**
 * One target for each PDU of the RPKI-Router protocol. Input: the version, octets 2 and 3 of the header, and what stands
 * behind it: the target writes type and length, which no fuzzer should have to guess.
 */
const pduTargets: readonly Target[] = pdus.map((spec) => pduTarget(spec));

/** Any PDU, header and all. Input: its octets. */
const rtrFrameTarget: Target = {
  name: "rtr-frame",
  module: "src/codec/rtr/frame.ts",
  faults: pduFaults,
  own: pduHeaderFaults,
  fuzz: (data) => judged(pduFaults, data.slice(0, 2 * LONGEST_PDU)),
  parts: (data) => partsOf(data, 0, (reader) => pduFields(reader)),
  input: (octets) => octets,
};

export const rtrTargets: readonly Target[] = [rtrFrameTarget, ...pduTargets];

/** `rtr-04-ipv4-prefix`: from the type and the first part of the faults' ids. */
export function rtrTargetName(spec: PduSpec<unknown>): string {
  return `rtr-${moduleOf(spec)}`;
}

function moduleOf({ type, faults }: PduSpec<unknown>): string {
  return `${String(type).padStart(2, "0")}-${faults[0]?.id.split("/")[0] ?? "unnamed"}`;
}

function judged(faults: readonly Fault[], msg: Uint8Array): Outcome {
  return bounded(() => {
    const { fault, value } = messageHolds(codecOf(faults), msg);
    pduAgrees(msg, fault, () => value);
    return outcomeOf(fault);
  });
}

function codecOf(faults: readonly Fault[]): MessageCodec<Pdu> {
  return { faults, decode: decodePdu, encode: encodePdu, canonical: canonicalPdu };
}

/** Octets of an input in front of the body. */
const LEAD = 3;

function pduTarget(spec: PduSpec<unknown>): Target {
  return {
    name: rtrTargetName(spec),
    module: `src/codec/rtr/${moduleOf(spec)}.ts`,
    faults: spec.faults,

    fuzz: (data) => judged(spec.faults, pduOf(spec, data)),

    parts: (data) => [
      { name: CONTEXT, start: 0, end: Math.min(1, data.length) },
      ...bodyParts(
        data,
        partsOf(pduOf(spec, data), 0, (reader) => pduFields(reader)),
      ),
    ],

    input(octets) {
      const version = spec.versions.indexOf(u8(octets, 0) as RtrVersion);
      return Uint8Array.of(version, ...octets.subarray(2, 4), ...octets.subarray(PDU_HEADER));
    },
  };
}

/** The PDU that an input stands for. */
function pduOf(spec: PduSpec<unknown>, data: Uint8Array): Uint8Array {
  const body = data.subarray(LEAD, LEAD + LONGEST_PDU - PDU_HEADER);
  const msg = new Uint8Array(PDU_HEADER + body.length);
  msg[0] = spec.versions[(data[0] ?? 0) % spec.versions.length] ?? 0;
  msg[1] = spec.type;
  msg.set(data.subarray(1, LEAD), 2);
  setU32(msg, 4, msg.length);
  msg.set(body, PDU_HEADER);
  return msg;
}

/** The parts of a PDU where its input has their octets: without version, type and length. */
function bodyParts(data: Uint8Array, parts: readonly Part[]): readonly Part[] {
  const header = data.length <= 1 ? [] : [{ name: "header", start: 1, end: Math.min(LEAD, data.length) }];
  const behind = parts.filter(({ start }) => start >= PDU_HEADER).map((part) => moved(part, LEAD - PDU_HEADER));
  return [...header, ...behind];
}

function moved({ name, start, end, parts }: Part, by: number): Part {
  const there = { name, start: start + by, end: end + by };
  return parts === undefined ? there : { ...there, parts: parts.map((one) => moved(one, by)) };
}
