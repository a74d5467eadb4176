import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Target, TargetError, targets } from "../../src/target/index.js";
import { senderOf, TARGET_AS, TARGET_ID } from "../scenarios/lab.js";
import { BuildError } from "./builds.js";

/** What stands on one side of a comparison. */
export interface Side {
  readonly name: string;
  readonly commit: string | null;
  /** SHA-256 of the program, where the user named one. */
  readonly digest: string | null;
  readonly target: Target;
}

/** `bird`, or `bird=/path/to/bird`: a target as it is installed, or by another program. */
export const sideNamed = (text: string): Side => {
  const at = text.indexOf("=");
  const [name, path] = at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
  const target = targets.find((one) => one.name === name);
  if (target === undefined) {
    throw new BuildError(`there is no target "${name}": it is one of ${targets.map((one) => one.name).join(", ")}`);
  }
  if (path === null) return { name, commit: null, digest: null, target };
  const program = resolve(path);
  if (statSync(program, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new BuildError(`${text}: there is no such program`);
  }
  // Of a build of Kiln the speaker is what runs; its command is the same in all of them.
  const bundle = join(dirname(program), "speaker.bundle.js");
  const measured = name === "self" && existsSync(bundle) ? bundle : program;
  const digest = createHash("sha256").update(readFileSync(measured)).digest("hex");
  // No paths of the machine: results are published. The digest tells two programs of one name apart.
  return { name: `${name}=${basename(program)}`, commit: null, digest, target: startedFrom(target, program) };
};

/** The target, started from this program in place of the installed one. */
export const startedFrom = (target: Target, program: string): Target => ({
  name: target.name,
  transports: target.transports,
  comparability: target.comparability,
  // What is missing of an installed one is not missing here.
  available: async () => null,
  start: (setup) => target.start({ ...setup, program }),
});

/** Starts and stops each side once: what can't be started the way we do it is said before anything is measured. */
export const probe = async ({ name, target }: Side): Promise<void> => {
  const missing = await target.available();
  if (missing !== null) throw new BuildError(`${name}: ${missing}`);
  try {
    const peers = [{ ...senderOf(0), families: ["ipv4"] as const }];
    const running = await target.start({ transport: "tcp", as: TARGET_AS, routerId: TARGET_ID, peers });
    await running.stop();
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    throw new BuildError(`${name} can't be started the way this version starts it: ${error.message}`);
  }
};
