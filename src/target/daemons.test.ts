import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { TesterSession } from "../../bench/tester/session.js";
import { generateTable } from "../table/generate.js";
import { bird } from "./bird.js";
import { withDescendants } from "./daemon.js";
import { exabgpWith } from "./exabgp.js";
import { frr } from "./frr.js";
import { gobgp } from "./gobgp.js";
import { openbgpd } from "./openbgpd.js";
import { type RunningTarget, type Target, TargetError, type TargetSetup } from "./target.js";

/** What every daemon must do as a target, whichever it is. */

const folder = mkdtempSync(join(tmpdir(), "kiln-daemons-test-"));
const relay = join(folder, "relay.mjs");

beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(new URL("./exabgp-relay-run.ts", import.meta.url))],
    outfile: relay,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const daemons: readonly { readonly target: Target; readonly version: RegExp; readonly processes: number }[] = [
  { target: bird, version: /^BIRD \d/, processes: 1 },
  { target: frr, version: /^FRRouting \d/, processes: 1 },
  { target: gobgp, version: /^GoBGP \d/, processes: 1 },
  { target: openbgpd, version: /^OpenBGPD \d/, processes: 4 },
  { target: exabgpWith(relay), version: /^ExaBGP \d/, processes: 2 },
];

const ADDRESS = "127.0.4.1";
const PEERS = ["127.0.4.11", "127.0.4.12"] as const;

const setup: TargetSetup = {
  transport: "tcp",
  as: 65550,
  routerId: "10.0.2.1",
  address: ADDRESS,
  peers: PEERS.map((address, n) => ({ name: `peer${n}`, address, as: 65001 + n, families: ["ipv4", "ipv6"] })),
};

const session = (n: 0 | 1, port: number, update = (): void => undefined): TesterSession =>
  new TesterSession(
    {
      transport: "tcp",
      localAddress: PEERS[n],
      as: 65001 + n,
      routerId: `10.0.0.${n + 1}`,
      families: ["ipv4", "ipv6"],
      remote: { address: ADDRESS, port, as: 65550 },
    },
    { update, drained: () => undefined },
  );

/** Folders of daemons that this process has made. */
const foldersOf = (target: Target): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`kiln-${target.name}-`));

const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};

for (const { target, version, processes } of daemons) {
  const missing = await target.available();
  describe.skipIf(missing !== null)(`${target.name}${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
    let running: RunningTarget | null = null;
    let server: Server | null = null;
    const sessions: TesterSession[] = [];
    const connect = (...args: Parameters<typeof session>): TesterSession => {
      const one = session(...args);
      sessions.push(one);
      return one;
    };

    afterEach(async () => {
      await Promise.all(sessions.splice(0).map((one) => one.close()));
      await running?.stop();
      running = null;
      server?.close();
      server = null;
    });

    it("passes routes of both families on, and tells its version, its counters and what it used", async () => {
      running = await target.start(setup);
      expect(running.version).toMatch(version);
      expect(running.address).toBe(ADDRESS);
      const digest = target.name === "exabgp" ? null : expect.stringMatching(/^[0-9a-f]{64}$/);
      expect(running.binaryDigest).toEqual(digest);
      const sender = connect(0, running.port);
      const receiver = connect(1, running.port);
      await Promise.all([sender.established, receiver.established]);
      sender.write(generateTable({ prefixes: 1000, family: "both", seed: 1, peerAs: 65001 }).messages);
      await expect
        .poll(async () => Object.fromEntries((await running?.counts()) ?? []), { timeout: 15_000, interval: 100 })
        .toEqual({
          peer0: {
            state: "Established",
            received: 1000,
            accepted: 1000,
            sent: target.name === "gobgp" ? null : expect.any(Number),
          },
          peer1: { state: "Established", received: 0, accepted: 0, sent: target.name === "gobgp" ? null : 1000 },
        });
      expect(withDescendants(running.pid ?? 0)).toHaveLength(processes);
      expect(running.usage().peakRssBytes).toBeGreaterThan(1 << 20);
    });

    it("dials a peer that listens", async () => {
      const peer = connect(0, 0);
      const dial = await peer.listening;
      running = await target.start({
        ...setup,
        peers: setup.peers.map((one, n) => (n === 0 ? { ...one, dial } : one)),
      });
      await peer.established;
    });

    it("takes peers with several paths for a prefix, or says that it can't", async () => {
      const start = target.start({ ...setup, peers: setup.peers.map((peer) => ({ ...peer, addPath: true })) });
      if (target.name === "exabgp") await expect(start).rejects.toThrow("exabgp: no ADD-PATH");
      else running = await start;
    });

    it("leaves nothing behind", async () => {
      const before = foldersOf(target);
      running = await target.start(setup);
      const pids = withDescendants(running.pid ?? 0);
      const [folderOfIt = ""] = foldersOf(target).filter((name) => !before.includes(name));
      await running.stop();
      running = null;
      await expect.poll(() => pids.filter(isAlive), { timeout: 5000 }).toEqual([]);
      expect(existsSync(join(tmpdir(), folderOfIt))).toBe(false);
    });

    it("tells of its end", async () => {
      running = await target.start(setup);
      const pids = withDescendants(running.pid ?? 0);
      process.kill(running.pid ?? 0, "SIGKILL");
      await expect(running.died).resolves.toMatch(new RegExp(`^${target.name}: ended by itself \\(SIGKILL\\)`));
      await expect.poll(() => pids.filter(isAlive), { timeout: 5000 }).toEqual([]);
    });

    it("says that the port is in use", async () => {
      const taken = createServer();
      server = taken;
      await new Promise<void>((resolve) => taken.listen(0, ADDRESS, resolve));
      const bound = taken.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : 0;
      await expect(target.start({ ...setup, port })).rejects.toThrow(
        new TargetError(`${target.name}: it cannot listen at ${ADDRESS} port ${port}: the port is in use`),
      );
    });

    it("says in one line that it refused its configuration", async () => {
      const before = foldersOf(target);
      const refused = target.start({ ...setup, routerId: "10.0.2.999" });
      await expect(refused).rejects.toThrow(TargetError);
      await expect(refused).rejects.toThrow(new RegExp(`^${target.name}: [^\\n]+$`));
      expect(foldersOf(target)).toEqual(before);
    });

    it("runs the program that it is told to, and says when it can't", async () => {
      await expect(target.start({ ...setup, program: "/nowhere/bgpd" })).rejects.toThrow(
        `${target.name}: /nowhere/bgpd is no program that can be run`,
      );
      await expect(target.start({ ...setup, program: "/bin/false" })).rejects.toThrow(
        `${target.name}: ended by itself (exit code 1)`,
      );
    });

    it("refuses TLS, which it doesn't have", async () => {
      const tls = { cert: "", key: "", ca: "", mutual: false };
      await expect(target.start({ ...setup, transport: "tls", tls })).rejects.toThrow("no TLS");
    });
  });
}
