import type { AttributeSpec } from "../attribute.js";
import { setU32, u32, within } from "../octets.js";

/** How a value stands in octets; what makes it malformed is the attribute's own business. */
export type Shape<Value> = Pick<AttributeSpec<Value>, "read" | "size" | "encode">;

/** One unsigned integer of four octets. */
export const unsigned32 = (name: string): Shape<number> => ({
  read: (msg, start) => u32(msg, start),
  size: () => 4,
  encode: (value, out, at) => setU32(out, at, within(0xffffffff, value, name)),
});

/** Items of `width` octets each to the end, at least one: RFC 7606 §4 lets none of these attributes be empty. */
export const listOf = <Item>(
  name: string,
  width: number,
  read: (msg: Uint8Array, at: number) => Item,
  write: (item: Item, out: Uint8Array, at: number) => number,
): Shape<readonly Item[]> => ({
  read(msg, start, end) {
    const items: Item[] = [];
    for (let at = start; at < end; at += width) items.push(read(msg, at));
    return items;
  },
  size(items) {
    if (items.length === 0) throw new RangeError(`${name} has at least one value, or is left out`);
    return items.length * width;
  },
  encode(items, out, start) {
    if (items.length === 0) throw new RangeError(`${name} has at least one value, or is left out`);
    let at = start;
    for (const item of items) at = write(item, out, at);
    return at;
  },
});

/** `unsigned32` many times over. */
export const listOfUnsigned32 = (name: string): Shape<readonly number[]> =>
  listOf(name, 4, u32, (item, out, at) => setU32(out, at, within(0xffffffff, item, `a value of ${name}`)));

/** Whether octets [start, end) are a non-zero multiple of `width`. */
export const isListOf = (width: number, start: number, end: number): boolean =>
  end > start && (end - start) % width === 0;
