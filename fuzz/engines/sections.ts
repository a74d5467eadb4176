/** Where a module stands in a bundle that esbuild made of many. */
export interface Section {
  /** From the project's root, in TypeScript: `src/codec/frame.ts`; of code that is not ours, see `moduleAt`. */
  readonly module: string;
  /** Offsets of its first character and of the one after its last. */
  readonly start: number;
  readonly end: number;
  /** Its first line, counted from 1, and its last. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** The sections of a bundle, by the comment that esbuild puts above each module. */
export const sectionsOf = (bundle: string): Section[] => {
  const marks = [...bundle.matchAll(/^\/\/ (.+\.(?:[cm]?[jt]sx?|json)|<stdin>)$/gm)];
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number): number => {
    for (; counted < offset; counted++) if (bundle.charCodeAt(counted) === 10) line++;
    return line;
  };
  return marks.map((mark, i) => {
    const start = mark.index;
    const end = marks[i + 1]?.index ?? bundle.length;
    const firstLine = lineAt(start);
    return { module: moduleAt(mark[1] ?? ""), start, end, firstLine, lastLine: lineAt(end) };
  });
};

/**
 * `dist/src/codec/frame.js` and `src/codec/frame.ts` are one module of ours. Another's is known by its path as the
 * bundle has it, which tells two `index.js` apart: `node_modules/dns-packet/index.js`, `../../decoder/index.js`.
 */
export const moduleAt = (path: string): string => {
  const [, own] = /^(?:(?!\.\.\/|node_modules\/)[^/]+\/)?((?:src|fuzz)\/.+)$/.exec(path) ?? [];
  return own?.replace(/\.js$/, ".ts") ?? path;
};

/** Whether `module`, as a target names it, is the one that `path` is: ours, or another's by the end of its path. */
export const isModule = (module: string, path: string): boolean => {
  const asked = moduleAt(module);
  return path === asked || (moduleAt(path) === path && path.endsWith(`/${asked.replace(/^(\.\.?\/)+/, "")}`));
};
