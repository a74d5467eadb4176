import type { CoverageDetail } from "./coverage.js";

/** A tracefile as geninfo(1) says it, of files by their path from the project's root. */
export const lcov = (details: readonly CoverageDetail[]): string => details.map(recordOf).join("");

const recordOf = ({ module, lines, functions, branches }: CoverageDetail): string => {
  const numbered = new Map<number, number>();
  const said = [
    "TN:kiln",
    `SF:${module}`,
    ...functions.map(({ name, line }) => `FN:${line},${name}`),
    ...functions.map(({ name, count }) => `FNDA:${count},${name}`),
    `FNF:${functions.length}`,
    `FNH:${functions.filter(({ count }) => count > 0).length}`,
    ...branches.map(({ line, inputs }) => {
      const number = numbered.get(line) ?? 0;
      numbered.set(line, number + 1);
      return `BRDA:${line},0,${number},${inputs}`;
    }),
    `BRF:${branches.length}`,
    `BRH:${branches.filter(({ inputs }) => inputs > 0).length}`,
    ...[...lines].sort(([a], [b]) => a - b).map(([line, count]) => `DA:${line},${count}`),
    `LF:${lines.size}`,
    `LH:${[...lines.values()].filter((count) => count > 0).length}`,
    "end_of_record",
  ];
  return `${said.join("\n")}\n`;
};
