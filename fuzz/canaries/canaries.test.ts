import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../src/results/provenance.js";
import { seedsOf } from "../campaign/campaign.js";
import { ownSuite } from "../engines/bundle.js";
import { edited } from "../engines/patched.js";
import { targetOf } from "../targets/index.js";
import { octetsOf } from "./canary.js";
import { canaries } from "./index.js";
import { Replayer } from "./replayer.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-canaries-"));
const HANG_MS = 5_000;
let clean: Replayer;

beforeAll(async () => {
  clean = await Replayer.of(ownSuite(), join(folder, "clean"), { instrumented: true, hangMs: HANG_MS });
}, 60_000);

afterAll(() => {
  clean.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the set", () => {
  it("has an id for each canary, in order", () => {
    const ids = canaries.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort(new Intl.Collator("en", { numeric: true }).compare));
    expect(ids.filter((id) => /^B\d\d$/.test(id)).length).toBeGreaterThanOrEqual(40);
  });

  it("numbers the further instances of a template from 2 on", () => {
    const ids = canaries.map(({ id }) => id);
    const further = ids.filter((id) => id.includes("."));
    expect(further.length).toBeGreaterThanOrEqual(149);
    for (const id of further) {
      const [template, number] = id.split(".");
      const before = number === "2" ? template : `${template}.${Number(number) - 1}`;
      expect(ids, `what ${id} comes after`).toContain(before);
    }
  });

  it("plants no bug twice", () => {
    const edits = canaries.map((one) => JSON.stringify(one.edits));
    expect(new Set(edits).size).toBe(edits.length);
  });

  it("shows every way in which a decoder goes wrong", () => {
    expect([...new Set(canaries.flatMap(({ symptoms }) => symptoms))].sort()).toEqual([
      "EA",
      "EH",
      "IL",
      "QT",
      "RE",
      "RT",
      "SM",
      "WV",
    ]);
  });

  it("is known to no other part of the fuzzers", () => {
    const root = packageRoot();
    const told = ["engine", "engines", "oracle", "targets", "properties"].flatMap((part) =>
      (readdirSync(join(root, "fuzz", part), { recursive: true }) as string[])
        .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
        .filter((name) => readFileSync(join(root, "fuzz", part, name), "utf8").includes("/canaries/")),
    );
    expect(told).toEqual([]);
  });
});

describe.concurrent.each(canaries)("$id $area: $title", ({ id, target, edits, trigger }) => {
  it("is shown by its trigger, by no seed, and by nothing on a clean build", { timeout: 60_000 }, async () => {
    expect(targetOf(target), `target ${target}`).toBeDefined();
    const input = octetsOf(trigger);
    expect(await clean.run(target, input)).toBeNull();

    const suite = { ...ownSuite(), edits };
    let patched = await Replayer.of(suite, join(folder, id), { instrumented: false, hangMs: HANG_MS });
    let failure = await patched.run(target, input);
    if (failure === null) {
      // It takes time or memory that only an instrumented build counts.
      patched.close();
      patched = await Replayer.of(suite, join(folder, id), { instrumented: true, hangMs: HANG_MS });
      failure = await patched.run(target, input);
    }
    expect(failure, "the trigger passes on the patched build").not.toBeNull();

    // A fuzzer begins with the seeds: what they show takes no fuzzing.
    const shown: string[] = [];
    for (const { name, data } of seedsOf(target)) {
      if ((await patched.run(target, data)) !== null) shown.push(name);
    }
    patched.close();
    expect(shown).toEqual([]);
  });
});

describe("a patch", () => {
  it("has to find the passage it replaces, once", () => {
    const edit = { file: "src/a.ts", find: "one", replace: "two" };
    expect(edited("src/a.ts", "only one here", [edit])).toBe("only two here");
    expect(edited("src/b.ts", "only one here", [edit])).toBe("only one here");
  });

  it.each(["nothing of it", "one and one"])("is refused by %j", (text) => {
    expect(() => edited("src/a.ts", text, [{ file: "src/a.ts", find: "one", replace: "" }])).toThrow(
      /^a patch of src\/a\.ts does not fit/,
    );
  });

  it("needs the sources that it is for", async () => {
    const suite = { ...ownSuite(), edits: [{ file: "src/not-there.ts", find: "one", replace: "two" }] };
    await expect(Replayer.of(suite, join(folder, "none"), { instrumented: false, hangMs: HANG_MS })).rejects.toThrow(
      "src/not-there.ts is not here: this needs a checkout of Kiln",
    );
  });
});
