import { type Command, InvalidArgumentError } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { churn, REAL_UPDATES_PER_S } from "../../bench/scenarios/churn.js";
import type { ChurnDocument } from "../results/index.js";
import type { Target } from "../target/index.js";
import { duration } from "./arguments.js";
import { runsOption, sourceOf, type TargetOptions, targetsOf, withTargetOptions } from "./bench-options.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

interface Options extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly multiple: readonly number[];
  readonly duration: number;
  readonly runs: number;
}

export const registerChurn = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("churn")
        .description("How long single changes take through a loaded speaker, at multiples of the real rate.")
        .option(
          "--multiple <list>",
          `of the real rate, ${REAL_UPDATES_PER_S} UPDATEs a second`,
          multiples,
          [1, 10, 100, 1000],
        )
        .option("--duration <time>", "how long changes are due, as 500ms or 10s", duration, 10_000),
      100_000,
    ),
  )
    .option(...runsOption)
    .addHelpText(
      "after",
      `
The real rate is that of the busiest peer in five minutes of a RIPE RIS collector: ${REAL_UPDATES_PER_S} UPDATEs a second. An UPDATE has 2.74
prefixes on average; of a hundred changes about seven are withdrawals, which are taken back 50 UPDATEs later.

Each UPDATE is due at its time, whatever became of the one before. Latency counts from then until the receiver has the
change, or a later state of the prefix. "backlog" are changes that had not come when the last one was due, "merged" those
that a later one had overtaken in the speaker. The sender's timer adds up to a millisecond and a bit.

Examples:
  kiln bench churn --target self,bird --transport tcp --prefixes 1000000 --json
  kiln bench churn --multiple 1000,10000 --duration 30s
  kiln bench churn --multiple 10000 --target self --transport tcp --profile cpu`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const scenario = (targets: readonly Target[], runs: number): ReturnType<typeof churn> =>
        churn({
          targets,
          transports: options.transport,
          source: sourceOf(options),
          multiples: options.multiple,
          durationMs: options.duration,
          seed: options.seed,
          runs,
          signal,
          circumstances: options.circumstances,
          progress: (line) => log(`kiln: ${line}`),
        });
      await record<ChurnDocument>(
        "kiln.bench.churn/1",
        scenario(targetsOf(options), options.runs),
        { ...options, ...profiling(options.profile, (self) => scenario(self, 1)) },
        signal,
      );
    });
};

/** A faster schedule than the sender can keep says nothing about the target. */
const MOST = 100_000;

const multiples = (text: string): number[] => {
  const numbers = text.split(",").map(Number);
  if (numbers.some((number) => !(number > 0 && number <= MOST))) {
    throw new InvalidArgumentError(`Give numbers above 0 and up to ${MOST}, as 1,10,100.`);
  }
  return [...new Set(numbers)];
};
