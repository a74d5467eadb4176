import { Step } from "./trail.js";
import { anyLeaf, oneOf, sizeOf, type Work } from "./work.js";

/**
 * Another value of the same size for one field of a mutant that was built in `out`, octets [0, `length`): what a correct
 * decoder reads next stays where it is. False when there is no such field, or an edit took it away.
 */
export const varyValue = (work: Work, out: Uint8Array, length: number): boolean => {
  const { tree, edits, random, trail } = work;
  const node = anyLeaf(work);
  if (node < 0) return false;
  const at = edits.placeOf(tree.start[node] ?? 0);
  const size = sizeOf(tree, node);
  if (at < 0 || at + size > length) return false;
  const name = tree.name[node] ?? 0;
  const roll = random.below(8);
  if (roll < 4 && copySeen(work, node, out, at, size)) {
    trail.add(Step.Seen, name, at, 0);
    return true;
  }
  const octet = at + random.below(size);
  const was = out[octet] ?? 0;
  if (roll < 2) out[octet] = was + 1 + random.below(255);
  else if (roll < 5) out[octet] = was ^ (1 << random.below(8));
  else if (roll < 7) out[octet] = was + (1 + random.below(16)) * (random.next() & 1 ? 1 : -1);
  else out.fill(was === 0 ? 0xff : 0, at, at + size);
  trail.add(Step.OctetSet, name, octet, out[octet] ?? 0);
  return true;
};

/** A value that the field had in another input, if it is another one. */
const copySeen = ({ tree, pool, random }: Work, node: number, out: Uint8Array, at: number, size: number): boolean => {
  const donor = oneOf(random, pool.at(tree.path[node] ?? 0));
  if (donor === null || donor.end - donor.start !== size) return false;
  let isOther = false;
  for (let i = 0; i < size; i++) {
    const octet = donor.data[donor.start + i] ?? 0;
    isOther ||= octet !== out[at + i];
    out[at + i] = octet;
  }
  return isOther;
};
