import { extendedCommunityOf, extendedCommunityText } from "../../src/codec/community/extended.js";
import { setOctets, u16 } from "../../src/codec/octets.js";
import { bounded } from "../oracle/cost.js";
import { fieldHolds } from "../oracle/field.js";
import { OracleViolation } from "../oracle/violation.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

/**
 * Extended communities by type. Input: eight octets for each, as in attribute 16; what is left over at the end is ignored.
 * There is nothing that could be wrong with one.
 */
export const extendedCommunityTarget: Target = {
  name: "community-extended",
  module: "src/codec/community/extended.ts",
  faults: [],

  fuzz: (data) =>
    bounded(() => {
      for (let at = 0; at + 8 <= data.length; at += 8) holds(u16(data, at), data.slice(at + 2, at + 8));
      return outcomeOf(null);
    }),

  parts: (data) =>
    partsOf(data, 0, (reader) => {
      while (reader.left >= 8) {
        reader.group("community", 8, (one) => {
          one.u8("type");
          one.u8("sub-type");
          return void one.octets("value", 6);
        });
      }
    }),

  input: (octets) => octets,
};

const holds = (type: number, value: Uint8Array): void => {
  const text = extendedCommunityText(type, value);
  // It stands in a log or a terminal.
  if (!/^[ -~]{1,200}$/.test(text))
    throw new OracleViolation("display", "a community is not shown as one short line", text);
  const spec = extendedCommunityOf(type);
  if (spec === undefined) return;
  fieldHolds(
    {
      faults: [],
      partial: [],
      check: () => null,
      read: (msg, start, end) => spec.read(msg.subarray(start, end)),
      size: () => 6,
      encode: (read, out, at) => setOctets(out, at, spec.encode(read as ReturnType<typeof spec.read>)),
    },
    value,
  );
};
