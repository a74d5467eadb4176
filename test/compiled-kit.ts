import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Targets and testers are processes of their own, so they need files that Node can run: made from the sources as they are,
 * so that a stale build can't pass.
 */
export class Compiled {
  /** The file of the command `kiln`. */
  readonly main: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.main = join(folder, "dist", "src", "cli", "main.js");
  }

  /** Folders of the house, tests left out. Call `remove` in the end. */
  static async make(...rooms: readonly string[]): Promise<Compiled> {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const cache = join(root, "node_modules", ".cache");
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, "compiled-"));
    const sources = rooms.flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !/\.(test|arb|d)\.ts$/.test(name))
        .map((name) => join(root, room, name)),
    );
    await build({
      entryPoints: sources,
      outbase: root,
      outdir: join(folder, "dist"),
      format: "esm",
      platform: "node",
      logLevel: "error",
    });
    copyFileSync(join(root, "package.json"), join(folder, "package.json"));
    return new Compiled(folder);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
