import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import type { LoadedOptions } from "../../bench/scenarios/act.js";
import { MAX_SENDERS } from "../../bench/scenarios/lab.js";
import type { ReplaceDocument, WithdrawDocument } from "../results/index.js";
import type { Target } from "../target/index.js";
import { namesOf, wholeNumber } from "./arguments.js";
import { runsOption, sourceOf, type TargetOptions, targetsOf, withTargetOptions } from "./bench-options.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

/** A scenario of acts upon a loaded target. */
interface Acts<D extends WithdrawDocument | ReplaceDocument, Mode extends string> {
  readonly name: string;
  readonly schema: D["schema"];
  readonly description: string;
  readonly modes: readonly Mode[];
  readonly leastPeers: number;
  readonly help: string;
  scenario(
    options: LoadedOptions & { readonly modes: readonly Mode[]; readonly peers: number },
  ): AsyncIterable<D["rows"]>;
}

interface Options<Mode> extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly mode: readonly Mode[];
  readonly peers: number;
  readonly runs: number;
}

/** What `withdraw` and `replace` have in common on the command line. */
export const registerActs = <D extends WithdrawDocument | ReplaceDocument, Mode extends string>(
  bench: Command,
  { name, schema, description, modes, leastPeers, help, scenario }: Acts<D, Mode>,
): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command(name)
        .description(description)
        .option("--mode <names>", `any of ${modes.join(",")}`, namesOf(...modes), [...modes])
        .option("--peers <n>", "peers with a path for every prefix", wholeNumber(leastPeers, MAX_SENDERS), 2),
      100_000,
    ),
  )
    .option(...runsOption)
    .addHelpText("after", help)
    .action(async (options: Options<Mode>) => {
      const signal = interruption();
      const acts = (targets: readonly Target[], runs: number): AsyncIterable<D["rows"]> =>
        scenario({
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
      await record<D>(
        schema,
        acts(targetsOf(options), options.runs),
        { ...options, ...profiling(options.profile, (self) => acts(self, 1)) },
        signal,
      );
    });
};
