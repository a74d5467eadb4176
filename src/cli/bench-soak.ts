import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { soak } from "../../bench/scenarios/soak.js";
import type { SoakDocument } from "../results/index.js";
import type { Target } from "../target/index.js";
import { wholeNumber } from "./arguments.js";
import { sourceOf, type TargetOptions, targetsOf, withTargetOptions } from "./bench-options.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

interface Options extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly rounds: number;
}

export const registerSoak = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("soak")
        .description("Whether a speaker's memory comes back: withdraw and announce a whole table, again and again.")
        .option("--rounds <n>", "withdrawals and re-announcements", wholeNumber(1, 1_000_000), 200),
      100_000,
    ),
  )
    .addHelpText(
      "after",
      `
Growth is the resident memory after the last round over that after round 20.

Examples:
  kiln bench soak --target self --transport tcp
  kiln bench soak --rounds 1000 --prefixes 20000 --json`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const scenario = (targets: readonly Target[]): ReturnType<typeof soak> =>
        soak({
          targets,
          transports: options.transport,
          source: sourceOf(options),
          rounds: options.rounds,
          signal,
          circumstances: options.circumstances,
          progress: (line) => log(`kiln: ${line}`),
        });
      const also = profiling(options.profile, scenario);
      await record<SoakDocument>("kiln.bench.soak/1", scenario(targetsOf(options)), { ...options, ...also }, signal);
    });
};
