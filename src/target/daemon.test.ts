import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { describe, expect, it, vi } from "vitest";
import { Daemon, findProgram, parseUsage, usageOf, withDescendants } from "./daemon.js";
import { named } from "./halted.js";

/** A zombie is dead: whoever took it over has not looked at it yet. */
const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};

describe("Daemon", () => {
  it("has no usage when it was killed and not yet waited for: 0 octets would be a figure", async () => {
    const child = spawn("/bin/sleep", ["60"]);
    const pid = child.pid ?? 0;
    expect(usageOf("test", pid).rssBytes).toBeGreaterThan(0);
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    // The event loop stands still, so nobody waits for it: it is dead and has not gone.
    while (isAlive(pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    expect(() => usageOf("test", pid)).toThrow(/has ended|is gone/);
    await closed;
  });

  it("stops its process and removes its directory", async () => {
    const daemon = new Daemon("test");
    daemon.spawn("/bin/sleep", ["60"]);
    const { pid, directory } = daemon;
    expect(isAlive(pid) && existsSync(directory)).toBe(true);
    await daemon.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(directory)).toBe(false);
  });

  it("counts what its process has started as its own", async () => {
    const daemon = new Daemon("test");
    daemon.spawn("/bin/sh", ["-c", "sleep 60 & sh -c 'sleep 60 & wait' & wait"]);
    await expect.poll(() => withDescendants(daemon.pid).length, { timeout: 5000 }).toBe(4);
    const pids = withDescendants(daemon.pid);
    const sum = (): number => pids.reduce((all, pid) => all + usageOf("test", pid).rssBytes, 0);
    await expect.poll(() => daemon.usage().rssBytes - sum(), { timeout: 5000 }).toBe(0);
    for (const pid of pids.slice(1)) process.kill(pid, "SIGKILL");
    await daemon.stop();
  });

  it("tells which of its processes is stopped or has ended", async () => {
    const daemon = new Daemon("test");
    daemon.spawn("/bin/sh", ["-c", "/bin/sleep 61 & /bin/sleep 62 & wait"]);
    await expect.poll(() => withDescendants(daemon.pid).length, { timeout: 5000 }).toBe(3);
    // Between fork and exec it still has its parent's command line.
    const commands = (): string[] => withDescendants(daemon.pid).map((pid) => named(pid).command);
    await expect.poll(commands, { timeout: 5000 }).toEqual([expect.any(String), "sleep 61", "sleep 62"]);
    expect(daemon.halted()).toBe(null);
    const [main = 0, first = 0, second = 0] = daemon.pids();
    const halted = (): string | null => daemon.halted();
    process.kill(second, "SIGSTOP");
    await expect.poll(halted).toBe(`its process sleep 62 (pid ${second}) is stopped`);
    process.kill(second, "SIGCONT");
    await expect.poll(halted).toBe(null);
    process.kill(first, "SIGKILL");
    await expect.poll(halted).toBe(`its process sleep 61 (pid ${first}) has ended`);
    process.kill(main, "SIGSTOP");
    await expect.poll(halted).toMatch(/^its process sh -c .* \(pid \d+\) is stopped$/);
    process.kill(second, "SIGKILL");
    await daemon.stop();
  });

  it("tells of a process that ends by itself, with what it said last", async () => {
    const daemon = new Daemon("test");
    daemon.spawn("/bin/sh", ["-c", "echo no such thing >&2; exit 3"]);
    await expect(daemon.died).resolves.toBe("test: ended by itself (exit code 3); it said: no such thing");
    await expect(daemon.ready(async () => null)).rejects.toThrow("exit code 3");
    await daemon.stop();
  });

  it("tells of a program that can't be started", async () => {
    const daemon = new Daemon("test");
    daemon.spawn("/nowhere/program", []);
    await expect(daemon.ready(async () => null)).rejects.toThrow(/^test: could not be started: .*ENOENT/);
    await daemon.stop();
  });

  it("leaves its process alone where PATH holds none of the usual programs", async () => {
    vi.stubEnv("PATH", "/nowhere");
    const daemon = new Daemon("test");
    daemon.spawn("/bin/sleep", ["0.5"]);
    vi.unstubAllEnvs();
    await expect(daemon.died).resolves.toBe("test: ended by itself (exit code 0)");
    await daemon.stop();
  });

  it("does not outlive a process of ours that is killed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kiln-test-"));
    const file = join(folder, "daemon.mjs");
    const entry = fileURLToPath(new URL("./daemon.ts", import.meta.url));
    buildSync({
      entryPoints: [entry],
      outfile: file,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const script = `import(${JSON.stringify(file)}).then(({ Daemon }) => {
      const daemon = new Daemon("test");
      daemon.spawn("/bin/sleep", ["60"]);
      process.stdout.write(JSON.stringify([daemon.pid, daemon.directory]));
      setInterval(() => undefined, 1000);
    })`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const line = await new Promise<string>((resolve) => child.stdout.once("data", (text) => resolve(String(text))));
    const [pid, directory] = JSON.parse(line) as [number, string];
    expect(isAlive(pid)).toBe(true);
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
    for (let i = 0; i < 200 && existsSync(directory); i++) await wait(20);
    expect(existsSync(directory)).toBe(false);
    expect(isAlive(pid)).toBe(false);
  });
});

describe("parseUsage", () => {
  it("reads CPU time, resident and peak memory, whatever the process is called", () => {
    const stat = `42 (a) b (c) S ${Array.from({ length: 10 }, () => 7).join(" ")} 150 50 0 0`;
    const status = "Name:\ta\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
    expect(parseUsage(stat, status)).toEqual({ cpuSeconds: 2, rssBytes: 1 << 20, peakRssBytes: 2 << 20 });
  });
});

describe("findProgram", () => {
  it("finds what is in PATH and says null for what is nowhere", () => {
    expect(findProgram("sh")).toMatch(/\/sh$/);
    expect(findProgram("no-such-program-anywhere")).toBeNull();
  });
});
