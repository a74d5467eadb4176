import { registerConvergence } from "./bench-convergence.js";
import { registerSoak } from "./bench-soak.js";
import { registerUpdate } from "./bench-update.js";
import type { Register } from "./program.js";

export const register: Register = (program) => {
  const bench = program
    .command("bench")
    .description("Measure BGP speakers: our own (self), BIRD, and the parts that ours is made of.")
    .addHelpText(
      "after",
      `
Examples:
  kiln bench convergence --target self,bird --prefixes 1000000 --runs 5
  kiln bench update --target self --duration 5s
  kiln bench soak --rounds 200 --prefixes 100000

Every run leaves its figures, with where they come from, in results/<run>/.`,
    );
  registerConvergence(bench);
  registerUpdate(bench);
  registerSoak(bench);
};
