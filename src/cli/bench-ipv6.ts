import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { ipv6 } from "../../bench/scenarios/ipv6.js";
import type { ConvergenceDocument, ConvergenceRow } from "../results/index.js";
import type { Target } from "../target/index.js";
import { peersOption, runsOption, type TargetOptions, targetsOf, withTargetOptions } from "./bench-options.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

interface Options extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly peers: number;
  readonly runs: number;
}

/** Adds `ipv6` to `kiln bench`: what `convergence` does, with IPv6 alone and with both families in one session. */
export const registerIpv6 = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("ipv6")
        .description("Convergence of an IPv6 table, and of one with both families.")
        .option(...peersOption),
      100_000,
      false,
    ),
  )
    .option(...runsOption)
    .addHelpText(
      "after",
      `
The same as "kiln bench convergence --family 6" and then "--family both": one document with rows for each.

Examples:
  kiln bench ipv6 --target self,bird --transport tcp
  kiln bench ipv6 --tier release --json`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const scenario = (targets: readonly Target[], runs: number): AsyncGenerator<ConvergenceRow[]> =>
        ipv6({
          targets,
          transports: options.transport,
          prefixes: options.prefixes,
          seed: options.seed,
          peers: options.peers,
          runs,
          signal,
          circumstances: options.circumstances,
          progress: (line) => log(`kiln: ${line}`),
        });
      await record<ConvergenceDocument>(
        "kiln.bench.convergence/1",
        scenario(targetsOf(options), options.runs),
        { ...options, ...profiling(options.profile, (self) => scenario(self, 1)) },
        signal,
      );
    });
};
