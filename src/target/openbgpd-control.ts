import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./daemon.js";
import { besideOrInstalled, control, isExecutable, type Program, said, words } from "./program.js";
import { type PeerCounts, TargetError } from "./target.js";

/** FRR's program has the same name. */
const INSTALLED = "/usr/sbin/bgpd";
/** Where Debian's build locks its helpers in; the service makes it when it starts. */
const CHROOT = "/run/openbgpd";

/**
 * The portable OpenBGPD; its configuration names the socket `{directory}/ctl`. Commands are the arguments of `bgpctl`, with
 * spaces between; what stands in double quotes is one.
 */
export const openbgpdProgram: Program = {
  name: "openbgpd",
  file: () => (isExecutable(INSTALLED) ? INSTALLED : null),

  missing() {
    if (!isExecutable(INSTALLED) || findProgram("bgpctl") === null) return "not installed; apt-get install openbgpd";
    return process.getuid?.() === 0 ? null : "it starts as root only";
  },

  version: (file) => /OpenBGPD (\S+)/.exec(said(file, ["-V"]))?.[1] ?? "unknown",

  async start(daemon, file, config) {
    if (process.getuid?.() !== 0) throw new TargetError("openbgpd: it starts as root only");
    // It stays, empty: another one may be about to be locked in there.
    if (!existsSync(CHROOT)) mkdirSync(CHROOT, { recursive: true, mode: 0o755 });
    const socket = join(daemon.directory, "ctl");
    const conf = daemon.write("bgpd.conf", config);
    const bgpctl = besideOrInstalled(file, "bgpctl");
    const command = (text: string): Promise<string> => control(bgpctl, ["-s", socket, ...words(text)]);
    daemon.spawn(file, ["-d", "-f", conf]);
    // It takes commands before it has read its configuration.
    await daemon.ready(() =>
      command("-j show neighbor").then(
        (text) => (parseNeighbors(text).size > 0 ? true : null),
        () => null,
      ),
    );
    return { version: `OpenBGPD ${openbgpdProgram.version(file)}`, command, close: () => undefined };
  },
};

interface Neighbor {
  readonly remote_addr?: string;
  readonly state?: string;
  readonly stats?: { readonly prefixes?: { readonly sent?: number; readonly received?: number } };
}

/** Of `bgpctl -j show neighbor`, by the peer's address. Only routes that are accepted are counted. */
export const parseNeighbors = (text: string): Map<string, PeerCounts> => {
  const { neighbors = [] } = JSON.parse(text) as { readonly neighbors?: readonly Neighbor[] };
  return new Map(
    neighbors.flatMap(({ remote_addr: address, state = "", stats }): [string, PeerCounts][] => {
      const { sent = 0, received = 0 } = stats?.prefixes ?? {};
      return address === undefined ? [] : [[address, { state, received, accepted: received, sent }]];
    }),
  );
};
