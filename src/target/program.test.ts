import { describe, expect, it } from "vitest";
import { besideOrInstalled, control, said, words } from "./program.js";
import { TargetError } from "./target.js";

describe("words", () => {
  it("takes what stands in double quotes for one", () => {
    expect(words('neighbor 127.0.0.1 down "back at noon"  now')).toEqual([
      ...["neighbor", "127.0.0.1", "down", "back at noon", "now"],
    ]);
  });
});

describe("control", () => {
  it("gives what a program says", async () => {
    expect(await control("/bin/sh", ["-c", "echo yes"])).toBe("yes\n");
  });

  it("says in one line what a program complains about", async () => {
    const asked = control("/bin/sh", ["-c", "echo no such peer >&2; echo more >&2; exit 1"]);
    await expect(asked).rejects.toThrow(TargetError);
    await expect(asked).rejects.toThrow(/: no such peer$/);
    await expect(control("/nowhere/ctl", [])).rejects.toThrow(/^\/nowhere\/ctl : .*ENOENT/);
  });
});

describe("said", () => {
  it("joins both outputs, and is empty where there is no program", () => {
    expect(said("/bin/sh", ["-c", "echo out; echo err >&2"])).toBe("out\nerr\n");
    expect(said("/nowhere/program", [])).toBe("");
  });
});

describe("besideOrInstalled", () => {
  it("prefers the program beside the daemon", () => {
    expect(besideOrInstalled("/bin/anything", "sh")).toBe("/bin/sh");
    expect(besideOrInstalled("/nowhere/anything", "sh")).toMatch(/\/sh$/);
    expect(besideOrInstalled("/nowhere/anything", "no-such-program")).toBe("no-such-program");
  });
});
