import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { contextOf } from "../targets/context.js";
import { updateTarget } from "../targets/update.js";
import { moduleTarget } from "./module-target.js";
import { foreignSuite, seedsRootFor } from "./suite.js";
import { wireOf } from "./wire.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-foreign-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("what goes over the wire", () => {
  it("is a whole message of the ordinary session", () => {
    const { ordinary, octets } = wireOf("message-update");
    const input = ordinary(Uint8Array.of(0x27, 0x0f, 0, 0, 0, 0));
    expect(contextOf(input)).toBe(contextOf(new Uint8Array(2)));
    expect(Buffer.from(octets(input)).toString("hex")).toBe(`${"ff".repeat(16)}00170200000000`);
    expect(updateTarget.fuzz(input)).toBe("accepted");
  });

  it("is the value of a field, or the input as it is", () => {
    const attribute = wireOf("attribute-01-origin");
    expect(attribute.octets(attribute.ordinary(Uint8Array.of(1, 1, 2)))).toEqual(Uint8Array.of(2));
    const capability = wireOf("capability-65-four-octet-as");
    expect(capability.octets(capability.ordinary(Uint8Array.of(1, 2)))).toEqual(Uint8Array.of(1, 2));
  });
});

describe("a user's function", () => {
  it("has what it gives back for its outcome", async () => {
    expect(moduleTarget("m", "m.js", () => "short").fuzz(new Uint8Array(0))).toBe("short");
    expect(moduleTarget("m", "m.js", () => undefined).fuzz(new Uint8Array(0))).toBe("accepted");
    const later = moduleTarget("m", "m.js", async (data) => `${data.length}`);
    expect(await later.fuzzAsync?.(new Uint8Array(3))).toBe("3");
    const secret = moduleTarget("m", "m.js", () => Promise.reject(new Error("lost")));
    expect(() => secret.fuzz(new Uint8Array(0))).toThrow("declare the function `async`");
  });
});

describe("the suite of something foreign", () => {
  const decoder = join(folder, "My Decoder.js");
  writeFileSync(decoder, "export const fuzz = () => {};\n");

  it("is named after the file and the function", () => {
    const named = (spec: string): string => foreignSuite({ kind: "module", spec }, folder).target.name;
    expect(named(decoder)).toBe("module-my-decoder");
    expect(named(`${decoder}#fuzz`)).toBe("module-my-decoder");
    expect(named(`${decoder}#parseAll`)).toBe("module-my-decoder-parseall");
    const exec = foreignSuite({ kind: "exec", command: "./bin/dec.py --x", as: "message-open", hangMs: 1 }, folder);
    expect(exec.target).toMatchObject({ name: "exec-dec", module: "src/codec/message/open.ts" });
    expect(readFileSync(exec.suite.targets, "utf8")).toContain('"command":"./bin/dec.py --x"');
  });

  it("counts in the user's modules alone, or in Kiln's own", () => {
    const theirs = foreignSuite({ kind: "module", spec: decoder }, folder);
    const modules = ["src/codec/frame.ts", "fuzz/oracle/same.ts", "My Decoder.ts"];
    expect(modules.map((one) => theirs.suite.isUnderTest?.(one))).toEqual([false, false, true]);
    const ours = foreignSuite({ kind: "exec", command: "x", as: "message-open", hangMs: 1 }, folder);
    expect(modules.map((one) => ours.suite.isUnderTest?.(one))).toEqual([true, false, false]);
  });

  it("says in a line what it needs", () => {
    const refused = (spec: string) => () => foreignSuite({ kind: "module", spec }, folder);
    expect(refused("./no-such.js#fuzz")).toThrow("--module: there is no file ./no-such.js");
    expect(refused(`${decoder}#`)).toThrow(/^--module: which function of /);
    const exec = (command: string, as: string) => () => foreignSuite({ kind: "exec", command, as, hangMs: 1 }, folder);
    expect(exec("x", "no-such")).toThrow('--as: there is no target "no-such": kiln fuzz --list shows them');
    expect(exec(" ", "message-open")).toThrow("--exec: which program? Give its command line");
    expect(() => seedsRootFor("x", join(folder, "none"), folder)).toThrow(/^--seeds: there is no folder /);
  });
});
