import { Daemon } from "../../../src/target/daemon.js";
import type { Program } from "../../../src/target/program.js";
import { filledIn, type GoldenSpeaker, type Scenario } from "../speaker.js";

/** A daemon that scenarios are recorded with; what a command is, its program says. */
export const goldenSpeaker = (program: Program, scenarios: readonly Scenario[]): GoldenSpeaker => ({
  name: program.name,
  scenarios,
  missing: () => program.missing(),
  version: () => program.version(program.file() ?? program.name),

  async start(config, place) {
    const daemon = new Daemon(program.name);
    try {
      const text = filledIn(config, place, daemon.directory);
      const control = await program.start(daemon, program.file() ?? program.name, text, place);
      return {
        died: daemon.died,
        async command(line) {
          await control.command(line);
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
});
