import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { mrt, validRecords } from "./build.arb.js";
import { LONGEST_RECORD, type MrtOutcome, MrtSplitter, readMrt } from "./reader.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-mrt-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = Buffer.concat(validRecords);

/** The kinds of records read, and the outcome. */
const readFile = async (octets: Uint8Array): Promise<{ kinds: string[]; outcome: MrtOutcome }> => {
  const path = join(folder, "file");
  writeFileSync(path, octets);
  const kinds: string[] = [];
  const outcome = await readMrt(path, ({ kind }) => {
    kinds.push(kind);
    return undefined;
  });
  return { kinds, outcome };
};

/** One state change, packed by bzip2 1.0.8. */
const BZIP2_STATE_CHANGE = Buffer.from(
  "QlpoOTFBWSZTWZqJAH0AAAHgBPzARABAAAYIIAAhijQ9JggGgDyruiPiXuESwmJsVeC7kinChITUSAPo",
  "base64",
);

describe("an MRT file", () => {
  it("is read record by record, plain or gzip", async () => {
    for (const octets of [
      file,
      gzipSync(file),
      Buffer.concat([gzipSync(file.subarray(0, 100)), gzipSync(file.subarray(100))]),
    ]) {
      const { kinds, outcome } = await readFile(octets);
      expect(outcome).toEqual({ records: validRecords.length, stopped: null, faulty: 0, firstFaulty: null, mrt: true });
      expect(kinds).toHaveLength(validRecords.length);
    }
  });

  it("reads the same whatever chunks it comes in, and whether the visitor holds it back or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }),
        fc.boolean(),
        async (sizes, waits) => {
          const seen: Uint8Array[] = [];
          const splitter = new MrtSplitter((record, octets) => {
            if (record.kind === "message") seen.push(octets.slice(record.start, record.end));
            return waits ? Promise.resolve() : undefined;
          });
          for (let at = 0, i = 0; at < file.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            await splitter.push(file.slice(at, at + size));
            at += size;
          }
          expect(splitter.finish(null).records).toBe(validRecords.length);
          expect(seen.map((octets) => octets.length)).toEqual([59, 69, 55, 54]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is read as far as it goes when it is cut short, and the offset is said", async () => {
    const cut = file.length - 2;
    const whole = validRecords.slice(0, -1);
    const { kinds, outcome } = await readFile(file.subarray(0, cut));
    expect(kinds).toHaveLength(whole.length);
    expect(outcome.stopped).toEqual({
      offset: Buffer.concat(whole).length,
      why: "the file ends after 1 of a record's 3 octets",
    });
  });

  it("is read as far as it goes when its gzip stream is cut short", async () => {
    // Octets that do not compress, so that most of the records stand before the cut.
    const noise = Array.from({ length: 300 }, (_, i) =>
      mrt(
        i,
        11,
        0,
        Array.from({ length: 200 }, (_, j) => (i * 7919 + j * j * 31) % 251),
      ),
    );
    const packed = gzipSync(Buffer.concat(noise));
    const { kinds, outcome } = await readFile(packed.subarray(0, packed.length >> 1));
    expect(kinds.length).toBeGreaterThan(20);
    expect(outcome.stopped?.offset).toBe(kinds.length * 212);
    expect(outcome.stopped?.why).toMatch(/^the gzip stream is cut short/);
  });

  it("says that its gzip stream is damaged", async () => {
    const packed = gzipSync(file);
    packed[packed.length - 6] = (packed[packed.length - 6] ?? 0) ^ 1;
    const { outcome } = await readFile(packed);
    expect(outcome.stopped?.why).toMatch(/damaged.*incorrect data check/);
  });

  it("is read from bzip2", async () => {
    const { kinds, outcome } = await readFile(BZIP2_STATE_CHANGE);
    expect(outcome.stopped).toBeNull();
    expect(kinds).toEqual(["state-change"]);
    const short = await readFile(BZIP2_STATE_CHANGE.subarray(0, -12));
    expect(short.outcome.stopped?.why).toMatch(/^the bzip2 stream/);
  });

  it("stops at a record that is longer than any, without making room for it", async () => {
    const monster = mrt(1, 13, 2, []);
    monster.set([0xff, 0xff, 0xff, 0xff], 8);
    const { kinds, outcome } = await readFile(Buffer.concat([file, monster, file]));
    expect(kinds).toHaveLength(validRecords.length);
    expect(outcome.stopped).toEqual({ offset: file.length, why: "a record of 4294967295 octets is out of reason" });
    expect(LONGEST_RECORD).toBeLessThan(0xffffffff);
  });

  it("leaves out a faulty record and goes on", async () => {
    const faulty = mrt(1, 16, 1, [1, 2, 3]);
    const { kinds, outcome } = await readFile(Buffer.concat([file, faulty, file]));
    expect(kinds).toHaveLength(2 * validRecords.length);
    expect(outcome).toMatchObject({ faulty: 1, firstFaulty: { offset: file.length }, stopped: null });
  });

  it("is told from a file of another kind", async () => {
    for (const text of ["{}", "# A text that is no table\n", "\u007fELF\u0002\u0001\u0001\0\0\0\0\0\0\0\0\0"]) {
      expect((await readFile(Buffer.from(text))).outcome.mrt).toBe(false);
    }
    expect((await readFile(Buffer.alloc(0))).outcome).toMatchObject({ mrt: true, records: 0, stopped: null });
  });
});
