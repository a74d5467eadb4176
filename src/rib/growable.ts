/** The typed arrays that tables are made of. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** A copy of `column` with room for `length` elements; the new ones are zero. */
export const grown = <C extends Column>(column: C, length: number): C => {
  const roomier = new (column.constructor as new (length: number) => C)(length);
  roomier.set(column);
  return roomier;
};
