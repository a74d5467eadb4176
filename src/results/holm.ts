/**
 * Holm's step-down adjustment: p values of several tests made such that each may be held against the level as if it were
 * the only one, and the chance of any false alarm among all of them still keeps to the level. As R's `p.adjust(p, "holm")`.
 */
export const holm = (ps: readonly number[]): number[] => {
  const order = ps.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(ps.length).fill(1);
  let most = 0;
  for (const [rank, { p, i }] of order.entries()) {
    most = Math.min(1, Math.max(most, p * (ps.length - rank)));
    adjusted[i] = most;
  }
  return adjusted;
};
