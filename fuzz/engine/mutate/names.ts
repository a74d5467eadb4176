/** Names of parts as small numbers: mutants are made without a string. */
export class Names {
  readonly #ids: Map<string, number> = new Map();
  readonly #texts: string[] = [];

  id(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.#texts.length);
    this.#texts.push(text);
    return this.#texts.length - 1;
  }

  text(id: number): string {
    return this.#texts[id] ?? "input";
  }
}
