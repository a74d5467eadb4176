import type { Fault } from "../../src/codec/fault.js";
import { hex } from "../../src/codec/octets.js";
import { bloat } from "./cost.js";
import { MARGIN, room } from "./room.js";
import { same, sameOctets } from "./same.js";
import { OracleViolation } from "./violation.js";

/** What attributes, capabilities and NLRI have in common: a run of octets that is judged, read, sized and written. */
export interface FieldCodec {
  readonly faults: readonly Fault[];
  /** Faults that leave a part of the value to be read all the same. */
  readonly partial: readonly Fault[];
  check(msg: Uint8Array, start: number, end: number): Fault | null;
  read(msg: Uint8Array, start: number, end: number): unknown;
  size(value: unknown): number;
  encode(value: unknown, out: Uint8Array, at: number): number;
}

/**
 * A way in which octets that were accepted may come back otherwise: named, with its reason, and written independently
 * of the decoder. `apply` gives the octets a correct encoder writes for the value of accepted octets: those it was given,
 * untouched, where nothing is to be changed.
 */
export interface Canonicalisation {
  readonly name: string;
  readonly why: string;
  apply(octets: Uint8Array): Uint8Array;
}

/** Judges `octets` under every oracle for fields and gives the fault that `check` named, or null. */
export const fieldHolds = (
  codec: FieldCodec,
  octets: Uint8Array,
  canonicalisations: readonly Canonicalisation[] = [],
): Fault | null => {
  room.lay(octets);
  const fault = codec.check(octets, 0, octets.length);
  unwritten(octets);
  declared(codec.faults, fault);
  spanSafe(codec, fault, octets);
  if (fault !== null && !codec.partial.includes(fault)) return fault;

  const value = codec.read(octets, 0, octets.length);
  bloat(value, octets.length);
  const elsewhere = codec.read(room.octets, MARGIN, MARGIN + octets.length);
  // The values of checked octets are fresh: they must outlive the buffer of the socket.
  room.spoil();
  if (!same(value, elsewhere)) {
    throw new OracleViolation("span", "the value depends on where its octets lie, or refers to them", hex(octets));
  }
  roundTrips(codec, octets, value, canonicalisations);
  return fault;
};

/** Octets that lie in `room` as they were, and have been decoded where they come from, must be the same there. */
export const unwritten = (octets: Uint8Array): void => {
  const before = room.octets.subarray(MARGIN, MARGIN + octets.length);
  if (!sameOctets(octets, before)) throw new OracleViolation("span", "the decoder writes into its input", hex(before));
};

/** A fault found must be one that the module declares, or none of the lists made from it is complete. */
export const declared = (faults: readonly Fault[], fault: Fault | null): void => {
  if (fault !== null && !faults.includes(fault)) {
    throw new OracleViolation("declared", "a fault that the module does not declare", fault.id);
  }
};

/** Accepted octets must come back from the encoder as they were, or as the named canonicalisations say; then stay so. */
export const roundTrips = (
  codec: FieldCodec,
  octets: Uint8Array,
  value: unknown,
  canonicalisations: readonly Canonicalisation[] = [],
): void => {
  let expected = octets;
  for (const { apply } of canonicalisations) expected = apply(expected);
  // Nothing is left of a list whose every entry was partially faulty: of most there is no such thing on the wire.
  if (expected.length === 0 && octets.length > 0 && Array.isArray(value) && value.length === 0) return;
  const again = reEncode(codec, value, octets);
  if (!sameOctets(again, expected)) {
    throw new OracleViolation(
      "round-trip",
      "the encoder writes other octets than the decoder accepted",
      `${hex(octets)} came back as ${hex(again)}${expected === octets ? "" : `, not as ${hex(expected)}`}`,
    );
  }
  if (canonicalisations.length === 0) return;

  // Second generation: what we write ourselves has nothing left to be made canonical.
  const fault = codec.check(again, 0, again.length);
  if (fault !== null) {
    throw new OracleViolation(
      "idempotence",
      "the decoder refuses what our encoder wrote",
      `${fault.id}: ${hex(again)}`,
    );
  }
  const third = reEncode(codec, codec.read(again, 0, again.length), again);
  if (!sameOctets(third, again)) {
    throw new OracleViolation(
      "idempotence",
      "the second generation differs from the first",
      `${hex(again)} ${hex(third)}`,
    );
  }
};

const PAD = 0xa5;

const reEncode = (codec: FieldCodec, value: unknown, from: Uint8Array): Uint8Array => {
  let size: number;
  let out: Uint8Array;
  let end: number;
  try {
    size = codec.size(value);
    out = new Uint8Array(MARGIN + size + MARGIN).fill(PAD);
    end = codec.encode(value, out, MARGIN);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OracleViolation(
      "round-trip",
      "the encoder refuses what the decoder accepted",
      `${error.message}: ${hex(from)}`,
    );
  }
  if (end !== MARGIN + size) {
    throw new OracleViolation(
      "round-trip",
      "size and encode disagree",
      `${size} announced, ${end - MARGIN} written: ${hex(from)}`,
    );
  }
  for (let i = 0; i < MARGIN; i++) {
    if (out[i] !== PAD || out[end + i] !== PAD) {
      throw new OracleViolation("round-trip", "the encoder writes outside its octets", hex(from));
    }
  }
  return out.subarray(MARGIN, end);
};

const spanSafe = (codec: FieldCodec, fault: Fault | null, octets: Uint8Array): void => {
  const there = codec.check(room.octets, MARGIN, MARGIN + octets.length);
  if (there !== fault) {
    throw new OracleViolation(
      "span",
      "the octets around a field change its judgement",
      `${fault?.id ?? "accepted"} alone, ${there?.id ?? "accepted"} in place: ${hex(octets)}`,
    );
  }
};
