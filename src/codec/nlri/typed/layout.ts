import type { Fault } from "../../fault.js";
import { copyOctets, ofWidth, setOctets, setU8, setU24, setU32, u8, u24, u32, within } from "../../octets.js";
import type { WithPathId } from "../path-id.js";
import type { TypedKind } from "./typed.js";

/** One field in the body of a typed route. */
export interface Part<Value> {
  /** What it means that `skip` gives `WRONG`; absent where it never does. */
  readonly fault?: Fault;
  /** The offset after the field at `at` in a body that ends at `end` (past `end`: it is cut off), `CUT`, or `WRONG`. */
  skip(msg: Uint8Array, at: number, end: number): number;
  /** The value of a field that was skipped well. */
  read(msg: Uint8Array, at: number, end: number): Value;
  size(value: Value): number;
  /** Writes the field and gives the offset after. Throws RangeError for what it cannot carry. */
  write(value: Value, out: Uint8Array, at: number): number;
}

/** The body has no octets for this field, or too many. */
export const CUT = -1;
/** The field says what it may not say. */
export const WRONG = -2;

/** A route that is told from others by its type octet. */
export interface OfType extends WithPathId {
  readonly type: number;
}

/** The fields of each type's body, in the order of the octets. */
export type Layouts<Route extends OfType> = {
  readonly [Type in Route["type"]]: Layout<Extract<Route, { readonly type: Type }>>;
};

type Layout<Route> = { readonly [Key in Exclude<keyof Route, keyof OfType>]: Part<Route[Key]> };

/** The bodies of routes that are lists of fields. `unknownType` is partial; `badLength`: the fields don't fill the body. */
export const laidOut = <Route extends OfType>(
  layouts: Layouts<Route>,
  unknownType: Fault,
  badLength: Fault,
): Pick<TypedKind<Route>, "typeOctets" | "judge" | "readBody" | "bodySize" | "writeType" | "writeBody"> => {
  const byType = new Map(
    Object.entries<Layout<Route>>(layouts).map(([type, layout]) => [
      Number(type),
      { keys: Object.keys(layout), parts: Object.values<Part<unknown>>(layout) },
    ]),
  );
  const layoutOf = ({ type }: Route) => {
    const layout = byType.get(type);
    if (layout === undefined) throw new RangeError(`there is no route type ${type}`);
    return layout;
  };
  const fieldOf = (route: Route, key: string | undefined): unknown => (route as Record<string, unknown>)[key ?? ""];
  const judge = (msg: Uint8Array, head: number, start: number, end: number): Fault | null => {
    const layout = byType.get(u8(msg, head));
    if (layout === undefined) return unknownType;
    let at = start;
    for (const part of layout.parts) {
      at = part.skip(msg, at, end);
      if (at === WRONG) return part.fault ?? badLength;
      if (at === CUT || at > end) return badLength;
    }
    return at === end ? null : badLength;
  };
  return {
    typeOctets: 1,
    judge,

    readBody(msg, head, start, end) {
      const type = u8(msg, head);
      const layout = byType.get(type);
      if (layout === undefined || judge(msg, head, start, end) !== null) return null;
      const route: Record<string, unknown> = { type };
      let at = start;
      layout.parts.forEach((part, i) => {
        route[layout.keys[i] ?? ""] = part.read(msg, at, end);
        at = part.skip(msg, at, end);
      });
      // `Layouts` has a part of the right value for each key of the route.
      return route as unknown as Route;
    },

    bodySize(route) {
      const { keys, parts } = layoutOf(route);
      return parts.reduce((sum, part, i) => sum + part.size(fieldOf(route, keys[i])), 0);
    },

    writeType: (route, out, at) => setU8(out, at, route.type),

    writeBody(route, out, start) {
      const { keys, parts } = layoutOf(route);
      return parts.reduce((at, part, i) => part.write(fieldOf(route, keys[i]), out, at), start);
    },
  };
};

/** So many octets, kept as they are. */
export const octets = (what: string, width: number): Part<Uint8Array> => ({
  skip: (_msg, at) => at + width,
  read: (msg, at) => copyOctets(msg, at, at + width),
  size: () => width,
  write: (value, out, at) => setOctets(out, at, ofWidth([width], value, what)),
});

const integer = (
  width: number,
  read: (msg: Uint8Array, at: number) => number,
  set: (out: Uint8Array, at: number, value: number) => number,
  what: string,
): Part<number> => ({
  skip: (_msg, at) => at + width,
  read,
  size: () => width,
  write: (value, out, at) => set(out, at, within(2 ** (8 * width) - 1, value, what)),
});

export const unsigned8 = (what: string): Part<number> => integer(1, u8, setU8, what);
export const unsigned24 = (what: string): Part<number> => integer(3, u24, setU24, what);
export const unsigned32 = (what: string): Part<number> => integer(4, u32, setU32, what);

/** RFC 4364 §4.2. */
export const distinguisher: Part<Uint8Array> = octets("a route distinguisher", 8);

/** Octets behind one that says how many bits they are, which is 8 x one of `widths`. */
export const counted = (what: string, widths: readonly number[], fault: Fault): Part<Uint8Array> => {
  const lengths = widths.map((width) => width * 8);
  return {
    fault,
    skip(msg, at, end) {
      if (at >= end) return CUT;
      const bits = u8(msg, at);
      return lengths.includes(bits) ? at + 1 + (bits >>> 3) : WRONG;
    },
    read: (msg, at) => copyOctets(msg, at + 1, at + 1 + (u8(msg, at) >>> 3)),
    size: ({ length }) => 1 + length,
    write: (value, out, at) => setOctets(out, setU8(out, at, ofWidth(widths, value, what).length * 8), value),
  };
};

/** An address that is as long as what is left: 4 or 16 octets. */
export const remainingAddress = (what: string): Part<Uint8Array> => ({
  skip: (_msg, at, end) => (end - at === 4 || end - at === 16 ? end : CUT),
  read: (msg, at, end) => copyOctets(msg, at, end),
  size: ({ length }) => length,
  write: (value, out, at) => setOctets(out, at, ofWidth([4, 16], value, what)),
});
