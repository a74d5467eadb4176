import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type * as acorn from "acorn";
import type { Bundle } from "../../engines/bundle.js";
import { EngineError } from "../../engines/job.js";
import type { EdgePlace, EdgeTable, InstrumentedBuild } from "../types.js";
import { type Constant, Constants } from "./constants.js";
import { type Editor, edit, type Numbers } from "./edit.js";
import { RUNTIME } from "./runtime.js";

/**
 * Writes two instrumented builds beside a bundle, with maps to TypeScript, and the table of their edges. Instrumented
 * are the functions of modules for which `isUnderTest` holds; targets, oracles (`fuzz/`) and arbitraries never are.
 *
 * Throws EngineError when nothing is under test, or what does it is not installed.
 */
export const instrumentedBuild = async (
  { file, sections }: Pick<Bundle, "file" | "sections">,
  isUnderTest: (module: string) => boolean,
): Promise<InstrumentedBuild> => {
  const tools = await toolbox();
  const source = readFileSync(file, "utf8");
  const map = readFileSync(`${file}.map`, "utf8");
  const program = parsed(source, file, tools);
  const wanted = sections
    .filter(({ module }) => !OURS.test(module) && isUnderTest(module))
    .map(({ module, start, end }) => ({
      module,
      statements: program.body.filter((one) => one.start >= start && one.start < end),
    }));

  const places = new Places(source, new tools.TraceMap(map), tools);
  const constants = new Constants(program);
  const prefix = freePrefix(source);
  const build = (compares: boolean): Instrumented => {
    const text = new tools.MagicString(source);
    const editor: Editor = {
      insert: (at, addition) => text.appendLeft(at, addition),
      replace: (start, end, instead) => text.update(start, end, instead),
    };
    const numbered = new Numbering(places, constants);
    editor.insert(startOf(program), prelude(prefix, compares));
    const modules = wanted.map(({ module, statements }) => {
      const first = numbered.begin(module);
      for (const statement of statements) edit(statement, editor, numbered, { source, prefix, compares });
      return { module, first, end: numbered.places.length };
    });
    const path = beside(file, compares ? "compares.cjs" : "counters.cjs");
    const own = text.generateMap({ source: basename(file), hires: "boundary" });
    const chained = tools.remapping(own.toString(), (name) => (name === basename(file) ? map : null), true);
    writeFileSync(`${path}.map`, chained.toString());
    const body = text.toString().replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
    writeFileSync(path, `${body}//# sourceMappingURL=${basename(path)}.map\n`);
    return { path, modules, numbered };
  };

  const counters = build(false);
  const compares = build(true);
  const count = counters.numbered.places.length;
  if (count === 0) throw new EngineError("nothing of the bundle is under test: there is no code to instrument");
  const edges = beside(file, "edges.json");
  const table: EdgeTable = {
    count,
    modules: counters.modules.filter(({ first, end }) => end > first),
    places: counters.numbered.places,
    constants: [...counters.numbered.constants],
  };
  writeFileSync(edges, JSON.stringify(table));
  return { counters: counters.path, compares: compares.path, edges };
};

/** What judges and makes inputs: what it does is no input's merit. */
const OURS = /^fuzz\/|^src\/.*\.arb\.ts$/;

interface Instrumented {
  readonly path: string;
  readonly modules: EdgeTable["modules"];
  readonly numbered: Numbering;
}

interface Tools {
  readonly parse: typeof import("acorn").parse;
  readonly MagicString: typeof import("magic-string").default;
  readonly remapping: typeof import("@jridgewell/remapping").default;
  readonly TraceMap: typeof import("@jridgewell/trace-mapping").TraceMap;
  readonly originalPositionFor: typeof import("@jridgewell/trace-mapping").originalPositionFor;
}

const toolbox = async (): Promise<Tools> => {
  try {
    const [{ parse }, { default: MagicString }, { default: remapping }, tracing] = await Promise.all([
      import("acorn"),
      import("magic-string"),
      import("@jridgewell/remapping"),
      import("@jridgewell/trace-mapping"),
    ]);
    return { parse, MagicString, remapping, ...tracing };
  } catch (cause) {
    throw new EngineError("instrumenting needs acorn and magic-string: run `npm ci` in a checkout of Kiln", { cause });
  }
};

const parsed = (source: string, file: string, { parse }: Tools): acorn.Program => {
  try {
    return parse(source, {
      ecmaVersion: "latest",
      sourceType: "script",
      allowReturnOutsideFunction: true,
      allowHashBang: true,
    });
  } catch (cause) {
    throw new EngineError(`${basename(file)} cannot be instrumented: ${(cause as Error).message}`, { cause });
  }
};

/** On the first line, so that those of the bundle stay what they were, and behind its directives. */
const prelude = (prefix: string, compares: boolean): string => {
  const names: Record<string, string> = { c: "counters", s: "left", out: "out", room: "room" };
  if (compares) for (const name of LOGGED) names[name] = `pairs.${name}`;
  const own = Object.entries(names).map(([name, value]) => `${prefix}${name}=${prefix}run.${value}`);
  return `;const ${prefix}run=globalThis[Symbol.for(${JSON.stringify(RUNTIME.description)})],${own.join()};`;
};

const LOGGED = [
  "same",
  "differs",
  "alike",
  "unlike",
  "less",
  "most",
  "more",
  "least",
  "chosen",
  "among",
  "sought",
] as const;

const startOf = ({ body }: acorn.Program): number => {
  const directives = body.filter((one) => one.type === "ExpressionStatement" && one.directive !== undefined);
  return directives.at(-1)?.end ?? body[0]?.start ?? 0;
};

const freePrefix = (source: string): string => {
  let prefix = "kiln$";
  while (source.includes(prefix)) prefix += "$";
  return prefix;
};

const beside = (file: string, ending: string): string =>
  join(dirname(file), `${basename(file).replace(/\.[^.]+$/, "")}.${ending}`);

class Numbering implements Numbers {
  readonly places: EdgePlace[] = [];
  readonly constants: Set<Constant> = new Set();
  readonly #at: Places;
  readonly #known: Constants;
  #module = "";
  #sites = 0;

  constructor(at: Places, known: Constants) {
    this.#at = at;
    this.#known = known;
  }

  /** Gives the first number of the edges that `module` will have. */
  begin(module: string): number {
    this.#module = module;
    return this.places.length;
  }

  edge(at: number, kind: EdgePlace["kind"]): number {
    return this.places.push({ module: this.#module, ...this.#at.of(at), kind }) - 1;
  }

  site(...operands: readonly acorn.Node[]): number {
    for (const operand of operands) {
      const constant = this.#known.of(operand);
      if (constant !== null && constant !== "") this.constants.add(constant);
    }
    return this.#sites++;
  }
}

/** Offsets of a bundle as lines and columns of what it was made of, both counted from 1. */
class Places {
  readonly #map: InstanceType<Tools["TraceMap"]>;
  readonly #tools: Tools;
  /** Where each line begins. */
  readonly #lines: readonly number[];

  constructor(source: string, map: InstanceType<Tools["TraceMap"]>, tools: Tools) {
    this.#map = map;
    this.#tools = tools;
    this.#lines = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  of(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    for (let high = this.#lines.length; high - low > 1; ) {
      const middle = (low + high) >>> 1;
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    const column = offset - (this.#lines[low] ?? 0);
    const found = this.#tools.originalPositionFor(this.#map, { line: low + 1, column });
    return { line: found.line ?? 1, column: (found.column ?? 0) + 1 };
  }
}
