import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Check, doctorDocument, provenance } from "../results/index.js";
import { type Target, TargetError } from "../target/index.js";
import { installLine, lines } from "./doctor.js";
import { checkKernel, checkOf } from "./doctor-kernel.js";
import { checkCores, checkFiles, checkGovernor, checkMachine, checkNode, checkSpace } from "./doctor-machine.js";
import { askProgram, lacking, ok, versionOf } from "./doctor-probe.js";
import { checkTarget, checkTls } from "./doctor-programs.js";

const target = (available: string | null, name = "other"): Target => ({
  name,
  transports: ["tcp"],
  comparability: { mrai: "", damping: "", threads: "", policy: "", fib: "", notes: [] },
  available: async () => available,
  start: () => Promise.reject(new TargetError("doctor starts nothing")),
});

describe("what is needed", () => {
  it.each([
    ["20.19.0", "ok"],
    ["20.20.2", "ok"],
    ["26.0.0", "ok"],
    ["20.18.3", "needed"],
    ["18.20.0", "needed"],
    ["8.30.0", "needed"],
  ])("Node %s is %s", (version, state) => {
    expect(checkNode(version, "20.19.0")).toMatchObject({ name: "Node", state });
  });

  it.each([
    [5e9, "ok"],
    [5e8, "lacking"],
    [1e6, "needed"],
  ])("%d octets of disk are %s", (free, state) => {
    expect(checkSpace("disk", free).state).toBe(state);
  });
});

describe("what something works without", () => {
  it.each([
    [checkCores(1), "lacking"],
    [checkCores(8), "ok"],
    [checkGovernor(null), "unknown"],
    [checkGovernor("powersave"), "lacking"],
    [checkGovernor("performance"), "ok"],
    [checkFiles("Max open files            256                  4096                 files"), "lacking"],
    [checkFiles("Max open files            unlimited            unlimited            files"), "ok"],
    [checkFiles(""), "unknown"],
  ])("%o is %s, with what it costs", (check, state) => {
    expect(check.state).toBe(state);
    if (state !== "ok") expect(check.costs).toMatch(/\w+ \w+/);
  });

  it("is told of a kernel by its answers", () => {
    const feature = { name: "TCP-AO", key: "ao", costs: "no sessions with it" };
    expect(checkOf(feature, "md5 0\nao 22\n")).toMatchObject({ state: "ok" });
    expect(checkOf(feature, "md5 0\nao 92\n")).toMatchObject({ state: "lacking", found: "refused (ENOPROTOOPT)" });
    expect(checkOf({ ...feature, key: "md5" }, "md5 22\n")).toMatchObject({ state: "lacking" });
    expect(checkOf({ ...feature, key: "transparent" }, "transparent 1\n").get).toContain("CAP_NET_ADMIN");
    expect(checkOf(feature, null)).toMatchObject({ state: "unknown", get: expect.stringContaining("perl") });
    expect(checkOf(feature, "gibberish")).toMatchObject({ state: "unknown", get: null });
  });

  it("is told of a target in the words of its own", async () => {
    expect(await checkTarget(target("not installed; apt-get install bird2"))).toEqual({
      name: "other",
      group: "targets",
      state: "lacking",
      found: "not installed",
      costs: "no other rows in benchmarks, no tests with it",
      get: "apt-get install bird2",
    });
    expect(await checkTarget(target("wants a newer kernel"))).toMatchObject({
      found: "wants a newer kernel",
      get: null,
    });
    expect(await checkTarget(target(null))).toMatchObject({ state: "ok", found: "there" });
  });
});

describe("askProgram", () => {
  it("takes what is said on both streams, whatever the exit code", async () => {
    expect(await askProgram("/bin/sh", ["-c", "echo version 1.2; echo more >&2; exit 3"])).toBe("version 1.2\nmore\n");
    expect(await versionOf("/bin/sh", ["-c", "echo version 1.2 >&2"], /version (\S+)/)).toBe("1.2");
    expect(await versionOf("/bin/sh", ["-c", "true"], /version (\S+)/)).toMatch(/^there/);
    expect(await askProgram("/nowhere/program", [])).toBe(null);
  });

  it.skipIf(process.platform !== "linux")("ends one that hangs, with everything below it", async () => {
    const mark = `kiln-doctor-test-${process.pid}`;
    const hanging = `sleep 300 & exec sleep 300 # ${mark}`;
    expect(await askProgram("/bin/sh", ["-c", `KILN_MARK=${mark}; export KILN_MARK; ${hanging}`], 200)).toBe(null);
    await expect.poll(() => marked(mark), { timeout: 3000 }).toEqual([]);
  });

  const marked = (mark: string): string[] =>
    readdirSync("/proc").filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "latin1").includes(`KILN_MARK=${mark}`);
      } catch {
        return false;
      }
    });
});

describe("the result", () => {
  const checks: readonly Check[] = [
    ok("machine", "Node", "24.0.0"),
    lacking("targets", "bird", "not installed", "no bird rows", "apt-get install bird2"),
    lacking("targets", "tls-stunnel", "no compiler", "no tunnels", "apt-get install gcc libc6-dev"),
    lacking("tools", "other", "not installed", "nothing", "apt-get install gcc"),
    lacking("tools", "clinic", "not installed", "no --profile", "npm ci, in a checkout"),
  ];

  it("names each package once, and nothing that is no package", () => {
    expect(installLine(checks)).toBe("apt-get install bird2 gcc libc6-dev");
    expect(installLine([ok("machine", "Node", "24.0.0")])).toBe(null);
  });

  it("shows what each lacking thing costs and how to get it, by groups", () => {
    const text = lines(checks).join("\n");
    expect(text).toMatch(
      /targets\n {2}lacking {2}bird {9}not installed\n +without it: no bird rows\n +to get it: apt-get/,
    );
    expect(text).toContain("4 of 5 are not there or not known.");
  });

  it("of this machine is a document, and every lacking thing has its cost", async () => {
    const rows = (await Promise.all([checkMachine(), checkKernel(), checkTls()])).flat();
    const document = { schema: "kiln.doctor/1", provenance: provenance(), rows };
    expect(doctorDocument.parse(document)).toEqual(document);
    for (const row of rows) expect(row.costs === null).toBe(row.state === "ok");
    expect(rows.find(({ name }) => name === "Node")?.state).toBe("ok");
  });
});
