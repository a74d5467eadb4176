import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { TesterSession } from "../../bench/tester/session.js";
import { generateTable } from "../table/generate.js";
import { bird, birdConfig } from "./bird.js";
import type { RunningTarget, TargetSetup } from "./target.js";

const missing = await bird.available();

const setup: TargetSetup = {
  transport: "tcp",
  as: 65550,
  routerId: "10.0.2.1",
  peers: [{ name: "peer0", address: "127.0.1.1", as: 65001, families: ["ipv4", "ipv6"] }],
};

const session = (port: number): TesterSession =>
  new TesterSession(
    {
      transport: "tcp",
      localAddress: "127.0.1.1",
      as: 65001,
      routerId: "10.0.0.1",
      families: ["ipv4", "ipv6"],
      remote: { address: "127.0.0.1", port, as: 65550 },
    },
    { update: () => undefined, drained: () => undefined },
  );

describe("birdConfig", () => {
  it("listens on the one address and dials only when it is told to", () => {
    const passive = birdConfig(setup, { address: "127.0.0.1", port: 1790 });
    expect(passive).toContain("local 127.0.0.1 port 1790 as 65550;");
    expect(passive).toContain("neighbor 127.0.1.1 as 65001;\n  passive;");
    const [peer] = setup.peers;
    if (peer === undefined) throw new Error("the setup has a peer");
    const active = birdConfig({ ...setup, peers: [{ ...peer, dial: 1791 }] }, { address: "127.0.0.1", port: 1790 });
    expect(active).toContain("neighbor 127.0.1.1 port 1791 as 65001;");
    expect(active).not.toContain("passive;");
  });
});

describe.skipIf(missing !== null)(`bird${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  let running: RunningTarget | null = null;
  let server: Server | null = null;

  afterEach(async () => {
    await running?.stop();
    running = null;
    server?.close();
    server = null;
  });

  it("tells its version, counts what a peer sent, and what it used", async () => {
    running = await bird.start(setup);
    expect(running.version).toMatch(/^BIRD \d/);
    const peer = session(running.port);
    await peer.established;
    peer.write(generateTable({ prefixes: 1000, family: "both", seed: 1, peerAs: 65001 }).messages);
    await expect
      .poll(async () => (await running?.counts())?.get("peer0"), { timeout: 5000 })
      .toEqual({ state: "Established", received: 1000, accepted: 1000, sent: 0 });
    expect(running.usage().peakRssBytes).toBeGreaterThan(1 << 20);
    await peer.close();
  });

  it("dials a peer that listens", async () => {
    const peer = session(0);
    const dial = await peer.listening;
    running = await bird.start({ ...setup, peers: setup.peers.map((one) => ({ ...one, dial })) });
    await peer.established;
    await peer.close();
  });

  it("says that the port is in use", async () => {
    const taken = createServer();
    server = taken;
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const bound = taken.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : 0;
    await expect(bird.start({ ...setup, port })).rejects.toThrow(`it cannot listen at 127.0.0.1 port ${port}`);
  });

  it("refuses TLS, which it doesn't have", async () => {
    const tls = { cert: "", key: "", ca: "", mutual: false };
    await expect(bird.start({ ...setup, transport: "tls", tls })).rejects.toThrow("no TLS");
  });
});
