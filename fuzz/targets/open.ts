import { softwareVersion } from "../../src/codec/capability/75-software-version.js";
import { capabilityListFaults } from "../../src/codec/capability/list.js";
import { MessageType } from "../../src/codec/iana.js";
import { fields } from "../../src/codec/message/open.fields.js";
import { decodeOpen, encodeOpen, type Open, openFaults } from "../../src/codec/message/open.js";
import { ORDINARY_MAX_MESSAGE } from "../../src/codec/session-context.js";
import { bounded } from "../oracle/cost.js";
import { type MessageCodec, messageHolds } from "../oracle/message.js";
import { openAgrees } from "../oracle/reference/open.js";
import { passingMessageOf } from "./message.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

/** OPEN. Input: what stands behind the header. */
export const openTarget: Target = {
  name: "message-open",
  module: "src/codec/message/open.ts",
  faults: openFaults,
  own: openFaults.filter((fault) => !capabilityListFaults.includes(fault)),
  fuzz: (data) =>
    bounded(() => {
      const msg = passingMessageOf(MessageType.Open, data, 0, ORDINARY_MAX_MESSAGE);
      const { fault, value } = messageHolds(open, msg);
      openAgrees(msg, fault, () => value);
      return outcomeOf(fault);
    }),
  parts: (data) => partsOf(data, 0, fields),
  input: (octets) => octets,
};

const open: MessageCodec<Open> = {
  faults: openFaults,
  decode: decodeOpen,
  encode: (value) => encodeOpen({ ...value, allowExtendedParameters: true }),
  // draft-abraitis-bgp-version-capability-08 §3.1: Software Version goes last.
  settled: (value) => ({
    ...value,
    capabilities: [
      ...value.capabilities.filter(({ code }) => code !== softwareVersion.code),
      ...value.capabilities.filter(({ code }) => code === softwareVersion.code),
    ],
  }),
};
