import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { campaign, detail } from "./campaign.arb.js";
import { fuzzSarif } from "./fuzz-sarif.js";

const report = campaign({
  problems: ["jsfuzz on message-open: coverage stays 0"],
  details: [
    detail(),
    detail({ kind: "hang", what: "the decoder does not come back", stack: [] }, { known: true, file: null }),
    detail(
      { kind: "crash", what: "TypeError: #", stack: ["src/deaf.ts:9", "no frame"] },
      { known: true, regression: true },
    ),
    detail({ what: "expected: \ud800 <script>", stack: ["f src/a b/\ud800%.ts:3"] }),
  ],
});
const log = JSON.parse(fuzzSarif(report));
const [run] = log.runs;

describe("SARIF", () => {
  it("has a result for each finding, at the innermost frame in TypeScript", () => {
    expect(run.results).toHaveLength(4);
    expect(run.results[0]).toMatchObject({
      ruleId: "oracle/round-trip",
      level: "error",
      baselineState: "new",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "src/codec/attribute/02-as-path.ts", uriBaseId: "SRCROOT" },
            region: { startLine: 66 },
          },
          logicalLocations: [{ fullyQualifiedName: "readAsPath" }],
        },
      ],
      attachments: [{ artifactLocation: { uri: "corpus/findings/attribute-02-as-path/0123456789ab/input" } }],
      partialFingerprints: { "kilnSignature/v1": "0123456789ab" },
    });
    expect(run.results[0].stacks[0].frames).toHaveLength(2);
  });

  it("names the module where there is no stack, and a regression as new", () => {
    const [, hang, crash] = run.results;
    expect(hang).toMatchObject({ ruleId: "hang", baselineState: "unchanged" });
    expect(hang.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "src/codec/attribute/02-as-path.ts", uriBaseId: "SRCROOT" },
      region: { startLine: 1 },
    });
    expect(hang).not.toHaveProperty("stacks");
    expect(hang).not.toHaveProperty("attachments");
    expect(crash).toMatchObject({ ruleId: "crash", baselineState: "new" });
    expect(crash.message.text).toMatch(/^A closed finding came back\. /);
    expect(crash.locations[0].physicalLocation.region).toEqual({ startLine: 9 });
  });

  it("has rules for all results, and relative, well-formed paths", () => {
    const { rules } = run.tool.driver;
    for (const { ruleId, ruleIndex, locations } of run.results) {
      expect(rules[ruleIndex].id).toBe(ruleId);
      expect(locations[0].physicalLocation.artifactLocation.uri).toMatch(/^[\w.%/-]+$/);
    }
    expect(run.invocations[0]).toMatchObject({
      executionSuccessful: false,
      startTimeUtc: "2026-02-02T00:00:00.000Z",
      endTimeUtc: "2026-02-02T00:01:00.000Z",
    });
  });
});

/** The schema that a package of Microsoft's brings along, in the words of a later draft; null where it is not installed. */
const schema = (): object | null => {
  try {
    const main = createRequire(import.meta.url).resolve("@microsoft/jest-sarif");
    const file = join(dirname(main), "schemas", "sarif-2.1.0-rtm.5.json");
    const { $schema: _, id: __, ...rest } = JSON.parse(readFileSync(file, "utf8"));
    return rest;
  } catch {
    return null;
  }
};

const known = schema();
it.skipIf(known === null)(
  `keeps to the schema of SARIF 2.1.0${known === null ? " (SKIPPED: npm install @microsoft/jest-sarif, it has the schema)" : ""}`,
  () => {
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(known ?? {});
    for (const one of [report, campaign()]) {
      validate(JSON.parse(fuzzSarif(one)));
      expect(validate.errors).toBeNull();
    }
    // And the schema is one that refuses.
    expect(validate({ ...log, runs: [{ ...run, results: [{ level: "loud" }] }] })).toBe(false);
  },
);
