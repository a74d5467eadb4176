import type { ConvergenceRow } from "../../src/results/index.js";
import { type ConvergenceOptions, convergence } from "./convergence.js";

export interface Ipv6Options extends Omit<ConvergenceOptions, "source"> {
  /** Of each generated table. */
  readonly prefixes: number;
  readonly seed: number;
}

/** Convergence of an IPv6 table, and then of one with both families in one session. Yields the rows of both as they grow. */
export async function* ipv6({ prefixes, seed, ...how }: Ipv6Options): AsyncGenerator<ConvergenceRow[]> {
  const done: ConvergenceRow[] = [];
  for (const family of ["6", "both"] as const) {
    if (how.signal.aborted) return;
    const source = { kind: "generated", prefixes, family, seed } as const;
    const progress = (line: string): void => how.progress(`${family === "6" ? "IPv6" : "both families"}: ${line}`);
    let rows: readonly ConvergenceRow[] = [];
    for await (rows of convergence({ ...how, source, progress })) yield [...done, ...rows];
    done.push(...rows);
  }
}
