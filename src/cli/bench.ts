import { registerChurn } from "./bench-churn.js";
import { registerConvergence } from "./bench-convergence.js";
import { registerFanout } from "./bench-fanout.js";
import { registerHandshake } from "./bench-handshake.js";
import { registerIpv6 } from "./bench-ipv6.js";
import { registerMemory } from "./bench-memory.js";
import { registerMicro } from "./bench-micro.js";
import { registerReplace } from "./bench-replace.js";
import { registerReset } from "./bench-reset.js";
import { registerSoak } from "./bench-soak.js";
import { registerUpdate } from "./bench-update.js";
import { registerWithdraw } from "./bench-withdraw.js";
import type { Register } from "./program.js";

export const register: Register = (program) => {
  const bench = program
    .command("bench")
    .description("Measure BGP speakers: our own (self), those of others, and the parts that ours is made of.")
    .addHelpText(
      "after",
      `
Examples:
  kiln bench convergence --target self,bird --prefixes 1000000 --runs 5
  kiln bench fanout --receivers 1,10,50 --tier ci
  kiln bench update --target self --duration 5s
  kiln bench withdraw --mode one,down --peers 4
  kiln bench replace --tier ci
  kiln bench churn --multiple 100,1000
  kiln bench handshake --target self --transport tls
  kiln bench reset --sessions 50 --transport tls
  kiln bench memory --peers 10
  kiln bench soak --rounds 200 --prefixes 100000
  kiln bench micro

Every run leaves its figures, with where they come from, in results/<run>/.`,
    );
  registerConvergence(bench);
  registerIpv6(bench);
  registerFanout(bench);
  registerUpdate(bench);
  registerWithdraw(bench);
  registerReplace(bench);
  registerChurn(bench);
  registerHandshake(bench);
  registerReset(bench);
  registerSoak(bench);
  registerMemory(bench);
  registerMicro(bench);
};
