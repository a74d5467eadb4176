import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { fanout } from "../../bench/scenarios/fanout.js";
import { MAX_RECEIVERS } from "../../bench/scenarios/lab.js";
import type { FanoutDocument } from "../results/index.js";
import type { Target } from "../target/index.js";
import { wholeNumbers } from "./arguments.js";
import {
  peersOption,
  runsOption,
  sourceOf,
  type TargetOptions,
  targetsOf,
  withTargetOptions,
} from "./bench-options.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

interface Options extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly receivers: readonly number[];
  readonly peers: number;
  readonly runs: number;
}

/** Adds `fanout` to `kiln bench`. */
export const registerFanout = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("fanout")
        .description("How long until one peer's table has reached many others, and what it costs.")
        .option(
          "--receivers <numbers>",
          "peers that receive; a row for each number",
          wholeNumbers(1, MAX_RECEIVERS),
          [1, 10, 50],
        ),
      100_000,
    ),
  )
    .option(...peersOption)
    .option(...runsOption)
    .addHelpText(
      "after",
      `
last ms: from the first UPDATE octet sent until the last receiver holds exactly the expected set; median and first likewise.
Every receiver is compared with the expected routes, prefixes and attributes.

Examples:
  kiln bench fanout --target self,bird --transport tcp
  kiln bench fanout --receivers 10 --tier release --json`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const scenario = (targets: readonly Target[], runs: number): ReturnType<typeof fanout> =>
        fanout({
          targets,
          transports: options.transport,
          source: sourceOf(options),
          peers: options.peers,
          receivers: options.receivers,
          runs,
          signal,
          circumstances: options.circumstances,
          progress: (line) => log(`kiln: ${line}`),
        });
      await record<FanoutDocument>(
        "kiln.bench.fanout/1",
        scenario(targetsOf(options), options.runs),
        { ...options, ...profiling(options.profile, (self) => scenario(self, 1)) },
        signal,
      );
    });
};
