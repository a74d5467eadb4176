import { appendFileSync } from "node:fs";
import { findProgram } from "./daemon.js";
import { isListening } from "./listening.js";
import { type Program, said } from "./program.js";

/** Of ExaBGP's main loop. */
const PATIENCE_MS = 5000;

/** ExaBGP. Commands are those of its API; a helper of its configuration may read them from `{directory}/commands`. */
export const exabgpProgram: Program = {
  name: "exabgp",
  file: () => findProgram("exabgp"),
  missing: () => (findProgram("exabgp") === null ? "not installed; apt-get install exabgp" : null),
  version: (file) => /ExaBGP : (\S+)/.exec(said(file, ["--version"]))?.[1] ?? "unknown",

  async start(daemon, file, config, place) {
    const commands = daemon.write("commands", "");
    daemon.launch({
      command: file,
      args: [daemon.write("exabgp.conf", config)],
      env: {
        "exabgp.daemon.drop": "false",
        "exabgp.daemon.daemonize": "false",
        "exabgp.tcp.bind": place.address,
        "exabgp.tcp.port": String(place.port),
        "exabgp.api.cli": "false",
        "exabgp.api.ack": "false",
        "exabgp.api.respawn": "false",
        "exabgp.log.level": "ERR",
        "exabgp.log.destination": "stderr",
      },
      patienceMs: PATIENCE_MS,
    });
    await daemon.ready(async () => (isListening([daemon.pid], place) ? true : null));
    return {
      version: `ExaBGP ${exabgpProgram.version(file)}`,
      async command(text) {
        appendFileSync(commands, `${text}\n`);
        return "";
      },
      close: () => undefined,
    };
  },
};
