import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { MAX_SENDERS } from "../../bench/scenarios/lab.js";
import { withdraw } from "../../bench/scenarios/withdraw.js";
import { type WithdrawDocument, type WithdrawMode, withdrawModes } from "../results/index.js";
import type { Target } from "../target/index.js";
import { namesOf, wholeNumber } from "./arguments.js";
import { runsOption, sourceOf, type TargetOptions, targetsOf, withTargetOptions } from "./bench-options.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

interface Options extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly mode: readonly WithdrawMode[];
  readonly peers: number;
  readonly runs: number;
}

export const registerWithdraw = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("withdraw")
        .description("How long until a full table is gone, or until the second-best paths are in its place.")
        .option("--mode <names>", `any of ${withdrawModes.join(",")}`, namesOf(...withdrawModes), [...withdrawModes])
        .option("--peers <n>", "peers with a path for every prefix", wholeNumber(1, MAX_SENDERS), 2),
      100_000,
    ),
  )
    .option(...runsOption)
    .addHelpText(
      "after",
      `
all:  the only peer withdraws its table, until the receiver holds nothing.
one:  of --peers (at least two) the one with the best paths withdraws them, until the receiver has the second-best.
down: the same, but its session ends (Cease); with --peers 1 nothing is left.

It ends with the last UPDATE to the receiver; what the receiver has then is compared route by route.

Examples:
  kiln bench withdraw --target self,bird --transport tcp --prefixes 1000000 --runs 5 --json
  kiln bench withdraw --mode one,down --peers 4
  kiln bench withdraw --mode all --target self --transport tcp --profile cpu`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const scenario = (targets: readonly Target[], runs: number): ReturnType<typeof withdraw> =>
        withdraw({
          targets,
          transports: options.transport,
          source: sourceOf(options),
          modes: options.mode,
          peers: options.peers,
          runs,
          signal,
          circumstances: options.circumstances,
          progress: (line) => log(`kiln: ${line}`),
        });
      await record<WithdrawDocument>(
        "kiln.bench.withdraw/1",
        scenario(targetsOf(options), options.runs),
        { ...options, ...profiling(options.profile, (self) => scenario(self, 1)) },
        signal,
      );
    });
};
