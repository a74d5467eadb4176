/**
 * Counterbalanced blocks, ABBA: each block runs every cell once, every second block backwards, so that a machine that
 * grows slower or faster meanwhile does so for all of them alike.
 */
export const counterbalanced = <Cell>(cells: readonly Cell[], runs: number): Cell[] => {
  const order: Cell[] = [];
  for (let run = 0; run < runs; run++) order.push(...(run % 2 === 0 ? cells : [...cells].reverse()));
  return order;
};
