import { decodeUpdate, encodeUpdate, type Update, UpdateWalk, walkUpdate } from "../../src/codec/message/update.js";
import type { MicroCase } from "./case.js";
import { session, table, updatesOf } from "./inputs.js";

/** What the speaker does with every UPDATE: one walk that judges it and finds its parts. */
const check: MicroCase = {
  name: "update-check",
  unit: "UPDATE walked and judged",
  setup() {
    const { messages } = table("both");
    const spans = updatesOf(table("both"));
    const walk = new UpdateWalk();
    return {
      ops: spans.length,
      octets: messages.length,
      run() {
        let sum = 0;
        for (const { start, end } of spans) {
          if (walkUpdate(messages, start, end, session, walk) !== null) return -1;
          sum += walk.count + walk.nlriStart - start;
        }
        return sum;
      },
    };
  },
};

const read: MicroCase = {
  name: "update-read",
  unit: "UPDATE made into objects",
  setup() {
    const { messages } = table("both");
    const spans = updatesOf(table("both")).slice(0, 500);
    return {
      ops: spans.length,
      octets: octetsOf(spans),
      run() {
        let sum = 0;
        for (const { start, end } of spans) {
          const { value } = decodeUpdate(messages, start, end, session);
          if (value === null) return -1;
          sum += value.attributes.length + value.nlri.length;
        }
        return sum;
      },
    };
  },
};

const encode: MicroCase = {
  name: "update-encode",
  unit: "UPDATE made from objects",
  setup() {
    const { messages } = table("both");
    const spans = updatesOf(table("both")).slice(0, 500);
    const updates = spans
      .map(({ start, end }) => decodeUpdate(messages, start, end, session).value)
      .filter((update): update is Update => update !== null);
    return {
      ops: updates.length,
      octets: octetsOf(spans),
      run() {
        let sum = 0;
        for (const update of updates) sum += encodeUpdate(update, session).length;
        return sum;
      },
    };
  },
};

const octetsOf = (spans: readonly { readonly start: number; readonly end: number }[]): number =>
  spans.reduce((sum, { start, end }) => sum + end - start, 0);

export const updateCases: readonly MicroCase[] = [check, read, encode];
