import type { Comparability, Conditions } from "../results/index.js";
import { spread, whole } from "./units.js";

/** What a reader must know before comparing rows with each other or with another document's: one line each. */
export const conditionLines = (conditions: Conditions | undefined): string[] => {
  const { tier, comparability = {}, tester = {}, pinned, binaries = {} } = conditions ?? {};
  const digests = Object.entries(binaries).flatMap(([name, digest]) =>
    digest === null ? [] : `${name} is the program with SHA-256 ${digest.slice(0, 16)}…`,
  );
  return [
    ...(tier === undefined ? [] : [`tier: ${tier}`]),
    ...Object.entries(comparability).map(([name, one]) => `${name}: ${comparabilityText(one)}`),
    ...digests,
    ...Object.entries(tester).map(
      ([way, { prefixes_per_s }]) => `tester alone over ${way}: ${spread(prefixes_per_s, whole)} prefixes/s`,
    ),
    ...(pinned === undefined
      ? []
      : [
          `pinned: ${Object.entries(pinned)
            .map(([role, cores]) => `${role} to core ${cores}`)
            .join(", ")}`,
        ]),
  ];
};

const comparabilityText = ({ mrai, damping, threads, policy, fib, notes }: Comparability): string =>
  [`MRAI ${mrai}`, `damping ${damping}`, `threads ${threads}`, `policy ${policy}`, `FIB ${fib}`, ...notes].join("; ");
