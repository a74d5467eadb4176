import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import type { Plugin } from "esbuild";
import { EngineError } from "./job.js";

/** A passage of one of our own sources, and what stands there instead in a bundle that is to be wrong. */
export interface SourceEdit {
  /** From the project's root, in TypeScript: `src/codec/frame.ts`. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** The text of `file` with its edits. Throws EngineError when a passage is not there, or not once: the source has moved on. */
export const edited = (file: string, text: string, edits: readonly SourceEdit[]): string =>
  edits
    .filter((edit) => edit.file === file)
    .reduce((sofar, { find, replace }) => {
      const parts = sofar.split(find);
      const [before, after] = parts;
      if (parts.length !== 2 || before === undefined || after === undefined) {
        throw new EngineError(
          `a patch of ${file} does not fit: what it replaces stands there ${parts.length - 1} times: ${find.trim().split("\n")[0]}`,
        );
      }
      return `${before}${replace}${after}`;
    }, text);

/**
 * Applies edits to TypeScript while esbuild reads it; no file is changed. They are made to sources, so what tsc made of
 * them is left aside. Throws EngineError where there are none: an installed package has no sources.
 */
export const patching = (root: string, edits: readonly SourceEdit[]): Plugin => {
  const files = new Map([...new Set(edits.map(({ file }) => file))].map((file) => [file, source(root, file, edits)]));
  const fromRoot = (path: string): string => relative(root, path).split(sep).join("/");
  return {
    name: "patched sources",
    setup(build) {
      // The entry alone names files by their whole path; from there on sources import sources.
      build.onResolve({ filter: /\.js$/ }, ({ path }) => {
        const [, module] = /(?:^|\/)((?:src|fuzz)\/.+)\.js$/.exec(fromRoot(path)) ?? [];
        const original = join(root, `${module}.ts`);
        return isAbsolute(path) && existsSync(original) ? { path: original } : null;
      });
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = files.get(fromRoot(path));
        return contents === undefined ? null : { contents, loader: "ts" };
      });
    },
  };
};

const source = (root: string, file: string, edits: readonly SourceEdit[]): string => {
  const path = join(root, file);
  if (!existsSync(path)) throw new EngineError(`${file} is not here: this needs a checkout of Kiln`);
  return edited(file, readFileSync(path, "utf8"), edits);
};
