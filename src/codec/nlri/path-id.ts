import { setU32, within } from "../octets.js";

/** What every route may have in front: four octets of path identifier, RFC 7911 §3. */
export interface WithPathId {
  /** Present exactly when the family carries path identifiers in this direction. */
  readonly pathId?: number;
}

/** Writes the path identifier that belongs there and gives the offset after. Throws RangeError when it is not as negotiated. */
export const writePathId = ({ pathId }: WithPathId, out: Uint8Array, at: number, addPath: boolean): number => {
  if (addPath !== (pathId !== undefined)) {
    throw new RangeError(addPath ? "a path identifier is missing" : "a path identifier was not negotiated");
  }
  return pathId === undefined ? at : setU32(out, at, within(0xffffffff, pathId, "the path identifier"));
};
