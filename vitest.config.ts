import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,fuzz,bench,test}/**/*.test.ts"],
    // Properties print their seed on failure; a slow machine must not turn into a red test.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Failing properties leave findings when KILN_FINDINGS says where.
    setupFiles: ["fuzz/properties/vitest-setup.ts"],
  },
});
