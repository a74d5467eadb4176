/**
 * Mutation testing of the attribute and capability modules: `npm run mutation`, or for one of them
 * `npm run mutation -- --mutate src/codec/attribute/02-as-path.ts`. It takes the better part of an hour on two cores.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  mutate: [
    "src/codec/{attribute,capability}/*.ts",
    // Tests, arbitraries, and what only shows octets to people.
    "!**/*.{test,arb,fields}.ts",
    "!**/{fields,names}.ts",
  ],
  coverageAnalysis: "perTest",
  // What runs once, when a module is loaded (names, ids, clauses), is pinned as text by each module's test; to try a
  // mutant there takes a run of all tests.
  ignoreStatic: true,
  incremental: true,
  incrementalFile: "node_modules/.cache/mutation-incremental.json",
  reporters: ["clear-text", "progress", "json"],
  jsonReporter: { fileName: "node_modules/.cache/mutation.json" },
  tempDirName: "node_modules/.cache/stryker",
  thresholds: { high: 95, low: 90, break: 85 },
  concurrency: 2,
  timeoutMS: 20_000,
  allowEmpty: false,
};
