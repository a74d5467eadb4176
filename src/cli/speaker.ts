import { readFileSync, writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { parseConfig } from "../speaker/config.js";
import { ConfigError } from "../speaker/settings.js";
import { CliError, printJson } from "./output.js";
import type { Register } from "./program.js";
import { PLAN_FD, type SpeakerPlan } from "./speaker-handover.js";

interface SpeakerFlags {
  readonly config?: string;
  readonly as?: number;
  readonly routerId?: string;
  readonly listen: readonly unknown[];
  readonly peer: readonly unknown[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
  readonly tlsMutual?: boolean;
  readonly tlsProfile?: string;
  readonly control?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly check?: boolean;
}

const HELP = `
A peer is written as its address and what follows it with commas:
  as=N          its AS number (needed)
  port=N        where to connect to (default 179)
  passive       wait for it to connect
  tls           speak BGP over TLS with it (ALPN "botls")
  from=ADDR     our address towards it
  name=TEXT, role=provider|rs|rs-client|customer|peer, hold=SECONDS, add-path, client, version

Examples:
  kiln speaker --config speaker.json --control /tmp/kiln.ctl
  kiln speaker --as 65000 --router-id 192.0.2.1 --listen 127.0.0.1:1790 --peer 127.0.0.2,as=65001,passive
  kiln speaker --as 65000 --router-id 192.0.2.1 --peer 127.0.0.1,as=65001,port=1791,tls --tls-ca ca.pem

On SIGINT or SIGTERM every peer is told goodbye with a Cease; then the last status is printed. While the speaker runs,
"kiln status" asks it through its control socket.`;

export const register: Register = (program) => {
  program
    .command("speaker")
    .description("Run a BGP speaker: sessions over TCP or TLS, best paths re-advertised.")
    .option("--config <file>", "JSON configuration; the flags below make a small one instead")
    .option("--as <number>", "our AS number", number)
    .option("--router-id <quad>", "our BGP Identifier")
    .option("--listen <address:port[,tls]>", "take connections here (may be given several times)", addListen, [])
    .option("--peer <address,as=N,…>", "a peer, see below (may be given several times)", addPeer, [])
    .option("--tls-cert <file>", "PEM: our certificate, then intermediate ones")
    .option("--tls-key <file>", "PEM: its private key")
    .option("--tls-ca <file>", "PEM: the certificates that we trust")
    .option("--tls-mutual", "ask connecting peers for a certificate too")
    .option("--tls-profile <draft>", "draft-00 (TLS 1.2 or 1.3) or draft-05 (TLS 1.3 and mutual)")
    .option("--control <path>", 'unix socket to answer "kiln status" on')
    .option("--json", "print the last status as JSON")
    .option("--quiet", "no log on standard error")
    .option("--check", "check the configuration, print it with its defaults, and end")
    .addHelpText("after", HELP)
    .action(run);
};

/** Checks everything that can be checked before a speaker runs, and hands the plan on (see speaker-run.ts). */
const run = (flags: SpeakerFlags, command: Command): void => {
  const config = explained(() =>
    parseConfig(flags.config === undefined ? configOf(flags, command) : readJson(flags.config)),
  );
  const control = flags.control ?? config.control;
  const plan: SpeakerPlan = {
    config: { ...config, ...(control === undefined ? {} : { control }) },
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
  };
  if (flags.check) printJson(plan.config);
  else writeFileSync(PLAN_FD, JSON.stringify(plan));
};

/** What the flags say, as the configuration file would. */
const configOf = (flags: SpeakerFlags, command: Command): unknown => {
  if (flags.as === undefined || flags.routerId === undefined || flags.peer.length === 0) {
    command.outputHelp({ error: true });
    throw new CliError("give --config FILE, or at least --as, --router-id and one --peer");
  }
  const { tlsCert: cert, tlsKey: key, tlsCa: ca, tlsMutual: mutual, tlsProfile: profile } = flags;
  const tls = Object.fromEntries(
    Object.entries({ cert, key, ca, mutual, profile }).filter(([, value]) => value !== undefined),
  );
  const usesTls = [...flags.listen, ...flags.peer].some((one) => (one as { transport?: string }).transport === "tls");
  return {
    localAs: flags.as,
    routerId: flags.routerId,
    listen: flags.listen,
    peers: flags.peer,
    ...(usesTls || Object.keys(tls).length > 0 ? { tls } : {}),
  };
};

const readJson = (path: string): unknown => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CliError(`cannot read the configuration: ${messageOf(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`${path} is not JSON: ${messageOf(error).replaceAll("\n", "\\n")}`);
  }
};

/** Faults of the configuration are the user's to mend: all of them, a line each. */
const explained = <T>(make: () => T): T => {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CliError(`the configuration is not valid:\n  ${error.message.replaceAll("\n", "\n  ")}`);
    if (error instanceof RangeError) throw new CliError(`the configuration is not valid: ${error.message}`);
    throw error;
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function addListen(text: string, before: readonly unknown[]): readonly unknown[] {
  const [where = "", ...words] = text.split(",");
  const [, address = "", port = ""] = /^\[?([^\]]+)\]?:(\d+)$/.exec(where) ?? [];
  if (address === "") throw new InvalidArgumentError("Write ADDRESS:PORT, [IPV6]:PORT, with ,tls behind it for TLS.");
  for (const word of words)
    if (word !== "tls" && word !== "tcp") throw new InvalidArgumentError(`"${word}" is not tcp or tls.`);
  return [...before, { address, port: Number(port), transport: words.includes("tls") ? "tls" : "tcp" }];
}

const PEER_WORDS: Readonly<Record<string, (value: string) => Readonly<Record<string, unknown>>>> = {
  as: (value) => ({ as: number(value) }),
  port: (value) => ({ port: number(value) }),
  passive: () => ({ passive: true }),
  tls: () => ({ transport: "tls" }),
  from: (localAddress) => ({ localAddress }),
  name: (name) => ({ name }),
  role: (role) => ({ role }),
  hold: (value) => ({ holdTime: number(value) }),
  "add-path": () => ({ addPath: { ipv4: "both", ipv6: "both" } }),
  client: () => ({ routeReflectorClient: true }),
  version: () => ({ softwareVersion: true }),
};

function addPeer(text: string, before: readonly unknown[]): readonly unknown[] {
  const [address, ...words] = text.split(",");
  const settings = words.map((word) => {
    const [key = "", value = ""] = word.split("=", 2);
    const read = Object.hasOwn(PEER_WORDS, key) ? PEER_WORDS[key] : undefined;
    if (read === undefined) {
      throw new InvalidArgumentError(`"${key}" is not one of ${Object.keys(PEER_WORDS).join(", ")}.`);
    }
    return read(value);
  });
  return [...before, Object.assign({ address }, ...settings)];
}
