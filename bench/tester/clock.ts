/**
 * Milliseconds on a clock that all processes of this machine share: Linux's CLOCK_MONOTONIC, which both `process.hrtime`
 * and `performance.now` read. The latter allocates nothing but counts from the start of its process.
 */
export const monotonicMs = (): number => performance.now() + offset;

/**
 * How far the two are apart. The system may take the processor away between two readings, so the pair that was read in the
 * shortest time counts.
 */
const offsetNow = (): number => {
  let best = 0;
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 50; i++) {
    const before = performance.now();
    const shared = Number(process.hrtime.bigint()) / 1e6;
    const after = performance.now();
    if (after - before >= shortest) continue;
    shortest = after - before;
    best = shared - (before + after) / 2;
  }
  return best;
};

const offset = offsetNow();
