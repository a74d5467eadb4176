import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { MAX_SENDERS } from "../../bench/scenarios/lab.js";
import { replace } from "../../bench/scenarios/replace.js";
import { type ReplaceDocument, type ReplaceMode, replaceModes } from "../results/index.js";
import type { Target } from "../target/index.js";
import { namesOf, wholeNumber } from "./arguments.js";
import { runsOption, sourceOf, type TargetOptions, targetsOf, withTargetOptions } from "./bench-options.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

interface Options extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly mode: readonly ReplaceMode[];
  readonly peers: number;
  readonly runs: number;
}

export const registerReplace = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("replace")
        .description("How long until every route of a full table has given way to another.")
        .option("--mode <names>", `any of ${replaceModes.join(",")}`, namesOf(...replaceModes), [...replaceModes])
        .option("--peers <n>", "peers with a path for every prefix", wholeNumber(2, MAX_SENDERS), 2),
      100_000,
    ),
  )
    .option(...runsOption)
    .addHelpText(
      "after",
      `
attributes: the only peer announces its table once more, with another ORIGIN in each UPDATE.
better:     one of --peers announces a shorter path for every prefix; the others' were there before.
back:       it takes them back.

It ends with the last UPDATE to the receiver; what the receiver has then is compared route by route.

Examples:
  kiln bench replace --target self,bird --transport tcp --prefixes 1000000 --runs 5 --json
  kiln bench replace --mode better,back --peers 4
  kiln bench replace --mode attributes --target self --transport tcp --profile cpu`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const scenario = (targets: readonly Target[], runs: number): ReturnType<typeof replace> =>
        replace({
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
      await record<ReplaceDocument>(
        "kiln.bench.replace/1",
        scenario(targetsOf(options), options.runs),
        { ...options, ...profiling(options.profile, (self) => scenario(self, 1)) },
        signal,
      );
    });
};
