import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type ConvergenceRow,
  convergenceDocument,
  isMeasured,
  soakDocument,
  updateDocument,
} from "../src/results/index.js";
import { bird } from "../src/target/bird.js";
import { freePort } from "../src/target/listening.js";
import { stunnelMissing } from "../src/target/stunnel.js";
import { makeCertificates } from "../src/transport/certificates.js";
import { type Ended, type Started, startNode } from "./command-kit.js";

/** Targets at the edge of what we start ourselves: behind a tunnel, and running already. */

const main = fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kiln-edges-"));
const MARK = `kiln-edges-test-${process.pid}`;
const env = { ...process.env, KILN_TEST_MARK: MARK };
const noTunnel = stunnelMissing();
const noBird = await bird.available();
const skipping = (...reasons: (string | null)[]): string => {
  const all = reasons.filter((reason) => reason !== null);
  return all.length === 0 ? "" : ` (SKIPPED: ${all.join("; ")})`;
};

beforeAll(() => {
  if (!existsSync(main)) throw new Error("there is no build: npm run build");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
    child.kill("SIGKILL");
    await gone;
  }
});

const start = (...args: readonly string[]): Started => {
  const started = startNode([main, ...args], { cwd: folder, env });
  children.push(started.child);
  return started;
};

const bench = (...args: readonly string[]): Promise<Ended> =>
  start("bench", ...args, "--results", join(folder, "runs"), "--json").ended;

/** Process ids of what runs with our mark and has `text` in its command line. */
const running = (text: string): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(pid, "environ").includes(`KILN_TEST_MARK=${MARK}`) && read(pid, "cmdline").includes(text))
    .map(Number);

const read = (pid: string, what: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "latin1");
  } catch {
    return "";
  }
};

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

describe.skipIf(noTunnel !== null)(`kiln bench over tls-stunnel${skipping(noTunnel)}`, () => {
  it.skipIf(noBird !== null)(`comes to BIRD's routes from two peers through a tunnel${skipping(noBird)}`, async () => {
    const args = ["--prefixes", "2000", "--peers", "2", "--runs", "1", "--transport", "tcp,tls-stunnel"];
    const { status, stdout, stderr } = await bench("convergence", "--target", "self,bird", ...args);
    expect(stderr).not.toContain("not exact");
    expect(status).toBe(0);
    const { rows: all, conditions } = convergenceDocument.parse(JSON.parse(stdout));
    expect(conditions?.comparability?.bird?.notes).toContainEqual(expect.stringContaining("stunnel"));
    const rows = all.filter(isMeasured);
    expect(rows.map(({ target, transport, exact }) => [target, transport, exact])).toEqual([
      ["self", "tcp", true],
      ["self", "tls-stunnel", true],
      ["bird", "tcp", true],
      ["bird", "tls-stunnel", true],
    ]);
    expect(new Set(rows.map(({ best_paths_digest }) => best_paths_digest)).size).toBe(1);
    for (const { transport, tunnel_cpu_s, tunnel_peak_rss_bytes } of rows) {
      if (transport === "tcp") expect([tunnel_cpu_s, tunnel_peak_rss_bytes]).toEqual([undefined, undefined]);
      else expect(tunnel_peak_rss_bytes?.median).toBeGreaterThan(1 << 20);
    }
  });

  it("has the tunnel's CPU beside the target's own", async () => {
    // Long enough for a tick of 10 ms, on a busy machine too.
    const args = ["--prefixes", "5000", "--runs", "1", "--packing", "packed", "--duration", "3s"];
    const { status, stdout } = await bench("update", "--target", "self", "--transport", "tls-stunnel", ...args);
    expect(status).toBe(0);
    const [row] = updateDocument.parse(JSON.parse(stdout)).rows.filter(isMeasured);
    expect(row).toMatchObject({ exact: true, transport: "tls-stunnel" });
    expect(row?.tunnel_cpu_s?.median).toBeGreaterThan(0);
  });

  it("says why when the tunnel dies, keeps what it has, and leaves nothing behind", async () => {
    const args = ["--target", "self", "--transport", "tls-stunnel", "--prefixes", "500", "--rounds", "1000000"];
    const { ended, said } = start("bench", "soak", ...args, "--results", join(folder, "runs"), "--json");
    await said("round 20/");
    const [tunnel = 0] = running("stunnel.conf");
    process.kill(tunnel, "SIGKILL");
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(2);
    expect(lastLine(stderr)).toMatch(/^kiln: stunnel: ended by itself \(SIGKILL\)/);
    const [row] = soakDocument.parse(JSON.parse(stdout)).rows;
    expect(row).toMatchObject({ exact: false, note: expect.stringContaining("stunnel: ended by itself") });
    await expect.poll(() => running(""), { timeout: 3000 }).toEqual([]);
  });
});

