import { join } from "node:path";
import { type Command, Option } from "commander";
import { finishProfile, ProfileError, type ProfileKind, profileCaveat, profileKinds } from "../../bench/profile.js";
import { profiledTarget } from "../../bench/profile-target.js";
import { type Run, reasonOf } from "../results/index.js";
import { type Target, targets } from "../target/index.js";
import { CliError, log } from "./output.js";

export const withProfileOption = (command: Command): Command =>
  command.addOption(
    new Option(
      "--profile <kind>",
      "run self once more, unmeasured, under Node's profiler (cpu) or a tool of clinic",
    ).choices(profileKinds),
  );

/** For `record`: one more run of our own speaker under a profiler, its output in `profile/` of the run. */
export const profiling = (
  kind: ProfileKind | undefined,
  scenario: (targets: readonly Target[]) => AsyncIterable<readonly object[]>,
): { also?: (run: Run) => Promise<void> } =>
  kind === undefined ? {} : { also: (run) => profile(kind, run, scenario) };

const profile = async (
  kind: ProfileKind,
  run: Run,
  scenario: (targets: readonly Target[]) => AsyncIterable<readonly object[]>,
): Promise<void> => {
  const caveat = profileCaveat(kind);
  if (caveat !== null) log(`kiln: ${caveat}`);
  log(`kiln: once more under the profiler (${kind})`);
  const dir = join(run.dir, "profile");
  try {
    let rows: readonly object[] = [];
    for await (rows of scenario(
      targets.filter(({ name }) => name === "self").map((one) => profiledTarget(one, kind, dir)),
    ));
    const failed = rows.map(reasonOf).find((reason) => reason !== null);
    if (failed !== undefined) throw new ProfileError(`the run under the profiler came to nothing: ${failed}`);
    for (const file of finishProfile(kind, dir)) log(`kiln: profile in ${file}`);
  } catch (error) {
    if (error instanceof ProfileError) throw new CliError(error.message);
    throw error;
  }
};
