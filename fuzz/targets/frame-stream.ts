import { Framer, frameFaults } from "../../src/codec/frame.js";
import { u8 } from "../../src/codec/octets.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE } from "../../src/codec/session-context.js";
import { chunkingHolds } from "../oracle/chunking.js";
import { bounded } from "../oracle/cost.js";
import { streamAgrees } from "../oracle/reference/header.js";
import { ordinary } from "./context.js";
import { streamParts } from "./parts.js";
import { CONTEXT, outcomeOf, type Target } from "./target.js";

/** Octets before the stream: one whose lowest bit raises the limit (RFC 8654), then three sizes of chunks. */
const LEAD = 4;

/** The framer. Input: lead (4), then a stream of octets, which is cut into chunks of the three sizes by turns. */
export const frameStreamTarget: Target = {
  name: "frame-stream",
  module: "src/codec/frame.ts",
  faults: frameFaults,

  fuzz(data) {
    const limit = ((data[0] ?? 0) & 1) === 0 ? ORDINARY_MAX_MESSAGE : EXTENDED_MAX_MESSAGE;
    const stream = data.subarray(LEAD);
    return bounded(() => {
      const fault = chunkingHolds(stream, limit, cutsOf(data, stream.length))?.fault ?? null;
      streamAgrees(stream, limit, fault, handedOn(stream, limit));
      return outcomeOf(fault);
    });
  },

  parts: (data) => [
    { name: CONTEXT, start: 0, end: Math.min(LEAD, data.length) },
    ...streamParts(data, LEAD, data.length, ordinary()),
  ],

  input(octets, { maxMessage }) {
    const data = new Uint8Array(LEAD + octets.length);
    data.set([maxMessage > ORDINARY_MAX_MESSAGE ? 1 : 0, 18, 3, 40]);
    data.set(octets, LEAD);
    return data;
  },
};

/** What the framer gives of a stream that comes in one piece. */
const handedOn = (stream: Uint8Array, limit: number): { octets: number; messages: number } => {
  const framer = new Framer();
  framer.limit = limit;
  const handed = { octets: 0, messages: 0 };
  framer.push(stream, (_, start, end) => {
    handed.octets += end - start;
    handed.messages++;
    return true;
  });
  return handed;
};

const cutsOf = (data: Uint8Array, length: number): number[] => {
  const cuts: number[] = [];
  if (data.length < LEAD) return cuts;
  for (let at = 0, turn = 0; ; turn++) {
    at += 1 + u8(data, 1 + (turn % 3));
    if (at >= length) return cuts;
    cuts.push(at);
  }
};
