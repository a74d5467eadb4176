export * from "./bench.js";
export * from "./measured.js";
export * from "./nightly.js";
export * from "./table.js";
export * from "./units.js";
