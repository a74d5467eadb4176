import { defineConfig } from "vitest/config";

/** The tests that stand beside the modules that Stryker mutates. What it adds to them allocates, so that is not asked. */
export default defineConfig({
  test: {
    include: ["src/codec/{attribute,capability}/*.test.ts"],
    testNamePattern: /^(?!.*allocates nothing)/,
    testTimeout: 20_000,
  },
});
