import { statSync } from "node:fs";
import type { Command } from "commander";
import type { TableSource } from "../../bench/scenarios/tables.js";
import { transports } from "../results/index.js";
import { type Target, type Transport, targets } from "../target/index.js";
import { namesOf, wholeNumber } from "./arguments.js";
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
}

const targetNames = targets.map(({ name }) => name);

export const withTargetOptions = (command: Command, prefixes: number): Command =>
  withEndpointOptions(
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
      ),
  )
    .option("--prefixes <n>", "size of the generated table", wholeNumber(1, 8_000_000), prefixes)
    .option("--family <4|6|both>", "address family of the generated table", oneFamily, "4")
    .option("--mrt <file>", "take the routes of an MRT file instead (plain, .gz or .bz2)")
    .option("--seed <n>", "of the generated table", wholeNumber(0, 0xffffffff), 1)
    .option("--results <dir>", "where runs are kept (default: results of the checkout)")
    .option("--json", "print the result as one JSON document");

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

export const sourceOf = ({ mrt, prefixes, family, seed }: TargetOptions): TableSource => {
  if (mrt === undefined) return { kind: "generated", prefixes, family, seed };
  const found = statSync(mrt, { throwIfNoEntry: false });
  if (found === undefined) throw new CliError(`--mrt ${mrt}: there is no such file`);
  if (found.isDirectory()) throw new CliError(`--mrt ${mrt}: it is a directory, give an MRT file in it`);
  log("kiln: the routes come from the MRT file; --prefixes, --family and --seed have no say");
  return { kind: "mrt", path: mrt };
};
