/** Work done for inputs of two sizes; see `Measured.work` for what is counted. */
export interface Growth {
  readonly name: string;
  /** Octets of the small input and of the large one, which has the same octets several times over. */
  readonly small: { readonly octets: number; readonly work: number };
  readonly large: { readonly octets: number; readonly work: number };
}

/**
 * How much faster than its octets the work may grow. One is linear, and what is done once makes it less; four times the
 * octets are sixteen times the work for a decoder that goes through all of it for each part.
 */
const SLACK = 1.3;

/** What is done more for the large input than linear growth explains; null when there is none. */
export const growsTooFast = ({ name, small, large }: Growth): string | null => {
  const octets = large.octets / small.octets;
  const work = large.work / small.work;
  if (work <= octets * SLACK) return null;
  return `${name}: ${octets.toFixed(1)} times the octets are ${work.toFixed(1)} times the work (${small.work}, then ${large.work} blocks)`;
};

/** The octets of an input behind its first `lead`, so many times. */
export const repeated = (input: Uint8Array, lead: number, times: number): Uint8Array => {
  const body = input.subarray(lead);
  const out = new Uint8Array(lead + body.length * times);
  out.set(input.subarray(0, lead));
  for (let i = 0; i < times; i++) out.set(body, lead + i * body.length);
  return out;
};
