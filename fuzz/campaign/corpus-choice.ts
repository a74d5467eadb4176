/** An input by what it did. */
export interface Candidate {
  readonly name: string;
  readonly octets: number;
  readonly features: Int32Array;
  readonly steps: number;
}

/**
 * The names of a small set of `candidates` that has all their features but those in `known`: the seldomer a feature, the
 * sooner the cheapest input that has it is taken (as in afl-cmin), then those go of which others have everything.
 */
export const smallestKeeping = (
  candidates: readonly Candidate[],
  known: ReadonlySet<number> = new Set(),
): Set<string> => {
  const holders = new Map<number, number>();
  const best = new Map<number, Candidate>();
  for (const one of [...candidates].sort(cheaper)) {
    for (const feature of one.features) {
      if (known.has(feature)) continue;
      holders.set(feature, (holders.get(feature) ?? 0) + 1);
      if (!best.has(feature)) best.set(feature, one);
    }
  }
  const covered = new Set(known);
  const chosen: Candidate[] = [];
  const rarest = [...holders].sort(([a, of], [b, or]) => of - or || a - b);
  for (const [feature] of rarest) {
    const one = best.get(feature);
    if (covered.has(feature) || one === undefined) continue;
    chosen.push(one);
    for (const each of one.features) covered.add(each);
  }
  return withoutSuperfluous(chosen, known);
};

/** Those of `candidates` that have a feature which none before them has, small ones first. Adds to `known`. */
export const addingTo = (known: Set<number>, candidates: readonly Candidate[]): Candidate[] =>
  [...candidates].sort(cheaper).filter(({ features }) => {
    const before = known.size;
    for (const feature of features) known.add(feature);
    return known.size > before;
  });

const cheaper = (a: Candidate, b: Candidate): number =>
  a.octets - b.octets || a.steps - b.steps || (a.name < b.name ? -1 : 1);

/** Dear ones first, each goes whose features all others together have. */
const withoutSuperfluous = (chosen: readonly Candidate[], known: ReadonlySet<number>): Set<string> => {
  const times = new Map<number, number>();
  for (const { features } of chosen) for (const one of features) times.set(one, (times.get(one) ?? 0) + 1);
  const kept = new Set(chosen.map(({ name }) => name));
  for (const { name, features } of [...chosen].sort((a, b) => cheaper(b, a))) {
    if (features.some((one) => !known.has(one) && times.get(one) === 1)) continue;
    kept.delete(name);
    for (const one of features) times.set(one, (times.get(one) ?? 0) - 1);
  }
  return kept;
};
