export * from "./bench.js";
export * from "./comparison.js";
export * from "./document.js";
export * from "./documents.js";
export * from "./provenance.js";
export * from "./results-error.js";
export * from "./statistics.js";
export * from "./store.js";
