import { describe, expect, it } from "vitest";
import { targets } from "../targets/index.js";
import { affected, targetsChangedSince } from "./changed.js";

const imports: Readonly<Record<string, readonly string[]>> = {
  "src/codec/attribute/01-origin.ts": ["src/codec/fault.ts"],
  "src/codec/message/update.ts": ["src/codec/attribute/01-origin.ts", "src/codec/fault.ts"],
  "src/codec/rtr/frame.ts": [],
};
const named = Object.keys(imports).map((module) => ({ module }));
const builtOf = (module: string): ReadonlySet<string> => new Set([module, ...(imports[module] ?? [])]);
const changed = (...files: string[]): string[] => affected(named, files, builtOf).map(({ module }) => module);

describe("targets that a change touches", () => {
  it("are those built of a file that changed", () => {
    expect(changed("src/codec/attribute/01-origin.ts", "README.md")).toEqual([
      "src/codec/attribute/01-origin.ts",
      "src/codec/message/update.ts",
    ]);
    expect(changed("src/codec/attribute/01-origin.test.ts", "fuzz/oracle/same.test.ts", "bench/micro.ts")).toEqual([]);
  });

  it("are all, when what they share changed", () => {
    expect(changed("fuzz/oracle/message.ts")).toHaveLength(named.length);
    expect(changed("package-lock.json")).toHaveLength(named.length);
  });

  it("are found by git and by what modules import", async () => {
    await expect(targetsChangedSince(targets, "no-such-revision")).rejects.toThrow(
      "--since no-such-revision: git knows no such commit",
    );
    await expect(targetsChangedSince(targets, "--output=x")).rejects.toThrow("--since --output=x");
  });
});
