import { capabilityListFields } from "../../src/codec/capability/fields.js";
import {
  capabilityListFaults,
  capabilityOverrun,
  type PlacedCapability,
  readCapabilities,
  sizeOfCapability,
  writeCapability,
} from "../../src/codec/capability/list.js";
import { decisive, type Found, Verdict } from "../../src/codec/fault.js";
import { bounded } from "../oracle/cost.js";
import { type MessageCodec, messageHolds } from "../oracle/message.js";
import { capabilityListAgrees } from "../oracle/reference/open.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

/** The value of a Capabilities parameter. Input: its octets, 65535 at most (RFC 9072). */
export const capabilityListTarget: Target = {
  name: "capability-list",
  module: "src/codec/capability/list.ts",
  faults: capabilityListFaults,
  own: [capabilityOverrun],
  fuzz(data) {
    const octets = data.subarray(0, 0xffff);
    return bounded(() => {
      const { fault, value } = messageHolds(list, octets);
      capabilityListAgrees(octets, fault, value);
      return outcomeOf(fault);
    });
  },
  parts: (data) => partsOf(data, 0, capabilityListFields),
  input: (octets) => octets,
};

type List = readonly Pick<PlacedCapability, "code" | "value">[];

const list: MessageCodec<List> = {
  faults: capabilityListFaults,

  decode(msg, start, end) {
    const placed: PlacedCapability[] = [];
    const found: Found[] = [];
    readCapabilities(msg, start, end, start, placed, found);
    const reset = decisive(found)?.fault.verdict === Verdict.SessionReset;
    return { value: reset ? null : placed.map(({ code, value }) => ({ code, value })), found };
  },

  encode(capabilities) {
    const out = new Uint8Array(capabilities.reduce((sum, one) => sum + sizeOfCapability(one), 0));
    let at = 0;
    for (const one of capabilities) at = writeCapability(one, out, at);
    return out;
  },

  // A list of which every tuple was ignored cannot be sent: there is no empty one on the wire.
  isSendable: (capabilities) => capabilities.every(({ value }) => !Array.isArray(value) || value.length > 0),
};
