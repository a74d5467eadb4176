import type { Command } from "commander";
import { withdraw } from "../../bench/scenarios/withdraw.js";
import { type WithdrawDocument, type WithdrawMode, withdrawModes } from "../results/index.js";
import { registerActs } from "./bench-acts.js";

/** Adds `withdraw` to `kiln bench`. */
export const registerWithdraw = (bench: Command): void =>
  registerActs<WithdrawDocument, WithdrawMode>(bench, {
    name: "withdraw",
    schema: "kiln.bench.withdraw/1",
    description: "How long until a full table is gone, or until the second-best paths are in its place.",
    modes: withdrawModes,
    leastPeers: 1,
    scenario: withdraw,
    help: `
all:  the only peer withdraws its table, until the receiver holds nothing.
one:  of --peers (at least two) the one with the best paths withdraws them, until the receiver has the second-best.
down: the same, but its session ends (Cease); with --peers 1 nothing is left.

It ends with the last UPDATE to the receiver; what the receiver has then is compared route by route.

Examples:
  kiln bench withdraw --target self,bird --transport tcp --prefixes 1000000 --runs 5 --json
  kiln bench withdraw --mode one,down --peers 4
  kiln bench withdraw --mode all --target self --transport tcp --profile cpu`,
  });
