import { defineConfig } from "vitest/config";

/**
 * The tests that stand beside the modules that Stryker mutates, save those of the tables as a whole, which are slow. What
 * it adds to the code allocates, so that is not asked.
 */
export default defineConfig({
  test: {
    include: ["src/codec/attribute/{[0-9],octet-set}*.test.ts", "src/codec/capability/*.test.ts"],
    testNamePattern: /^(?!.*allocates nothing)/,
    testTimeout: 20_000,
  },
});
