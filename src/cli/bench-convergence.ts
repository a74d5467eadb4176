import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { convergence } from "../../bench/scenarios/convergence.js";
import { type ConvergenceDocument, type ConvergenceRow, isMeasured, ratioOf } from "../results/index.js";
import type { Target } from "../target/index.js";
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
import { interruption, log, print } from "./output.js";

interface Options extends TargetOptions {
  readonly profile?: ProfileKind;
  readonly peers: number;
  readonly runs: number;
}

export const registerConvergence = (bench: Command): void => {
  withProfileOption(
    withTargetOptions(
      bench
        .command("convergence")
        .description("How long until a full table has gone through a speaker, and what it costs.")
        .option(...peersOption),
      100_000,
    ),
  )
    .option(...runsOption)
    .addHelpText(
      "after",
      `
convergence: from the first UPDATE octet sent until the receiver holds exactly the expected set. With several peers the
set is whole before the best paths are: then it ends with the last UPDATE to the receiver.
intake: until the target has taken in everything by its own counter, asked every 20 ms once the senders are done.

Examples:
  kiln bench convergence --target self,bird --transport tcp --prefixes 1000000 --runs 5 --json
  kiln bench convergence --target self --transport tls --mrt updates.gz
  kiln bench convergence --peers 4 --prefixes 1000000 --transport tcp
  kiln bench convergence --target self --transport tcp --profile cpu`,
    )
    .action(async (options: Options) => {
      const signal = interruption();
      const { peers, runs } = options;
      const scenario = (targets: readonly Target[], times: number): ReturnType<typeof convergence> =>
        convergence({
          targets,
          transports: options.transport,
          source: sourceOf(options),
          peers,
          runs: times,
          signal,
          circumstances: options.circumstances,
          progress: (line) => log(`kiln: ${line}`),
        });
      const rows = await record<ConvergenceDocument>(
        "kiln.bench.convergence/1",
        scenario(targetsOf(options), runs),
        { ...options, ...profiling(options.profile, (self) => scenario(self, 1)) },
        signal,
      );
      if (options.json !== true) for (const line of comparedWith(rows)) print(line);
    });
};

/** Ours against each other target over TCP: BGP over TLS competes with what others do without it. */
const comparedWith = (rows: readonly ConvergenceRow[]): string[] => {
  const measured = rows.filter(isMeasured);
  const ours = measured.filter(({ target }) => target === "self");
  const others = measured.filter(({ target, transport }) => target !== "self" && transport === "tcp");
  return others.flatMap((other) =>
    ours.map((own) => {
      const time = ratioOf(own.convergence_ms, other.convergence_ms);
      const intake = ratioOf(own.intake_ms, other.intake_ms);
      const memory = ratioOf(own.peak_rss_bytes, other.peak_rss_bytes);
      const figures = [
        ["convergence", time],
        ["intake", intake],
        ["peak RSS", memory],
      ] as const;
      const text = figures
        .map(([name, ratio]) => `${name} ×${ratio === null ? "?" : ratio.ratio.toFixed(2)}`)
        .join(", ");
      return `self ${own.transport} / ${other.target} ${other.transport}: ${text}; ${agreement(own, other)}`;
    }),
  );
};

const agreement = (
  a: { readonly best_paths_digest?: string | null },
  b: { readonly best_paths_digest?: string | null },
): string => {
  if (typeof a.best_paths_digest !== "string" || typeof b.best_paths_digest !== "string") return "routes not compared";
  return a.best_paths_digest === b.best_paths_digest ? "same routes" : "DIFFERENT routes";
};
