import { readFileSync } from "node:fs";

/** Kiln's version, from its package. */
export const version: string = String(
  (JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { version: unknown }).version,
);
