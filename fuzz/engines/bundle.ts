import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildFailure } from "esbuild";
import { packageRoot } from "../../src/results/provenance.js";
import { EngineError } from "./job.js";
import { patching, type SourceEdit } from "./patched.js";
import { isModule, moduleAt, type Section, sectionsOf } from "./sections.js";

/** Modules with the targets and the arbitraries of a campaign, as absolute paths. */
export interface Suite {
  /** Exports `targets: readonly Target[]`. */
  readonly targets: string;
  /** Exports `arbitrariesOf(name): Arbitraries`. */
  readonly arbitraries: string;
  /** Whether a module, as `moduleAt` names it, is under test: see `kilnBundle` for what holds without it. */
  readonly isUnderTest?: (module: string) => boolean;
  /** Made to our own sources while they are bundled: a suite that is to be wrong. */
  readonly edits?: readonly SourceEdit[];
}

/** A CommonJS bundle on disk, with what is known about the modules in it. */
export interface Bundle {
  readonly file: string;
  readonly sections: readonly Section[];
  /** The modules that a module (as a target names it, or its path) is built of: itself and all that it imports. */
  builtOf(module: string): ReadonlySet<string>;
}

/** A file of ours, from its place beside the caller: the TypeScript when run from sources, else what tsc made of it. */
export const ownFile = (path: string, from: string): string => {
  const compiled = fileURLToPath(new URL(path, from));
  return existsSync(compiled) ? compiled : compiled.replace(/\.js$/, ".ts");
};

export const ownSuite = (): Suite => ({
  targets: ownFile("../targets/index.js", import.meta.url),
  arbitraries: ownFile("../properties/arbitraries.js", import.meta.url),
});

/**
 * Bundles `entry` (the text of a module whose imports are absolute paths) to one CommonJS file at `file`: what jsfuzz
 * needs, and a worker that runs the same whether we were started from sources or from `dist`. With `edits` it is made of
 * the sources in any case.
 */
export const bundle = async (entry: string, file: string, edits: readonly SourceEdit[] = []): Promise<Bundle> => {
  const esbuild = await import("esbuild").catch((cause: unknown) => {
    throw new EngineError("fuzzing needs esbuild: run `npm ci` in a checkout of Kiln", { cause });
  });
  mkdirSync(dirname(file), { recursive: true });
  const root = packageRoot();
  const { metafile } = await esbuild
    .build({
      stdin: { contents: entry, resolveDir: root, loader: "ts" },
      absWorkingDir: root,
      bundle: true,
      format: "cjs",
      platform: "node",
      // What Istanbul as jsfuzz brings it along can parse.
      target: "es2022",
      sourcemap: "linked",
      sourcesContent: false,
      legalComments: "none",
      metafile: true,
      logLevel: "silent",
      outfile: file,
      plugins: edits.length === 0 ? [] : [patching(root, edits)],
    })
    .catch((error: Partial<BuildFailure>) => {
      // What a plugin of ours says is said already.
      const [first] = error.errors ?? [];
      if (first === undefined) throw error;
      if (first.detail instanceof EngineError) throw first.detail;
      const { location, text } = first;
      throw new EngineError(
        `it cannot be built: ${location === null ? "" : `${location.file}:${location.line}: `}${text}`,
      );
    });

  const imports = new Map<string, string[]>();
  for (const [path, input] of Object.entries(metafile.inputs)) {
    imports.set(
      moduleAt(path),
      input.imports.filter((one) => !one.external).map((one) => moduleAt(one.path)),
    );
  }
  const isIt = (module: string, path: string): boolean => resolve(root, path) === module || isModule(module, path);
  return {
    file,
    sections: sectionsOf(readFileSync(file, "utf8")),
    builtOf: (module) => closure([...imports.keys()].find((path) => isIt(module, path)) ?? "", imports),
  };
};

/** Keeps what was learned about a bundle where another process can read it. */
export const saveSections = ({ file, sections }: Bundle): string => {
  const path = `${file}.sections.json`;
  writeFileSync(path, JSON.stringify(sections));
  return path;
};

const closure = (module: string, imports: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> => {
  const seen = new Set<string>();
  const queue = [module];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next) || !imports.has(next)) continue;
    seen.add(next);
    queue.push(...(imports.get(next) ?? []));
  }
  return seen;
};
