import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BirdControl } from "../../../src/target/bird-control.js";
import { Daemon, findProgram } from "../../../src/target/daemon.js";
import { filledIn, type GoldenSpeaker } from "../speaker.js";
import { birdScenarios } from "./bird-scenarios.js";
import { said } from "./program.js";

/** BIRD 2. Commands are those of `birdc`. */
export const bird: GoldenSpeaker = {
  name: "bird",
  scenarios: birdScenarios,

  missing: () => (findProgram("bird") === null ? "not installed; apt-get install bird2" : null),

  version: () => /version (\S+)/.exec(said("bird", ["--version"]))?.[1] ?? "unknown",

  async start(config, place) {
    const daemon = new Daemon("bird");
    const file = (name: string): string => join(daemon.directory, name);
    try {
      writeFileSync(file("bird.conf"), filledIn(config, place, daemon.directory));
      daemon.spawn(findProgram("bird") ?? "bird", [
        ...["-f", "-c", file("bird.conf"), "-s", file("bird.ctl"), "-P", file("bird.pid")],
      ]);
      const control = await daemon.ready(() => BirdControl.open(file("bird.ctl")));
      return {
        died: daemon.died,
        async command(text) {
          await control.ask(text);
        },
        async stop() {
          control.close();
          await daemon.stop();
        },
      };
    } catch (error) {
      await daemon.stop();
      throw error;
    }
  },
};
