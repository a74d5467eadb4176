import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon, findProgram } from "../../../src/target/daemon.js";
import { filledIn, type GoldenSpeaker } from "../speaker.js";
import { gobgpScenarios } from "./gobgp-scenarios.js";
import { control, said, words } from "./program.js";

/** GoBGP. Commands are the arguments of `gobgp`, with spaces between; what stands in double quotes is one. */
export const gobgp: GoldenSpeaker = {
  name: "gobgp",
  scenarios: gobgpScenarios,

  missing: () =>
    findProgram("gobgpd") === null || findProgram("gobgp") === null ? "not installed; apt-get install gobgpd" : null,

  version: () => /version (\S+)/.exec(said("gobgpd", ["--version"]))?.[1] ?? "unknown",

  async start(config, place) {
    const daemon = new Daemon("gobgp");
    const file = (name: string): string => join(daemon.directory, name);
    const api = `unix://${file("api")}`;
    const ask = (args: readonly string[]): Promise<string> => control("gobgp", ["--target", api, ...args]);
    try {
      writeFileSync(file("gobgp.toml"), filledIn(config, place, daemon.directory));
      daemon.spawn(findProgram("gobgpd") ?? "gobgpd", [
        "-f",
        file("gobgp.toml"),
        "--api-hosts",
        api,
        "--pprof-disable",
      ]);
      // It takes commands before it has read its configuration.
      await daemon.ready(() =>
        ask(["neighbor"]).then(
          (text) => (text.includes("127.0.6.1") ? text : null),
          () => null,
        ),
      );
      return {
        died: daemon.died,
        async command(text) {
          await ask(words(text));
        },
        stop: () => daemon.stop(),
      };
    } catch (error) {
      await daemon.stop();
      throw error;
    }
  },
};
