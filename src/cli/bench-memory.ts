import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { MAX_SENDERS } from "../../bench/scenarios/lab.js";
import { memory } from "../../bench/scenarios/memory.js";
import type { MemoryDocument } from "../results/index.js";
import type { Target } from "../target/index.js";
import { duration, wholeNumber } from "./arguments.js";
import { runsOption, sourceOf, type TargetOptions, targetsOf, withTargetOptions } from "./bench-options.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

interface Options extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly peers: number;
  readonly settle: number;
  readonly runs: number;
}

export const registerMemory = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("memory")
        .description("What a path costs a speaker in memory: at once, when it has settled, and after a flap.")
        .option("--peers <n>", "peers that announce overlapping tables", wholeNumber(1, MAX_SENDERS), 4)
        .option("--settle <time>", "how long without an UPDATE before memory counts as settled", duration, 5000),
      100_000,
    ),
  )
    .option(...runsOption)
    .addHelpText(
      "after",
      `
Octets for each path are the resident memory beyond that of the idle speaker, its sessions up, over the paths it holds.
What it keeps of a path to send it to its peers is in it. In --json each step has PSS and private memory too.

Examples:
  kiln bench memory --target self,bird --transport tcp --prefixes 1000000 --json
  kiln bench memory --peers 10 --settle 30s
  kiln bench memory --target self --transport tcp --profile heapprofiler`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const scenario = (targets: readonly Target[], runs: number): ReturnType<typeof memory> =>
        memory({
          targets,
          transports: options.transport,
          source: sourceOf(options),
          peers: options.peers,
          settleMs: options.settle,
          runs,
          signal,
          circumstances: options.circumstances,
          progress: (line) => log(`kiln: ${line}`),
        });
      await record<MemoryDocument>(
        "kiln.bench.memory/1",
        scenario(targetsOf(options), options.runs),
        { ...options, ...profiling(options.profile, (self) => scenario(self, 1)) },
        signal,
      );
    });
};
