import type { Target } from "../targets/target.js";

/** The target that another engine's process was started for: KILN_FUZZ_TARGET has its name. */
export const askedTarget = (targets: readonly Target[]): Target => {
  const name = process.env.KILN_FUZZ_TARGET ?? "";
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  return target;
};
