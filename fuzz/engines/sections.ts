/** Where a module of ours stands in a bundle that esbuild made of many. */
export interface Section {
  /** From the project's root, in TypeScript: `src/codec/frame.ts`. */
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
  const marks = [...bundle.matchAll(/^\/\/ (\S+\.[cm]?[jt]s|<stdin>)$/gm)];
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

/** `dist/src/codec/frame.js` and `src/codec/frame.ts` are one module; one outside the project is known by its file name. */
export const moduleAt = (path: string): string => {
  const source = path.replace(/\.js$/, ".ts");
  return /(?:^|\/)((?:src|fuzz)\/.+)$/.exec(source)?.[1] ?? source.slice(source.lastIndexOf("/") + 1);
};
