import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BgpdumpLines } from "./bgpdump-lines.js";
import { readMrt } from "./reader.js";

/** What the tests of this folder share: the oracle, the real files, our lines. */

const found = (command: string): boolean => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;

export const bgpdumpMissing: boolean = !found("bgpdump");
export const birdMissing: boolean = !found("bird");

const root = fileURLToPath(new URL("../../..", import.meta.url));
const data = process.env.KILN_DATA ?? join(root, "../shared/data");

/** A real MRT file, looked for where KILN_DATA says, else beside the checkout. */
export const dataFile = (name: string): string => join(data, name);
export const dataMissing: boolean = !existsSync(dataFile("updates.et-header.2015.gz"));

/** For the titles of tests that are skipped. */
export const without = (missing: boolean, what: string, how: string): string =>
  missing ? ` — SKIPPED: ${what} is missing (${how})` : "";

export const noBgpdump: string = without(bgpdumpMissing, "bgpdump", "apt-get install bgpdump");
export const noData: string = without(dataMissing, "the folder of real MRT files", "set KILN_DATA");

/** What bgpdump -m prints of a file. */
export const bgpdump = (path: string): Buffer =>
  execFileSync("bgpdump", ["-m", path], { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });

/** What we print of it. */
export const ourLines = async (path: string): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  const lines = new BgpdumpLines((chunk) => {
    chunks.push(chunk);
    return undefined;
  });
  await readMrt(path, (record, octets) => lines.record(record, octets));
  lines.flush();
  return Buffer.concat(chunks);
};
