import { isDeepStrictEqual } from "node:util";
import { type Decoded, decisive } from "../../src/codec/fault.js";
import { hex } from "../../src/codec/octets.js";
import {
  decodeMrtRecord,
  type MrtContext,
  type MrtPeer,
  type MrtRecord,
  mrtRecordFaults,
} from "../../src/table/mrt/record.js";
import { bloat, bounded } from "../oracle/cost.js";
import { declared } from "../oracle/field.js";
import { OracleViolation } from "../oracle/violation.js";
import { recordFields } from "./mrt-parts.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

/**
 * One MRT record. Input: an octet, then the record with its header. The octet is the number of peers of the
 * PEER_INDEX_TABLE that came before; 255: none came.
 */
export const mrtRecordTarget: Target = {
  name: "mrt-record",
  module: "src/table/mrt/record.ts",
  faults: mrtRecordFaults,

  fuzz: (data) =>
    bounded(() => {
      const context = contextOf(data[0] ?? NO_TABLE);
      const octets = data.subarray(1);
      const decoded = decodeMrtRecord(octets, 0, octets.length, context);
      for (const { fault, start, end } of decoded.found) {
        declared(mrtRecordFaults, fault);
        if (start < 0 || end < start || end > octets.length) {
          throw new OracleViolation(
            "span",
            "a fault lies outside its record",
            `${fault.id} ${start}-${end}: ${hex(octets)}`,
          );
        }
      }
      if (decoded.value === null && decoded.found.length === 0) {
        throw new OracleViolation("verdict", "a record is dropped without a fault", hex(octets));
      }
      bloat(decoded.value, octets.length);
      offsetsWithin(decoded.value, octets);
      spanSafe(decoded, octets, context, 0x00);
      spanSafe(decoded, octets, context, 0xff);
      return outcomeOf(decisive(decoded.found)?.fault ?? null);
    }),

  parts: (data) => partsOf(data, 1, recordFields),

  input(octets) {
    const data = new Uint8Array(1 + octets.length);
    data[0] = 3;
    data.set(octets, 1);
    return data;
  },
};

/** The octet in front of a record that no table of peers came before. */
export const NO_TABLE = 255;

const contextOf = (peers: number): MrtContext => ({
  peers: peers === NO_TABLE ? null : Array.from({ length: peers }, (_, i) => peer(i)),
});

const peer = (i: number): MrtPeer => ({ address: Uint8Array.of(192, 0, 2, i), as: 64_500 + i, identifier: i + 1 });

/** Fields that are offsets into the octets. */
const OFFSETS: ReadonlySet<string> = new Set([
  "attributes",
  "attributesEnd",
  "nlri",
  "prefix",
  "addresses",
  "start",
  "end",
]);

const offsetsWithin = (record: MrtRecord | null, octets: Uint8Array): void => {
  if (record === null) return;
  for (const part of [record, ...(record.kind === "rib" ? record.entries : [])]) {
    for (const [name, value] of Object.entries(part)) {
      if (OFFSETS.has(name) && (value < 0 || value > octets.length)) {
        throw new OracleViolation(
          "span",
          "a record refers to octets that it does not have",
          `${name} ${value}: ${hex(octets)}`,
        );
      }
    }
  }
};

const MARGIN = 8;

/** The same record elsewhere, among other octets, reads the same: its offsets moved, all else unchanged. */
const spanSafe = (alone: Decoded<MrtRecord>, octets: Uint8Array, context: MrtContext, fill: number): void => {
  const room = new Uint8Array(octets.length + 2 * MARGIN).fill(fill);
  room.set(octets, MARGIN);
  const there = decodeMrtRecord(room, MARGIN, MARGIN + octets.length, context);
  if (!isDeepStrictEqual(moved(there), moved(alone, MARGIN))) {
    throw new OracleViolation("span", "the octets around a record change what is read from it", hex(octets));
  }
};

const moved = ({ value, found }: Decoded<MrtRecord>, by = 0): unknown => [
  found.map(({ fault, start, end }) => [fault.id, start + by, end + by]),
  value === null ? null : movedFields(value, by),
];

const movedFields = (part: object, by: number): unknown =>
  Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      OFFSETS.has(name)
        ? Number(value) + by
        : name === "entries"
          ? value.map((entry: object) => movedFields(entry, by))
          : value,
    ]),
  );
