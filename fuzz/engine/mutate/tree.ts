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

const flat = (
  data: Uint8Array,
  nodes: readonly Node[],
  after: readonly number[],
  names: Names,
  guessed: boolean,
): Tree => {
  const count = nodes.length;
  const children = new Int32Array(count);
  const place = new Int32Array(count);
  for (let i = 1; i < count; i++) {
    const parent = nodes[i]?.parent ?? 0;
    place[i] = children[parent] ?? 0;
    children[parent] = (children[parent] ?? 0) + 1;
  }
  const firstChild = new Int32Array(count);
  for (let i = 1; i < count; i++) firstChild[i] = (firstChild[i - 1] ?? 0) + (children[i - 1] ?? 0);
  const child = new Int32Array(count);
  for (let i = 1; i < count; i++) child[(firstChild[nodes[i]?.parent ?? 0] ?? 0) + (place[i] ?? 0)] = i;
  const name = Int32Array.from(nodes, (node) => node.name);
  const parent = Int32Array.from(nodes, (node) => node.parent);
  const contexts = contextsOf(name, parent, count, names.id(CONTEXT));
  const tree = {
    data,
    count,
    start: Int32Array.from(nodes, (node) => node.start),
    end: Int32Array.from(nodes, (node) => node.end),
    parent,
    after: Int32Array.from(after),
    depth: Int32Array.from(nodes, (node) => node.depth),
    name,
    path: Int32Array.from(nodes, (node) => ((nodes[node.parent]?.name ?? 0) << 16) | node.name),
    child,
    firstChild,
    children,
    place,
    contexts,
    first: 1 + (contexts.at(-1) ?? 0),
    guessed,
  };
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
