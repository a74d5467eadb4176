import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seedsOf } from "../campaign/campaign.js";
import { arbitrariesOf } from "../properties/arbitraries.js";
import { SessionOp, sessionMachineTarget } from "./session.js";
import { recordOf } from "./session-records.js";
import { SpeakerOp, speakerTarget } from "./speaker.js";
import type { Part } from "./target.js";

/** Whether parts lie one behind the other from `start` to `end`, and so do theirs. */
const covers = (parts: readonly Part[], start: number, end: number): boolean =>
  parts.every((part, i) => part.start === (parts[i - 1]?.end ?? start)) &&
  (parts.at(-1)?.end ?? start) === end &&
  parts.every((part) => part.parts === undefined || covers(part.parts, part.start, part.end));

describe.each([sessionMachineTarget, speakerTarget])("$name", (target) => {
  const partsOf = (data: Uint8Array): readonly Part[] => target.parts?.(data) ?? [];

  it("takes any input apart, wholly", () => {
    const { nearValid } = arbitrariesOf(target.name);
    fc.assert(
      fc.property(fc.oneof(nearValid, fc.uint8Array({ maxLength: 40 })), (data) => {
        expect(covers(partsOf(data), 0, data.length)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("takes records apart down to the messages in them", () => {
    const named = seedsOf(target.name).flatMap(({ data }) => partsOf(data).map(({ name }) => name));
    for (const name of ["record Update", "record Answer", "record Keepalive"]) expect(named).toContain(name);
    const update = recordOf(
      target === speakerTarget ? SpeakerOp.Update : SessionOp.Update,
      [0, 0, 0, 4, 0x40, 1, 1, 0, 8, 10],
    );
    const lead = new Uint8Array(target === speakerTarget ? 5 : 7);
    const [, record] = partsOf(Uint8Array.of(...lead, ...update));
    const names = JSON.stringify(record);
    for (const name of ["op", "length", "ORIGIN"]) expect(names).toContain(`"${name}`);
  });

  it("takes an answer apart down to the capabilities that are offered in it", () => {
    const lead = new Uint8Array(target === speakerTarget ? 5 : 7);
    const answer = target === speakerTarget ? SpeakerOp.Answer : SessionOp.Answer;
    const [, record] = partsOf(Uint8Array.of(...lead, ...recordOf(answer, [2, 69, 4, 0, 1, 1, 3, 6, 0])));
    expect(record?.parts?.map(({ name }) => name)).toEqual([
      "op",
      "length",
      "offered",
      "capability 69",
      "capability 6",
    ]);
    expect(JSON.stringify(record)).toContain('"AFI"');
    const [, bare] = partsOf(Uint8Array.of(...lead, ...recordOf(answer, [2])));
    expect(bare?.parts?.map(({ name }) => name)).toEqual(["op", "length", "offered"]);
  });

  it("is done with the longest inputs there are", () => {
    const lead = new Uint8Array(target === speakerTarget ? 5 : 7);
    for (const op of [...Object.values(target === speakerTarget ? SpeakerOp : SessionOp)]) {
      const records = Array.from({ length: 3000 }, () => [...recordOf(op, [0xff, 0xff])]);
      expect(target.fuzz(Uint8Array.of(...lead, ...records.flat()))).toBeTypeOf("string");
    }
  });
});
