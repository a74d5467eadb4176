import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { MAX_SESSIONS, reset } from "../../bench/scenarios/reset.js";
import type { ResetDocument } from "../results/index.js";
import type { Target } from "../target/index.js";
import { wholeNumbers } from "./arguments.js";
import { runsOption, sourceOf, type TargetOptions, targetsOf, withTargetOptions } from "./bench-options.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

interface Options extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly sessions: readonly number[];
  readonly runs: number;
}

export const registerReset = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("reset")
        .description("How long until sessions that go down all at once are back, and their routes with them.")
        .option("--sessions <list>", "how many, each number a row", wholeNumbers(1, MAX_SESSIONS), [1, 10, 50, 200]),
      100_000,
    ),
  )
    .option(...runsOption)
    .addHelpText(
      "after",
      `
Each session has its part of the table. All end with a Cease; when the receiver has nothing any more they connect again,
and each sends its part as soon as it is Established.
down: first Cease until the receiver has nothing. Established, routes back: from the first attempt to connect on.
waiting: of the time until Established, what passed until the last attempt in vain had ended. Speakers hold a peer off
after its session has ended, or refuse connections when there are many; peers try again every 150 to 200 ms.

Examples:
  kiln bench reset --target self,bird --transport tcp --prefixes 1000000
  kiln bench reset --sessions 200 --transport tls --target self --json
  kiln bench reset --sessions 50 --target self --transport tls --profile cpu`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const scenario = (targets: readonly Target[], runs: number): ReturnType<typeof reset> =>
        reset({
          targets,
          transports: options.transport,
          source: sourceOf(options),
          sessions: options.sessions,
          runs,
          signal,
          circumstances: options.circumstances,
          progress: (line) => log(`kiln: ${line}`),
        });
      await record<ResetDocument>(
        "kiln.bench.reset/1",
        scenario(targetsOf(options), options.runs),
        { ...options, ...profiling(options.profile, (self) => scenario(self, 1)) },
        signal,
      );
    });
};
