import { statSync } from "node:fs";
import { type Command, Option } from "commander";
import { Circumstances } from "../../bench/scenarios/circumstances.js";
import { MAX_SENDERS } from "../../bench/scenarios/lab.js";
import { pinningHere } from "../../bench/scenarios/pinning.js";
import type { TableSource } from "../../bench/scenarios/tables.js";
import { TesterError } from "../../bench/tester/worker.js";
import { type Tier, tiers, transports } from "../results/index.js";
import { type Target, type Transport, targets } from "../target/index.js";
import { duration, namesOf, wholeNumber } from "./arguments.js";
import { ENDPOINT, type EndpointFlags, endpointTargets, withEndpointOptions } from "./bench-endpoint.js";
import { CliError, log } from "./output.js";

/** What the scenarios that drive a target have in common. */
export interface TargetOptions extends EndpointFlags {
  readonly target: readonly string[];
  readonly transport: readonly Transport[];
  readonly prefixes: number;
  readonly family: "4" | "6" | "both";
  readonly mrt?: string;
  readonly seed: number;
  readonly json?: boolean;
  readonly results?: string;
  readonly tier?: Tier;
  readonly pin?: boolean;
  readonly patience: number;
  /** Made from the others before the command's action: for the scenario and for `record`. */
  readonly circumstances: Circumstances;
}

/** Sizes by name: a look whether all works, what a pull request has time for, what a release is judged by. */
const tierSizes: { readonly [Name in Tier]: { readonly prefixes: number; readonly runs: number } } = {
  smoke: { prefixes: 10_000, runs: 1 },
  ci: { prefixes: 100_000, runs: 3 },
  release: { prefixes: 1_000_000, runs: 5 },
};

const targetNames = targets.map(({ name }) => name);

/** `anyTable`: the user says whose routes, of which family. */
export const withTargetOptions = (command: Command, prefixes: number, anyTable: boolean = true): Command => {
  if (anyTable) {
    command
      .option("--family <4|6|both>", "address family of the generated table", oneFamily, "4")
      .option("--mrt <file>", "take the routes of an MRT file instead (plain, .gz or .bz2)");
  }
  command
    .option(
      "--target <names>",
      `what to measure, any of ${targetNames.join(",")},${ENDPOINT}`,
      namesOf(...targetNames, ENDPOINT),
      targetNames,
    )
    .option(
      "--transport <names>",
      "any of tcp,tls,tls-stunnel (TLS by stunnel in front, for targets that have none)",
      namesOf(...transports),
      ["tcp", "tls"],
    );
  return withEndpointOptions(command)
    .option("--prefixes <n>", "size of the generated table", wholeNumber(1, 8_000_000), prefixes)
    .option("--seed <n>", "of the generated table", wholeNumber(0, 0xffffffff), 1)
    .addOption(
      new Option(
        "--tier <name>",
        `sizes by name: ${tiers.map((tier) => `${tier} ${tierSizes[tier].prefixes} × ${tierSizes[tier].runs}`).join(", ")} (prefixes × runs)`,
      ).choices(tiers),
    )
    .option("--patience <time>", "how long a target may do nothing at all before it counts as hung", duration, 15_000)
    .option("--pin", "the target on a core of its own, the testers on the others (needs taskset)")
    .option("--results <dir>", "where runs are kept (default: results of the checkout)")
    .option("--json", "print the result as one JSON document")
    .hook("preAction", (_, run) => prepare(run));
};

/** What was asked for in so many words wins over the tier. */
const prepare = (run: Command): void => {
  const { tier, pin, patience } = run.opts<TargetOptions>();
  const sizes: Readonly<Record<string, number>> = tier === undefined ? {} : tierSizes[tier];
  for (const [name, size] of Object.entries(sizes)) {
    if (run.getOptionValueSource(name) === "default") run.setOptionValueWithSource(name, size, "implied");
  }
  run.setOptionValue(
    "circumstances",
    new Circumstances({ pin: pin === true ? pinning() : null, patienceMs: patience }),
  );
};

const pinning = (): ReturnType<typeof pinningHere> => {
  try {
    return pinningHere();
  } catch (error) {
    throw error instanceof TesterError ? new CliError(error.message) : error;
  }
};

export const peersOption: readonly [string, string, (text: string) => number, number] = [
  "--peers <n>",
  "peers that announce overlapping tables",
  wholeNumber(1, MAX_SENDERS),
  1,
];

export const runsOption: readonly [string, string, (text: string) => number, number] = [
  "--runs <n>",
  "fresh processes of each target",
  wholeNumber(1, 1000),
  3,
];

const oneFamily = (text: string): "4" | "6" | "both" => {
  const [family = "4", ...more] = namesOf("4", "6", "both")(text);
  return more.length > 0 ? "both" : family;
};

export const targetsOf = (options: TargetOptions): Target[] => [
  ...targets.filter(({ name }) => options.target.includes(name)),
  ...endpointTargets(options),
];

export const sourceOf = ({
  mrt,
  prefixes,
  family,
  seed,
}: Pick<TargetOptions, "mrt" | "prefixes" | "family" | "seed">): TableSource => {
  if (mrt === undefined) return { kind: "generated", prefixes, family, seed };
  const found = statSync(mrt, { throwIfNoEntry: false });
  if (found === undefined) throw new CliError(`--mrt ${mrt}: there is no such file`);
  if (found.isDirectory()) throw new CliError(`--mrt ${mrt}: it is a directory, give an MRT file in it`);
  log("kiln: the routes come from the MRT file; --prefixes, --family and --seed have no say");
  return { kind: "mrt", path: mrt };
};
