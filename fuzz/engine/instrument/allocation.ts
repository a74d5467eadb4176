import type * as acorn from "acorn";

/** The arguments of a call that say how much memory it takes, and octets for each one of it; null for another call. */
export const argumentsOfAllocation = (
  node: acorn.CallExpression | acorn.NewExpression,
): { readonly lengths: readonly acorn.Node[]; readonly size: number } | null => {
  const [first] = node.arguments;
  if (first === undefined || first.type === "SpreadElement") return null;
  const { callee } = node;
  if (callee.type === "Identifier") {
    const size = ELEMENT[callee.name];
    const isMade = node.type === "NewExpression" || callee.name === "Array";
    return size === undefined || !isMade || node.arguments.length > 1 ? null : { lengths: [first], size };
  }
  if (node.type === "NewExpression" || callee.type !== "MemberExpression" || callee.property.type !== "Identifier") {
    return null;
  }
  if (callee.computed) return null;
  const { name } = callee.property;
  if (name === "repeat") return { lengths: [first], size: 1 };
  const owner = nameOf(callee.object);
  if (owner === "Buffer" && BUFFERS.has(name)) return { lengths: [first], size: 1 };
  if (owner === "Array" && name === "from" && first.type === "ObjectExpression") {
    const lengths = first.properties.flatMap((one) =>
      one.type === "Property" && one.kind === "init" && !one.shorthand && !one.computed && nameOf(one.key) === "length"
        ? [one.value]
        : [],
    );
    return lengths.length === 0 ? null : { lengths, size: SLOT };
  }
  return null;
};

/** Octets of a place in an array. */
const SLOT = 8;

const ELEMENT: Readonly<Record<string, number>> = {
  ArrayBuffer: 1,
  SharedArrayBuffer: 1,
  Uint8Array: 1,
  Uint8ClampedArray: 1,
  Int8Array: 1,
  Uint16Array: 2,
  Int16Array: 2,
  Uint32Array: 4,
  Int32Array: 4,
  Float32Array: 4,
  Float64Array: 8,
  BigInt64Array: 8,
  BigUint64Array: 8,
  Array: SLOT,
};

const BUFFERS: ReadonlySet<string> = new Set(["alloc", "allocUnsafe", "allocUnsafeSlow"]);

const nameOf = (node: acorn.Node): string | null => {
  const own = node as acorn.AnyNode;
  if (own.type === "Identifier") return own.name;
  return own.type === "MemberExpression" && !own.computed ? nameOf(own.property) : null;
};
