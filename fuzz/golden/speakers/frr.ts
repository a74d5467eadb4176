import { accessSync, constants, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon, findProgram } from "../../../src/target/daemon.js";
import { filledIn, type GoldenSpeaker } from "../speaker.js";
import { frrScenarios } from "./frr-scenarios.js";
import { control, said } from "./program.js";

/** Not in a folder of PATH, and another daemon's program has the same name. */
const PROGRAM = "/usr/lib/frr/bgpd";

/** The bgpd of FRRouting, alone, without zebra. Commands are those of `vtysh`, several with `;` between. */
export const frr: GoldenSpeaker = {
  name: "frr",
  scenarios: frrScenarios,

  missing: () => (isThere() && findProgram("vtysh") !== null ? null : "not installed; apt-get install frr"),

  version: () => /version (\S+)/.exec(said(PROGRAM, ["--version"]))?.[1] ?? "unknown",

  async start(config, place) {
    const daemon = new Daemon("frr");
    const file = (name: string): string => join(daemon.directory, name);
    const ask = (text: string): Promise<string> =>
      control("vtysh", [
        "--vty_socket",
        daemon.directory,
        "-d",
        "bgpd",
        ...text.split("; ").flatMap((one) => ["-c", one]),
      ]);
    try {
      writeFileSync(file("bgpd.conf"), filledIn(config, place, daemon.directory));
      daemon.spawn(PROGRAM, [
        ...["-f", file("bgpd.conf"), "-i", file("pid"), "-l", place.address, "-p", String(place.port)],
        ...["--no_zebra", "--skip_runas", "--vty_socket", daemon.directory, "-P", "0", "--log", "file:/dev/stderr"],
      ]);
      await daemon.ready(() => ask("show bgp summary").catch(() => null));
      return {
        died: daemon.died,
        async command(text) {
          await ask(text);
        },
        stop: () => daemon.stop(),
      };
    } catch (error) {
      await daemon.stop();
      throw error;
    }
  },
};

const isThere = (): boolean => {
  try {
    accessSync(PROGRAM, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
