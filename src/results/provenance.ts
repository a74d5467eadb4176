import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, homedir, release, totalmem } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** Where figures come from: enough to judge whether two runs may be compared. No paths of the machine, no user names. */
export interface Provenance {
  /** Of the package. */
  readonly version: string;
  /** Null outside a checkout: then `version` says it all. */
  readonly commit: string | null;
  /** The checkout differed from `commit`. Null outside a checkout. */
  readonly dirty: boolean | null;
  readonly node: string;
  readonly openssl: string;
  readonly v8: string;
  /** As `linux x64`. */
  readonly platform: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
  /** CPU frequency governor; null where the kernel does not show one. */
  readonly governor: string | null;
  /** What was measured, by its name, with the version it reports of itself. */
  readonly targets: Readonly<Record<string, string>>;
  readonly seed: number | null;
  /** The command line, files by their basenames. */
  readonly command: string;
  /** UTC, ISO 8601. */
  readonly started_at: string;
}

export const provenanceSchema: z.ZodType<Provenance> = z.strictObject({
  version: z.string().min(1),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .nullable(),
  dirty: z.boolean().nullable(),
  node: z.string().min(1),
  openssl: z.string(),
  v8: z.string(),
  platform: z.string(),
  kernel: z.string(),
  cpu: z.string(),
  cores: z.int().positive(),
  memory_bytes: z.int().positive(),
  governor: z.string().nullable(),
  targets: z.record(z.string(), z.string()),
  seed: z.number().nullable(),
  command: z.string(),
  started_at: z.iso.datetime(),
});

/** What only the caller knows. */
export interface RunFacts {
  readonly seed?: number | null;
  readonly targets?: Readonly<Record<string, string>>;
  /** As `process.argv`: the runtime, the script, the arguments. */
  readonly argv?: readonly string[];
  readonly startedAt?: Date;
}

export const provenance = (facts: RunFacts = {}): Provenance => {
  const processors = cpus();
  const root = packageRoot();
  return {
    version: packageVersion(root),
    ...checkout(root),
    node: process.versions.node,
    openssl: process.versions.openssl ?? "",
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    kernel: release(),
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: Math.max(1, processors.length),
    memory_bytes: totalmem(),
    governor: governor(),
    targets: { ...facts.targets },
    seed: facts.seed ?? null,
    command: commandLine(facts.argv ?? process.argv),
    started_at: (facts.startedAt ?? new Date()).toISOString(),
  };
};

/** `kiln` and its arguments; of what looks like a file only the basename, of the home directory nothing. */
export const commandLine = (argv: readonly string[]): string =>
  ["kiln", ...argv.slice(2).map(withoutDirectory)].map(quoted).join(" ");

const withoutDirectory = (argument: string): string => {
  const [, option, value] = /^(--[a-z-]+=)(.*)$/s.exec(argument) ?? [];
  if (option !== undefined && value !== undefined) return option + withoutDirectory(value);
  if (!argument.includes("/") || isPrefix(argument)) return argument;
  return resolve(argument) === homedir() ? "~" : basename(argument);
};

const isPrefix = (text: string): boolean => /^[0-9a-f.:]+\/\d{1,3}$/i.test(text);

const quoted = (argument: string): string =>
  /^[\w@%+=:,./~-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;

/** The folder of our package.json, from sources and from `dist` alike. */
export const packageRoot = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
};

const packageVersion = (root: string): string => {
  const manifest = z.object({ version: z.string() });
  return manifest.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))).version;
};

/** Asks git only where the package itself is the checkout: installed below another project, that one's commit says nothing. */
const checkout = (root: string): Pick<Provenance, "commit" | "dirty"> => {
  if (!existsSync(join(root, ".git"))) return { commit: null, dirty: null };
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", root, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return { commit: git("rev-parse", "HEAD"), dirty: git("status", "--porcelain") !== "" };
  } catch {
    return { commit: null, dirty: null };
  }
};

const governor = (): string | null => {
  try {
    return readFileSync("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "utf8").trim();
  } catch {
    return null;
  }
};
