import { CONTEXT, type Part } from "../../targets/target.js";
import type { Parent } from "../types.js";
import { inferredParts } from "./infer.js";
import type { Names } from "./names.js";

/**
 * The parts of one input in arrays, in the order in which they begin, a part before those in it. Node 0 is the whole
 * input. Every node has at least one octet, except node 0 of an empty input.
 */
export interface Tree {
  readonly data: Uint8Array;
  readonly count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** -1 of node 0. */
  readonly parent: Int32Array;
  /** The node behind the last one in this one: [node, after) is its subtree. */
  readonly after: Int32Array;
  readonly depth: Int32Array;
  readonly name: Int32Array;
  /** Its name in its parent's: values are exchanged between fields that have the same. */
  readonly path: Int32Array;
  /** Children of a node: `child[firstChild[node]]` and so on, `children[node]` of them. */
  readonly child: Int32Array;
  readonly firstChild: Int32Array;
  readonly children: Int32Array;
  /** Its place among its siblings. */
  readonly place: Int32Array;
  /** Nodes that say how the input is read; they come first. */
  readonly contexts: readonly number[];
  /** Nodes that may be moved about: neither the whole nor a context. */
  readonly first: number;
  /** AFI and SAFI that belong together, node by node. */
  readonly families: readonly (readonly [afi: number, safi: number])[];
  /** The target knew nothing of the input: parts and lengths are guesses. */
  readonly guessed: boolean;
}

/** Nodes of a tree at most; what is more is left out, and octets stay as they are. */
const MOST_NODES = 8192;
const DEEPEST = 40;

/** Takes whatever parts there are: those that lie outside their parent or over one another are left out. */
export const treeOf = ({ data, parts }: Parent, names: Names): Tree => {
  const guessed = parts.length === 0;
  const nodes: Node[] = [{ start: 0, end: data.length, parent: -1, depth: 0, name: names.id("input") }];
  const after: number[] = [];
  const add = (among: readonly Part[], parent: number, depth: number): void => {
    let at = nodes[parent]?.start ?? 0;
    const limit = nodes[parent]?.end ?? 0;
    for (const { name, start, end, parts: inside } of among) {
      if (!(start >= at && end > start && end <= limit) || nodes.length >= MOST_NODES) continue;
      const node = nodes.length;
      nodes.push({ start, end, parent, depth, name: names.id(name) });
      at = end;
      if (inside !== undefined && depth < DEEPEST) add(inside, node, depth + 1);
      after[node] = nodes.length;
    }
  };
  add(guessed ? inferredParts(data) : parts, 0, 1);
  after[0] = nodes.length;
  return flat(data, nodes, after, names, guessed);
};

interface Node {
  readonly start: number;
  readonly end: number;
  readonly parent: number;
  readonly depth: number;
  readonly name: number;
}

const COLUMNS = 11;

const flat = (
  data: Uint8Array,
  nodes: readonly Node[],
  after: readonly number[],
  names: Names,
  guessed: boolean,
): Tree => {
  const count = nodes.length;
  // One piece of memory for all of them: a corpus has thousands of trees.
  const memory = new Int32Array(COLUMNS * count);
  const column = (i: number): Int32Array => memory.subarray(i * count, (i + 1) * count);
  const [start, end, parent, depth] = [column(0), column(1), column(2), column(3)];
  const [name, path, children, place] = [column(4), column(5), column(6), column(7)];
  const [firstChild, child, afters] = [column(8), column(9), column(10)];
  for (const [i, node] of nodes.entries()) {
    start[i] = node.start;
    end[i] = node.end;
    parent[i] = node.parent;
    depth[i] = node.depth;
    name[i] = node.name;
    path[i] = ((name[node.parent] ?? 0) << 16) | node.name;
    afters[i] = after[i] ?? 0;
    if (i === 0) continue;
    place[i] = children[node.parent] ?? 0;
    children[node.parent] = (place[i] ?? 0) + 1;
  }
  for (let i = 1; i < count; i++) firstChild[i] = (firstChild[i - 1] ?? 0) + (children[i - 1] ?? 0);
  for (let i = 1; i < count; i++) child[(firstChild[parent[i] ?? 0] ?? 0) + (place[i] ?? 0)] = i;
  const contexts = contextsOf(name, parent, count, names.id(CONTEXT));
  const first = 1 + (contexts.at(-1) ?? 0);
  const columns = { start, end, parent, after: afters, depth, name, path, child, firstChild, children, place };
  const tree = { data, count, ...columns, contexts, first, guessed };
  return { ...tree, families: familiesOf(tree, names) };
};

const contextsOf = (name: Int32Array, parent: Int32Array, count: number, context: number): number[] => {
  const contexts: number[] = [];
  for (let i = 1; i < count && name[i] === context && parent[i] === 0; i++) contexts.push(i);
  return contexts;
};

/** Whether a node has no parts. */
export const isLeaf = (tree: Tree, node: number): boolean => tree.children[node] === 0;

export const sizeOf = (tree: Tree, node: number): number => (tree.end[node] ?? 0) - (tree.start[node] ?? 0);

export const childOf = (tree: Tree, node: number, i: number): number =>
  tree.child[(tree.firstChild[node] ?? 0) + i] ?? 0;

/** The value of octets [start, end), big-endian, for up to six of them. */
export const valueAt = (data: Uint8Array, start: number, end: number): number => {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 256 + (data[at] ?? 0);
  return value;
};

/** RFC 4760 §3 has them side by side, RFC 2918 §3 with an octet between. */
const familiesOf = (tree: Omit<Tree, "families">, names: Names): (readonly [number, number])[] => {
  const afi = names.id("AFI");
  const safi = names.id("SAFI");
  const pairs: (readonly [number, number])[] = [];
  for (let node = tree.first; node < tree.count; node++) {
    if (tree.name[node] !== afi) continue;
    for (const other of [node + 1, node + 2]) {
      if (tree.name[other] !== safi || tree.parent[other] !== tree.parent[node]) continue;
      pairs.push([node, other]);
      break;
    }
  }
  return pairs;
};
