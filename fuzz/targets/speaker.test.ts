import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createRuntime, loadBuild, stepsFor } from "../engine/instrument/runtime.js";
import type { EdgeTable } from "../engine/types.js";
import { ownSuite } from "../engines/bundle.js";
import { kilnBundle } from "../engines/kiln.js";
import { recordOf } from "./session-records.js";
import { SpeakerOp } from "./speaker.js";
import type { Target } from "./target.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-speaker-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Configuration, its last octet the size of a chunk, then as much silence as there may be. */
const silence = (lead: readonly number[], ...before: readonly Uint8Array[]): Uint8Array => {
  const pass = recordOf(SpeakerOp.Pass, [0xff, 0xff]);
  return Uint8Array.from([lead, ...before, ...new Array(8).fill(pass)].flatMap((part) => [...part]));
};

describe("a speaker's life", () => {
  it("takes far fewer steps than a loop without end, however long it is silent and whatever the chunks", async () => {
    const { build } = await kilnBundle(ownSuite(), folder);
    const { count } = JSON.parse(readFileSync(build.edges, "utf8")) as EdgeTable;
    const runtime = createRuntime(count);
    const { targets } = loadBuild<{ readonly targets: readonly Target[] }>(build.counters, runtime);
    const speaker = targets.find(({ name }) => name === "speaker");
    runtime.spare = speaker?.memory ?? 0;
    const connect = recordOf(SpeakerOp.Connect);
    for (const input of [
      silence([0, 0, 0, 0, 1]),
      silence([1, 2, 0x28, 0, 1]),
      silence([1, 2, 0x28, 3, 1], connect, connect, connect),
    ]) {
      runtime.begin(input.length);
      speaker?.fuzz(input);
      expect(runtime.exceeded).toBeNull();
      // With fewer it would not have lived at all.
      expect(runtime.steps).toBeGreaterThan(10_000);
      expect(runtime.steps).toBeLessThan(stepsFor(input.length) / 2);
    }
  }, 60_000);
});
