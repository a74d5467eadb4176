import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** 16 hexadecimal digits of an input's SHA-256: its name in a corpus. */
export const nameOf = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex").slice(0, 16);

/**
 * The working corpus of one target: a file for each input, named by its octets. Several workers share the folder: each
 * writes what it keeps and reads what the others kept. A file is there whole or not at all, however a worker ends.
 */
export class QueueFolder {
  readonly #folder: string;
  readonly #known = new Set<string>();
  #written = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) {
      const [, pid] = /^\.unfinished-(\d+)-/.exec(file) ?? [];
      // What a dead worker was writing was never announced.
      if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, file), { force: true });
    }
  }

  /** Keeps an input; gives its name. */
  save(data: Uint8Array): string {
    const name = nameOf(data);
    if (this.#known.has(name)) return name;
    this.#known.add(name);
    const unfinished = join(this.#folder, `.unfinished-${process.pid}-${this.#written++}`);
    writeFileSync(unfinished, data);
    renameSync(unfinished, join(this.#folder, name));
    return name;
  }

  /** The inputs that came since this was last asked, in the order of their names; files that are none are left alone. */
  arrivals(): Uint8Array[] {
    const inputs: Uint8Array[] = [];
    for (const name of readdirSync(this.#folder).sort()) {
      if (!/^[0-9a-f]{16}$/.test(name) || this.#known.has(name)) continue;
      this.#known.add(name);
      const data = contentOf(join(this.#folder, name));
      if (data !== null && nameOf(data) === name) inputs.push(data);
    }
    return inputs;
  }
}

const contentOf = (path: string): Uint8Array | null => {
  try {
    return Uint8Array.from(readFileSync(path));
  } catch {
    // Pruned meanwhile, or not readable: nothing that the run depends on.
    return null;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
