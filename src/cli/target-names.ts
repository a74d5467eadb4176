import { targetOf, targets } from "../../fuzz/targets/index.js";
import type { Target } from "../../fuzz/targets/target.js";
import { CliError } from "./output.js";

/**
 * Targets by their names, or by the first part of them where none is called so; all without names. Throws CliError for a
 * name that fits none.
 */
export const targetsNamed = (names: readonly string[]): readonly Target[] => {
  for (const name of names) {
    if (!targets.some((target) => target.name.startsWith(name))) {
      throw new CliError(`there is no target "${name}": kiln fuzz --list shows them`);
    }
  }
  const isNamed = ({ name }: Target): boolean =>
    names.some((asked) => name === asked || (name.startsWith(asked) && targetOf(asked) === undefined));
  return names.length === 0 ? targets : targets.filter(isNamed);
};