describe("kiln bench --target endpoint", () => {
  const where = (port: number): string[] => [
    ...["--target", "endpoint", "--endpoint", `127.0.0.1:${port}`, "--endpoint-as", "65530"],
  ];

  /** Our speaker as `--endpoint-config` says that it must be set up. */
  const speaker = async (port: number, ...more: readonly string[]): Promise<void> => {
    const asked = await start("bench", "convergence", ...where(port), "--peers", "2", ...more, "--endpoint-config")
      .ended;
    expect(asked).toMatchObject({ status: 0, stderr: "" });
    expect(asked.stdout).toContain("sender1     127.0.1.2");
    writeFileSync(join(folder, "speaker.json"), asked.stdout.slice(asked.stdout.indexOf("\n{")));
    await start("speaker", "--config", "speaker.json").said("listening on");
  };

  it("measures our speaker, twice in the same process, with all figures but the intake", async () => {
    const port = await freePort("127.0.0.1");
    await speaker(port);
    const args = [...where(port), "--peers", "2", "--prefixes", "1000", "--runs", "2"];
    const { status, stdout, stderr } = await bench("convergence", ...args);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("not exact")]);
    const { rows, conditions } = convergenceDocument.parse(JSON.parse(stdout));
    expect(conditions?.comparability?.endpoint?.notes).toContainEqual(expect.stringContaining("one process takes all"));
    expect(rows).toEqual([
      expect.objectContaining({ target: "endpoint", version: null, skipped: expect.stringContaining("no intake") }),
    ]);
    const { partial } = rows[0] as Extract<ConvergenceRow, { skipped: string }>;
    expect(partial).toMatchObject({ exact: true });
    expect(partial?.convergence_ms?.samples.length).toBe(2);
    expect(partial?.peak_rss_bytes?.median).toBeGreaterThan(1 << 20);
    expect(partial).not.toHaveProperty("intake_ms");
  });

  it("measures it over TLS, and refuses a certificate of another authority", async () => {
    const own = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });
    const other = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });
    for (const [name, text] of Object.entries({
      cert: own.server.cert,
      key: own.server.key,
      ca: own.ca,
      other: other.ca,
    })) {
      writeFileSync(join(folder, `${name}.pem`), text);
    }
    const port = await freePort("127.0.0.1");
    await speaker(port, "--endpoint-ca", "ca.pem");
    const args = [...where(port), "--peers", "2", "--prefixes", "500", "--runs", "1"];
    const { status, stdout } = await bench("convergence", ...args, "--endpoint-ca", "ca.pem");
    expect(status).toBe(0);
    expect(convergenceDocument.parse(JSON.parse(stdout)).rows).toMatchObject([
      { transport: "tls", partial: { exact: true } },
    ]);
    const refused = await bench("convergence", ...args, "--endpoint-ca", "other.pem");
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(lastLine(refused.stderr)).toMatch(/^kiln: endpoint: .*not issued by an authority that we trust/);
  });

  it("ends in one line when it has gone away during a run", async () => {
    const port = await freePort("127.0.0.1");
    await speaker(port);
    const args = [...where(port), "--prefixes", "500", "--rounds", "1000000"];
    const { ended, said } = start("bench", "soak", ...args, "--results", join(folder, "runs"), "--json");
    await said("round 20/");
    const [pid = 0] = running("speaker.json");
    process.kill(pid, "SIGKILL");
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(2);
    expect(lastLine(stderr)).toMatch(/^kiln: (endpoint: its process \d+ has ended|.*the session was lost)/);
    expect(soakDocument.parse(JSON.parse(stdout)).rows).toMatchObject([{ target: "endpoint", exact: false }]);
  });

  it("says what to look at when a speaker there wants none of our peers", { timeout: 40_000 }, async () => {
    const server = createServer((socket) => socket.on("error", () => undefined).destroy()).listen(0, "127.0.0.1");
    try {
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      const { status, stderr } = await bench("convergence", ...where(port), "--prefixes", "100", "--runs", "1");
      expect(status).toBe(2);
      expect(lastLine(stderr)).toMatch(/no session within 20 s: .*; does it know all the peers of --endpoint-config/);
    } finally {
      server.close();
    }
  });

  const usage = ["--target", "endpoint"];
  writeFileSync(join(folder, "text"), "Roses are red.\n");
  it.each([
    [usage, /say where it is and which AS: --endpoint/],
    [["--endpoint", "127.0.0.1:1"], /go with --target endpoint/],
    [[...usage, "--endpoint", "127.0.0.1"], /Write ADDRESS:PORT/],
    [[...usage, "--endpoint", "127.0.0.1:70000"], /Write ADDRESS:PORT/],
    [[...usage, "--endpoint", "[::1]:179"], /Write ADDRESS:PORT/],
    [[...usage, "--endpoint", "192.0.2.1:179", "--endpoint-as", "1"], /only speakers of this machine/],
    [[...usage, "--endpoint", "localhost:179", "--endpoint-as", "1"], /only speakers of this machine/],
    [[...usage, "--endpoint", "127.0.0.1:1", "--endpoint-as", "many"], /a whole number from 1/],
    [[...usage, "--endpoint", "127.0.0.1:1", "--endpoint-as", "1"], /127.0.0.1:1 refused: nobody listens there/],
    [[...usage, "--endpoint", "127.0.0.1:1", "--endpoint-as", "1", "--endpoint-ca", "none"], /none: .*no such file/],
    [
      [...usage, "--endpoint", "127.0.0.1:1", "--endpoint-as", "1", "--endpoint-ca", "text"],
      /no PEM certificate in it/,
    ],
    [[...usage, "--endpoint", "127.0.0.1:1", "--endpoint-as", "1", "--transport", "tls"], /say with --endpoint-ca/],
    [[...usage, "--endpoint", "127.0.0.1:1", "--endpoint-as", "1"], /hundreds of peers/, "reset"],
  ])("%j is refused in one line", (args, says, scenario = "convergence") => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, "bench", scenario, ...args], {
      cwd: folder,
      env,
      encoding: "utf8",
      timeout: 30_000,
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(lastLine(stderr)).toMatch(/^kiln: /);
    expect(lastLine(stderr)).toMatch(says);
  });
});
