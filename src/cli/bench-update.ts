import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { update } from "../../bench/scenarios/update.js";
import { type Packing, packings, type UpdateDocument } from "../results/index.js";
import type { Target } from "../target/index.js";
import { duration, namesOf } from "./arguments.js";
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
  readonly packing: readonly Packing[];
  readonly duration: number;
  readonly peers: number;
  readonly runs: number;
}

export const registerUpdate = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("update")
        .description("How many UPDATEs and prefixes a second a loaded speaker takes in and gives out.")
        .option(
          "--packing <names>",
          "packed as the table is, single (one prefix an UPDATE) or both",
          namesOf(...packings),
          [...packings],
        )
        .option(
          "--duration <time>",
          "how long to send, as 500ms or 10s; the cycle then under way is finished",
          duration,
          3000,
        ),
      20_000,
    ),
  )
    .option(...peersOption)
    .option(...runsOption)
    .addHelpText(
      "after",
      `
The whole table is announced again and again, each time with another ORIGIN, so that every route changes. A speaker that
takes in faster than it gives out may skip states that are over by then: out can be less than in.

Examples:
  kiln bench update --target self,bird --transport tcp
  kiln bench update --packing single --duration 10s --json`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const scenario = (targets: readonly Target[], runs: number): ReturnType<typeof update> =>
        update({
          targets,
          transports: options.transport,
          source: sourceOf(options),
          peers: options.peers,
          packings: options.packing,
          durationMs: options.duration,
          runs,
          signal,
          circumstances: options.circumstances,
          progress: (line) => log(`kiln: ${line}`),
        });
      await record<UpdateDocument>(
        "kiln.bench.update/1",
        scenario(targetsOf(options), options.runs),
        { ...options, ...profiling(options.profile, (self) => scenario(self, 1)) },
        signal,
      );
    });
};
