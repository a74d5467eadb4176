import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ControlSocket } from "./control-socket.js";
import { type Control, isExecutable, type Program, said } from "./program.js";
import { type PeerCounts, TargetError } from "./target.js";

/** Not in a folder of PATH, and another daemon's program has the same name. */
const INSTALLED = "/usr/lib/frr/bgpd";

/** The bgpd of FRRouting, alone, without zebra. Commands are those of `vtysh`, several with `; ` between. */
export const frrProgram: Program = {
  name: "frr",
  file: () => (isExecutable(INSTALLED) ? INSTALLED : null),
  missing: () => (isExecutable(INSTALLED) ? null : "not installed; apt-get install frr"),
  version: (file) => /version (\S+)/.exec(said(file, ["--version"]))?.[1] ?? "unknown",

  async start(daemon, file, config, { address, port }) {
    const conf = daemon.write("bgpd.conf", config);
    // It logs to standard output or to a file it can open, and our pipe for standard error is neither.
    daemon.spawn("/bin/sh", [
      ...["-c", 'exec "$0" "$@" >&2', file],
      ...["-f", conf, "-i", join(daemon.directory, "pid"), "-l", address, "-p", String(port)],
      ...["--no_zebra", "--skip_runas", "--vty_socket", daemon.directory, "-P", "0"],
      ...["--log", "stdout", "--log-level", "errors"],
    ]);
    const path = join(daemon.directory, "bgpd.vty");
    const socket = await daemon.ready(() => ControlSocket.open("frr", path, replyEnd));
    await vty(socket, "enable");
    const version = parseVersion(await vty(socket, "show version"));
    if (version === null) throw new TargetError("frr: it does not say which version it is");
    // It takes commands before it has read its configuration.
    await daemon.ready(async () => ((await vty(socket, "show running-config")).includes("router bgp") ? true : null));
    await wait(LAST_WORDS_MS);
    // It goes on without the lines that it does not understand.
    const refused = /[^\]\n]*on config line.*/.exec(daemon.stderr);
    if (refused !== null) throw new TargetError(`frr: it refused its configuration: ${refused[0].trim()}`);
    return control(socket, version);
  },
};

/** Its complaints come by another way than its replies. */
const LAST_WORDS_MS = 20;

const control = (socket: ControlSocket, version: string): Control => ({
  version,
  async command(text) {
    let replies = "";
    for (const one of text.split("; ")) replies += await vty(socket, one);
    // Back from wherever `configure terminal` led.
    await vty(socket, "end");
    return replies;
  },
  close: () => socket.close(),
});

/**
 * What `vtysh` says to a daemon (lib/vty.c): a command ends with a zero octet; a reply is text, three zero octets, and the
 * result of the command as one octet.
 */
const vty = async (socket: ControlSocket, command: string): Promise<string> => {
  const reply = await socket.ask(`${command}\0`);
  const text = reply.slice(0, -4);
  const result = reply.charCodeAt(reply.length - 1);
  // lib/command.h: 0 is success; a warning, 1, is all that some commands have to say of a refusal.
  if (result !== 0) {
    const why = text.trim().split("\n")[0];
    throw new TargetError(`frr: "${command}" was refused: ${why === "" ? `result ${result}` : why}`);
  }
  return text;
};

export const replyEnd = (text: string): number => {
  const zeros = text.indexOf("\0\0\0");
  return zeros < 0 || text.length < zeros + 4 ? -1 : zeros + 4;
};

/** Of `show version`: `FRRouting 8.4.4`. */
export const parseVersion = (text: string): string | null => /^FRRouting \S+/.exec(text)?.[0] ?? null;

interface Summary {
  readonly [family: string]: { readonly peers?: Readonly<Record<string, SummaryPeer>> };
}

interface SummaryPeer {
  readonly state?: string;
  readonly pfxRcd?: number;
  readonly pfxSnt?: number;
}

/** Of `show bgp summary json`, by the peer's address, its families added up. Only routes that are accepted are counted. */
export const parseSummary = (text: string): Map<string, PeerCounts> => {
  const counts = new Map<string, PeerCounts>();
  for (const { peers } of Object.values(JSON.parse(text) as Summary)) {
    for (const [address, { state = "", pfxRcd = 0, pfxSnt = 0 }] of Object.entries(peers ?? {})) {
      const before = counts.get(address);
      const received = (before?.received ?? 0) + pfxRcd;
      counts.set(address, { state, received, accepted: received, sent: (before?.sent ?? 0) + pfxSnt });
    }
  }
  return counts;
};
