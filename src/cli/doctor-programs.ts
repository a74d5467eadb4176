import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createSecureContext } from "node:tls";
import { jazzerMissing } from "../../fuzz/engines/jazzer.js";
import { type Check, provenance } from "../results/index.js";
import { birdProgram } from "../target/bird-program.js";
import { findProgram } from "../target/daemon.js";
import { exabgpProgram } from "../target/exabgp-control.js";
import { frrProgram } from "../target/frr-control.js";
import { gobgpProgram } from "../target/gobgp-control.js";
import { type Target, targets } from "../target/index.js";
import { openbgpdProgram } from "../target/openbgpd-control.js";
import type { Program } from "../target/program.js";
import { findStunnel, stunnelMissing } from "../target/stunnel.js";
import { lacking, ok, PROBE_MS, versionOf } from "./doctor-probe.js";

/** Key exchange groups that benchmarks have. */
const GROUPS: readonly (readonly [name: string, costs: string])[] = [
  ["X25519", "no handshakes with it"],
  ["P-256", "no handshakes with it"],
  ["X25519MLKEM768", "no handshakes with post-quantum key exchange"],
];

/** Node's own OpenSSL is what Kiln's TLS is made of; the command is another installation. */
export const checkTls = async (): Promise<Check[]> => [
  ok("TLS", "OpenSSL of Node", process.versions.openssl ?? "none"),
  ...GROUPS.map(([name, costs]) =>
    hasGroup(name)
      ? ok("TLS", name, "supported")
      : lacking("TLS", name, `not in OpenSSL ${process.versions.openssl}`, costs, "a Node with OpenSSL 3.5 or newer"),
  ),
];

const hasGroup = (name: string): boolean => {
  try {
    createSecureContext({ ecdhCurve: name });
    return true;
  } catch {
    return false;
  }
};

/** How a daemon tells its version without being started as one. Its own `version` may wait for a minute. */
const askVersion: readonly (readonly [program: Program, args: readonly string[], version: RegExp])[] = [
  [birdProgram, ["--version"], /version (\S+)/],
  [frrProgram, ["--version"], /bgpd version (\S+)/],
  [gobgpProgram, ["--version"], /version (\S+)/],
  [openbgpdProgram, ["-V"], /OpenBGPD (\S+)/],
  [exabgpProgram, ["--version"], /ExaBGP : (\S+)/],
];

export const checkTargets = (): Promise<Check[]> => Promise.all([...targets.map(checkTarget), checkStunnel()]);

export const checkTarget = async (target: Target): Promise<Check> => {
  const { name } = target;
  const missing = await target.available();
  if (missing !== null) {
    return lacking(
      "targets",
      name,
      withoutRemedy(missing),
      `no ${name} rows in benchmarks, no tests with it`,
      remedy(missing),
    );
  }
  if (name === "self") return ok("targets", name, `Kiln ${provenance().version}`);
  const [program, args, pattern] = askVersion.find(([one]) => one.name === name) ?? [];
  const file = program?.file();
  if (args === undefined || pattern === undefined || !file) return ok("targets", name, "there");
  return ok("targets", name, await versionOf(file, args, pattern));
};

const checkStunnel = async (): Promise<Check> => {
  const missing = stunnelMissing();
  if (missing === null) {
    return ok(
      "targets",
      "tls-stunnel",
      `stunnel ${await versionOf(findStunnel() ?? "", ["-version"], /stunnel (\S+)/)}`,
    );
  }
  const costs = "no --transport tls-stunnel: no TLS figures of targets that have none themselves";
  return lacking("targets", "tls-stunnel", withoutRemedy(missing), costs, remedy(missing));
};

/** `available` says what is missing and how to get it: `not installed; apt-get install bird2`. */
const remedy = (missing: string): string | null => /apt-get install [\w.+ -]+/.exec(missing)?.[0].trim() ?? null;
const withoutRemedy = (missing: string): string =>
  missing.replace(/[;,:(\s]*apt-get install [\w.+ -]+\)?/, "") || missing;

interface Tool {
  readonly name: string;
  readonly programs: readonly string[];
  readonly args: readonly string[];
  readonly version: RegExp;
  readonly costs: string;
  readonly get: string;
}

const tools: readonly Tool[] = [
  {
    name: "openssl",
    programs: ["openssl"],
    args: ["version"],
    version: /^OpenSSL (\S+)/m,
    costs: "no comparison of handshakes with openssl s_server, no tests with another TLS",
    get: "apt-get install openssl",
  },
  {
    name: "bgpdump",
    programs: ["bgpdump"],
    args: ["-h"],
    version: /version (\S+)/,
    costs: "MRT files are not read a second time by an independent reader, in tests",
    get: "apt-get install bgpdump",
  },
  {
    name: "tshark",
    programs: ["tshark"],
    args: ["--version"],
    version: /TShark \(Wireshark\) (\S+?)[\s.]*(?:\(|$)/m,
    costs: "messages are not decoded a second time by an independent decoder, in tests",
    get: "apt-get install tshark",
  },
  {
    name: "chromium",
    programs: ["chromium", "chromium-browser", "google-chrome"],
    args: ["--version"],
    version: /(?:Chromium|Google Chrome) (\S+)/,
    costs: "reports are not rendered and looked at, in tests",
    get: "apt-get install chromium",
  },
];

export const checkTools = (): Promise<Check[]> =>
  Promise.all([
    ...tools.map(checkTool),
    checkPackage("clinic", "no --profile doctor, flame, bubbleprof or heapprofiler; --profile cpu works"),
    checkPackage("jsfuzz", "no kiln fuzz --engine jsfuzz"),
    checkJazzer(),
  ]);

const checkTool = async ({ name, programs, args, version: pattern, costs, get }: Tool): Promise<Check> => {
  const program = programs.map(findProgram).find((file) => file !== null);
  return program
    ? ok("tools", name, await versionOf(program, args, pattern))
    : lacking("tools", name, "not installed", costs, get);
};

/** Of the development dependencies. */
const checkPackage = async (name: string, costs: string): Promise<Check> => {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return ok("tools", name, String((JSON.parse(readFileSync(manifest, "utf8")) as { version: unknown }).version));
  } catch {
    return lacking("tools", name, "not installed", costs, "npm ci, in a checkout");
  }
};

const checkJazzer = async (): Promise<Check> => {
  const missing = await jazzerMissing(PROBE_MS);
  if (missing === null) return ok("tools", "Jazzer.js", "there, and its binary loads");
  return lacking("tools", "Jazzer.js", missing, "no kiln fuzz --engine jazzer", "npm install @jazzer.js/core");
};
