import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon, findProgram } from "../../../src/target/daemon.js";
import { filledIn, type GoldenSpeaker } from "../speaker.js";
import { exabgpScenarios } from "./exabgp-scenarios.js";
import { said } from "./program.js";

/** ExaBGP. Commands are those of its API, which a helper of its configuration reads from the file `{directory}/commands`. */
export const exabgp: GoldenSpeaker = {
  name: "exabgp",
  scenarios: exabgpScenarios,

  missing: () => (findProgram("exabgp") === null ? "not installed; apt-get install exabgp" : null),

  version: () => /ExaBGP : (\S+)/.exec(said("exabgp", ["--version"]))?.[1] ?? "unknown",

  async start(config, place) {
    const daemon = new Daemon("exabgp");
    const file = (name: string): string => join(daemon.directory, name);
    writeFileSync(file("commands"), "");
    writeFileSync(file("exabgp.conf"), filledIn(config, place, daemon.directory));
    daemon.launch({
      command: findProgram("exabgp") ?? "exabgp",
      args: [file("exabgp.conf")],
      env: {
        "exabgp.daemon.drop": "false",
        "exabgp.daemon.daemonize": "false",
        "exabgp.tcp.bind": place.address,
        "exabgp.tcp.port": String(place.port),
        "exabgp.api.cli": "false",
        "exabgp.api.ack": "false",
        "exabgp.log.level": "ERR",
        "exabgp.log.destination": "stderr",
      },
      patienceMs: 5000,
    });
    return {
      died: daemon.died,
      async command(text) {
        appendFileSync(file("commands"), `${text}\n`);
      },
      stop: () => daemon.stop(),
    };
  },
};
