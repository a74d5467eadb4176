/*
 * Run by vitest before each test file. KILN_FINDINGS=<dir>: failing properties leave findings there; without it tests
 * write nothing. KILN_SEED and KILN_PATH run a property again as it failed, for one test at a time (-t).
 */
const { KILN_FINDINGS: root, KILN_SEED: seed, KILN_PATH: path } = process.env;

// What is not asked for is not loaded: this is run some hundred times.
if (root) {
  const { default: fc } = await import("fast-check");
  const { expect } = await import("vitest");
  const { findingReporter } = await import("./reporter.js");
  const running = (): { file: string; name: string } => {
    const { testPath = "unknown", currentTestName = "unknown" } = expect.getState();
    return { file: testPath, name: currentTestName };
  };
  fc.configureGlobal({ ...fc.readConfigureGlobal(), reporter: findingReporter(root, running) });
}
if (seed !== undefined && /^-?\d+$/.test(seed)) {
  const { default: fc } = await import("fast-check");
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed), ...(path ? { path } : {}) });
}

export {};
