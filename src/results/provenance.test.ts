import { execFileSync } from "node:child_process";
import { homedir, hostname, userInfo } from "node:os";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { commandLine, provenance, provenanceSchema } from "./provenance.js";

const argv = (...args: string[]): string[] => ["/usr/bin/node", "/home/someone/kiln/dist/src/cli/main.js", ...args];

describe("commandLine", () => {
  it.each([
    [["bench", "convergence", "--prefixes", "1000"], "kiln bench convergence --prefixes 1000"],
    [["bench", "update", "--mrt", "../shared/data/updates.gz"], "kiln bench update --mrt updates.gz"],
    [["bench", "update", "--mrt=/srv/someone/updates.gz"], "kiln bench update --mrt=updates.gz"],
    [["status", "--control", "/run/user/1000/kiln.sock"], "kiln status --control kiln.sock"],
    [["nightly", "--results", `${homedir()}/`], "kiln nightly --results ~"],
    [["x", "10.0.0.0/8", "2001:db8::/32"], "kiln x 10.0.0.0/8 2001:db8::/32"],
    [["x", "two words", "it's"], "kiln x 'two words' 'it'\\''s'"],
    [[], "kiln"],
  ])("shows %j as %j", (args, shown) => {
    expect(commandLine(argv(...args))).toBe(shown);
  });
});

describe("provenance", () => {
  const made = provenance({
    argv: argv("bench", "update", "--mrt", resolve("some.mrt")),
    seed: 7,
    targets: { bird: "2.0.12" },
    startedAt: new Date(0),
  });

  it("is what its schema says, also through JSON", () => {
    expect(provenanceSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it("holds what it was told and what runs it", () => {
    expect(made).toMatchObject({
      seed: 7,
      targets: { bird: "2.0.12" },
      started_at: "1970-01-01T00:00:00.000Z",
      command: "kiln bench update --mrt some.mrt",
      node: process.versions.node,
    });
  });

  it("names the commit of a checkout", () => {
    const git = (...args: string[]): string => execFileSync("git", args, { encoding: "utf8" }).trim();
    if (made.commit === null) expect(made.dirty).toBeNull();
    else expect(made).toMatchObject({ commit: git("rev-parse", "HEAD"), dirty: expect.any(Boolean) });
  });

  it("holds no path, no user and no host name", () => {
    const text = JSON.stringify(Object.values({ ...made, platform: "", kernel: "", cpu: "" }));
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain(homedir());
    expect(text).not.toMatch(/"[^"]*\/[^"]*"/);
    const words = text.split(/\W+/);
    for (const name of [userInfo().username, hostname()]) expect(words).not.toContain(name);
  });
});
