import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ownFile, type Suite } from "../engines/bundle.js";
import { EngineError } from "../engines/job.js";
import { isModule } from "../engines/sections.js";
import { targetOf } from "../targets/index.js";
import type { Target } from "../targets/target.js";

/** What a user wants to have fuzzed in place of Kiln's own decoders. */
export type Foreign =
  /** `./decoder.js#name`; without a name its `fuzz`, else its default export. */
  | { readonly kind: "module"; readonly spec: string }
  | { readonly kind: "exec"; readonly command: string; readonly as: string; readonly hangMs: number };

export interface ForeignSuite {
  readonly suite: Suite;
  /** What a campaign has to know of the target; it runs in worker processes only. */
  readonly target: Pick<Target, "name" | "module" | "faults">;
}

/**
 * Writes the entry modules of a campaign on something of a user's into `folder`. Throws EngineError, in one line, when
 * there is no such thing.
 */
export const foreignSuite = (foreign: Foreign, folder: string): ForeignSuite => {
  mkdirSync(folder, { recursive: true });
  const targets = join(folder, "foreign-targets.ts");
  const arbitraries = join(folder, "foreign-arbitraries.ts");
  const own = (path: string): string => JSON.stringify(ownFile(path, import.meta.url));
  if (foreign.kind === "exec") {
    const target = execFacts(foreign);
    const { command, as, hangMs } = foreign;
    writeFileSync(
      targets,
      `import { execTarget } from ${own("./exec-target.js")};
export const targets = [execTarget(${JSON.stringify({ name: target.name, command, as, hangMs })})];
`,
    );
    writeFileSync(
      arbitraries,
      `import { ordinaryArbitraries } from ${own("./arbitraries.js")};
export const arbitrariesOf = () => ordinaryArbitraries(${JSON.stringify(as)});
`,
    );
    return { suite: { targets, arbitraries, isUnderTest: (module) => module.startsWith("src/") }, target };
  }
  const { file, member, target } = moduleFacts(foreign.spec);
  const wanted = JSON.stringify(member ?? "fuzz");
  writeFileSync(
    targets,
    `import * as theirs from ${JSON.stringify(file)};
import { moduleTarget } from ${own("./module-target.js")};
const all: Record<string, unknown> = { ...(theirs.default as object | undefined), ...theirs };
const fuzz = all[${wanted}]${member === null ? ' ?? all["default"]' : ""};
if (typeof fuzz !== "function") throw new TypeError(${JSON.stringify(`${basename(file)} exports no function ${member ?? "fuzz"}`)});
export const targets = [moduleTarget(${JSON.stringify(target.name)}, ${JSON.stringify(target.module)}, fuzz as never)];
`,
  );
  writeFileSync(
    arbitraries,
    `import { octetArbitraries } from ${own("./arbitraries.js")};
export const arbitrariesOf = () => octetArbitraries;
`,
  );
  // All that the user's file brings along, its packages as well.
  const isUnderTest = (module: string): boolean =>
    isModule(file, module) || !/^((src|fuzz)\/|<)|(^|\/)node_modules\/(fast-check|pure-rand)\//.test(module);
  return { suite: { targets, arbitraries, isUnderTest }, target };
};

/** A folder of seeds by target, as campaigns want them, that has a user's folder as the one of `target`. */
export const seedsRootFor = (target: string, seeds: string, folder: string): string => {
  const full = resolve(seeds);
  if (!existsSync(full) || !statSync(full).isDirectory()) throw new EngineError(`--seeds: there is no folder ${seeds}`);
  const root = join(folder, "seeds");
  mkdirSync(root, { recursive: true });
  symlinkSync(full, join(root, target), "dir");
  return root;
};

const execFacts = ({ command, as }: Extract<Foreign, { kind: "exec" }>): ForeignSuite["target"] => {
  const own = targetOf(as);
  if (own === undefined) throw new EngineError(`--as: there is no target "${as}": kiln fuzz --list shows them`);
  const [program = ""] = command.trim().split(/\s+/);
  if (program === "") throw new EngineError("--exec: which program? Give its command line");
  return { name: `exec-${nameOf(program)}`, module: own.module, faults: own.faults };
};

const moduleFacts = (
  spec: string,
): { readonly file: string; readonly member: string | null; readonly target: ForeignSuite["target"] } => {
  const hash = spec.lastIndexOf("#");
  const path = hash < 0 ? spec : spec.slice(0, hash);
  const member = hash < 0 ? null : spec.slice(hash + 1);
  const file = resolve(path);
  if (path === "" || !existsSync(file) || !statSync(file).isFile()) {
    throw new EngineError(`--module: there is no file ${path || "before the #"}`);
  }
  if (member === "") throw new EngineError(`--module: which function of ${path}? Nothing follows the #`);
  const name = `module-${nameOf(path)}${member === null || member === "fuzz" ? "" : `-${nameOf(member)}`}`;
  return { file, member, target: { name, module: file, faults: [] } };
};

/** As folders of the corpus are named. */
const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.[^.]+$/, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "") || "unnamed";
