import { Random } from "../../src/table/random.js";

/**
 * When sessions of an open loop come due: `count` times in milliseconds from the start, ascending, `perSecond` on average.
 *
 * `poisson` draws the gaps from an exponential distribution, as peers have it that know nothing of each other; `even` makes
 * them all alike. The same seed gives the same times.
 */
export const arrivalTimes = (
  count: number,
  perSecond: number,
  kind: "poisson" | "even",
  seed: number,
): readonly number[] => {
  if (!(perSecond > 0)) throw new RangeError(`a rate must be above 0, not ${perSecond}`);
  const mean = 1000 / perSecond;
  if (kind === "even") return Array.from({ length: count }, (_, n) => n * mean);
  const random = new Random(seed, STREAM);
  let at = 0;
  return Array.from({ length: count }, () => {
    at -= Math.log(1 - random.next() / 2 ** 32) * mean;
    return at;
  });
};

/** Apart from what tables draw from the same seed. */
const STREAM = 0x6873;
