import { join } from "node:path";
import { findProgram } from "./daemon.js";
import { besideOrInstalled, control, type Program, said, words } from "./program.js";
import type { PeerCounts } from "./target.js";

/** GoBGP. Commands are the arguments of `gobgp`, with spaces between; what stands in double quotes is one. */
export const gobgpProgram: Program = {
  name: "gobgp",
  file: () => findProgram("gobgpd"),
  missing: () =>
    findProgram("gobgpd") === null || findProgram("gobgp") === null ? "not installed; apt-get install gobgpd" : null,
  version: (file) => /version (\S+)/.exec(said(file, ["--version"]))?.[1] ?? "unknown",

  async start(daemon, file, config) {
    const conf = daemon.write("gobgp.toml", config);
    const api = `unix://${join(daemon.directory, "api")}`;
    const gobgp = besideOrInstalled(file, "gobgp");
    const command = (text: string): Promise<string> => control(gobgp, ["--target", api, ...words(text)]);
    daemon.spawn(file, ["-f", conf, "--api-hosts", api, "--pprof-disable", "--log-plain", "-l", "error"]);
    // It takes commands before it has read its configuration, and says "null" then.
    await daemon.ready(() =>
      command("neighbor -j").then(
        (text) => (parseNeighbors(text).size > 0 ? true : null),
        () => null,
      ),
    );
    return { version: `GoBGP ${gobgpProgram.version(file)}`, command, close: () => undefined };
  },
};

/** api/gobgp.proto, PeerState.SessionState. */
const STATES = ["Unknown", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"];

interface Neighbor {
  readonly conf?: { readonly neighbor_address?: string };
  readonly state?: { readonly session_state?: number };
  readonly afi_safis?: readonly { readonly state?: FamilyState }[];
}

interface FamilyState {
  readonly received?: number;
  readonly accepted?: number;
}

/** Of `gobgp neighbor -j`, by the peer's address, its families added up. What is zero is not there. */
export const parseNeighbors = (text: string): Map<string, PeerCounts> => {
  const counts = new Map<string, PeerCounts>();
  for (const { conf, state, afi_safis: families = [] } of (JSON.parse(text) as readonly Neighbor[] | null) ?? []) {
    if (conf?.neighbor_address === undefined) continue;
    const sum = (of: (family: FamilyState) => number | undefined): number =>
      families.reduce((total, family) => total + (of(family.state ?? {}) ?? 0), 0);
    counts.set(conf.neighbor_address, {
      state: STATES[state?.session_state ?? 0] ?? "",
      received: sum(({ received }) => received),
      accepted: sum(({ accepted }) => accepted),
      // `advertised` is told of one peer at a time, and the table is walked for it.
      sent: null,
    });
  }
  return counts;
};
