/** Work done for inputs of growing size; see `Measured.work` for what is counted. */
export interface Growth {
  readonly name: string;
  /** From the smallest to the largest; each has the octets of the one before several times over. */
  readonly steps: readonly { readonly octets: number; readonly work: number }[];
}

/**
 * How much faster than its octets the work may grow at each step. Linear is 1, and what is done once makes it less; four
 * times the octets are sixteen times the work, a factor of 4, for a decoder that goes through all of it for each part.
 */
const SLACK = 2;

/**
 * What is done more for larger inputs than linear growth explains; null when there is none. It has to be so at every step:
 * at one of them a length in the input may come to fit, and then all behind it is looked at for the first time.
 */
export const growsTooFast = ({ name, steps }: Growth): string | null => {
  const pairs = steps.slice(1).map((large, i) => ({ large, small: steps[i] ?? large }));
  const tooFast = pairs.every(({ large, small }) => large.work / small.work > (large.octets / small.octets) * SLACK);
  if (!tooFast) return null;
  return `${name}: ${steps.map(({ octets, work }) => `${octets} octets, ${work} blocks of work`).join("; ")}`;
};

/** The octets of an input behind its first `lead`, so many times. */
export const repeated = (input: Uint8Array, lead: number, times: number): Uint8Array => {
  const body = input.subarray(lead);
  const out = new Uint8Array(lead + body.length * times);
  out.set(input.subarray(0, lead));
  for (let i = 0; i < times; i++) out.set(body, lead + i * body.length);
  return out;
};
