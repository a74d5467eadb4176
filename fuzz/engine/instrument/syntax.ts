import type { Node } from "acorn";

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && "start" in value;

/** The nodes directly in a node, in the order of the text. */
export const partsOf = (node: Node): Node[] => {
  const parts: Node[] = [];
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) parts.push(...value.filter(isNode));
    else if (isNode(value)) parts.push(value);
  }
  // A shorthand property is one node twice.
  return parts.sort((a, b) => a.start - b.start).filter((part, i) => part !== parts[i - 1]);
};
