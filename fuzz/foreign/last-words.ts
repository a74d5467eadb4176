/** A function that a program was in, by what it wrote before it ended. */
export interface Frame {
  readonly name: string;
  /** Without its folders. */
  readonly file: string;
  readonly line: number;
}

/** The stack that a program left on standard error, innermost first: of AddressSanitizer, Python, Go or Rust. */
export const framesOf = (said: string): Frame[] => {
  for (const { of, innermostLast } of MANNERS) {
    const frames = [...said.matchAll(of)].map(({ groups }) => ({
      name: groups?.name ?? "unnamed",
      file: (groups?.file ?? "").replace(/^.*[\\/]/, ""),
      line: Number(groups?.line),
    }));
    if (frames.length > 0) return (innermostLast ? frames.reverse() : frames).slice(0, MOST_FRAMES);
  }
  return [];
};

/** The line that says best what went wrong, or null when nothing was said. */
export const lastSaid = (said: string): string | null => {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const telling = lines.find((line) => TELLING.test(line)) ?? lines.at(-1);
  return telling === undefined ? null : telling.replace(/^==\d+==\s*/, "").slice(0, 300);
};

const MOST_FRAMES = 20;

const MANNERS: readonly { readonly of: RegExp; readonly innermostLast?: true }[] = [
  // `    #1 0x55d0 in parse_attribute /src/decoder.c:42:7`
  { of: /^\s*#\d+ 0x[0-9a-f]+ in (?<name>\S+) (?<file>[^\s:]+):(?<line>\d+)/gm },
  // `  File "decoder.py", line 42, in parse`
  { of: /^\s*File "(?<file>[^"]+)", line (?<line>\d+), in (?<name>\S+)/gm, innermostLast: true },
  // `   3: decoder::parse` and `at src/main.rs:42:7` below it
  { of: /^\s*\d+: (?<name>\S+)\n\s+at (?<file>[^\s:]+):(?<line>\d+)/gm },
  // `main.parse(0xc000...)` and `\t/src/main.go:42 +0x1d` below it
  { of: /^(?<name>[\w./*()]+)\([^\n]*\)\n\t(?<file>[^\s:]+\.go):(?<line>\d+)/gm },
];

const TELLING = /^==\d+==\s*ERROR: \w+Sanitizer|^panic: |panicked at|: runtime error: |^[A-Z]\w*(Error|Exception)\b/;
