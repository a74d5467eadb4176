import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon, findProgram } from "../../../src/target/daemon.js";
import { filledIn, type GoldenSpeaker } from "../speaker.js";
import { openbgpdScenarios } from "./openbgpd-scenarios.js";
import { control, said, words } from "./program.js";

const PROGRAM = "/usr/sbin/bgpd";
/** Where it locks its helpers in; the service makes it when it starts. */
const CHROOT = "/run/openbgpd";

/** The portable OpenBGPD. Commands are the arguments of `bgpctl`, with spaces between. */
export const openbgpd: GoldenSpeaker = {
  name: "openbgpd",
  scenarios: openbgpdScenarios,

  missing() {
    if (findProgram("bgpctl") === null || !existsSync(PROGRAM)) return "not installed; apt-get install openbgpd";
    return process.getuid?.() === 0 ? null : "it starts as root only";
  },

  version: () => /OpenBGPD (\S+)/.exec(said("bgpctl", ["-V"]))?.[1] ?? "unknown",

  async start(config, place) {
    const daemon = new Daemon("openbgpd");
    const file = (name: string): string => join(daemon.directory, name);
    const ask = (args: readonly string[]): Promise<string> => control("bgpctl", ["-s", file("ctl"), ...args]);
    const isOurs = !existsSync(CHROOT);
    const stop = async (): Promise<void> => {
      await daemon.stop();
      if (isOurs && existsSync(CHROOT)) rmdirSync(CHROOT);
    };
    try {
      if (isOurs) mkdirSync(CHROOT, { mode: 0o755 });
      // It refuses a file that others may write to.
      writeFileSync(file("bgpd.conf"), filledIn(config, place, daemon.directory), { mode: 0o600 });
      daemon.spawn(PROGRAM, ["-d", "-f", file("bgpd.conf")]);
      await daemon.ready(() => ask(["show", "summary"]).catch(() => null));
      return {
        died: daemon.died,
        async command(text) {
          await ask(words(text));
        },
        stop,
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
