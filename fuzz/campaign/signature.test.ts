import { describe, expect, it } from "vitest";
import { OracleViolation } from "../oracle/violation.js";
import { type Circumstances, endedBy, failureFrom } from "./failure.js";
import { signatureOf } from "./signature.js";

const circumstances: Circumstances = {
  target: "toy",
  input: Uint8Array.of(1),
  expected: null,
  origin: { engine: "kiln", seed: 1 },
};

/** A failure whose error has this stack, frames as V8 writes them. */
const thrown = (error: Error, ...frames: readonly string[]): string =>
  signatureOf(
    failureFrom(
      Object.assign(error, { stack: [String(error), ...frames.map((one) => `    at ${one}`)].join("\n") }),
      circumstances,
    ),
  );
const crash = (...frames: readonly string[]): string => thrown(new TypeError("it is not there"), ...frames);

const plain = crash(
  "readSegment (/srv/kiln/src/codec/attribute/02-as-path.ts:66:11)",
  "read (/srv/kiln/src/codec/attribute/02-as-path.ts:40:5)",
  "fieldHolds (/srv/kiln/fuzz/oracle/field.ts:40:5)",
  "Object.fuzz (/srv/kiln/fuzz/targets/attribute.ts:40:5)",
);

describe("two failures are taken as one bug", () => {
  it("when only lines and columns differ, or where the checkout lies", () => {
    expect(
      crash(
        "readSegment (file:///ci/src/codec/attribute/02-as-path.ts:70:1)",
        "read (file:///ci/src/codec/attribute/02-as-path.ts:1:1)",
      ),
    ).toBe(plain);
  });

  it("when another engine ran them, in a bundle that renames and instruments", () => {
    expect(
      crash(
        "readSegment2 (/tmp/w/src/codec/attribute/02-as-path.ts:66:11)",
        "Object.read [as readValue] (/tmp/w/src/codec/attribute/02-as-path.ts:40:5)",
        "messageHolds (/tmp/w/fuzz/oracle/message.ts:1:2)",
        "Loop.#run (/tmp/w/fuzz/engine/engine.ts:3:4)",
        "run (/tmp/w/fuzz/engines/worker.ts:3:4)",
        "node:internal/modules/cjs/loader:1554:14",
      ),
    ).toBe(plain);
  });

  it("when a reader of octets threw, wherever in it", () => {
    const by = (...readers: readonly string[]): string =>
      crash(...readers, "walk (/k/src/codec/message/update.ts:9:9)");
    expect(by("u16 (/k/src/codec/octets.ts:4:4)")).toBe(by());
    expect(by("u8 (/k/src/codec/octets.ts:4:4)", "u16 (/k/src/codec/octets.ts:9:4)")).toBe(by());
  });

  it("when one nests deeper than the other", () => {
    const deep = (times: number): string =>
      crash(
        ...Array.from({ length: times }, (_, i) => `readTlv (/k/src/codec/bgp-ls.ts:${i + 1}:9)`),
        "readAll (/k/src/codec/bgp-ls.ts:99:9)",
        "check (/k/src/codec/attribute/29-bgp-ls.ts:9:9)",
      );
    expect(new Set([1, 2, 5].map(deep)).size).toBe(1);
  });

  it("when calls without end run out of stack in one function or the other", () => {
    const overflow = (...order: readonly string[]): string =>
      thrown(
        new RangeError("Maximum call stack size exceeded"),
        ...Array.from({ length: 10 }, (_, i) => `${order[i % order.length]} (/k/src/codec/bgp-ls.ts:${i + 1}:9)`),
      );
    expect(overflow("a", "b")).toBe(overflow("b", "a"));
    expect(overflow("a", "b")).not.toBe(overflow("a", "c"));
  });

  it("when a loop was interrupted at two of its places, by the watchdog or by counting", () => {
    const hung = (...stack: readonly string[]): string =>
      signatureOf(endedBy("hang", "for 10 s", circumstances, stack));
    const inLoop = hung("step src/codec/frame.ts:4", "push src/codec/frame.ts:90");
    expect(hung("push src/codec/frame.ts:91")).toBe(inLoop);
    expect(hung("u16 src/codec/octets.ts:4", "push src/codec/frame.ts:91")).toBe(inLoop);
    const counted = Object.assign(new Error("more than 100 steps"), { name: "StepsExceeded" });
    expect(thrown(counted, "push (/k/src/codec/frame.ts:92:1)")).toBe(inLoop);
    expect(hung("walk src/codec/message/update.ts:7")).not.toBe(inLoop);
  });

  it("when memory ran out, wherever that was", () => {
    const counted = Object.assign(new Error("more than 512 octets"), { name: "AllocationExceeded" });
    expect(thrown(counted, "read (/k/src/codec/frame.ts:92:1)")).toBe(
      signatureOf(endedBy("memory", "more than 512 MB of heap", circumstances)),
    );
  });

  it.each([
    ["offset 4097 is outside", "offset -1 is outside"],
    ["Unexpected token 'a', \"abc\" is not valid JSON", "Unexpected token '{', \"{}{\" is not valid JSON"],
    ["table2[(intermediate value)] is not a function", "table[data[at]] is not a function"],
    ["Received 4_294_967_296", "Received 65536"],
  ])("when their messages differ in what they show: %s", (one, other) => {
    expect(thrown(new RangeError(one))).toBe(thrown(new RangeError(other)));
  });
});

describe("two failures are taken as two", () => {
  it("when other functions failed, or the same in another module", () => {
    const others = [
      crash(
        "readOther (/k/src/codec/attribute/02-as-path.ts:66:11)",
        "read (/k/src/codec/attribute/02-as-path.ts:4:5)",
      ),
      crash(
        "readSegment (/k/src/codec/attribute/17-as4-path.ts:6:11)",
        "read (/k/src/codec/attribute/17-as4-path.ts:4:5)",
      ),
    ];
    expect(new Set([plain, ...others]).size).toBe(3);
  });

  it("when oracles or their words differ", () => {
    const violations = [
      new OracleViolation("round-trip", "other octets", "00"),
      new OracleViolation("round-trip", "other octets", "01"),
      new OracleViolation("span", "other octets"),
      new OracleViolation("round-trip", "the encoder refuses"),
    ].map((one) => thrown(one, "fieldHolds (/k/fuzz/oracle/field.ts:40:5)"));
    expect(violations[0]).toBe(violations[1]);
    expect(new Set(violations).size).toBe(3);
  });

  it("when they end otherwise", () => {
    const kinds = (["hang", "memory", "exit"] as const).map((kind) => signatureOf(endedBy(kind, "", circumstances)));
    expect(new Set(kinds).size).toBe(3);
  });
});
